package main

import (
	"fmt"
	"math"
	"slices"

	"github.com/aws/constructs-go/constructs/v10"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/cloudwatchlogmetricfilter"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/cloudwatchmetricalarm"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/snstopic"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/snstopicpolicy"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/snstopicsubscription"
	"github.com/hashicorp/terraform-cdk-go/cdktf"

	"github.com/debate-chatbot/debate-api/internal/debate"
)

// AlarmsConfig of NewAlarms. Aurora and Redis are their ids, empty for what is not ours.
type AlarmsConfig struct {
	Alarms       Alarms
	Service      Service
	AWS          AWSScope
	Key          Key
	LoadBalancer LoadBalancer
	Logs         string // the service's log group
	Aurora       string
	Capacity     float64 // the greatest of Aurora
	Redis        string
	Nodes        int  // of Redis
	Rotates      bool // the API key, by our function
}

// DeploymentAlarms end a deployment that harms users, and bring back what ran before.
type DeploymentAlarms struct {
	Names []string
	Ready []cdktf.ITerraformDependable
}

// AlarmList is the alarms that there are.
type AlarmList struct {
	ARNs       []string
	Deployment DeploymentAlarms
	others     []cdktf.TerraformResource
}

// WaitFor makes all but the deployment's alarms after something: those that call when there is no data
// would call while it is being made.
func (l AlarmList) WaitFor(what cdktf.TerraformResource) {
	for _, alarm := range l.others {
		alarm.SetDependsOn(&[]*string{new(*what.TerraformResourceType() + "." + *what.FriendlyUniqueId())})
	}
}

// endsDeployments are the alarms on what users get.
var endsDeployments = []string{"balancer-5xx", "service-5xx", "latency-p99"}

// alarm is a metric that is out of bounds for some minutes in a row.
type alarm struct {
	name      string
	means     string // what is wrong and where to look first
	namespace string
	metric    string
	statistic string
	on        dimensions
	below     bool // else above
	threshold float64
	minutes   int
	missing   string // what no data means; "" for nothing wrong
}

type dimensions map[string]string

// NewAlarms makes the topic and the alarms that call a person: each says that users are harmed
// or soon will be.
func NewAlarms(scope constructs.Construct, id string, c AlarmsConfig) AlarmList {
	here := constructs.NewConstruct(scope, new(id))
	topic := newTopic(here, c)
	newCount(here, c.Logs, "errors", "Errors", `{ $.level = "ERROR" }`)
	newCount(here, c.Logs, "failed-replies", "FailedReplies", `{ $.msg = "`+debate.IncompleteReplyLog+`" }`)
	var list AlarmList
	for _, a := range c.alarms() {
		config := &cloudwatchmetricalarm.CloudwatchMetricAlarmConfig{
			AlarmName: new("debate-chatbot-" + a.name), AlarmDescription: new(a.means + " Runbook: docs/deploy.md, When an alarm calls."),
			Namespace: new(a.namespace), MetricName: new(a.metric), Dimensions: jsonMap(a.on),
			ComparisonOperator: new("GreaterThanThreshold"), Threshold: new(a.threshold),
			Period: num(60), EvaluationPeriods: num(a.minutes), DatapointsToAlarm: num(a.minutes),
			TreatMissingData: new("notBreaching"), AlarmActions: strs(topic), OkActions: strs(topic),
		}
		if a.below {
			config.ComparisonOperator = new("LessThanThreshold")
		}
		if a.missing != "" {
			config.TreatMissingData = new(a.missing)
		}
		if a.statistic == "p99" {
			config.ExtendedStatistic = new(a.statistic)
			// Of ten answers at night the slowest is no hundredth.
			config.EvaluateLowSampleCountPercentiles = new("ignore")
		} else {
			config.Statistic = new(a.statistic)
		}
		made := cloudwatchmetricalarm.NewCloudwatchMetricAlarm(here, new(a.name), config)
		list.ARNs = append(list.ARNs, *made.Arn())
		if slices.Contains(endsDeployments, a.name) {
			list.Deployment.Names, list.Deployment.Ready = append(list.Deployment.Names, *config.AlarmName), append(list.Deployment.Ready, made)
		} else {
			list.others = append(list.others, made)
		}
	}
	return list
}

