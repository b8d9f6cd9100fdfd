package main

import (
	"cmp"
	"strings"

	"github.com/aws/constructs-go/constructs/v10"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/provider"
	"github.com/hashicorp/terraform-cdk-go/cdktf"
)

// providerVersion is the one that the bindings were generated from.
const providerVersion = "5.99.1"

// stackName names an environment's stack and the folder that it is written to: Terraform keeps there
// which state it belongs to.
func stackName(c Config) string { return "debate-chatbot-" + c.Environment }

// NewStack wires the constructs: one stack, so that one deploy makes all.
func NewStack(scope constructs.Construct, c Config) cdktf.TerraformStack {
	stack := cdktf.NewTerraformStack(scope, new(stackName(c)))
	// Write-only arguments need Terraform 1.11.
	stack.AddOverride(new("terraform.required_version"), ">= 1.11.0")
	newBackend(stack, c)
	rotates := c.Secrets.RotateDays > 0
	v := NewVariables(stack, VariablesConfig{NewDatabase: !c.Database.Existing.Set(), Rotates: rotates, CertificateRegion: c.Balancer.certificateRegion()})
	newProvider(stack, c, v.Region)

	aws := NewAWSScope(stack, "scope", v.Region)
	trail := ""
	if c.Trail.Enabled {
		trail = trailName
	}
	key := NewKey(stack, "key", KeyConfig{AWS: aws, TrailName: trail, Protect: c.Protect})
	registry := NewRegistry(stack, "registry", RegistryConfig{Key: key, Protect: c.Protect})
	subnets := NewNetwork(stack, "network", NetworkConfig{Network: c.Network, AWS: aws, Key: key, LogDays: c.Logs.Days, Protect: c.Protect})
	firewall := NewFirewall(stack, "firewall", FirewallConfig{
		VPC: subnets.VPC, Existing: c.Database.Existing, Cache: c.Cache.Enabled, Endpoints: c.Network.Endpoints,
	})
	var endpoints []cdktf.ITerraformDependable
	if c.Network.Endpoints {
		endpoints = NewEndpoints(stack, "endpoints", aws, subnets, firewall.Endpoints)
	}

	var aurora Aurora
	if !c.Database.Existing.Set() {
		aurora = NewDatabase(stack, "database", DatabaseConfig{
			AWS: aws, Database: c.Database, Subnets: subnets, Group: firewall.Database, Key: key, LogDays: c.Logs.Days, Protect: c.Protect,
		})
		// What the operator gives goes before.
		v.DatabaseURL.Value = ref("coalesce(var.database_url, " + aurora.URL + ")")
	}
	var redis Redis
	if c.Cache.Enabled {
		redis = NewCache(stack, "cache", CacheConfig{Cache: c.Cache, Subnets: subnets, Group: firewall.Cache, Key: key, LogDays: c.Logs.Days})
	}
	secrets := NewSecrets(stack, "secrets", SecretsConfig{
		Key: key, Protect: c.Protect, OpenAIKey: v.OpenAIKey, DatabaseURL: v.DatabaseURL, APIKey: v.APIKey,
	})
	if rotates {
		NewRotation(stack, "rotation", RotationConfig{AWS: aws, Key: key, Secrets: secrets, Days: c.Secrets.RotateDays, LogDays: c.Logs.Days})
	}
	balancer := NewBalancer(stack, "balancer", BalancerConfig{Balancer: c.Balancer, AWS: aws, Subnets: subnets, Group: firewall.Balancer, Protect: c.Protect})
	logs := newLogs(stack, "logs", serviceLogs, c.Logs.Days, key)
	alarms := NewAlarms(stack, "alarms", AlarmsConfig{
		Alarms: c.Alarms, Service: c.Service, AWS: aws, Key: key, LoadBalancer: balancer, Logs: *logs.Name(),
		Aurora: aurora.ID, Capacity: c.Database.MaxCapacity, Redis: redis.ID, Nodes: c.Cache.Nodes, Rotates: rotates,
	})
	tasks := NewService(stack, "service", ServiceConfig{
		Service: c.Service, AWS: aws, Subnets: subnets, Group: firewall.Tasks, Key: key, Registry: registry, ImageTag: v.ImageTag,
		Secrets: secrets, Aurora: aurora, Redis: redis, LoadBalancer: balancer, Logs: logs, LogDays: c.Logs.Days, SecretsVersion: v.SecretsVersion,
		Alarms: alarms.Deployment, Endpoints: endpoints,
	})
	alarms.WaitFor(tasks.Service)
	if c.Trail.Enabled {
		NewTrail(stack, "trail", TrailConfig{Trail: c.Trail, AWS: aws, Key: key, LogDays: c.Logs.Days, Protect: c.Protect})
	}
	NewDashboard(stack, "dashboard", DashboardConfig{
		AWS: aws, LoadBalancer: balancer, Aurora: aurora.ID, Redis: redis.ID, Nodes: c.Cache.Nodes, Insights: c.Service.Insights != "disabled", Alarms: alarms.ARNs,
	})

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
		{"database_owner_secret_arn", "Secret with the new database's owner and password", aurora.Owner},
		{"task_definition_arn", "What the service should run", tasks.Task},
		{"task_network", "How one-off tasks are connected, for aws ecs run-task", taskNetwork(subnets, firewall)},
		{"task_security_group", "Security group of the tasks", firewall.Tasks},
	})
	return stack
}

