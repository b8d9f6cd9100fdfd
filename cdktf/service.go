package main

import (
	"maps"
	"slices"
	"strconv"
	"time"

	"github.com/aws/constructs-go/constructs/v10"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/appautoscalingpolicy"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/appautoscalingtarget"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/cloudwatchloggroup"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/ecscluster"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/ecsclustercapacityproviders"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/ecsservice"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/ecstaskdefinition"
	"github.com/hashicorp/terraform-cdk-go/cdktf"
)

// The brief's names.
const (
	clusterName   = "debate-chatbot-cluster"
	serviceName   = "debate-api-service"
	containerName = "debate-api"
	migrateName   = "migrate"
	serviceLogs   = "/ecs/debate-api"
)

// ServiceConfig of NewService. Aurora and Redis are empty for what is not ours.
type ServiceConfig struct {
	Service      Service
	AWS          AWSScope
	Subnets      Subnets
	Group        string // security group
	Key          Key
	Registry     Registry
	ImageTag     string
	Secrets      SecretARNs
	Aurora       Aurora
	Redis        Redis
	LoadBalancer LoadBalancer
	Logs         cloudwatchloggroup.CloudwatchLogGroup
	LogDays      int
	Alarms       DeploymentAlarms
	Endpoints    []cdktf.ITerraformDependable
	// SecretsVersion changes with each secret: tasks read secrets when they start only, so a
	// new one must mean new tasks.
	SecretsVersion string
}

// Tasks is the running service.
type Tasks struct {
	ClusterID   string
	ServiceName string
	Task        string // ARN of the task definition
	Service     cdktf.TerraformResource
}

