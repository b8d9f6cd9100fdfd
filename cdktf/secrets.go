package main

import (
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/secretsmanagersecret"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/secretsmanagersecretversion"
	"github.com/hashicorp/terraform-cdk-go/cdktf"
)

// APIKeySecret is the name by which the service reads its callers' key.
const APIKeySecret = "debate-chatbot-api-key" //nolint:gosec // a name, no secret

// SecretsConfig of NewSecrets. DatabaseURL may be an expression over an ephemeral variable.
type SecretsConfig struct {
	Key         Key
	Protect     bool
	OpenAIKey   Secret
	DatabaseURL Secret
	APIKey      Secret
}

// Secret is a value that Terraform passes on and forgets; another version passes it on again.
type Secret struct {
	Value   string
	Version *float64
}

// SecretARNs are the secrets, and what must be there before anything reads them.
type SecretARNs struct {
	OpenAIKey   string
	DatabaseURL string
	APIKey      string
	Versions    []cdktf.ITerraformDependable
}

// NewSecrets stores the three secrets. They are write-only arguments: neither plan nor state has
// them.
func NewSecrets(scope constructs.Construct, id string, c SecretsConfig) SecretARNs {
	here := constructs.NewConstruct(scope, new(id))
	var s SecretARNs
	store := func(id, name, description string, value Secret) secretsmanagersecret.SecretsmanagerSecret {
		secret := secretsmanagersecret.NewSecretsmanagerSecret(here, new(id), &secretsmanagersecret.SecretsmanagerSecretConfig{
			Name: new(name), Description: new(description), KmsKeyId: new(c.Key.ARN),
			RecoveryWindowInDays: new(recoveryDays(c.Protect)),
		})
		s.Versions = append(s.Versions, secretsmanagersecretversion.NewSecretsmanagerSecretVersion(here, new(id+"-version"),
			&secretsmanagersecretversion.SecretsmanagerSecretVersionConfig{
				SecretId: secret.Id(), SecretStringWo: new(value.Value), SecretStringWoVersion: value.Version,
			}))
		return secret
	}
	s.OpenAIKey = *store("openai", "debate-chatbot-openai-api-key", "OpenAI API key", c.OpenAIKey).Arn()
	s.DatabaseURL = *store("database", "debate-chatbot-database-url", "PostgreSQL connection URL", c.DatabaseURL).Arn()
	s.APIKey = *store("api", APIKeySecret, "Key that callers send as X-API-Key", c.APIKey).Arn()
	return s
}

// recoveryDays is how long a deleted secret can be brought back; at 0 its name is free at once.
func recoveryDays(protect bool) float64 {
	if protect {
		return 30
	}
	return 0
}
