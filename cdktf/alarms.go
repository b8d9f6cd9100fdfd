package main

import (
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/cloudwatchlogmetricfilter"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/cloudwatchmetricalarm"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/snstopic"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/snstopicpolicy"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/snstopicsubscription"
)

// AlarmsConfig of NewAlarms. Aurora and Redis are their ids, empty for what is not ours.
type AlarmsConfig struct {
	Alarms       Alarms
	Service      Service
	Place        Place
	Key          Key
	LoadBalancer LoadBalancer
	Logs         string // the service's log group
	Aurora       string
	Redis        string
}

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
// or soon will be. It returns the alarms' ARNs.
func NewAlarms(scope constructs.Construct, id string, c AlarmsConfig) []string {
	here := constructs.NewConstruct(scope, str(id))
	topic := newTopic(here, c)
	cloudwatchlogmetricfilter.NewCloudwatchLogMetricFilter(here, str("errors-filter"), &cloudwatchlogmetricfilter.CloudwatchLogMetricFilterConfig{
		Name: str("debate-api-errors"), LogGroupName: str(c.Logs), Pattern: str(`{ $.level = "ERROR" }`),
		MetricTransformation: &cloudwatchlogmetricfilter.CloudwatchLogMetricFilterMetricTransformation{
			Namespace: str("DebateChatbot"), Name: str("Errors"), Value: str("1"), DefaultValue: str("0"),
		},
	})
	var arns []string
	for _, a := range c.alarms() {
		config := &cloudwatchmetricalarm.CloudwatchMetricAlarmConfig{
			AlarmName: str("debate-chatbot-" + a.name), AlarmDescription: str(a.means),
			Namespace: str(a.namespace), MetricName: str(a.metric), Dimensions: jsonMap(a.on),
			ComparisonOperator: str("GreaterThanThreshold"), Threshold: num(a.threshold),
			Period: num(60), EvaluationPeriods: count(a.minutes), DatapointsToAlarm: count(a.minutes),
			TreatMissingData: str("notBreaching"), AlarmActions: strs(topic), OkActions: strs(topic),
		}
		if a.below {
			config.ComparisonOperator = str("LessThanThreshold")
		}
		if a.missing != "" {
			config.TreatMissingData = str(a.missing)
		}
		if a.statistic == "p99" {
			config.ExtendedStatistic = str(a.statistic)
		} else {
			config.Statistic = str(a.statistic)
		}
		arns = append(arns, *cloudwatchmetricalarm.NewCloudwatchMetricAlarm(here, str(a.name), config).Arn())
	}
	return arns
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
		{"running-tasks", "Fewer tasks run than the least allowed. See the service's events: image, secrets, capacity.", "ECS/ContainerInsights", "RunningTaskCount", "Minimum", service, true, float64(c.Service.Min), 5, "breaching"},
		{"cpu", "The tasks' CPU is nearly used up and scaling does not help: raise service.max.", "AWS/ECS", "CPUUtilization", "Average", service, false, 90, 15, ""},
		{"memory", "The tasks' memory is nearly used up: a leak, or raise service.memory.", "AWS/ECS", "MemoryUtilization", "Average", service, false, 90, 15, ""},
		{"errors", "The service logs errors.", "DebateChatbot", "Errors", "Sum", nil, false, 10, 5, ""},
	}
	if c.Aurora != "" {
		aurora := dimensions{"DBClusterIdentifier": c.Aurora}
		alarms = append(alarms,
			alarm{"aurora-capacity", "Aurora is at its greatest capacity. See the slow statements in its log; raise database.max_capacity.", "AWS/RDS", "ACUUtilization", "Average", aurora, false, 90, 15, ""},
			alarm{"aurora-cpu", "Aurora's CPU is nearly used up. See Performance Insights.", "AWS/RDS", "CPUUtilization", "Average", aurora, false, 85, 15, ""},
			alarm{"aurora-connections", "Aurora has many connections: tasks that leak them, or too many tasks.", "AWS/RDS", "DatabaseConnections", "Maximum", aurora, false, 400, 5, ""},
			alarm{"aurora-latency", "Commits take over 100 ms.", "AWS/RDS", "CommitLatency", "Average", aurora, false, 100, 10, ""},
		)
	}
	if c.Redis != "" {
		// ElastiCache names the first node of a group like this; a failover keeps the names.
		redis := dimensions{"CacheClusterId": c.Redis + "-001"}
		alarms = append(alarms,
			alarm{"redis-memory", "Redis is nearly full and will drop entries: a larger cache.node.", "AWS/ElastiCache", "DatabaseMemoryUsagePercentage", "Maximum", redis, false, 85, 10, ""},
			alarm{"redis-cpu", "Redis's engine is nearly used up: a larger cache.node.", "AWS/ElastiCache", "EngineCPUUtilization", "Average", redis, false, 85, 10, ""},
		)
	}
	return alarms
}

// newTopic makes the topic; people subscribe to it, CloudWatch alone may speak.
func newTopic(scope constructs.Construct, c AlarmsConfig) string {
	topic := snstopic.NewSnsTopic(scope, str("topic"), &snstopic.SnsTopicConfig{Name: str("debate-chatbot-alarms"), KmsMasterKeyId: str(c.Key.ARN)})
	snstopicpolicy.NewSnsTopicPolicy(scope, str("topic-policy"), &snstopicpolicy.SnsTopicPolicyConfig{
		Arn: topic.Arn(),
		Policy: policy(Statement{
			Sid: "Alarms", Effect: "Allow", Action: []string{"sns:Publish"}, Resource: []string{*topic.Arn()},
			Principal: map[string]any{"Service": "cloudwatch.amazonaws.com"},
			Condition: map[string]map[string]any{"StringEquals": {"aws:SourceAccount": c.Place.Account}},
		}),
	})
	if c.Alarms.Email != "" {
		snstopicsubscription.NewSnsTopicSubscription(scope, str("email"), &snstopicsubscription.SnsTopicSubscriptionConfig{
			TopicArn: topic.Arn(), Protocol: str("email"), Endpoint: str(c.Alarms.Email),
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
		values[name] = str(value)
	}
	return &values
}
