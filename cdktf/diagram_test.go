package main

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// box is what the diagram shows of a construct: the resources of some types, as one node.
type box struct {
	id, label string
	kinds     []string
	count     string // type whose number the label shows; empty for none
}

// boxes in the order of the way in, from the internet to the data, then what watches.
var boxes = []box{
	{"balancer", "Load balancer", []string{"aws_lb", "aws_lb_listener", "aws_lb_listener_rule", "aws_lb_target_group"}, ""},
	{"nat", "NAT gateway", []string{"aws_nat_gateway"}, "aws_nat_gateway"},
	{"tasks", "ECS Fargate service", []string{"aws_ecs_cluster", "aws_ecs_service", "aws_ecs_task_definition", "aws_ecs_cluster_capacity_providers"}, ""},
	{"scaling", "Auto scaling policies", []string{"aws_appautoscaling_target", "aws_appautoscaling_policy"}, "aws_appautoscaling_policy"},
	{"aurora", "Aurora PostgreSQL instances", []string{"aws_rds_cluster", "aws_rds_cluster_instance"}, "aws_rds_cluster_instance"},
	{"redis", "Redis", []string{"aws_elasticache_replication_group"}, ""},
	{"registry", "ECR images", []string{"aws_ecr_repository", "aws_ecr_lifecycle_policy"}, ""},
	{"secrets", "Secrets Manager secrets", []string{"aws_secretsmanager_secret", "aws_secretsmanager_secret_version", "aws_secretsmanager_secret_rotation"}, "aws_secretsmanager_secret"},
	{"key", "KMS key", []string{"aws_kms_key", "aws_kms_alias"}, ""},
	{"logs", "CloudWatch log groups", []string{"aws_cloudwatch_log_group"}, "aws_cloudwatch_log_group"},
	{"alarms", "CloudWatch alarms", []string{"aws_cloudwatch_metric_alarm", "aws_cloudwatch_log_metric_filter"}, "aws_cloudwatch_metric_alarm"},
	{"dashboard", "CloudWatch dashboard", []string{"aws_cloudwatch_dashboard"}, ""},
	{"topic", "SNS topic", []string{"aws_sns_topic", "aws_sns_topic_subscription"}, ""},
	{"trail", "CloudTrail", []string{"aws_cloudtrail"}, ""},
	{"buckets", "S3 buckets for logs", []string{"aws_s3_bucket"}, "aws_s3_bucket"},
}

// Draw reads a synthesized stack and draws it for Mermaid. Boxes are the stack's resources.
// Thick arrows are what the security groups let through, thin ones what refers to what.
func Draw(stack []byte) (string, error) {
	var doc struct {
		Resource map[string]map[string]map[string]any `json:"resource"`
	}
	if err := json.Unmarshal(stack, &doc); err != nil {
		return "", fmt.Errorf("draw: %w", err)
	}
	var b strings.Builder
	b.WriteString("flowchart LR\n  internet((Internet))\n")
	owner := map[string]string{} // kind to box
	for _, x := range boxes {
		if len(doc.Resource[x.kinds[0]]) == 0 {
			continue
		}
		label := x.label
		if n := len(doc.Resource[x.count]); x.count != "" {
			label = fmt.Sprintf("%d × %s", n, label)
		}
		fmt.Fprintf(&b, "  %s[%q]\n", x.id, label)
		for _, kind := range x.kinds {
			owner[kind] = x.id
		}
	}
	var arrows []string
	arrows = append(arrows, traffic(doc.Resource, owner)...)
	for kind, resources := range doc.Resource {
		from, ok := owner[kind]
		if !ok {
			continue
		}
		for _, r := range resources {
			delete(r, "depends_on")
			text, err := json.Marshal(r)
			if err != nil {
				return "", fmt.Errorf("draw: %w", err)
			}
			for other, to := range owner {
				if to != from && strings.Contains(string(text), "${"+other+".") {
					arrows = append(arrows, fmt.Sprintf("  %s --> %s\n", from, to))
				}
			}
		}
	}
	slices.Sort(arrows)
	for _, arrow := range slices.Compact(arrows) {
		b.WriteString(arrow)
	}
	return b.String(), nil
}

// traffic draws the firewall's egress rules, and what the internet may reach. A security group
// is drawn as whatever carries it.
func traffic(resources map[string]map[string]map[string]any, owner map[string]string) []string {
	carrier := map[any]string{}
	for kind, id := range owner {
		for _, r := range resources[kind] {
			text := fmt.Sprint(r["security_groups"], r["vpc_security_group_ids"], r["security_group_ids"], r["network_configuration"])
			for name := range resources["aws_security_group"] {
				if reference := "${aws_security_group." + name + ".id}"; strings.Contains(text, reference) {
					carrier[reference] = id
				}
			}
		}
	}
	var arrows []string
	for _, r := range resources["aws_vpc_security_group_egress_rule"] {
		to, ok := carrier[r["referenced_security_group_id"]]
		if r["cidr_ipv4"] == "0.0.0.0/0" {
			if to, ok = "internet", true; owner["aws_nat_gateway"] != "" {
				arrows = append(arrows, "  nat ==> internet\n")
				to = "nat"
			}
		}
		if from := carrier[r["security_group_id"]]; ok && from != "" {
			arrows = append(arrows, fmt.Sprintf("  %s ==%v==> %s\n", from, r["from_port"], to))
		}
	}
	for _, r := range resources["aws_vpc_security_group_ingress_rule"] {
		if r["cidr_ipv4"] == "0.0.0.0/0" {
			arrows = append(arrows, fmt.Sprintf("  internet ==%v==> %s\n", r["from_port"], carrier[r["security_group_id"]]))
		}
	}
	return arrows
}