// taskNetwork is the network configuration of a task that is run by hand.
func taskNetwork(s Subnets, f Firewall) string {
	public := "DISABLED"
	if s.PublicTasks {
		public = "ENABLED"
	}
	return "awsvpcConfiguration={subnets=[" + strings.Join(s.Tasks(), ",") + "],securityGroups=[" + f.Tasks + "],assignPublicIp=" + public + "}"
}

// newBackend keeps each environment's state at a place of its own: one that is deployed by mistake must
// not become another.
func newBackend(stack cdktf.TerraformStack, c Config) {
	b := c.Backend
	if b.Bucket == "" {
		// Terraform runs in the stack's folder, which may be deleted; the state is kept beside cdktf.json.
		cdktf.NewLocalBackend(stack, &cdktf.LocalBackendConfig{Path: new("../../../terraform." + stackName(c) + ".tfstate")})
		return
	}
	key := cmp.Or(b.Key, "debate-chatbot/"+c.Environment+"/terraform.tfstate")
	cdktf.NewS3Backend(stack, &cdktf.S3BackendConfig{Bucket: new(b.Bucket), Key: new(key), Region: new(b.Region), Encrypt: new(true)})
	// S3's own lock; the bindings have no field for it yet.
	stack.AddOverride(new("terraform.backend.s3.use_lockfile"), true)
}

// ownTags are on everything, whatever the configuration adds.
var ownTags = []string{"Project", "Environment", "ManagedBy"}

func newProvider(stack cdktf.TerraformStack, c Config, region string) {
	tags := map[string]*string{ownTags[0]: new("debate-chatbot"), ownTags[1]: new(c.Environment), ownTags[2]: new("cdktf")}
	for name, value := range c.Tags {
		tags[name] = new(value)
	}
	config := &provider.AwsProviderConfig{Region: new(region), DefaultTags: []any{&provider.AwsProviderDefaultTags{Tags: &tags}}}
	if c.Account != "" {
		config.AllowedAccountIds = strs(c.Account)
	}
	provider.NewAwsProvider(stack, new("aws"), config)
	// The bindings' own constraint lets newer versions in, which they do not know.
	stack.AddOverride(new("terraform.required_providers.aws.version"), providerVersion)
}

type output struct{ name, description, value string }

// newOutputs declares the outputs; what does not exist has none.
func newOutputs(stack cdktf.TerraformStack, c Config, outputs []output) {
	if !c.Balancer.HTTPS() {
		outputs[0].description = "Where the service answers, in plain HTTP: without balancer.zone or balancer.certificate anyone on the way can read and change all of it, API keys too"
	}
	for _, o := range outputs {
		if o.value != "" {
			cdktf.NewTerraformOutput(stack, new(o.name), &cdktf.TerraformOutputConfig{Value: o.value, Description: new(o.description)})
		}
	}
}