// NewService makes the cluster and the service on Fargate, on both kinds of capacity, and lets
// it grow with CPU, memory and requests.
func NewService(scope constructs.Construct, id string, c ServiceConfig) Tasks {
	here := constructs.NewConstruct(scope, new(id))
	cluster := newCluster(here, c)
	capacity := ecsclustercapacityproviders.NewEcsClusterCapacityProviders(here, new("capacity"), &ecsclustercapacityproviders.EcsClusterCapacityProvidersConfig{
		ClusterName: cluster.Name(), CapacityProviders: strs("FARGATE", "FARGATE_SPOT"),
	})
	execution, own := newExecutionRole(here, c), newTaskRole(here, c)
	task := ecstaskdefinition.NewEcsTaskDefinition(here, new("task"), &ecstaskdefinition.EcsTaskDefinitionConfig{
		Family: new(containerName), RequiresCompatibilities: strs("FARGATE"), NetworkMode: new("awsvpc"),
		Cpu: new(strconv.Itoa(c.Service.CPU)), Memory: new(strconv.Itoa(c.Service.Memory)),
		RuntimePlatform:      &ecstaskdefinition.EcsTaskDefinitionRuntimePlatform{CpuArchitecture: new(c.Service.Architecture), OperatingSystemFamily: new("LINUX")},
		ExecutionRoleArn:     execution.arn,
		TaskRoleArn:          own.arn,
		ContainerDefinitions: document(newContainers(c)),
		// The old revision stays, for a rollback.
		SkipDestroy: new(true),
	})
	targets := []any{}
	for _, arn := range c.LoadBalancer.Targets {
		targets = append(targets, &ecsservice.EcsServiceLoadBalancer{TargetGroupArn: new(arn), ContainerName: new(containerName), ContainerPort: num(Port)})
	}
	waits := []cdktf.ITerraformDependable{capacity, execution.rights, own.rights}
	waits = append(waits, c.LoadBalancer.Listeners...)
	for _, more := range [][]cdktf.ITerraformDependable{c.Secrets.Versions, c.Subnets.Routed, c.Endpoints, c.Aurora.Ready, c.Alarms.Ready} {
		waits = append(waits, more...)
	}
	service := ecsservice.NewEcsService(here, new("service"), &ecsservice.EcsServiceConfig{
		Name: new(serviceName), Cluster: cluster.Id(), TaskDefinition: task.Arn(), DesiredCount: num(c.Service.Desired), PlatformVersion: new("LATEST"),
		CapacityProviderStrategy: []any{
			&ecsservice.EcsServiceCapacityProviderStrategy{CapacityProvider: new("FARGATE"), Base: num(c.Service.Base), Weight: num(c.Service.OnDemandWeight)},
			&ecsservice.EcsServiceCapacityProviderStrategy{CapacityProvider: new("FARGATE_SPOT"), Weight: num(c.Service.SpotWeight)},
		},
		// Without it the provider makes a new service where the strategy changes, with minutes of nobody there.
		ForceNewDeployment: new(true),
		// The deploy ends when the deployment has.
		WaitForSteadyState: new(true),
		NetworkConfiguration: &ecsservice.EcsServiceNetworkConfiguration{
			Subnets: strs(c.Subnets.Tasks()...), SecurityGroups: strs(c.Group), AssignPublicIp: new(c.Subnets.PublicTasks),
		},
		// A task may migrate before it is ready, and wait for another that does.
		LoadBalancer: targets, HealthCheckGracePeriodSeconds: num(300),
		DeploymentCircuitBreaker:        &ecsservice.EcsServiceDeploymentCircuitBreaker{Enable: new(true), Rollback: new(true)},
		Alarms:                          &ecsservice.EcsServiceAlarms{AlarmNames: strs(c.Alarms.Names...), Enable: new(true), Rollback: new(true)},
		DeploymentMinimumHealthyPercent: num(100), DeploymentMaximumPercent: num(200),
		AvailabilityZoneRebalancing: new("ENABLED"), EnableEcsManagedTags: new(true), PropagateTags: new("SERVICE"),
		// A read-only root filesystem excludes shells in tasks.
		EnableExecuteCommand: new(false),
		// Three tasks that fail their checks, one after the other, and the way back, or the watch that ECS keeps on the
		// alarms when all new tasks run: each may outlast the provider's 20 minutes.
		Timeouts: &ecsservice.EcsServiceTimeouts{Create: new("60m"), Update: new("60m")},
		// The scaling policies own the count once the service runs.
		Lifecycle: &cdktf.TerraformResourceLifecycle{IgnoreChanges: strs("desired_count")},
		DependsOn: &waits,
	})
	newScaling(here, c, cluster, service)
	return Tasks{ClusterID: *cluster.Id(), ServiceName: *service.Name(), Task: *task.Arn(), Service: service}
}

// newCluster makes the cluster, with its insights' log group: AWS's own would be kept for ever.
func newCluster(scope constructs.Construct, c ServiceConfig) ecscluster.EcsCluster {
	config := &ecscluster.EcsClusterConfig{
		Name: new(clusterName), Setting: []any{&ecscluster.EcsClusterSetting{Name: new("containerInsights"), Value: new(c.Service.Insights)}},
	}
	if c.Service.Insights != "disabled" {
		insights := newLogs(scope, "insights-logs", "/aws/ecs/containerinsights/"+clusterName+"/performance", c.LogDays, c.Key)
		config.DependsOn = &[]cdktf.ITerraformDependable{insights}
	}
	return ecscluster.NewEcsCluster(scope, new("cluster"), config)
}

// ownVariables are those that the stack sets.
var ownVariables = []string{
	"PORT", "OPENAI_MODEL", "AWS_REGION", "API_KEY_SECRET_NAME", "OPENAI_API_KEY",
	"DATABASE_URL", "DATABASE_SECRET_NAME", "DATABASE_ROLE", "DATABASE_IAM_AUTH", "DATABASE_MAY_PAUSE", "REDIS_URL", "REDIS_IAM_AUTH",
}

// stopTimeout is Fargate's longest time from SIGTERM to SIGKILL, and drainMargin what the service
// needs of it beside draining, to store, close and send its last traces and metrics.
const (
	stopTimeout = 120 * time.Second
	drainMargin = 15 * time.Second
)

