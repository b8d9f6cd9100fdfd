package main

import (
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/cloudtrail"
	"github.com/hashicorp/terraform-cdk-go/cdktf"
)

const trailName = "debate-chatbot"

// TrailConfig of NewTrail.
type TrailConfig struct {
	Trail   Trail
	AWS     AWSScope
	Key     Key
	LogDays int
	Protect bool
}

// NewTrail records every call to AWS in the account, in every region, signed and encrypted: in
// a bucket for later and in CloudWatch for now.
func NewTrail(scope constructs.Construct, id string, c TrailConfig) {
	here := constructs.NewConstruct(scope, new(id))
	from := map[string]map[string]any{"StringEquals": {"aws:SourceArn": c.AWS.ARN("cloudtrail", "trail/"+trailName)}}
	service := map[string]any{"Service": "cloudtrail.amazonaws.com"}
	bucket := NewBucket(here, "bucket", BucketConfig{
		Name: "debate-chatbot-trail-" + c.AWS.Account + "-" + c.AWS.Region, KeyARN: c.Key.ARN, Days: c.Trail.Days, Protect: c.Protect,
		Allow: func(bucket string) []Statement {
			return []Statement{
				{Sid: "TrailChecks", Effect: "Allow", Principal: service, Action: []string{"s3:GetBucketAcl"}, Resource: []string{bucket}, Condition: from},
				{Sid: "TrailWrites", Effect: "Allow", Principal: service, Action: []string{"s3:PutObject"}, Resource: []string{bucket + "/AWSLogs/" + c.AWS.Account + "/*"}, Condition: from},
			}
		},
	})
	logs := newLogs(here, "logs", "/cloudtrail/debate-chatbot", c.LogDays, c.Key)
	role := newRole(here, "trail", "cloudtrail.amazonaws.com", c.AWS, allow("Logs", logStreams(logs), "logs:CreateLogStream", "logs:PutLogEvents"))
	cloudtrail.NewCloudtrail(here, new("trail"), &cloudtrail.CloudtrailConfig{
		Name: new(trailName), S3BucketName: new(bucket.Name), KmsKeyId: new(c.Key.ARN),
		IsMultiRegionTrail: new(true), IncludeGlobalServiceEvents: new(true), EnableLogFileValidation: new(true),
		CloudWatchLogsGroupArn: new(*logs.Arn() + ":*"), CloudWatchLogsRoleArn: role.arn,
		DependsOn: &[]cdktf.ITerraformDependable{bucket.Policy, role.rights},
	})
}
