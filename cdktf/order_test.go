package main

import (
	"regexp"
	"strings"
	"testing"
)

// needs says what must be there before what: by type, since one forgotten of several would do. AWS accepts
// most of these in the wrong order, or refuses them at times: which comes first is then a race.
var needs = []struct{ what, first, why string }{
	{"aws_ecs_service", "aws_rds_cluster_instance", "a cluster without instances answers nobody: tasks that start are killed"},
	{"aws_ecs_service", "aws_elasticache_replication_group", "tasks are given its address"},
	{"aws_ecs_service", "aws_vpc_endpoint.endpoints", "private names that are half made lead nowhere"},
	{"aws_ecs_service", "aws_secretsmanager_secret_version", "ECS injects them"},
	{"aws_ecs_service", "aws_lb_listener_rule", "a target group without a load balancer cannot have a service"},
	{"aws_ecs_service", "aws_lb_listener.balancer_https", "a target group without a load balancer cannot have a service"},
	{"aws_ecs_service", "aws_iam_role_policy.service", "tasks start with these rights"},
	{"aws_ecs_service", "aws_nat_gateway", "images are fetched through it"},
	{"aws_ecs_service", "aws_cloudwatch_metric_alarm.alarms_service-5xx", "ECS refuses a deployment with an alarm that is not there"},
	{"aws_lb", "aws_internet_gateway", "InvalidSubnet: the VPC has no internet gateway"},
	{"aws_lb", "aws_s3_bucket_policy.balancer", "it tries to write to the bucket when it is made"},
	{"aws_nat_gateway", "aws_internet_gateway", "it has no way out"},
	{"aws_s3_bucket_policy.balancer", "aws_s3_bucket_public_access_block.balancer", "S3 refuses the one while it does the other"},
	{"aws_s3_bucket_policy.trail", "aws_s3_bucket_public_access_block.trail", "S3 refuses the one while it does the other"},
	{"aws_cloudtrail", "aws_s3_bucket_policy.trail", "CloudTrail tries to write"},
	{"aws_cloudtrail", "aws_iam_role_policy.trail", "CloudTrail tries to write"},
	{"aws_lambda_function", "aws_cloudwatch_log_group.rotation", "Lambda would make one that is kept for ever"},
	{"aws_secretsmanager_secret_rotation", "aws_lambda_permission", "Secrets Manager tries to call"},
	{"aws_rds_cluster", "aws_cloudwatch_log_group.database", "RDS would make one that is kept for ever"},
	{"aws_ecs_cluster", "aws_cloudwatch_log_group.service", "ECS would make one that is kept for ever"},
	{"aws_cloudwatch_metric_alarm.alarms_running-tasks", "aws_ecs_service", "no data is an alarm: it would call while the stack is made"},
	{"aws_cloudwatch_metric_alarm.alarms_redis", "aws_ecs_service", "no data is an alarm: it would call while the stack is made"},
}

func TestThingsAreMadeInOrder(t *testing.T) {
	met := map[string]bool{}
	for name, s := range shapes {
		graph := s.graph(t)
		for _, need := range needs {
			firsts := matching(graph, need.first)
			for _, what := range matching(graph, need.what) {
				reached := reach(graph, what)
				for _, first := range firsts {
					met[need.what+need.first] = true
					if !reached[first] {
						t.Errorf("%s: %s does not wait for %s: %s", name, what, first, need.why)
					}
				}
			}
		}
	}
	for _, need := range needs {
		if !met[need.what+need.first] {
			t.Errorf("no shape has %s and %s: nothing was checked", need.what, need.first)
		}
	}
}

var referred = regexp.MustCompile(`(?:data\.)?aws_[a-z0-9_]+\.[A-Za-z][A-Za-z0-9_-]+|local\.[A-Za-z0-9_-]+`)

// graph says what each resource refers to, straight.
func (s *shape) graph(t *testing.T) map[string][]string {
	t.Helper()
	graph := map[string][]string{}
	for kind, resources := range s.doc.Resource {
		for name, r := range resources {
			plain := map[string]any{}
			for field, value := range r {
				if field != "//" {
					plain[field] = value
				}
			}
			graph[kind+"."+name] = referred.FindAllString(jsonText(t, plain), -1)
		}
	}
	return graph
}

// matching are the addresses of a type, or of a type whose names begin so.
func matching(graph map[string][]string, pattern string) []string {
	kind, name, _ := strings.Cut(pattern, ".")
	var found []string
	for address := range graph {
		if strings.HasPrefix(address, kind+"."+name) {
			found = append(found, address)
		}
	}
	return found
}

// reach is all that something waits for.
func reach(graph map[string][]string, from string) map[string]bool {
	reached, open := map[string]bool{}, []string{from}
	for len(open) > 0 {
		next := graph[open[0]]
		open = open[1:]
		for _, address := range next {
			if _, ok := graph[address]; ok && !reached[address] {
				reached[address] = true
				open = append(open, address)
			}
		}
	}
	return reached
}
