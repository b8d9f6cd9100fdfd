package main

import (
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/iamrole"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/iamrolepolicy"
	"github.com/hashicorp/terraform-cdk-go/cdktf"
)

// newExecutionRole is what ECS does before the service runs: pull the image, inject the two
// secrets, open a log stream.
func newExecutionRole(scope constructs.Construct, c ServiceConfig) role {
	return newRole(scope, "execution", "ecs-tasks.amazonaws.com", c.AWS,
		// The one action that AWS lets nobody narrow down.
		allow("Login", []string{"*"}, "ecr:GetAuthorizationToken"),
		allow("Pull", []string{c.Registry.ARN}, "ecr:BatchCheckLayerAvailability", "ecr:GetDownloadUrlForLayer", "ecr:BatchGetImage"),
		allow("Secrets", []string{c.Secrets.OpenAIKey, c.Secrets.DatabaseURL}, "secretsmanager:GetSecretValue"),
		viaSecretsManager(c.AWS, c.Key, "kms:Decrypt"),
		allow("Logs", logStreams(c.Logs), "logs:CreateLogStream", "logs:PutLogEvents"),
	)
}

// newTaskRole is what the service itself does: read its callers' key and the password of its new
// database, which both change while it runs, and connect to Valkey.
func newTaskRole(scope constructs.Construct, c ServiceConfig) role {
	statements := []Statement{
		allow("APIKey", []string{c.Secrets.APIKey}, "secretsmanager:GetSecretValue"),
		viaSecretsManager(c.AWS, c.Key, "kms:Decrypt"),
	}
	if c.Aurora.Owner != "" {
		statements = append(statements, allow("Database", []string{c.Aurora.Owner}, "secretsmanager:GetSecretValue"))
	}
	if len(c.Redis.ARNs) > 0 {
		statements = append(statements, allow("Cache", c.Redis.ARNs, "elasticache:Connect"))
	}
	return newRole(scope, "task", "ecs-tasks.amazonaws.com", c.AWS, statements...)
}

// viaSecretsManager allows the key through Secrets Manager only.
func viaSecretsManager(aws AWSScope, key Key, actions ...string) Statement {
	s := allow("Decrypt", []string{key.ARN}, actions...)
	s.Condition = map[string]map[string]any{"StringEquals": {"kms:ViaService": "secretsmanager." + aws.Region + ".amazonaws.com"}}
	return s
}

// role is a role with its rights; who takes it waits for the latter.
type role struct {
	arn    *string
	rights cdktf.ITerraformDependable
}

// newRole makes a role for an AWS service, called debate-chatbot-ID.
func newRole(scope constructs.Construct, id, service string, aws AWSScope, statements ...Statement) role {
	r := iamrole.NewIamRole(scope, str(id+"-role"), &iamrole.IamRoleConfig{
		Name: str("debate-chatbot-" + id), AssumeRolePolicy: trust(service, aws.Account),
	})
	rights := iamrolepolicy.NewIamRolePolicy(scope, str(id+"-policy"), &iamrolepolicy.IamRolePolicyConfig{
		Name: str(id), Role: r.Id(), Policy: policy(statements...),
	})
	return role{arn: r.Arn(), rights: rights}
}
