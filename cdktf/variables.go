package main

import (
	"fmt"

	"github.com/aws/constructs-go/constructs/v10"
	"github.com/hashicorp/terraform-cdk-go/cdktf"
)

// VariablesConfig of NewVariables.
type VariablesConfig struct {
	NewDatabase       bool   // database_url may be empty
	Rotates           bool   // the API key changes by itself
	CertificateRegion string // that of balancer.certificate; empty where none is given
}

// Variables are what the operator gives with each deploy, in config.auto.tfvars or as TF_VAR_…:
// the region, the image, and the secrets. They are the same for every configuration.
type Variables struct {
	Region         string
	ImageTag       string
	OpenAIKey      Secret
	APIKey         Secret
	DatabaseURL    Secret
	SecretsVersion string
}

// NewVariables declares them. The secrets are ephemeral: Terraform keeps them nowhere, and
// takes them again with plan, apply and destroy.
func NewVariables(scope constructs.Construct, c VariablesConfig) Variables {
	region := variable("region", "AWS region of everything",
		`can(regex("^[a-z]{2}(-[a-z]+)+-[0-9]$", var.region)) && !can(regex("^cn-|-iso[a-z]*-", var.region))`,
		"takes a region such as us-east-2; in China and in isolated regions services have names that this stack does not know.", "us-east-2")
	if c.CertificateRegion != "" {
		*region.Validation = append(*region.Validation, &cdktf.TerraformVariableValidationConfig{
			Condition:    ref(fmt.Sprintf("var.region == %q", c.CertificateRegion)),
			ErrorMessage: new(fmt.Sprintf("region: takes %s, where the configuration file's balancer.certificate is.", c.CertificateRegion)),
		})
	}
	image := variable("image_tag", "Tag of the image to run; push it once, it never changes",
		`can(regex("^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$", var.image_tag))`, "takes a tag such as 1.0.0.", "1.0.0")
	s := secrets{scope: scope}
	v := Variables{
		Region:    *cdktf.NewTerraformVariable(scope, new("region"), region).StringValue(),
		ImageTag:  *cdktf.NewTerraformVariable(scope, new("image_tag"), image).StringValue(),
		OpenAIKey: s.declare("openai_api_key", "OpenAI API key", `can(regex("^[!-~]{8,}$", var.openai_api_key))`, "takes an API key of at least 8 visible ASCII characters.", nil),
	}
	if c.Rotates {
		s.fixed = "secrets.rotate_days changes this key by itself, and this would put the old one back; to set one of your own, turn secrets.rotate_days off first"
	}
	v.APIKey = s.declare("api_key", "Key that callers send as X-API-Key", `can(regex("^[!-~]{16,512}$", var.api_key))`, "takes 16 to 512 visible ASCII characters; try: openssl rand -hex 32.", nil)
	s.fixed = ""
	const url, takes = `can(regex("^postgres(ql)?://[^@]+@.+", var.database_url))`, "takes postgres://user:password@host:5432/name?sslmode=verify-full" //nolint:gosec // a form, no secret
	if c.NewDatabase {
		v.DatabaseURL = s.declare("database_url", "PostgreSQL connection URL; empty for that of the new Aurora cluster",
			`var.database_url == "" || `+url, takes+", or nothing for the new Aurora cluster; database.existing in the configuration file is for a database elsewhere.", "")
	} else {
		v.DatabaseURL = s.declare("database_url", "PostgreSQL connection URL of the existing database", url, takes+".", nil)
	}
	v.SecretsVersion = s.versions[1:]
	return v
}

func variable(name, description, condition, message string, fallback any) *cdktf.TerraformVariableConfig {
	return &cdktf.TerraformVariableConfig{
		Type: new("string"), Description: new(description), Nullable: new(false), Default: fallback,
		Validation: &[]*cdktf.TerraformVariableValidationConfig{{Condition: ref(condition), ErrorMessage: new(name + ": " + message)}},
	}
}

// secrets declares secrets, each with the version that stores it again when it is raised.
type secrets struct {
	scope    constructs.Construct
	fixed    string // why the next version may not be raised
	versions string // "-" and an expression for each
}

func (s *secrets) declare(name, description, condition, message string, fallback any) Secret {
	config := variable(name, description, condition, message, fallback)
	config.Sensitive = new(true)
	value := cdktf.NewTerraformVariable(s.scope, new(name), config)
	value.AddOverride(new("ephemeral"), true)
	known := "var." + name + "_version"
	condition, message = known+" >= 1 && floor("+known+") == "+known, "takes a whole number from 1."
	if s.fixed != "" {
		condition, message = known+" == 1", "stays 1: "+s.fixed+"."
	}
	version := cdktf.NewTerraformVariable(s.scope, new(name+"_version"), &cdktf.TerraformVariableConfig{
		Type: new("number"), Description: new("Raise it to store another " + name), Nullable: new(false), Default: 1,
		Validation: &[]*cdktf.TerraformVariableValidationConfig{{Condition: ref(condition), ErrorMessage: new(name + "_version: " + message)}},
	})
	s.versions += "-" + *version.StringValue()
	return Secret{Value: *value.StringValue(), Version: version.NumberValue()}
}
