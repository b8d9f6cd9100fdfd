package main

import (
	"fmt"
	"maps"
	"slices"

	"github.com/aws/constructs-go/constructs/v10"
	"github.com/hashicorp/terraform-cdk-go/cdktf"
)

// Variables are what the operator gives with each deploy, in config.auto.tfvars or as TF_VAR_…:
// the region, the image, and the secrets.
type Variables struct {
	Region         string
	ImageTag       string
	OpenAIKey      Secret
	APIKey         Secret
	Database       Secret // the password of a new database, or the URL of an existing one
	SecretsVersion string
}

// NewVariables declares them. The secrets are ephemeral: Terraform keeps them nowhere, and
// takes them again with plan, apply and destroy. The region must be that of what is in regions.
func NewVariables(scope constructs.Construct, existingDatabase bool, regions map[string]string) Variables {
	text := func(name, description, condition, message string, fallback any) *cdktf.TerraformVariableConfig {
		return &cdktf.TerraformVariableConfig{
			Type: str("string"), Description: str(description), Nullable: yes(false), Default: fallback,
			Validation: &[]*cdktf.TerraformVariableValidationConfig{{Condition: ref(condition), ErrorMessage: str(name + ": " + message)}},
		}
	}
	region := text("region", "AWS region of everything",
		`can(regex("^[a-z]{2}(-[a-z]+)+-[0-9]$", var.region))`, "takes a region such as us-east-2.", "us-east-2")
	for _, field := range slices.Sorted(maps.Keys(regions)) {
		*region.Validation = append(*place.Validation, &cdktf.TerraformVariableValidationConfig{
			Condition:    ref(fmt.Sprintf("var.region == %q", regions[field])),
			ErrorMessage: str(fmt.Sprintf("region: takes %s, where the configuration file's %s is.", regions[field], field)),
		})
	}
	region := cdktf.NewTerraformVariable(scope, str("region"), place)
	image := cdktf.NewTerraformVariable(scope, str("image_tag"), text("image_tag", "Tag of the image to run; push it once, it never changes",
		`can(regex("^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$", var.image_tag))`, "takes a tag such as 1.0.0.", "1.0.0"))
	versions := ""
	secret := func(name, description, condition, message string) Secret {
		variable := text(name, description, condition, message, nil)
		variable.Sensitive = yes(true)
		value := cdktf.NewTerraformVariable(scope, str(name), variable)
		value.AddOverride(str("ephemeral"), true)
		version := cdktf.NewTerraformVariable(scope, str(name+"_version"), &cdktf.TerraformVariableConfig{
			Type: str("number"), Description: str("Raise it to store another " + name), Nullable: yes(false), Default: 1,
			Validation: &[]*cdktf.TerraformVariableValidationConfig{{
				Condition:    ref("var." + name + "_version >= 1 && floor(var." + name + "_version) == var." + name + "_version"),
				ErrorMessage: str(name + "_version: takes a whole number from 1."),
			}},
		})
		versions += "-" + *version.StringValue()
		return Secret{Value: *value.StringValue(), Version: version.NumberValue()}
	}
	v := Variables{
		Region: *region.StringValue(), ImageTag: *image.StringValue(),
		OpenAIKey: secret("openai_api_key", "OpenAI API key", `can(regex("^[!-~]{8,}$", var.openai_api_key))`, "takes an API key of at least 8 visible ASCII characters."),
		APIKey:    secret("api_key", "Key that callers send as X-API-Key", `can(regex("^[!-~]{16,512}$", var.api_key))`, "takes 16 to 512 visible ASCII characters; try: openssl rand -hex 32."),
	}
	if existingDatabase {
		v.Database = secret("database_url", "PostgreSQL connection URL of the existing database",
			`can(regex("^postgres(ql)?://[^@]+@.+", var.database_url))`, "takes postgres://user:password@host:5432/name?sslmode=verify-full.")
	} else {
		v.Database = secret("database_password", "Password of the new database; with database.existing in the configuration file, database_url takes its place",
			`can(regex("^[!-.0-?A-~]{16,99}$", var.database_password)) && !can(regex("[@\"]", var.database_password))`,
			"takes 16 to 99 printable characters without / @ \" and spaces.")
	}
	v.SecretsVersion = versions[1:]
	return v
}
