package main

import (
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/cloudwatchloggroup"
)

// newLogs makes an encrypted log group. Every group is made here, also those that AWS would make
// by itself: its own would be kept for ever.
func newLogs(scope constructs.Construct, id, name string, days int, key Key) cloudwatchloggroup.CloudwatchLogGroup {
	return cloudwatchloggroup.NewCloudwatchLogGroup(scope, str(id), &cloudwatchloggroup.CloudwatchLogGroupConfig{
		Name: str(name), RetentionInDays: count(days), KmsKeyId: str(key.ARN),
	})
}
