package main

import "strings"

// allowance is a kind of finding that stays at one resource, with its reason.
type allowance struct{ id, at, reason string }

var allowed = []allowance{
	{"AVD-AWS-0053", "aws_lb.balancer_", "the load balancer is public: it is the service's way in"},
	{"AVD-AWS-0104", "aws_vpc_security_group_egress_rule.firewall_tasks-https_", "tasks call OpenAI, whose addresses change, on port 443 only"},
	{"AVD-AWS-0132", "aws_s3_bucket_server_side_encryption_configuration.balancer_access-logs_", "a load balancer can write its logs to no bucket with a key of ours"},
	{"AVD-AWS-0036", "aws_ecs_task_definition.service_task_", "API_KEY_SECRET_NAME is a name, no secret"},
	{"AVD-AWS-0054", "aws_lb_listener.balancer_http-listener_", "without a certificate there is no HTTPS, which production refuses; the output says so"},
}

// allows finds the allowance for a finding, if there is one.
func allows(f finding) (allowance, bool) {
	for _, a := range allowed {
		if f.id == a.id && strings.Contains(f.where, " "+a.at) {
			return a, true
		}
	}
	return allowance{}, false
}
