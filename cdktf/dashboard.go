package main

import (
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/cloudwatchdashboard"
)

// DashboardConfig of NewDashboard.
type DashboardConfig struct {
	AWS          AWSScope
	LoadBalancer LoadBalancer
	Aurora       string
	Redis        string
	Nodes        int      // of Redis
	Insights     bool     // of the cluster
	Alarms       []string // ARNs
}

// widget is a rectangle on the dashboard's 24 columns.
type widget struct {
	Type       string         `json:"type"`
	X          int            `json:"x"`
	Y          int            `json:"y"`
	Width      int            `json:"width"`
	Height     int            `json:"height"`
	Properties map[string]any `json:"properties"`
}

// NewDashboard lays out what a person wants to see who was just woken: what alarms, whether
// users get answers, how fast, from how many tasks, and what lies below; then the latest errors.
func NewDashboard(scope constructs.Construct, id string, c DashboardConfig) {
	here := constructs.NewConstruct(scope, new(id))
	balancer := []any{"LoadBalancer", c.LoadBalancer.Suffix}
	targets := []any{"TargetGroup", c.LoadBalancer.TargetSuffix, "LoadBalancer", c.LoadBalancer.Suffix}
	service := []any{"ClusterName", clusterName, "ServiceName", serviceName}
	var running []line
	if c.Insights {
		running = []line{{"ECS/ContainerInsights", "RunningTaskCount", service, "Minimum"}, {"ECS/ContainerInsights", "DesiredTaskCount", service, "Maximum"}}
	}
	charts := []chart{
		{"Requests a minute", []line{{"AWS/ApplicationELB", "RequestCount", balancer, "Sum"}}},
		{"Errors a minute", []line{
			{"AWS/ApplicationELB", "HTTPCode_Target_5XX_Count", targets, "Sum"},
			{"AWS/ApplicationELB", "HTTPCode_ELB_5XX_Count", balancer, "Sum"},
			{"AWS/ApplicationELB", "HTTPCode_Target_4XX_Count", targets, "Sum"},
		}},
		{"Seconds until an answer begins", []line{
			{"AWS/ApplicationELB", "TargetResponseTime", targets, "p50"},
			{"AWS/ApplicationELB", "TargetResponseTime", targets, "p99"},
		}},
		{"Tasks", append([]line{
			{"AWS/ApplicationELB", "HealthyHostCount", targets, "Minimum"},
			{"AWS/ApplicationELB", "UnHealthyHostCount", targets, "Maximum"},
		}, running...)},
		{"Tasks: percent of CPU and memory", []line{
			{"AWS/ECS", "CPUUtilization", service, "Average"}, {"AWS/ECS", "CPUUtilization", service, "Maximum"},
			{"AWS/ECS", "MemoryUtilization", service, "Average"},
		}},
		{"Errors logged and replies failed a minute", []line{
			{"DebateChatbot", "Errors", nil, "Sum"}, {"DebateChatbot", "FailedReplies", nil, "Sum"},
		}},
		{"Open connections", []line{{"AWS/ApplicationELB", "ActiveConnectionCount", balancer, "Sum"}, {"AWS/ApplicationELB", "RejectedConnectionCount", balancer, "Sum"}}},
	}
	if c.Aurora != "" {
		aurora, writer := []any{"DBClusterIdentifier", c.Aurora}, []any{"DBClusterIdentifier", c.Aurora, "Role", "WRITER"}
		charts = append(charts,
			chart{"Aurora: capacity and CPU", []line{{"AWS/RDS", "ServerlessDatabaseCapacity", aurora, "Average"}, {"AWS/RDS", "ACUUtilization", aurora, "Average"}, {"AWS/RDS", "CPUUtilization", writer, "Average"}}},
			chart{"Aurora: connections", []line{{"AWS/RDS", "DatabaseConnections", writer, "Maximum"}}},
			chart{"Aurora: milliseconds a commit", []line{{"AWS/RDS", "CommitLatency", writer, "Average"}, {"AWS/RDS", "CommitLatency", writer, "p99"}}})
	}
	if c.Redis != "" {
		each := func(metrics ...[2]string) (lines []line) {
			for _, node := range redisNodes(c.Redis, c.Nodes) {
				for _, m := range metrics {
					lines = append(lines, line{"AWS/ElastiCache", m[0], []any{"CacheClusterId", node}, m[1]})
				}
			}
			return lines
		}
		charts = append(charts,
			chart{"Redis: percent of memory and engine", each([2]string{"DatabaseMemoryUsagePercentage", "Maximum"}, [2]string{"EngineCPUUtilization", "Average"})},
			chart{"Redis: hits, misses, evictions", each([2]string{"CacheHits", "Sum"}, [2]string{"CacheMisses", "Sum"}, [2]string{"Evictions", "Sum"})},
			chart{"Redis: connections and replication lag", each([2]string{"CurrConnections", "Maximum"}, [2]string{"ReplicationLag", "Maximum"})})
	}
	widgets := []widget{{"alarm", 0, 0, 24, 3, map[string]any{"title": "Alarms", "alarms": c.Alarms}}}
	for i, chart := range charts {
		widgets = append(widgets, widget{"metric", i % 3 * 8, 3 + i/3*6, 8, 6, chart.properties(c.AWS.Region)})
	}
	widgets = append(widgets, widget{"log", 0, 3 + (len(charts)+2)/3*6, 24, 8, map[string]any{
		"title": "Latest errors", "region": c.AWS.Region, "view": "table",
		"query": "SOURCE '" + serviceLogs + "' | fields @timestamp, msg, error, @message | filter level = 'ERROR' | sort @timestamp desc | limit 50",
	}})
	cloudwatchdashboard.NewCloudwatchDashboard(here, new("dashboard"), &cloudwatchdashboard.CloudwatchDashboardConfig{
		DashboardName: new("debate-chatbot"), DashboardBody: document(map[string]any{"widgets": widgets}),
	})
}

type chart struct {
	title string
	lines []line
}

type line struct {
	namespace, metric string
	dimensions        []any
	statistic         string
}

func (c chart) properties(region string) map[string]any {
	metrics := [][]any{}
	for _, l := range c.lines {
		metric := append([]any{l.namespace, l.metric}, l.dimensions...)
		metrics = append(metrics, append(metric, map[string]string{"stat": l.statistic}))
	}
	return map[string]any{
		"title": c.title, "region": region, "view": "timeSeries", "period": 60, "metrics": metrics,
		"yAxis": map[string]any{"left": map[string]int{"min": 0}},
	}
}