// newCount makes a metric of log lines.
func newCount(scope constructs.Construct, logs, id, metric, pattern string) {
	cloudwatchlogmetricfilter.NewCloudwatchLogMetricFilter(scope, new(id+"-filter"), &cloudwatchlogmetricfilter.CloudwatchLogMetricFilterConfig{
		Name: new("debate-api-" + id), LogGroupName: new(logs), Pattern: new(pattern),
		MetricTransformation: &cloudwatchlogmetricfilter.CloudwatchLogMetricFilterMetricTransformation{
			Namespace: new("DebateChatbot"), Name: new(metric), Value: new("1"), DefaultValue: new("0"),
		},
	})
}

// connections is how many Aurora takes by its greatest capacity, of 2 GiB each; below one unit at
// its least it never takes more than 2000.
func connections(capacity float64) float64 {
	const unit, each = 2 << 30, 9531392 // bytes
	return min(math.Floor(capacity*unit/each), 2000)
}

func (c AlarmsConfig) alarms() []alarm {
	balancer := dimensions{"LoadBalancer": c.LoadBalancer.Suffix}
	targets := dimensions{"LoadBalancer": c.LoadBalancer.Suffix, "TargetGroup": c.LoadBalancer.TargetSuffix}
	service := dimensions{"ClusterName": clusterName, "ServiceName": serviceName}
	alarms := []alarm{
		{"balancer-5xx", "The load balancer answers 5xx itself: no healthy task, or tasks that cut connections. See target health.", "AWS/ApplicationELB", "HTTPCode_ELB_5XX_Count", "Sum", balancer, false, 10, 5, ""},
		{"service-5xx", "The service answers 5xx. See its logs for level ERROR, and the model provider's status.", "AWS/ApplicationELB", "HTTPCode_Target_5XX_Count", "Sum", targets, false, 10, 5, ""},
		{"latency-p99", "One answer in a hundred takes over 20 s to begin. See the model provider, then the database.", "AWS/ApplicationELB", "TargetResponseTime", "p99", targets, false, 20, 10, ""},
		{"unhealthy-hosts", "A task fails /ready. See its logs; ECS replaces it unless it stays unhealthy.", "AWS/ApplicationELB", "UnHealthyHostCount", "Maximum", targets, false, 0, 5, ""},
		{"cpu", "The tasks' CPU is nearly used up and scaling does not help: raise service.max.", "AWS/ECS", "CPUUtilization", "Average", service, false, 90, 15, ""},
		{"memory", "The tasks' memory is nearly used up: a leak, or raise service.memory.", "AWS/ECS", "MemoryUtilization", "Average", service, false, 90, 15, ""},
		{"errors", "The service logs errors. See the dashboard's list.", "DebateChatbot", "Errors", "Sum", nil, false, 10, 5, ""},
		// A stream that began is a 200, however it ends.
		{"failed-replies", "Replies fail after they began. See the logs for '" + debate.IncompleteReplyLog + "', and the model provider's status.", "DebateChatbot", "FailedReplies", "Sum", nil, false, 10, 5, ""},
	}
	if c.Service.Insights != "disabled" && c.Service.Min > 0 {
		alarms = append(alarms, alarm{"running-tasks", "Fewer tasks run than the least allowed. See the service's events: image, secrets, capacity.", "ECS/ContainerInsights", "RunningTaskCount", "Minimum",
			service, true, float64(c.Service.Min), 5, "breaching"})
	}
	if c.Rotates {
		alarms = append(alarms, alarm{"rotation", "The API key was not rotated; the one before it goes on. See the log of the function " + rotatorName + ".", "AWS/Lambda", "Errors", "Sum",
			dimensions{"FunctionName": rotatorName}, false, 0, 1, ""})
	}
	if c.LoadBalancer.GRPCSuffix != "" {
		alarms = append(alarms, alarm{"unhealthy-grpc-hosts", "A task fails the gRPC health check: native gRPC does not reach it. See its logs.", "AWS/ApplicationELB", "UnHealthyHostCount", "Maximum",
			dimensions{"LoadBalancer": c.LoadBalancer.Suffix, "TargetGroup": c.LoadBalancer.GRPCSuffix}, false, 0, 5, ""})
	}
	if c.Aurora != "" {
		aurora := dimensions{"DBClusterIdentifier": c.Aurora}
		// All calls go to the writer: an idle reader would halve the cluster's average.
		writer := dimensions{"DBClusterIdentifier": c.Aurora, "Role": "WRITER"}
		alarms = append(alarms,
			alarm{"aurora-capacity", "Aurora is at its greatest capacity. See the slow statements in its log; raise database.max_capacity.", "AWS/RDS", "ACUUtilization", "Average", aurora, false, 90, 15, ""},
			alarm{"aurora-cpu", "Aurora's CPU is nearly used up. See Database Insights.", "AWS/RDS", "CPUUtilization", "Average", writer, false, 85, 15, ""},
			alarm{"aurora-connections", "Aurora has four fifths of the connections that it takes: something leaks them, or raise database.max_capacity.", "AWS/RDS", "DatabaseConnections", "Maximum", writer,
				false, math.Floor(connections(c.Capacity) * 4 / 5), 5, ""},
			alarm{"aurora-latency", "Commits take over 100 ms. See the waits in Database Insights.", "AWS/RDS", "CommitLatency", "Average", writer, false, 100, 10, ""},
		)
	}
	if c.Redis != "" {
		// After a failover any node may be the primary.
		for i, node := range redisNodes(c.Redis, c.Nodes) {
			on := dimensions{"CacheClusterId": node}
			alarms = append(alarms,
				alarm{fmt.Sprintf("redis-%d-memory", i+1), "Redis is nearly full and will drop entries: a larger cache.node.", "AWS/ElastiCache", "DatabaseMemoryUsagePercentage", "Maximum", on, false, 85, 10, ""},
				alarm{fmt.Sprintf("redis-%d-cpu", i+1), "Redis's engine is nearly used up: a larger cache.node. Or the node is gone: the service goes on without, and ElastiCache replaces it.", "AWS/ElastiCache", "EngineCPUUtilization", "Average", on, false, 85, 15, "breaching"},
			)
		}
	}
	return alarms
}