type pair struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

type injected struct {
	Name      string `json:"name"`
	ValueFrom string `json:"valueFrom"`
}

// dependency is on what another container of the task has come to.
type dependency struct {
	ContainerName string `json:"containerName"`
	Condition     string `json:"condition"`
}

// container is ECS's container definition: what of it is used here.
type container struct {
	Name                   string            `json:"name"`
	Image                  string            `json:"image"`
	Command                []string          `json:"command"`
	Essential              bool              `json:"essential"`
	User                   string            `json:"user"`
	ReadonlyRootFilesystem bool              `json:"readonlyRootFilesystem"`
	LinuxParameters        map[string]any    `json:"linuxParameters"`
	StopTimeout            int               `json:"stopTimeout"` // seconds
	PortMappings           []map[string]any  `json:"portMappings"`
	Environment            []pair            `json:"environment"`
	Secrets                []injected        `json:"secrets"`
	HealthCheck            map[string]any    `json:"healthCheck,omitempty"`
	DependsOn              []dependency      `json:"dependsOn,omitempty"`
	LogConfiguration       map[string]any    `json:"logConfiguration"`
	DockerLabels           map[string]string `json:"dockerLabels"`
	MountPoints            []string          `json:"mountPoints"`
	VolumesFrom            []string          `json:"volumesFrom"`
	SystemControls         []string          `json:"systemControls"`
}

// databaseLogin has the service log in to the new database by IAM as databaseRole, which migrations make.
var databaseLogin = []pair{{"DATABASE_ROLE", databaseRole}, {"DATABASE_IAM_AUTH", "on"}}

// newContainers are the service and, before a new database, what migrates it as its owner and is
// done: the service never sees the owner's login.
func newContainers(c ServiceConfig) []container {
	service := newContainer(c)
	if c.Aurora.Owner == "" {
		return []container{service}
	}
	migrate := service
	migrate.Name, migrate.Command, migrate.Essential = migrateName, []string{"migrate"}, false
	migrate.Environment = append([]pair{{"AWS_REGION", c.AWS.Region}}, databaseLogin...)
	migrate.Secrets = []injected{{"DATABASE_URL", c.Secrets.DatabaseURL}, {"PGUSER", c.Aurora.Owner + ":username::"}, {"PGPASSWORD", c.Aurora.Owner + ":password::"}}
	migrate.PortMappings, migrate.HealthCheck = []map[string]any{}, nil
	service.DependsOn = []dependency{{migrateName, "SUCCESS"}}
	return []container{service, migrate}
}

func newContainer(c ServiceConfig) container {
	environment := []pair{
		{"PORT", strconv.Itoa(Port)},
		{"OPENAI_MODEL", c.Service.Model},
		{"AWS_REGION", c.AWS.Region},
		{"API_KEY_SECRET_NAME", APIKeySecret},
	}
	if c.Aurora.Owner != "" {
		environment = append(environment, databaseLogin...)
	}
	if c.Aurora.Pauses {
		environment = append(environment, pair{"DATABASE_MAY_PAUSE", "on"})
	}
	if c.Redis.URL != "" {
		environment = append(environment, pair{"REDIS_URL", c.Redis.URL}, pair{"REDIS_IAM_AUTH", c.Redis.ID})
	}
	for _, name := range slices.Sorted(maps.Keys(c.Service.Environment)) {
		environment = append(environment, pair{name, c.Service.Environment[name]})
	}
	return container{
		Name: containerName, Image: c.Registry.URL + ":" + c.ImageTag, Command: []string{"serve"}, Essential: true,
		User: "65532:65532", ReadonlyRootFilesystem: true,
		// ECS keeps an empty list of what is added, and the provider makes a new task at each deploy where ours has none.
		LinuxParameters: map[string]any{"capabilities": map[string]any{"add": []string{}, "drop": []string{"ALL"}}},
		StopTimeout:     int(stopTimeout.Seconds()),
		PortMappings:    []map[string]any{{"containerPort": Port, "hostPort": Port, "protocol": "tcp"}},
		Environment:     environment,
		Secrets:         []injected{{"OPENAI_API_KEY", c.Secrets.OpenAIKey}, {"DATABASE_URL", c.Secrets.DatabaseURL}},
		// `debate healthcheck` asks /health: the image has no shell and no curl.
		HealthCheck: map[string]any{"command": []string{"CMD", "/debate", "healthcheck"}, "interval": 30, "timeout": 5, "retries": 3, "startPeriod": 60},
		LogConfiguration: map[string]any{"logDriver": "awslogs", "options": map[string]string{
			"awslogs-group": *c.Logs.Name(), "awslogs-region": c.AWS.Region, "awslogs-stream-prefix": "ecs",
			// A slow log service must not stop a reply.
			"mode": "non-blocking", "max-buffer-size": "25m",
		}},
		DockerLabels: map[string]string{"secrets-version": c.SecretsVersion},
		MountPoints:  []string{}, VolumesFrom: []string{}, SystemControls: []string{},
	}
}

