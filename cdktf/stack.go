package main

import (
	"strings"

	"github.com/aws/constructs-go/constructs/v10"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/provider"
	"github.com/hashicorp/terraform-cdk-go/cdktf"
)

// providerVersion is the one that the bindings were generated from.
const providerVersion = "5.99.1"

// NewStack wires the constructs: one stack, so that one deploy makes all.
func NewStack(scope constructs.Construct, id string, c Config) cdktf.TerraformStack {
	stack := cdktf.NewTerraformStack(scope, str(id))
	// Write-only arguments need Terraform 1.11.
	stack.AddOverride(str("terraform.required_version"), ">= 1.11.0")
	newBackend(stack, c.Backend)
	existing := c.Database.Existing.Set()
	v := NewVariables(stack, existing, c.regions())
	newProvider(stack, c, v.Region)

	aws := NewAWSScope(stack, "aws", v.Region)
	trail := ""
	if c.Trail.Enabled {
		trail = trailName
	}
	key := NewKey(stack, "key", KeyConfig{AWS: aws, TrailName: trail, Protect: c.Protect})
	registry := NewRegistry(stack, "registry", RegistryConfig{Key: key, Protect: c.Protect})
	subnets := NewNetwork(stack, "network", NetworkConfig{Network: c.Network, AWS: aws, Key: key, LogDays: c.Logs.Days})
	firewall := NewFirewall(stack, "firewall", FirewallConfig{
		VPC: subnets.VPC, Existing: c.Database.Existing, Cache: c.Cache.Enabled, Endpoints: c.Network.Endpoints,
	})
	if c.Network.Endpoints {
		NewEndpoints(stack, "endpoints", aws, subnets, firewall.Endpoints)
	}

	url, aurora := v.Database, Aurora{}
	if !existing {
		aurora = NewDatabase(stack, "database", DatabaseConfig{
			Database: c.Database, Subnets: subnets, Group: firewall.Database, Key: key, LogDays: c.Logs.Days, Protect: c.Protect,
			Password: v.Database, Encoded: ref("urlencode(var.database_password)"),
		})
		url = Secret{Value: aurora.URL, Version: v.Database.Version}
	}
	var redis Redis
	if c.Cache.Enabled {
		redis = NewCache(stack, "cache", CacheConfig{Cache: c.Cache, Subnets: subnets, Group: firewall.Cache, Key: key, LogDays: c.Logs.Days})
	}
	secrets := NewSecrets(stack, "secrets", SecretsConfig{
		Key: key, Protect: c.Protect, OpenAIKey: v.OpenAIKey, DatabaseURL: url, APIKey: v.APIKey, Rotation: c.Secrets,
	})
	balancer := NewBalancer(stack, "balancer", BalancerConfig{Balancer: c.Balancer, AWS: aws, Subnets: subnets, Group: firewall.Balancer, Protect: c.Protect})
	tasks := NewService(stack, "service", ServiceConfig{
		Service: c.Service, AWS: aws, Subnets: subnets, Group: firewall.Tasks, Key: key, Registry: registry, ImageTag: v.ImageTag,
		Secrets: secrets, RedisURL: redis.URL, LoadBalancer: balancer, LogDays: c.Logs.Days, SecretsVersion: v.SecretsVersion,
	})
	if c.Trail.Enabled {
		NewTrail(stack, "trail", TrailConfig{Trail: c.Trail, AWS: aws, Key: key, LogDays: c.Logs.Days, Protect: c.Protect})
	}
	alarms := NewAlarms(stack, "alarms", AlarmsConfig{
		Alarms: c.Alarms, Service: c.Service, AWS: aws, Key: key, LoadBalancer: balancer, Logs: tasks.Logs,
		Aurora: aurora.ID, Capacity: c.Database.MaxCapacity, Redis: redis.ID, Nodes: c.Cache.Nodes,
	})
	NewDashboard(stack, "dashboard", DashboardConfig{AWS: aws, LoadBalancer: balancer, Aurora: aurora.ID, Redis: redis.ID, Nodes: c.Cache.Nodes, Alarms: alarms})

	newOutputs(stack, c, []output{
		{"application_url", "Where the service answers", balancer.URL},
		{"load_balancer_dns", "DNS name of the load balancer", balancer.DNS},
		{"load_balancer_zone_id", "Hosted zone of the load balancer, for an alias record", balancer.Zone},
		{"target_group_arn", "Target group of everything but native gRPC", balancer.TargetGroup},
		{"ecr_repository_url", "Where images are pushed to", registry.URL},
		{"ecs_cluster_id", "ECS cluster", tasks.ClusterID},
		{"ecs_service_name", "ECS service", tasks.ServiceName},
		{"kms_key_id", "Encryption key", key.ID},
		{"kms_key_arn", "ARN of the encryption key", key.ARN},
		{"openai_api_key_secret_arn", "Secret with the OpenAI API key", secrets.OpenAIKey},
		{"database_url_secret_arn", "Secret with the database's URL", secrets.DatabaseURL},
		{"api_key_secret_arn", "Secret with the callers' API key", secrets.APIKey},
		{"database_endpoint", "Host of the new database's writer", aurora.Endpoint},
		{"redis_endpoint", "Host of the Redis primary", redis.Endpoint},
		{"private_subnets", "Where one-off tasks run, separated by commas", strings.Join(subnets.Private, ",")},
		{"task_security_group", "Security group of one-off tasks", firewall.Tasks},
	})
	return stack
}

func newBackend(stack cdktf.TerraformStack, b Backend) {
	if b.Bucket == "" {
		// Terraform runs in the stack's folder, which may be deleted; the state is kept beside cdktf.json.
		cdktf.NewLocalBackend(stack, &cdktf.LocalBackendConfig{Path: str("../../../terraform.debate-chatbot.tfstate")})
		return
	}
	cdktf.NewS3Backend(stack, &cdktf.S3BackendConfig{Bucket: str(b.Bucket), Key: str(b.Key), Region: str(b.Region), Encrypt: yes(true)})
	// S3's own lock; the bindings have no field for it yet.
	stack.AddOverride(str("terraform.backend.s3.use_lockfile"), true)
}

// ownTags are on everything, whatever the configuration adds.
var ownTags = []string{"Project", "Environment", "ManagedBy"}

func newProvider(stack cdktf.TerraformStack, c Config, region string) {
	tags := map[string]*string{ownTags[0]: str("debate-chatbot"), ownTags[1]: str(c.Environment), ownTags[2]: str("cdktf")}
	for name, value := range c.Tags {
		tags[name] = str(value)
	}
	provider.NewAwsProvider(stack, str("aws"), &provider.AwsProviderConfig{
		Region: str(region), DefaultTags: []any{&provider.AwsProviderDefaultTags{Tags: &tags}},
	})
	// The bindings' own constraint lets newer versions in, which they do not know.
	stack.AddOverride(str("terraform.required_providers.aws.version"), providerVersion)
}

type output struct{ name, description, value string }

// newOutputs declares the outputs; what does not exist has none.
func newOutputs(stack cdktf.TerraformStack, c Config, outputs []output) {
	if c.Balancer.Certificate == "" {
		outputs[0].description = "Where the service answers, in plain HTTP: without balancer.certificate anyone on the way can read and change all of it, API keys too"
	}
	for _, o := range outputs {
		if o.value != "" {
			cdktf.NewTerraformOutput(stack, str(o.name), &cdktf.TerraformOutputConfig{Value: o.value, Description: str(o.description)})
		}
	}
}