// redisNodes are the names by which ElastiCache knows a group's nodes.
func redisNodes(group string, nodes int) []string {
	names := make([]string, nodes)
	for i := range names {
		names[i] = fmt.Sprintf("%s-%03d", group, i+1)
	}
	return names
}

// newTopic makes the topic; people subscribe to it, CloudWatch alone may speak.
func newTopic(scope constructs.Construct, c AlarmsConfig) string {
	topic := snstopic.NewSnsTopic(scope, new("topic"), &snstopic.SnsTopicConfig{Name: new("debate-chatbot-alarms"), KmsMasterKeyId: new(c.Key.ARN)})
	snstopicpolicy.NewSnsTopicPolicy(scope, new("topic-policy"), &snstopicpolicy.SnsTopicPolicyConfig{
		Arn: topic.Arn(),
		Policy: policy(Statement{
			Sid: "Alarms", Effect: "Allow", Action: []string{"sns:Publish"}, Resource: []string{*topic.Arn()},
			Principal: map[string]any{"Service": "cloudwatch.amazonaws.com"},
			Condition: map[string]map[string]any{"StringEquals": {"aws:SourceAccount": c.AWS.Account}},
		}),
	})
	if c.Alarms.Email != "" {
		snstopicsubscription.NewSnsTopicSubscription(scope, new("email"), &snstopicsubscription.SnsTopicSubscriptionConfig{
			TopicArn: topic.Arn(), Protocol: new("email"), Endpoint: new(c.Alarms.Email),
		})
	}
	return *topic.Arn()
}

func jsonMap(m dimensions) *map[string]*string {
	if m == nil {
		return nil
	}
	values := map[string]*string{}
	for name, value := range m {
		values[name] = new(value)
	}
	return &values
}