func newScaling(scope constructs.Construct, c ServiceConfig, cluster ecscluster.EcsCluster, service ecsservice.EcsService) {
	target := appautoscalingtarget.NewAppautoscalingTarget(scope, new("scaling"), &appautoscalingtarget.AppautoscalingTargetConfig{
		ServiceNamespace: new("ecs"), ScalableDimension: new("ecs:service:DesiredCount"),
		ResourceId:  new("service/" + *cluster.Name() + "/" + *service.Name()),
		MinCapacity: num(c.Service.Min), MaxCapacity: num(c.Service.Max),
	})
	type policy struct {
		id, metric, label string
		value             int
	}
	policies := []policy{
		{"cpu", "ECSServiceAverageCPUUtilization", "", c.Service.TargetCPU},
		{"memory", "ECSServiceAverageMemoryUtilization", "", c.Service.TargetMemory},
		{"requests", "ALBRequestCountPerTarget", c.LoadBalancer.Suffix + "/" + c.LoadBalancer.TargetSuffix, c.Service.TargetRequests},
	}
	if c.LoadBalancer.GRPCSuffix != "" {
		policies = append(policies, policy{"grpc-requests", "ALBRequestCountPerTarget", c.LoadBalancer.Suffix + "/" + c.LoadBalancer.GRPCSuffix, c.Service.TargetRequests})
	}
	for _, p := range policies {
		metric := &appautoscalingpolicy.AppautoscalingPolicyTargetTrackingScalingPolicyConfigurationPredefinedMetricSpecification{PredefinedMetricType: new(p.metric)}
		if p.label != "" {
			metric.ResourceLabel = new(p.label)
		}
		appautoscalingpolicy.NewAppautoscalingPolicy(scope, new("scale-"+p.id), &appautoscalingpolicy.AppautoscalingPolicyConfig{
			Name: new("debate-api-" + p.id), PolicyType: new("TargetTrackingScaling"),
			ServiceNamespace: target.ServiceNamespace(), ScalableDimension: target.ScalableDimension(), ResourceId: target.ResourceId(),
			TargetTrackingScalingPolicyConfiguration: &appautoscalingpolicy.AppautoscalingPolicyTargetTrackingScalingPolicyConfiguration{
				PredefinedMetricSpecification: metric, TargetValue: num(p.value), ScaleOutCooldown: num(60), ScaleInCooldown: num(300),
				// Tasks go when every policy that takes part agrees, and one without data never does: where
				// nobody calls native gRPC, none would ever go.
				DisableScaleIn: new(p.id == "grpc-requests"),
			},
		})
	}
}

// logStreams is where a log driver may write.
func logStreams(group cloudwatchloggroup.CloudwatchLogGroup) []string {
	return []string{*group.Arn() + ":log-stream:*"}
}
