package main

import (
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/s3bucket"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/s3bucketlifecycleconfiguration"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/s3bucketownershipcontrols"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/s3bucketpolicy"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/s3bucketpublicaccessblock"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/s3bucketserversideencryptionconfiguration"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/s3bucketversioning"
	"github.com/hashicorp/terraform-cdk-go/cdktf"
)

// BucketConfig of NewBucket. An empty KeyARN means S3's own key. Allow makes the bucket's policy
// from its ARN.
type BucketConfig struct {
	Name    string
	KeyARN  string
	Days    int
	Protect bool
	Allow   func(bucket string) []Statement
}

// Bucket is a private bucket. Policy must be there before AWS writes.
type Bucket struct {
	Name   string
	Policy s3bucketpolicy.S3BucketPolicy
}

// NewBucket makes a bucket that only its policy's principals reach, over TLS, and whose objects
// expire.
func NewBucket(scope constructs.Construct, id string, c BucketConfig) Bucket {
	here := constructs.NewConstruct(scope, new(id))
	bucket := s3bucket.NewS3Bucket(here, new("bucket"), &s3bucket.S3BucketConfig{Bucket: new(c.Name), ForceDestroy: new(!c.Protect)})
	closed := s3bucketpublicaccessblock.NewS3BucketPublicAccessBlock(here, new("private"), &s3bucketpublicaccessblock.S3BucketPublicAccessBlockConfig{
		Bucket: bucket.Id(), BlockPublicAcls: new(true), BlockPublicPolicy: new(true), IgnorePublicAcls: new(true), RestrictPublicBuckets: new(true),
	})
	s3bucketownershipcontrols.NewS3BucketOwnershipControls(here, new("ownership"), &s3bucketownershipcontrols.S3BucketOwnershipControlsConfig{
		Bucket: bucket.Id(), Rule: &s3bucketownershipcontrols.S3BucketOwnershipControlsRule{ObjectOwnership: new("BucketOwnerEnforced")},
	})
	s3bucketversioning.NewS3BucketVersioningA(here, new("versioning"), &s3bucketversioning.S3BucketVersioningAConfig{
		Bucket: bucket.Id(), VersioningConfiguration: &s3bucketversioning.S3BucketVersioningVersioningConfiguration{Status: new("Enabled")},
	})
	encryption := &s3bucketserversideencryptionconfiguration.S3BucketServerSideEncryptionConfigurationRuleApplyServerSideEncryptionByDefaultA{SseAlgorithm: new("AES256")}
	if c.KeyARN != "" {
		encryption.SseAlgorithm, encryption.KmsMasterKeyId = new("aws:kms"), new(c.KeyARN)
	}
	s3bucketserversideencryptionconfiguration.NewS3BucketServerSideEncryptionConfigurationA(here, new("encryption"),
		&s3bucketserversideencryptionconfiguration.S3BucketServerSideEncryptionConfigurationAConfig{
			Bucket: bucket.Id(),
			Rule: []any{&s3bucketserversideencryptionconfiguration.S3BucketServerSideEncryptionConfigurationRuleA{
				ApplyServerSideEncryptionByDefault: encryption, BucketKeyEnabled: new(c.KeyARN != ""),
			}},
		})
	s3bucketlifecycleconfiguration.NewS3BucketLifecycleConfiguration(here, new("lifecycle"), &s3bucketlifecycleconfiguration.S3BucketLifecycleConfigurationConfig{
		Bucket: bucket.Id(),
		Rule: []any{&s3bucketlifecycleconfiguration.S3BucketLifecycleConfigurationRule{
			Id: new("expire"), Status: new("Enabled"),
			Filter:                         []any{&s3bucketlifecycleconfiguration.S3BucketLifecycleConfigurationRuleFilter{Prefix: new("")}},
			Expiration:                     []any{&s3bucketlifecycleconfiguration.S3BucketLifecycleConfigurationRuleExpiration{Days: num(c.Days)}},
			NoncurrentVersionExpiration:    []any{&s3bucketlifecycleconfiguration.S3BucketLifecycleConfigurationRuleNoncurrentVersionExpiration{NoncurrentDays: num(1)}},
			AbortIncompleteMultipartUpload: []any{&s3bucketlifecycleconfiguration.S3BucketLifecycleConfigurationRuleAbortIncompleteMultipartUpload{DaysAfterInitiation: num(1)}},
		}},
	})
	rules := s3bucketpolicy.NewS3BucketPolicy(here, new("policy"), &s3bucketpolicy.S3BucketPolicyConfig{
		Bucket: bucket.Id(), Policy: policy(append(c.Allow(*bucket.Arn()), tlsOnly(*bucket.Arn()))...),
		// Two changes of a bucket's access at once are refused.
		DependsOn: &[]cdktf.ITerraformDependable{closed},
	})
	return Bucket{Name: *bucket.Id(), Policy: rules}
}
