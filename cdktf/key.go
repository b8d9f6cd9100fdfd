package main

import (
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/kmsalias"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/kmskey"
)

// KeyConfig of NewKey. TrailName is the trail that may encrypt with the key; empty for none.
type KeyConfig struct {
	AWS       AWSScope
	TrailName string
	Protect   bool
}

// Key is the encryption key of everything in the stack.
type Key struct {
	ID  string
	ARN string
}

// NewKey makes the key with yearly rotation. Its policy leaves the rights of people and roles to
// IAM, and admits the three AWS services that encrypt in their own name, each for this account's
// resources only.
func NewKey(scope constructs.Construct, id string, c KeyConfig) Key {
	here := constructs.NewConstruct(scope, new(id))
	use := []string{"kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:DescribeKey"}
	this := []string{"*"} // in a key's policy: this key
	statement := func(sid, service string, condition map[string]map[string]any, actions ...string) Statement {
		return Statement{
			Sid: sid, Effect: "Allow", Action: actions, Resource: this, Condition: condition,
			Principal: map[string]any{"Service": service},
		}
	}
	statements := []Statement{
		{Sid: "Account", Effect: "Allow", Action: []string{"kms:*"}, Resource: this, Principal: map[string]any{"AWS": c.AWS.Root()}},
		statement("Logs", "logs."+c.AWS.Region+".amazonaws.com",
			map[string]map[string]any{"ArnLike": {"kms:EncryptionContext:aws:logs:arn": c.AWS.ARN("logs", "*")}}, use...),
		statement("Alarms", "cloudwatch.amazonaws.com",
			map[string]map[string]any{"StringEquals": {"aws:SourceAccount": c.AWS.Account}},
			"kms:GenerateDataKey*", "kms:Decrypt"),
	}
	if c.TrailName != "" {
		statements = append(statements, statement("Trail", "cloudtrail.amazonaws.com",
			map[string]map[string]any{"StringEquals": {"aws:SourceArn": c.AWS.ARN("cloudtrail", "trail/"+c.TrailName)}},
			"kms:GenerateDataKey*", "kms:Decrypt", "kms:DescribeKey"))
	}
	key := kmskey.NewKmsKey(here, new("key"), &kmskey.KmsKeyConfig{
		Description:          new("Encrypts the debate chatbot's secrets, images, data and logs"),
		EnableKeyRotation:    new(true),
		DeletionWindowInDays: new(windowDays(c.Protect)),
		Policy:               policy(statements...),
		Lifecycle:            keep(c.Protect),
	})
	kmsalias.NewKmsAlias(here, new("alias"), &kmsalias.KmsAliasConfig{Name: new("alias/debate-chatbot"), TargetKeyId: key.KeyId()})
	return Key{ID: *key.KeyId(), ARN: *key.Arn()}
}

// windowDays is how long a deleted key waits: as long, or as short, as AWS lets it.
func windowDays(protect bool) float64 {
	if protect {
		return 30
	}
	return 7
}
