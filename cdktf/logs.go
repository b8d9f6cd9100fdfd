package main

import (
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/cloudwatchloggroup"
)

// newLogs makes an encrypted log group. Every group is made here, also those that AWS would make
// by itself: its own would be kept for ever.
func newLogs(scope constructs.Construct, id, name string, days int, key Key) cloudwatchloggroup.CloudwatchLogGroup {
	return cloudwatchloggroup.NewCloudwatchLogGroup(scope, new(id), &cloudwatchloggroup.CloudwatchLogGroupConfig{
		Name: new(name), RetentionInDays: num(days), KmsKeyId: new(key.ARN),
	})
}
