package main

import (
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/lambdafunction"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/lambdapermission"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/secretsmanagersecretrotation"
	"github.com/hashicorp/terraform-cdk-go/cdktf"
)

// rotatorName is the function that makes new API keys, and rotatorFile its code, as `make rotate-zip`
// leaves it, seen from the stack's folder.
const (
	rotatorName = "debate-chatbot-rotate"
	rotatorFile = "${path.module}/../../../.cache/rotate/arm64/function.zip"
)

// RotationConfig of NewRotation.
type RotationConfig struct {
	AWS     AWSScope
	Key     Key
	Secrets SecretARNs
	Days    int // between two keys
	LogDays int
}

// NewRotation makes the function that gives the API key's secret a new value every so many days, and
// nobody but Secrets Manager may call it. The service takes the key before it for 24 hours more.
func NewRotation(scope constructs.Construct, id string, c RotationConfig) {
	here := constructs.NewConstruct(scope, new(id))
	logs := newLogs(here, "logs", "/aws/lambda/"+rotatorName, c.LogDays, c.Key)
	role := newRole(here, "rotate", "lambda.amazonaws.com", c.AWS,
		allow("Rotate", []string{c.Secrets.APIKey}, "secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue",
			"secretsmanager:PutSecretValue", "secretsmanager:UpdateSecretVersionStage"),
		viaSecretsManager(c.AWS, c.Key, "kms:Decrypt", "kms:GenerateDataKey"),
		allow("Logs", logStreams(logs), "logs:CreateLogStream", "logs:PutLogEvents"))
	function := lambdafunction.NewLambdaFunction(here, new("function"), &lambdafunction.LambdaFunctionConfig{
		FunctionName: new(rotatorName), Description: new("Makes a new API key for the debate chatbot"), Role: role.arn,
		Runtime: new("provided.al2023"), Architectures: strs("arm64"), Handler: new("bootstrap"), MemorySize: num(128), Timeout: num(30),
		PackageType: new("Zip"), Filename: new(rotatorFile), SourceCodeHash: new(ref(`try(filebase64sha256("` + rotatorFile + `"), "")`)),
		TracingConfig: &lambdafunction.LambdaFunctionTracingConfig{Mode: new("PassThrough")},
		LoggingConfig: &lambdafunction.LambdaFunctionLoggingConfig{LogFormat: new("JSON"), LogGroup: logs.Name()},
		Lifecycle: &cdktf.TerraformResourceLifecycle{Precondition: &[]*cdktf.Precondition{{
			Condition: new(ref(`fileexists("` + rotatorFile + `")`)), ErrorMessage: new("The rotation function's code is not there. Run this first, at the project's root: make rotate-zip"),
		}}},
		DependsOn: &[]cdktf.ITerraformDependable{logs, role.rights},
	})
	call := lambdapermission.NewLambdaPermission(here, new("call"), &lambdapermission.LambdaPermissionConfig{
		FunctionName: function.FunctionName(), Action: new("lambda:InvokeFunction"), StatementId: new("SecretsManager"),
		Principal: new("secretsmanager.amazonaws.com"), SourceAccount: new(c.AWS.Account), SourceArn: new(c.Secrets.APIKey),
	})
	waits := append([]cdktf.ITerraformDependable{call}, c.Secrets.Versions...)
	secretsmanagersecretrotation.NewSecretsmanagerSecretRotation(here, new("rotation"), &secretsmanagersecretrotation.SecretsmanagerSecretRotationConfig{
		SecretId: new(c.Secrets.APIKey), RotationLambdaArn: function.Arn(), RotateImmediately: new(false),
		RotationRules: &secretsmanagersecretrotation.SecretsmanagerSecretRotationRotationRules{AutomaticallyAfterDays: num(c.Days)},
		DependsOn:     &waits,
	})
}
