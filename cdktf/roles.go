package main

import (
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/iamrole"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/iamrolepolicy"
	"github.com/hashicorp/terraform-cdk-go/cdktf"
)

// newExecutionRole is what ECS does before the service runs: pull the image, inject the secrets,
// open a log stream. The login of the database's owner goes into the container that migrates
// alone: the task's own role, which all its containers have, may not read it.
func newExecutionRole(scope constructs.Construct, c ServiceConfig) role {
	secrets := []string{c.Secrets.OpenAIKey, c.Secrets.DatabaseURL}
	if c.Aurora.Owner != "" {
		secrets = append(secrets, c.Aurora.Owner)
	}
	return newRole(scope, "execution", "ecs-tasks.amazonaws.com", c.AWS,
		// The one action that AWS lets nobody narrow down.
		allow("Login", []string{"*"}, "ecr:GetAuthorizationToken"),
		allow("Pull", []string{c.Registry.ARN}, "ecr:BatchCheckLayerAvailability", "ecr:GetDownloadUrlForLayer", "ecr:BatchGetImage"),
		allow("Secrets", secrets, "secretsmanager:GetSecretValue"),
		viaSecretsManager(c.AWS, c.Key, "kms:Decrypt"),
		allow("Logs", logStreams(c.Logs), "logs:CreateLogStream", "logs:PutLogEvents"),
	)
}

// newTaskRole is what the service itself does: read its callers' key, which changes while it runs,
// and connect to its new database and to Valkey.
func newTaskRole(scope constructs.Construct, c ServiceConfig) role {
	statements := []Statement{
		allow("APIKey", []string{c.Secrets.APIKey}, "secretsmanager:GetSecretValue"),
		viaSecretsManager(c.AWS, c.Key, "kms:Decrypt"),
	}
	if c.Aurora.Login != "" {
		statements = append(statements, allow("Database", []string{c.Aurora.Login}, "rds-db:connect"))
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
	r := iamrole.NewIamRole(scope, new(id+"-role"), &iamrole.IamRoleConfig{
		Name: new("debate-chatbot-" + id), AssumeRolePolicy: trust(service, aws.Account),
	})
	rights := iamrolepolicy.NewIamRolePolicy(scope, new(id+"-policy"), &iamrolepolicy.IamRolePolicyConfig{
		Name: new(id), Role: r.Id(), Policy: policy(statements...),
	})
	return role{arn: r.Arn(), rights: rights}
}
