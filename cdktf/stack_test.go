package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"sort"
	"strings"
	"testing"
	"time"
)

func TestKeyRotatesAndAdmitsItsServicesOnly(t *testing.T) {
	s := shapes["default"]
	s.check(t, []expect{
		{"aws_kms_key", "key/key", "enable_key_rotation", true},
		{"aws_kms_key", "key/key", "policy.Statement.0.Principal.AWS", "arn:${data.aws_partition.scope_partition_BB980BEB.partition}:iam::${data.aws_caller_identity.scope_account_629FA0E6.account_id}:root"},
		{"aws_kms_key", "key/key", "policy.Statement.1.Principal.Service", "logs.${var.region}.amazonaws.com"},
		{"aws_kms_key", "key/key", "policy.Statement.2.Principal.Service", "cloudwatch.amazonaws.com"},
		{"aws_kms_key", "key/key", "policy.Statement.3.Principal.Service", "cloudtrail.amazonaws.com"},
		{"aws_kms_key", "key/key", "policy.Statement.3.Condition.StringEquals.aws:SourceArn", "arn:${data.aws_partition.scope_partition_BB980BEB.partition}:cloudtrail:${var.region}:${data.aws_caller_identity.scope_account_629FA0E6.account_id}:trail/debate-chatbot"},
		{"aws_kms_alias", "key/alias", "name", "alias/debate-chatbot"},
	})
	statements, _ := at(s.get(t, "aws_kms_key", "key/key"), "policy.Statement").([]any)
	for _, statement := range statements[1:] {
		if at(statement, "Condition") == nil {
			t.Errorf("statement %v has no condition", at(statement, "Sid"))
		}
	}
	if policy := jsonText(t, shapes["smallest"].get(t, "aws_kms_key", "key/key")["policy"]); strings.Contains(policy, "cloudtrail") {
		t.Error("CloudTrail may use the key though there is no trail")
	}
}

func TestRegistryKeepsTenTagsAndScans(t *testing.T) {
	shapes["default"].check(t, []expect{
		{"aws_ecr_repository", "registry/repository", "name", "debate-api"},
		{"aws_ecr_repository", "registry/repository", "image_tag_mutability", "IMMUTABLE"},
		{"aws_ecr_repository", "registry/repository", "image_scanning_configuration.scan_on_push", true},
		{"aws_ecr_repository", "registry/repository", "encryption_configuration.0.encryption_type", "KMS"},
		{"aws_ecr_lifecycle_policy", "registry/lifecycle", "policy.rules.0.selection.tagStatus", "untagged"},
		{"aws_ecr_lifecycle_policy", "registry/lifecycle", "policy.rules.0.selection.countNumber", 1},
		{"aws_ecr_lifecycle_policy", "registry/lifecycle", "policy.rules.1.selection.tagStatus", "tagged"},
		{"aws_ecr_lifecycle_policy", "registry/lifecycle", "policy.rules.1.selection.countNumber", 10},
		{"aws_ecr_lifecycle_policy", "registry/lifecycle", "policy.rules.1.selection.tagPatternList", []string{"*"}},
	})
}

func TestSecretsAreEncryptedAndWriteOnly(t *testing.T) {
	s := shapes["default"]
	key := s.reference(t, "aws_kms_key", "key/key", "arn")
	for path, name := range map[string]string{
		"openai": "debate-chatbot-openai-api-key", "database": "debate-chatbot-database-url", "api": "debate-chatbot-api-key",
	} {
		s.check(t, []expect{
			{"aws_secretsmanager_secret", "secrets/" + path, "name", name},
			{"aws_secretsmanager_secret", "secrets/" + path, "kms_key_id", key},
			{"aws_secretsmanager_secret_version", "secrets/" + path + "-version", "secret_string", nil},
		})
	}
	s.check(t, []expect{
		{"aws_secretsmanager_secret_version", "secrets/openai-version", "secret_string_wo", "${var.openai_api_key}"},
		{"aws_secretsmanager_secret_version", "secrets/openai-version", "secret_string_wo_version", "${var.openai_api_key_version}"},
		{"aws_secretsmanager_secret_version", "secrets/api-version", "secret_string_wo", "${var.api_key}"},
		{"aws_secretsmanager_secret_version", "secrets/database-version", "secret_string_wo", `${coalesce(var.database_url, join("", ["postgres://", ` +
			bare(s.reference(t, "aws_rds_cluster", "database/cluster", "endpoint")) + `, ":5432/debate?sslmode=verify-full&sslrootcert=/etc/ssl/certs/rds-ca.pem"]))}`},
	})
	for name, fallback := range map[string]any{"openai_api_key": nil, "api_key": nil, "database_url": ""} {
		if v := s.doc.Variable[name]; v["ephemeral"] != true || v["sensitive"] != true || v["default"] != fallback {
			t.Errorf("variable %s is %v: want it ephemeral, sensitive and by default %v", name, v, fallback)
		}
	}
	if v := shapes["smallest"].doc.Variable["database_url"]; v == nil || v["default"] != nil {
		t.Errorf("with an existing database database_url is %v: it must be given", v)
	}
	shapes["smallest"].check(t, []expect{{"aws_secretsmanager_secret_version", "secrets/database-version", "secret_string_wo", "${var.database_url}"}})
}

func TestAPIKeyRotatesByItselfIfAskedTo(t *testing.T) {
	if shapes["default"].has("aws_lambda_function") || shapes["default"].has("aws_secretsmanager_secret_rotation") {
		t.Error("the default rotates, though Terraform's own key would be gone after a while")
	}
	s := shapes["fullest"]
	secret := s.reference(t, "aws_secretsmanager_secret", "secrets/api", "arn")
	s.check(t, []expect{
		{"aws_lambda_function", "rotation/function", "runtime", "provided.al2023"},
		{"aws_lambda_function", "rotation/function", "architectures", []string{"arm64"}},
		{"aws_lambda_function", "rotation/function", "handler", "bootstrap"},
		{"aws_lambda_function", "rotation/function", "role", s.reference(t, "aws_iam_role", "rotation/rotate-role", "arn")},
		{"aws_lambda_function", "rotation/function", "logging_config.log_group", s.reference(t, "aws_cloudwatch_log_group", "rotation/logs", "name")},
		{"aws_lambda_permission", "rotation/call", "principal", "secretsmanager.amazonaws.com"},
		{"aws_lambda_permission", "rotation/call", "source_account", "${data.aws_caller_identity.scope_account_629FA0E6.account_id}"},
		{"aws_lambda_permission", "rotation/call", "source_arn", secret},
		{"aws_secretsmanager_secret_rotation", "rotation/rotation", "rotation_lambda_arn", s.reference(t, "aws_lambda_function", "rotation/function", "arn")},
		{"aws_secretsmanager_secret_rotation", "rotation/rotation", "rotation_rules.automatically_after_days", 30},
		{"aws_cloudwatch_metric_alarm", "alarms/rotation", "dimensions", map[string]any{"FunctionName": "debate-chatbot-rotate"}},
	})
	want := map[string]any{
		"secretsmanager:DescribeSecret": []any{secret}, "secretsmanager:GetSecretValue": []any{secret}, "secretsmanager:PutSecretValue": []any{secret},
		"secretsmanager:UpdateSecretVersionStage": []any{secret},
		"kms:Decrypt": []any{s.reference(t, "aws_kms_key", "key/key", "arn")}, "kms:GenerateDataKey": []any{s.reference(t, "aws_kms_key", "key/key", "arn")},
		"logs:CreateLogStream": []any{s.reference(t, "aws_cloudwatch_log_group", "rotation/logs", "arn") + ":log-stream:*"},
		"logs:PutLogEvents":    []any{s.reference(t, "aws_cloudwatch_log_group", "rotation/logs", "arn") + ":log-stream:*"},
	}
	if got := s.rights(t, "rotation/rotate-policy"); !reflect.DeepEqual(got, want) {
		t.Errorf("the function may %v, want %v", got, want)
	}
}

func TestServiceRunsTwoTasksOnBothKindsOfCapacity(t *testing.T) {
	s := shapes["default"]
	s.check(t, []expect{
		{"aws_ecs_cluster", "service/cluster", "name", "debate-chatbot-cluster"},
		{"aws_ecs_cluster", "service/cluster", "setting.0", map[string]any{"name": "containerInsights", "value": "enhanced"}},
		{"aws_ecs_service", "service/service", "name", "debate-api-service"},
		{"aws_ecs_service", "service/service", "desired_count", 2},
		{"aws_ecs_service", "service/service", "launch_type", nil},
		{"aws_ecs_service", "service/service", "capacity_provider_strategy", []any{
			map[string]any{"base": 1, "capacity_provider": "FARGATE", "weight": 1},
			map[string]any{"capacity_provider": "FARGATE_SPOT", "weight": 3},
		}},
		{"aws_ecs_service", "service/service", "lifecycle.ignore_changes", []string{"desired_count"}},
		{"aws_ecs_service", "service/service", "deployment_circuit_breaker", map[string]any{"enable": true, "rollback": true}},
		{"aws_ecs_service", "service/service", "deployment_minimum_healthy_percent", 100},
		{"aws_ecs_service", "service/service", "deployment_maximum_percent", 200},
		{"aws_ecs_service", "service/service", "network_configuration.assign_public_ip", false},
		{"aws_ecs_service", "service/service", "health_check_grace_period_seconds", 300},
		{"aws_ecs_task_definition", "service/task", "cpu", "512"},
		{"aws_ecs_task_definition", "service/task", "memory", "1024"},
		{"aws_ecs_task_definition", "service/task", "network_mode", "awsvpc"},
		{"aws_appautoscaling_target", "service/scaling", "min_capacity", 2},
		{"aws_appautoscaling_target", "service/scaling", "max_capacity", 6},
		{"aws_appautoscaling_policy", "service/scale-cpu", "target_tracking_scaling_policy_configuration.target_value", 60},
		{"aws_appautoscaling_policy", "service/scale-memory", "target_tracking_scaling_policy_configuration.target_value", 70},
		{"aws_appautoscaling_policy", "service/scale-requests", "target_tracking_scaling_policy_configuration.predefined_metric_specification.predefined_metric_type", "ALBRequestCountPerTarget"},
		{"aws_appautoscaling_policy", "service/scale-requests", "target_tracking_scaling_policy_configuration.predefined_metric_specification.resource_label",
			s.reference(t, "aws_lb", "balancer/balancer", "arn_suffix") + "/" + s.reference(t, "aws_lb_target_group", "balancer/http-targets", "arn_suffix")},
		{"aws_appautoscaling_policy", "service/scale-requests", "target_tracking_scaling_policy_configuration.target_value", 600},
	})
}

func TestContainerHasTheBriefsVariablesAndNoMore(t *testing.T) {
	for name, redis := range map[string]bool{"default": true, "smallest": false} {
		s := shapes[name]
		want := map[string]any{
			"PORT": "8080", "OPENAI_MODEL": "gpt-4o-mini", "AWS_REGION": "${var.region}", "API_KEY_SECRET_NAME": "debate-chatbot-api-key",
		}
		if redis {
			want["REDIS_URL"] = "rediss://debate-api@" + s.reference(t, "aws_elasticache_replication_group", "cache/redis", "primary_endpoint_address") + ":6379/0"
			want["REDIS_IAM_AUTH"] = s.reference(t, "aws_elasticache_replication_group", "cache/redis", "id")
			want["DATABASE_ROLE"], want["DATABASE_IAM_AUTH"] = "debate_app", "on"
		}
		task := s.get(t, "aws_ecs_task_definition", "service/task")
		got := map[string]any{}
		environment, _ := at(task, "container_definitions.0.environment").([]any)
		for _, e := range environment {
			got[at(e, "name").(string)] = at(e, "value")
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s: environment is %v, want %v", name, got, want)
		}
		s.check(t, []expect{{"aws_ecs_task_definition", "service/task", "container_definitions.0.secrets", []any{
			map[string]any{"name": "OPENAI_API_KEY", "valueFrom": s.reference(t, "aws_secretsmanager_secret", "secrets/openai", "arn")},
			map[string]any{"name": "DATABASE_URL", "valueFrom": s.reference(t, "aws_secretsmanager_secret", "secrets/database", "arn")},
		}}})
	}
}

// All containers of a task have its role, but each has the secrets alone that ECS puts into it.
func TestOnlyTheContainerThatMigratesHasTheOwnersLogin(t *testing.T) {
	s := shapes["default"]
	const service, migrate = "container_definitions.0.", "container_definitions.1."
	s.check(t, []expect{
		{"aws_ecs_task_definition", "service/task", service + "name", "debate-api"},
		{"aws_ecs_task_definition", "service/task", service + "dependsOn", []any{map[string]any{"containerName": "migrate", "condition": "SUCCESS"}}},
		{"aws_ecs_task_definition", "service/task", migrate + "name", "migrate"},
		{"aws_ecs_task_definition", "service/task", migrate + "command", []string{"migrate"}},
		{"aws_ecs_task_definition", "service/task", migrate + "essential", false},
		{"aws_ecs_task_definition", "service/task", migrate + "readonlyRootFilesystem", true},
		{"aws_ecs_task_definition", "service/task", migrate + "user", "65532:65532"},
		{"aws_ecs_task_definition", "service/task", migrate + "linuxParameters.capabilities.drop", []string{"ALL"}},
		{"aws_ecs_task_definition", "service/task", migrate + "environment", []any{
			map[string]any{"name": "AWS_REGION", "value": "${var.region}"},
			map[string]any{"name": "DATABASE_ROLE", "value": "debate_app"},
			map[string]any{"name": "DATABASE_IAM_AUTH", "value": "on"},
		}},
		{"aws_ecs_task_definition", "service/task", migrate + "secrets", []any{
			map[string]any{"name": "DATABASE_URL", "valueFrom": s.reference(t, "aws_secretsmanager_secret", "secrets/database", "arn")},
			map[string]any{"name": "PGUSER", "valueFrom": s.owner(t) + ":username::"},
			map[string]any{"name": "PGPASSWORD", "valueFrom": s.owner(t) + ":password::"},
		}},
	})
	if task := s.get(t, "aws_ecs_task_definition", "service/task"); strings.Contains(jsonText(t, at(task, "container_definitions.0")), "master_user_secret") {
		t.Error("the service has the owner's secret")
	}
	if got := at(shapes["smallest"].get(t, "aws_ecs_task_definition", "service/task"), "container_definitions.1"); got != nil {
		t.Errorf("before an existing database, whose login is in its URL, there is a second container: %v", got)
	}
}

func TestContainerIsLockedDownAndChecked(t *testing.T) {
	s := shapes["default"]
	task := "container_definitions.0."
	s.check(t, []expect{
		{"aws_ecs_task_definition", "service/task", task + "image", s.reference(t, "aws_ecr_repository", "registry/repository", "repository_url") + ":${var.image_tag}"},
		{"aws_ecs_task_definition", "service/task", task + "readonlyRootFilesystem", true},
		{"aws_ecs_task_definition", "service/task", task + "user", "65532:65532"},
		{"aws_ecs_task_definition", "service/task", task + "linuxParameters.capabilities.drop", []string{"ALL"}},
		{"aws_ecs_task_definition", "service/task", task + "stopTimeout", 120},
		{"aws_ecs_task_definition", "service/task", task + "healthCheck.command", []string{"CMD", "/debate", "healthcheck"}},
		{"aws_ecs_task_definition", "service/task", task + "portMappings.0.containerPort", 8080},
		{"aws_ecs_task_definition", "service/task", task + "logConfiguration.options.awslogs-group", s.reference(t, "aws_cloudwatch_log_group", "logs", "name")},
		{"aws_ecs_task_definition", "service/task", task + "dockerLabels.secrets-version", "${var.openai_api_key_version}-${var.api_key_version}-${var.database_url_version}"},
		{"aws_ecs_service", "service/service", "enable_execute_command", false},
		{"aws_ecs_task_definition", "service/task", "runtime_platform.cpu_architecture", "ARM64"},
	})
	shapes["fullest"].check(t, []expect{
		{"aws_ecs_task_definition", "service/task", "runtime_platform.cpu_architecture", "X86_64"},
		// Those of the configuration come after the stack's own eight.
		{"aws_ecs_task_definition", "service/task", "container_definitions.0.environment.8", map[string]any{"name": "CORS_ALLOWED_ORIGINS", "value": "https://debate.example.com"}},
		{"aws_ecs_task_definition", "service/task", "container_definitions.0.environment.9", map[string]any{"name": "STANCE_GUARD", "value": "on"}},
	})
}

// A service that starts before these exist fails its first deployment.
func TestServiceWaitsForWhatItsTasksNeed(t *testing.T) {
	for name, needs := range map[string][][2]string{
		"default": {{"aws_lb_listener", "balancer/https-listener"}, {"aws_route", "network/private-out-0"}, {"aws_route", "network/private-out-1"}},
		"fullest": {{"aws_lb_listener", "balancer/https-listener"}, {"aws_lb_listener_rule", "balancer/grpc-rule"}, {"aws_route", "network/private-out-2"}},
	} {
		s := shapes[name]
		waits := jsonText(t, s.get(t, "aws_ecs_service", "service/service")["depends_on"])
		for _, need := range append(needs, [][2]string{
			{"aws_ecs_cluster_capacity_providers", "service/capacity"}, {"aws_iam_role_policy", "service/execution-policy"}, {"aws_iam_role_policy", "service/task-policy"},
			{"aws_secretsmanager_secret_version", "secrets/openai-version"}, {"aws_secretsmanager_secret_version", "secrets/database-version"}, {"aws_secretsmanager_secret_version", "secrets/api-version"},
		}...) {
			address := need[0] + "." + at(s.get(t, need[0], need[1]), "//.metadata.uniqueId").(string)
			if !strings.Contains(waits, `"`+address+`"`) {
				t.Errorf("%s: the service does not wait for %s", name, address)
			}
		}
	}
}

func TestRolesMayDoNoMoreThanTheyMust(t *testing.T) {
	s := shapes["default"]
	arn := func(kind, path string) string { return s.reference(t, kind, path, "arn") }
	execution, task := s.rights(t, "service/execution-policy"), s.rights(t, "service/task-policy")
	for action, want := range map[string]any{
		"secretsmanager:GetSecretValue": []any{arn("aws_secretsmanager_secret", "secrets/openai"), arn("aws_secretsmanager_secret", "secrets/database"), s.owner(t)},
		"kms:Decrypt":                   []any{arn("aws_kms_key", "key/key")},
		"ecr:BatchGetImage":             []any{arn("aws_ecr_repository", "registry/repository")},
		"ecr:GetAuthorizationToken":     []any{"*"},
	} {
		if !reflect.DeepEqual(execution[action], want) {
			t.Errorf("execution role: %s on %v, want %v", action, execution[action], want)
		}
	}
	want := map[string]any{
		"secretsmanager:GetSecretValue": []any{arn("aws_secretsmanager_secret", "secrets/api")},
		"kms:Decrypt":                   []any{arn("aws_kms_key", "key/key")},
		"elasticache:Connect":           []any{arn("aws_elasticache_replication_group", "cache/redis"), arn("aws_elasticache_user", "cache/user")},
	}
	login := ":dbuser:" + s.reference(t, "aws_rds_cluster", "database/cluster", "cluster_resource_id") + "/debate_app"
	if connect, _ := task["rds-db:connect"].([]any); len(connect) != 1 || !strings.HasSuffix(connect[0].(string), login) {
		t.Errorf("the task role may connect to %v, want one of …%s", connect, login)
	}
	delete(task, "rds-db:connect")
	if !reflect.DeepEqual(task, want) {
		t.Errorf("task role may %v, want %v", task, want)
	}
	small := shapes["smallest"]
	want = map[string]any{
		"secretsmanager:GetSecretValue": []any{small.reference(t, "aws_secretsmanager_secret", "secrets/api", "arn")},
		"kms:Decrypt":                   []any{small.reference(t, "aws_kms_key", "key/key", "arn")},
	}
	if got := small.rights(t, "service/task-policy"); !reflect.DeepEqual(got, want) {
		t.Errorf("with an existing database and no Redis the task role may %v, want %v", got, want)
	}
}

// rights are the actions of a role's policy, with their resources.
func (s *shape) rights(t *testing.T, path string) map[string]any {
	t.Helper()
	got := map[string]any{}
	statements, _ := at(s.get(t, "aws_iam_role_policy", path), "policy.Statement").([]any)
	for _, statement := range statements {
		actions, _ := at(statement, "Action").([]any)
		resources, _ := at(statement, "Resource").([]any)
		for _, action := range actions {
			before, _ := got[action.(string)].([]any)
			got[action.(string)] = append(before, resources...)
		}
	}
	return got
}

// owner is the ARN of the secret that RDS keeps.
func (s *shape) owner(t *testing.T) string {
	t.Helper()
	return s.reference(t, "aws_rds_cluster", "database/cluster", "master_user_secret[0].secret_arn")
}

// bare is a reference as it stands inside an expression.
func bare(reference string) string {
	return strings.TrimSuffix(strings.TrimPrefix(reference, "${"), "}")
}

func TestBalancerChecksAndDrains(t *testing.T) {
	s := shapes["default"]
	s.check(t, []expect{
		{"aws_lb_target_group", "balancer/http-targets", "load_balancing_algorithm_type", "least_outstanding_requests"},
		{"aws_lb_target_group", "balancer/grpc-targets", "load_balancing_algorithm_type", "least_outstanding_requests"},
		{"aws_lb", "balancer/balancer", "internal", false},
		{"aws_lb", "balancer/balancer", "load_balancer_type", "application"},
		{"aws_lb", "balancer/balancer", "enable_cross_zone_load_balancing", true},
		{"aws_lb", "balancer/balancer", "drop_invalid_header_fields", true},
		{"aws_lb", "balancer/balancer", "enable_deletion_protection", true},
		{"aws_lb", "balancer/balancer", "idle_timeout", 300},
		{"aws_lb", "balancer/balancer", "access_logs.enabled", true},
		{"aws_lb_target_group", "balancer/http-targets", "port", 8080},
		{"aws_lb_target_group", "balancer/http-targets", "protocol_version", "HTTP1"},
		{"aws_lb_target_group", "balancer/http-targets", "target_type", "ip"},
		{"aws_lb_target_group", "balancer/http-targets", "deregistration_delay", "120"},
		{"aws_lb_target_group", "balancer/http-targets", "health_check", map[string]any{
			"enabled": true, "path": "/ready", "protocol": "HTTP", "port": "traffic-port", "matcher": "200",
			"interval": 30, "timeout": 5, "healthy_threshold": 2, "unhealthy_threshold": 2,
		}},
	})
	small := shapes["smallest"]
	small.check(t, []expect{{"aws_lb_listener", "balancer/http-listener", "default_action.0.type", "forward"}})
	if got := len(small.doc.Resource["aws_lb_listener"]); got != 1 {
		t.Errorf("without a certificate there are %d listeners, want 1", got)
	}
	if text, _ := small.doc.Output["application_url"]["description"].(string); !strings.Contains(text, "plain HTTP") {
		t.Errorf("application_url says %q: without a certificate it must warn of plain HTTP", text)
	}
}

func TestCertificateBringsHTTPSAndNativeGRPC(t *testing.T) {
	s := shapes["fullest"]
	s.check(t, []expect{
		{"aws_lb_listener", "balancer/http-listener", "default_action.0.redirect", map[string]any{"port": "443", "protocol": "HTTPS", "status_code": "HTTP_301"}},
		{"aws_lb_listener", "balancer/https-listener", "ssl_policy", "ELBSecurityPolicy-TLS13-1-2-2021-06"},
		{"aws_lb_listener", "balancer/https-listener", "certificate_arn", s.config.Balancer.Certificate},
		{"aws_lb_target_group", "balancer/grpc-targets", "protocol_version", "GRPC"},
		{"aws_lb_target_group", "balancer/grpc-targets", "port", 8080},
		{"aws_lb_target_group", "balancer/grpc-targets", "health_check.path", "/grpc.health.v1.Health/Check"},
		{"aws_lb_target_group", "balancer/grpc-targets", "health_check.matcher", "0"},
		{"aws_lb_listener_rule", "balancer/grpc-rule", "listener_arn", s.reference(t, "aws_lb_listener", "balancer/https-listener", "arn")},
		{"aws_lb_listener_rule", "balancer/grpc-rule", "action.0.target_group_arn", s.reference(t, "aws_lb_target_group", "balancer/grpc-targets", "arn")},
		{"aws_lb_listener_rule", "balancer/grpc-rule", "condition.0.http_header", map[string]any{
			"http_header_name": "content-type", "values": []string{"application/grpc", "application/grpc+proto", "application/grpc+json"},
		}},
		{"aws_ecs_service", "service/service", "load_balancer.1.target_group_arn", s.reference(t, "aws_lb_target_group", "balancer/grpc-targets", "arn")},
	})
	if got := s.doc.Output["application_url"]["value"]; got != "https://debate.example.com" {
		t.Errorf("application_url is %v", got)
	}
}

func TestZoneBringsCertificateAndName(t *testing.T) {
	s := shapes["default"]
	zone := "${data.aws_route53_zone." + fmt.Sprint(at(only(t, s.doc.Data["aws_route53_zone"]), "//.metadata.uniqueId")) + ".zone_id}"
	s.check(t, []expect{
		{"aws_acm_certificate", "balancer/certificate", "domain_name", "debate.example.com"},
		{"aws_acm_certificate", "balancer/certificate", "validation_method", "DNS"},
		{"aws_acm_certificate", "balancer/certificate", "lifecycle.create_before_destroy", true},
		{"aws_route53_record", "balancer/proof", "zone_id", zone},
		{"aws_route53_record", "balancer/proof", "allow_overwrite", true},
		{"aws_acm_certificate_validation", "balancer/valid", "validation_record_fqdns.0", s.reference(t, "aws_route53_record", "balancer/proof", "fqdn")},
		// The validated one: a listener refuses a certificate that is pending.
		{"aws_lb_listener", "balancer/https-listener", "certificate_arn", s.reference(t, "aws_acm_certificate_validation", "balancer/valid", "certificate_arn")},
		{"aws_route53_record", "balancer/alias", "name", "debate.example.com"},
		{"aws_route53_record", "balancer/alias", "zone_id", zone},
		{"aws_route53_record", "balancer/alias", "alias.name", s.reference(t, "aws_lb", "balancer/balancer", "dns_name")},
	})
	for _, name := range []string{"smallest", "fullest"} {
		if shapes[name].has("aws_acm_certificate") || shapes[name].has("aws_route53_record") {
			t.Errorf("%s makes a certificate or a record that nobody asked for", name)
		}
	}
}

// only is the one thing of its kind.
func only(t *testing.T, of map[string]map[string]any) map[string]any {
	t.Helper()
	if len(of) != 1 {
		t.Fatalf("there are %d, want 1", len(of))
	}
	for _, one := range of {
		return one
	}
	return nil
}

func TestFirewallLetsOnlyTheChainThrough(t *testing.T) {
	s := shapes["default"]
	group := func(name string) string { return s.reference(t, "aws_security_group", "firewall/"+name, "id") }
	names := map[string]string{group("balancer"): "balancer", group("tasks"): "tasks", group("database"): "database", group("cache"): "cache"}
	rules := func(kind string) []string {
		var got []string
		for _, r := range s.doc.Resource[kind] {
			other, _ := r["cidr_ipv4"].(string)
			if peer, ok := r["referenced_security_group_id"].(string); ok {
				other = names[peer]
			}
			if r["description"] == nil || r["from_port"] != r["to_port"] || r["ip_protocol"] != "tcp" {
				t.Errorf("%v: want a description and one TCP port", r)
			}
			got = append(got, names[r["security_group_id"].(string)]+" "+other+" "+strings.TrimSuffix(strings.TrimRight(jsonText(t, r["from_port"]), "\n"), ".0"))
		}
		sort.Strings(got)
		return got
	}
	if got, want := rules("aws_vpc_security_group_ingress_rule"), []string{
		"balancer 0.0.0.0/0 443", "balancer 0.0.0.0/0 80", "cache tasks 6379", "database tasks 5432", "tasks balancer 8080",
	}; !slices.Equal(got, want) {
		t.Errorf("ingress is %v, want %v", got, want)
	}
	if got, want := rules("aws_vpc_security_group_egress_rule"), []string{
		"balancer tasks 8080", "tasks 0.0.0.0/0 443", "tasks cache 6379", "tasks database 5432",
	}; !slices.Equal(got, want) {
		t.Errorf("egress is %v, want %v", got, want)
	}
	shapes["smallest"].check(t, []expect{
		{"aws_vpc_security_group_egress_rule", "firewall/tasks-database-out", "referenced_security_group_id", "sg-0123456789abcdef0"},
		{"aws_vpc_security_group_ingress_rule", "firewall/tasks-database-in", "security_group_id", "sg-0123456789abcdef0"},
	})
	config := production()
	config.Network = shapes["smallest"].config.Network
	config.Database.Existing = Existing{SecurityGroup: "sg-0123456789abcdef0", Port: 5432}
	others := reshape(t, config)
	others.check(t, []expect{{"aws_vpc_security_group_egress_rule", "firewall/tasks-database", "referenced_security_group_id", "sg-0123456789abcdef0"}})
	for _, r := range others.doc.Resource["aws_vpc_security_group_ingress_rule"] {
		if r["security_group_id"] == "sg-0123456789abcdef0" {
			t.Error("a rule is added to a group whose project was said to manage its rules")
		}
	}
	config = production()
	config.Database.Existing = Existing{CIDR: "10.9.8.0/24", Port: 6543}
	reshape(t, config).check(t, []expect{
		{"aws_vpc_security_group_egress_rule", "firewall/tasks-database", "cidr_ipv4", "10.9.8.0/24"},
		{"aws_vpc_security_group_egress_rule", "firewall/tasks-database", "from_port", 6543},
	})
	full := shapes["fullest"]
	endpoints := full.reference(t, "aws_security_group", "firewall/endpoints", "id")
	full.check(t, []expect{
		{"aws_vpc_security_group_ingress_rule", "firewall/tasks-endpoints-in", "security_group_id", endpoints},
		{"aws_vpc_endpoint", "endpoints/secretsmanager", "security_group_ids", []string{endpoints}},
		{"aws_vpc_endpoint", "endpoints/secretsmanager", "private_dns_enabled", true},
	})
}

func TestNetworkIsNewOrTheExistingOne(t *testing.T) {
	s := shapes["default"]
	for kind, want := range map[string]int{"aws_vpc": 1, "aws_subnet": 4, "aws_nat_gateway": 1, "aws_flow_log": 1, "aws_default_security_group": 1} {
		if got := len(s.doc.Resource[kind]); got != want {
			t.Errorf("%d %s, want %d", got, kind, want)
		}
	}
	s.check(t, []expect{
		{"aws_subnet", "network/public-0", "cidr_block", "10.40.0.0/20"},
		{"aws_subnet", "network/private-1", "cidr_block", "10.40.144.0/20"},
		{"aws_vpc_endpoint", "network/s3", "vpc_endpoint_type", "Gateway"},
		{"aws_flow_log", "network/flow-log", "traffic_type", "ALL"},
		{"aws_flow_log", "network/flow-log", "log_destination", s.reference(t, "aws_cloudwatch_log_group", "network/flow-logs", "arn")},
		{"aws_route", "network/private-out-1", "nat_gateway_id", s.reference(t, "aws_nat_gateway", "network/nat-0", "id")},
		{"aws_ecs_service", "service/service", "network_configuration.subnets", []string{
			s.reference(t, "aws_subnet", "network/private-0", "id"), s.reference(t, "aws_subnet", "network/private-1", "id"),
		}},
		{"aws_lb", "balancer/balancer", "subnets", []string{s.reference(t, "aws_subnet", "network/public-0", "id"), s.reference(t, "aws_subnet", "network/public-1", "id")}},
	})
	if got := len(shapes["fullest"].doc.Resource["aws_nat_gateway"]); got != 3 {
		t.Errorf("with one in each of 3 zones there are %d NAT gateways", got)
	}
	if got := len(shapes["fullest"].doc.Resource["aws_vpc_endpoint"]); got != 5 {
		t.Errorf("with endpoints there are %d, want S3 and 4 more", got)
	}
	small := shapes["smallest"]
	if small.has("aws_vpc") || small.has("aws_subnet") {
		t.Error("an existing VPC is made anew")
	}
	small.check(t, []expect{
		{"aws_lb", "balancer/balancer", "subnets", []string{"subnet-0123456789abcdef0", "subnet-0123456789abcdef1"}},
		{"aws_ecs_service", "service/service", "network_configuration.subnets", []string{"subnet-0123456789abcdef2", "subnet-0123456789abcdef3"}},
	})
}

func TestDatabaseIsEncryptedBackedUpAndProtected(t *testing.T) {
	s := shapes["default"]
	s.check(t, []expect{
		{"aws_rds_cluster", "database/cluster", "engine", "aurora-postgresql"},
		{"aws_rds_cluster", "database/cluster", "serverlessv2_scaling_configuration", map[string]any{"min_capacity": 0.5, "max_capacity": 8}},
		{"aws_rds_cluster", "database/cluster", "storage_encrypted", true},
		{"aws_rds_cluster", "database/cluster", "deletion_protection", true},
		{"aws_rds_cluster", "database/cluster", "backup_retention_period", 14},
		{"aws_rds_cluster", "database/cluster", "enabled_cloudwatch_logs_exports", []string{"postgresql"}},
		{"aws_rds_cluster", "database/cluster", "master_password", nil},
		{"aws_rds_cluster", "database/cluster", "master_password_wo", nil},
		{"aws_rds_cluster", "database/cluster", "manage_master_user_password", true},
		{"aws_rds_cluster", "database/cluster", "master_user_secret_kms_key_id", s.reference(t, "aws_kms_key", "key/key", "arn")},
		{"aws_rds_cluster", "database/cluster", "database_insights_mode", "standard"},
		{"aws_rds_cluster_parameter_group", "database/parameters", "parameter.0", map[string]any{"name": "rds.force_ssl", "value": "1"}},
		{"aws_rds_cluster", "database/cluster", "storage_encrypted", true},
		{"aws_rds_cluster", "database/cluster", "apply_immediately", true},
		{"aws_rds_cluster_instance", "database/instance-0", "publicly_accessible", false},
		{"aws_rds_cluster_instance", "database/instance-0", "auto_minor_version_upgrade", false},
		// The image carries the roots of these certificates.
		{"aws_rds_cluster_instance", "database/instance-0", "ca_cert_identifier", "rds-ca-rsa2048-g1"},
	})
	if got := len(s.doc.Resource["aws_rds_cluster_instance"]); got != 2 {
		t.Errorf("%d instances, want 2", got)
	}
	if shapes["smallest"].has("aws_rds_cluster") {
		t.Error("an existing database is made anew")
	}
}

func TestRedisIsEncryptedAndFailsOver(t *testing.T) {
	s := shapes["default"]
	s.check(t, []expect{
		{"aws_elasticache_replication_group", "cache/redis", "num_cache_clusters", 2},
		{"aws_elasticache_replication_group", "cache/redis", "automatic_failover_enabled", true},
		{"aws_elasticache_replication_group", "cache/redis", "multi_az_enabled", true},
		{"aws_elasticache_replication_group", "cache/redis", "transit_encryption_enabled", true},
		{"aws_elasticache_replication_group", "cache/redis", "at_rest_encryption_enabled", "true"},
		{"aws_elasticache_replication_group", "cache/redis", "snapshot_retention_limit", 1},
		{"aws_elasticache_replication_group", "cache/redis", "auth_token", nil},
		{"aws_elasticache_replication_group", "cache/redis", "engine", "valkey"},
		{"aws_elasticache_replication_group", "cache/redis", "auto_minor_version_upgrade", "false"},
		{"aws_elasticache_replication_group", "cache/redis", "user_group_ids.0", s.reference(t, "aws_elasticache_user_group", "cache/users", "id")},
		{"aws_elasticache_user_group", "cache/users", "user_ids.0", s.reference(t, "aws_elasticache_user", "cache/user", "user_id")},
		{"aws_elasticache_user", "cache/user", "authentication_mode.type", "iam"},
		// Of a user who comes by IAM.
		{"aws_elasticache_user", "cache/user", "user_id", at(s.get(t, "aws_elasticache_user", "cache/user"), "user_name")},
	})
	rights, _ := s.get(t, "aws_elasticache_user", "cache/user")["access_string"].(string)
	if tried, err := os.ReadFile("../internal/cache/login_test.go"); err != nil || !strings.Contains(string(tried), `"`+rights+`"`) {
		t.Errorf("the cache is not tried with the rights that it gets, %q: %v", rights, err)
	}
	if shapes["smallest"].has("aws_elasticache_replication_group") {
		t.Error("Redis is made though it is turned off")
	}
}

func TestAlarmsAndDashboardCoverEveryLayer(t *testing.T) {
	s := shapes["fullest"]
	for _, name := range []string{
		"balancer-5xx", "service-5xx", "latency-p99", "unhealthy-hosts", "unhealthy-grpc-hosts", "running-tasks", "cpu", "memory", "errors", "failed-replies",
		"aurora-capacity", "aurora-cpu", "aurora-connections", "aurora-latency", "redis-1-memory", "redis-1-cpu", "redis-3-memory", "redis-3-cpu",
	} {
		alarm := s.get(t, "aws_cloudwatch_metric_alarm", "alarms/"+name)
		if at(alarm, "alarm_actions.0") != s.reference(t, "aws_sns_topic", "alarms/topic", "arn") {
			t.Errorf("alarm %s calls nobody", name)
		}
		if text, _ := alarm["alarm_description"].(string); len(text) < 20 {
			t.Errorf("alarm %s says %q: too little for whoever it wakes", name, text)
		}
	}
	s.check(t, []expect{{"aws_sns_topic_subscription", "alarms/email", "endpoint", "oncall@example.com"}})
	body, _ := s.get(t, "aws_cloudwatch_dashboard", "dashboard/dashboard")["dashboard_body"].(string)
	for _, metric := range []string{"HTTPCode_Target_5XX_Count", "TargetResponseTime", "RunningTaskCount", "ServerlessDatabaseCapacity", "EngineCPUUtilization", "alarms", "Latest errors"} {
		if !strings.Contains(body, metric) {
			t.Errorf("the dashboard lacks %s", metric)
		}
	}
}

func TestAlarmsWatchWhatHarms(t *testing.T) {
	s := shapes["fullest"]
	const alarm = "aws_cloudwatch_metric_alarm"
	cluster := s.reference(t, "aws_rds_cluster", "database/cluster", "cluster_identifier")
	s.check(t, []expect{
		{alarm, "alarms/aurora-cpu", "dimensions", map[string]any{"DBClusterIdentifier": cluster, "Role": "WRITER"}},
		{alarm, "alarms/aurora-latency", "dimensions", map[string]any{"DBClusterIdentifier": cluster, "Role": "WRITER"}},
		{alarm, "alarms/aurora-connections", "threshold", 1441}, // of 1802 at 8 units
		{alarm, "alarms/redis-3-cpu", "dimensions.CacheClusterId", s.reference(t, "aws_elasticache_replication_group", "cache/redis", "id") + "-003"},
		{alarm, "alarms/redis-3-cpu", "treat_missing_data", "breaching"},
		{alarm, "alarms/running-tasks", "threshold", 2},
		{alarm, "alarms/running-tasks", "comparison_operator", "LessThanThreshold"},
		{alarm, "alarms/running-tasks", "treat_missing_data", "breaching"},
		{alarm, "alarms/latency-p99", "evaluate_low_sample_count_percentiles", "ignore"},
		{alarm, "alarms/unhealthy-grpc-hosts", "dimensions.TargetGroup", s.reference(t, "aws_lb_target_group", "balancer/grpc-targets", "arn_suffix")},
		{"aws_cloudwatch_log_metric_filter", "alarms/failed-replies-filter", "pattern", `{ $.msg = "no whole reply" }`},
	})
}

func TestEveryAlarmHasItsRunbook(t *testing.T) {
	guide, err := os.ReadFile("../docs/deploy.md")
	if err != nil {
		t.Fatal(err)
	}
	_, runbook, ok := strings.Cut(string(guide), "## When an alarm calls\n")
	if !ok {
		t.Fatal("docs/deploy.md has no runbook, which the alarms name")
	}
	runbook, _, _ = strings.Cut(runbook, "\n## ")
	node := regexp.MustCompile(`redis-[0-9]-`)
	each(t, "aws_cloudwatch_metric_alarm", func(t *testing.T, _ *shape, _ string, r map[string]any) {
		name := strings.TrimPrefix(r["alarm_name"].(string), "debate-chatbot-")
		if name = node.ReplaceAllString(name, "redis-N-"); !strings.Contains(runbook, "`"+name+"`") {
			t.Errorf("docs/deploy.md says nothing of the alarm %s", name)
		}
		if text, _ := r["alarm_description"].(string); !strings.Contains(text, "docs/deploy.md, When an alarm calls") {
			t.Errorf("%s does not say where its runbook is: %q", name, text)
		}
	})
}

func TestTrailRecordsEveryRegionSigned(t *testing.T) {
	s := shapes["default"]
	s.check(t, []expect{
		{"aws_cloudtrail", "trail/trail", "is_multi_region_trail", true},
		{"aws_cloudtrail", "trail/trail", "enable_log_file_validation", true},
		{"aws_cloudtrail", "trail/trail", "include_global_service_events", true},
		{"aws_cloudtrail", "trail/trail", "kms_key_id", s.reference(t, "aws_kms_key", "key/key", "arn")},
		{"aws_cloudtrail", "trail/trail", "cloud_watch_logs_group_arn", s.reference(t, "aws_cloudwatch_log_group", "trail/logs", "arn") + ":*"},
	})
	if shapes["smallest"].has("aws_cloudtrail") {
		t.Error("the trail is made though it is turned off")
	}
}

// With deletion_protection alone `terraform destroy` takes tasks, listeners and the cluster's instances away before
// RDS refuses the cluster.
// https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/USER_DeleteCluster.html
func TestNoPlanDestroysWhatIsProtected(t *testing.T) {
	config := production()
	config.Protect = false
	for protect, s := range map[bool]*shape{true: shapes["default"], false: reshape(t, config)} {
		s.check(t, []expect{
			{"aws_kms_key", "key/key", "lifecycle.prevent_destroy", protect},
			{"aws_rds_cluster", "database/cluster", "lifecycle.prevent_destroy", protect},
			{"aws_vpc", "network/vpc", "lifecycle.prevent_destroy", protect}, // by network.cidr
		})
	}
	if got := at(shapes["smallest"].get(t, "aws_kms_key", "key/key"), "lifecycle.prevent_destroy"); got != shapes["smallest"].config.Protect {
		t.Errorf("without a database of its own: prevent_destroy is %v", got)
	}
}

// data.aws_availability_zones names what is available now, in the order of the alphabet: a zone that is added or out
// of service moves the others. availability_zone makes a subnet anew, with all that is in it.
// https://github.com/hashicorp/terraform-provider-aws/blob/main/internal/service/ec2/vpc_subnet.go (ForceNew)
func TestSubnetsStayInTheirZones(t *testing.T) {
	each(t, "aws_subnet", func(t *testing.T, _ *shape, _ string, r map[string]any) {
		if got := at(r, "lifecycle.ignore_changes"); !reflect.DeepEqual(got, []any{"availability_zone"}) {
			t.Errorf("changes that are ignored: %v", got)
		}
	})
}

func TestServiceLogsAreKeptSevenDaysEncrypted(t *testing.T) {
	s := shapes["default"]
	s.check(t, []expect{
		{"aws_cloudwatch_log_group", "logs", "name", "/ecs/debate-api"},
		{"aws_cloudwatch_log_group", "logs", "retention_in_days", 7},
		{"aws_cloudwatch_log_group", "logs", "kms_key_id", s.reference(t, "aws_kms_key", "key/key", "arn")},
	})
}

func TestProtectIsTurnedOffEverywhereAtOnce(t *testing.T) {
	config := production()
	config.Protect = false
	off := reshape(t, config)
	off.check(t, []expect{
		{"aws_lb", "balancer/balancer", "enable_deletion_protection", false},
		{"aws_rds_cluster", "database/cluster", "deletion_protection", false},
		{"aws_rds_cluster", "database/cluster", "skip_final_snapshot", true},
		{"aws_ecr_repository", "registry/repository", "force_delete", true},
		{"aws_s3_bucket", "balancer/access-logs/bucket", "force_destroy", true},
		{"aws_secretsmanager_secret", "secrets/openai", "recovery_window_in_days", 0},
		{"aws_kms_key", "key/key", "deletion_window_in_days", 7},
	})
	shapes["default"].check(t, []expect{
		{"aws_rds_cluster", "database/cluster", "skip_final_snapshot", false},
		{"aws_rds_cluster", "database/cluster", "final_snapshot_identifier", "debate-chatbot-final"},
		{"aws_ecr_repository", "registry/repository", "force_delete", false},
		{"aws_secretsmanager_secret", "secrets/openai", "recovery_window_in_days", 30},
	})
}

func TestOutputsAreTheBriefs(t *testing.T) {
	s := shapes["default"]
	for name, from := range map[string][3]string{
		"load_balancer_dns":         {"aws_lb", "balancer/balancer", "dns_name"},
		"load_balancer_zone_id":     {"aws_lb", "balancer/balancer", "zone_id"},
		"target_group_arn":          {"aws_lb_target_group", "balancer/http-targets", "arn"},
		"ecr_repository_url":        {"aws_ecr_repository", "registry/repository", "repository_url"},
		"ecs_cluster_id":            {"aws_ecs_cluster", "service/cluster", "id"},
		"ecs_service_name":          {"aws_ecs_service", "service/service", "name"},
		"kms_key_id":                {"aws_kms_key", "key/key", "key_id"},
		"kms_key_arn":               {"aws_kms_key", "key/key", "arn"},
		"openai_api_key_secret_arn": {"aws_secretsmanager_secret", "secrets/openai", "arn"},
		"database_url_secret_arn":   {"aws_secretsmanager_secret", "secrets/database", "arn"},
		"api_key_secret_arn":        {"aws_secretsmanager_secret", "secrets/api", "arn"},
		"database_endpoint":         {"aws_rds_cluster", "database/cluster", "endpoint"},
		"redis_endpoint":            {"aws_elasticache_replication_group", "cache/redis", "primary_endpoint_address"},
		"task_security_group":       {"aws_security_group", "firewall/tasks", "id"},
		"task_definition_arn":       {"aws_ecs_task_definition", "service/task", "arn"},
	} {
		if got, want := s.doc.Output[name]["value"], s.reference(t, from[0], from[1], from[2]); got != want {
			t.Errorf("output %s is %v, want %s", name, got, want)
		}
	}
	small := shapes["smallest"]
	if got, want := small.doc.Output["application_url"]["value"], "http://"+small.reference(t, "aws_lb", "balancer/balancer", "dns_name"); got != want {
		t.Errorf("output application_url is %v, want %s", got, want)
	}
	for _, name := range []string{"database_endpoint", "redis_endpoint"} {
		if shapes["smallest"].doc.Output[name] != nil {
			t.Errorf("output %s is there with nothing behind it", name)
		}
	}
}

func TestProvidersChecksumsAreKeptWhereTheyAreWrittenDown(t *testing.T) {
	dir := t.TempDir()
	lock, stack := filepath.Join(dir, "terraform.lock.hcl"), filepath.Join(dir, "stack")
	if err := os.Mkdir(stack, 0o750); err != nil {
		t.Fatal(err)
	}
	if err := keepLock(lock, stack); err != nil {
		t.Errorf("without checksums: %v", err)
	}
	if err := os.WriteFile(lock, []byte("checksums"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := keepLock(lock, stack); err != nil {
		t.Fatal(err)
	}
	if text, err := os.ReadFile(filepath.Join(stack, ".terraform.lock.hcl")); err != nil || string(text) != "checksums" {
		t.Errorf("Terraform finds %q: %v", text, err)
	}
}

func TestEachEnvironmentHasItsOwnState(t *testing.T) {
	for name, want := range map[string]string{"smallest": "../../../terraform.debate-chatbot-development.tfstate", "default": "../../../terraform.debate-chatbot-production.tfstate"} {
		if got := at(shapes[name].doc.Rest, "backend.local.path"); got != want {
			t.Errorf("%s keeps its state at %v, want %s", name, got, want)
		}
	}
}

func TestAccountIsChecked(t *testing.T) {
	if got := at(shapes["fullest"].doc.Provider["aws"][0], "allowed_account_ids"); !reflect.DeepEqual(got, []any{"123456789012"}) {
		t.Errorf("allowed accounts are %v", got)
	}
}

func TestDeploymentEndsWithTheDeployOrGoesBack(t *testing.T) {
	each(t, "aws_ecs_service", func(t *testing.T, s *shape, _ string, r map[string]any) {
		if r["wait_for_steady_state"] != true {
			t.Error("the deploy ends before its deployment")
		}
		// The provider's own 20 minutes are less than a deployment that fails may take, or that is watched for the
		// longest alarm's time: https://github.com/hashicorp/terraform-provider-aws/blob/main/website/docs/r/ecs_service.html.markdown (Timeouts),
		// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-alarm-failure.html (bake time).
		if got := at(r, "timeouts"); !reflect.DeepEqual(got, map[string]any{"create": "60m", "update": "60m"}) {
			t.Errorf("the deploy gives up after %v", got)
		}
		if r["capacity_provider_strategy"] != nil && r["force_new_deployment"] != true {
			t.Error("another strategy would make another service")
		}
		want := []any{"debate-chatbot-balancer-5xx", "debate-chatbot-service-5xx", "debate-chatbot-latency-p99"}
		if got := at(r, "alarms"); !reflect.DeepEqual(got, map[string]any{"enable": true, "rollback": true, "alarm_names": want}) {
			t.Errorf("alarms that end a deployment: %v", got)
		}
		for _, name := range want {
			s.check(t, []expect{{"aws_cloudwatch_metric_alarm", "alarms/" + strings.TrimPrefix(name.(string), "debate-chatbot-"), "alarm_name", name}})
		}
	})
}

func TestVersionIsLookedUpInThePlan(t *testing.T) {
	for name, version := range map[string]string{"default": "16.8", "fullest": "17.7"} {
		s := shapes[name]
		found := only(t, s.doc.Data["aws_rds_engine_version"])
		s.check(t, []expect{{"aws_rds_cluster", "database/cluster", "enable_http_endpoint", name == "default"}})
		if found["version"] != version || found["engine"] != "aurora-postgresql" {
			t.Errorf("%s looks up %v", name, found)
		}
		s.check(t, []expect{
			{"aws_rds_cluster", "database/cluster", "engine_version", fmt.Sprintf("${data.aws_rds_engine_version.%s.version_actual}", at(found, "//.metadata.uniqueId"))},
			{"aws_rds_cluster", "database/cluster", "allow_major_version_upgrade", name == "fullest"},
			{"aws_rds_cluster_parameter_group", "database/parameters", "family", "aurora-postgresql" + version[:2]},
		})
	}
}

func TestZonesWithoutFargateAreLeftOut(t *testing.T) {
	if got := only(t, shapes["default"].doc.Data["aws_availability_zones"])["exclude_zone_ids"]; !reflect.DeepEqual(got, []any{"apne1-az3", "use1-az3", "usw1-az2"}) {
		t.Errorf("zones left out are %v", got)
	}
}

func TestNativeGRPCCountsForScaling(t *testing.T) {
	s := shapes["default"]
	const metric = "target_tracking_scaling_policy_configuration."
	s.check(t, []expect{
		{"aws_appautoscaling_policy", "service/scale-grpc-requests", metric + "predefined_metric_specification.resource_label",
			s.reference(t, "aws_lb", "balancer/balancer", "arn_suffix") + "/" + s.reference(t, "aws_lb_target_group", "balancer/grpc-targets", "arn_suffix")},
		// Without a call it has no data, and would keep every task for ever.
		{"aws_appautoscaling_policy", "service/scale-grpc-requests", metric + "disable_scale_in", true},
		{"aws_appautoscaling_policy", "service/scale-requests", metric + "disable_scale_in", false},
	})
	if got := len(shapes["smallest"].doc.Resource["aws_appautoscaling_policy"]); got != 3 {
		t.Errorf("without native gRPC there are %d policies, want 3", got)
	}
}

// The cheap development: no NAT, no Redis, a database that may pause.
func TestDevelopmentIsCheap(t *testing.T) {
	config, err := Load("environments/development.yaml")
	if err != nil {
		t.Fatal(err)
	}
	s := reshape(t, config)
	for _, kind := range []string{"aws_nat_gateway", "aws_eip", "aws_elasticache_replication_group", "aws_cloudtrail"} {
		if s.has(kind) {
			t.Errorf("development has %s", kind)
		}
	}
	s.check(t, []expect{
		{"aws_ecs_service", "service/service", "network_configuration.assign_public_ip", true},
		{"aws_ecs_service", "service/service", "network_configuration.subnets.0", s.reference(t, "aws_subnet", "network/public-0", "id")},
		{"aws_rds_cluster", "database/cluster", "serverlessv2_scaling_configuration", map[string]any{"min_capacity": 0, "max_capacity": 2, "seconds_until_auto_pause": 300}},
		{"aws_db_subnet_group", "database/subnets", "subnet_ids.0", s.reference(t, "aws_subnet", "network/private-0", "id")},
		{"aws_ecs_cluster", "service/cluster", "setting.0.value", "disabled"},
	})
	if !strings.Contains(jsonText(t, at(s.get(t, "aws_ecs_task_definition", "service/task"), "container_definitions.0.environment")), `{"name":"DATABASE_MAY_PAUSE","value":"on"}`) {
		t.Error("the service is not told that its database may pause, and keeps it awake")
	}
	if s.doc.Resource["aws_cloudwatch_metric_alarm"] == nil || strings.Contains(s.text, `"debate-chatbot-running-tasks"`) {
		t.Error("with no insights the count of tasks has no data, which is an alarm")
	}
}

func TestProviderIsPinnedAndTagsEverything(t *testing.T) {
	s := shapes["fullest"]
	if got := at(s.doc.Rest, "required_providers.aws.version"); got != providerVersion {
		t.Errorf("the provider's version is %v, want exactly %s", got, providerVersion)
	}
	if got := at(s.doc.Rest, "required_version"); got != ">= 1.11.0" {
		t.Errorf("Terraform's version is %v", got)
	}
	want := map[string]any{"Project": "debate-chatbot", "Environment": "production", "ManagedBy": "cdktf", "CostCenter": "42", "Owner": "debate"}
	if got := at(s.doc.Provider["aws"][0], "default_tags.0.tags"); !reflect.DeepEqual(got, want) {
		t.Errorf("tags are %v, want %v", got, want)
	}
	if got := at(s.doc.Rest, "backend.s3"); !reflect.DeepEqual(got, map[string]any{
		"bucket": "example-terraform-state", "key": "debate-chatbot/production/terraform.tfstate", "region": "us-east-2", "encrypt": true, "use_lockfile": true,
	}) {
		t.Errorf("the S3 backend is %v", got)
	}
}

// Fifteen seconds of processor time, the bindings' own process included: unlike the clock's, it
// says the same on a busy machine.
func TestCommandSynthesizesInFifteenSeconds(t *testing.T) {
	binary, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	out := t.TempDir()
	run := func(config string) (*exec.Cmd, string, error) {
		cmd := exec.Command(binary)
		cmd.Env = append(os.Environ(), asCommand+"=1", "DEPLOY_CONFIG="+config, "CDKTF_OUTDIR="+out)
		said, err := cmd.CombinedOutput()
		return cmd, string(said), err
	}
	cmd, said, err := run("testdata/fullest.yaml")
	if err != nil {
		t.Fatalf("%v\n%s", err, said)
	}
	spent := cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
	t.Logf("%v", spent.Round(time.Millisecond))
	if spent < time.Second || spent > 15*time.Second {
		t.Errorf("a synth took %v", spent)
	}
	text, err := os.ReadFile(filepath.Join(out, "stacks", "debate-chatbot-production", "cdk.tf.json"))
	if err != nil || string(text) != shapes["fullest"].text {
		t.Errorf("the command and the tests differ in the stack: %v", err)
	}
	if _, said, err = run(""); err == nil || !strings.Contains(said, "DEPLOY_CONFIG: got nothing") || !strings.Contains(said, "cdktf/environments/production.yaml") && !strings.Contains(said, "such as one of") {
		t.Errorf("without a configuration it ends with %v and says %q", err, said)
	}
	if _, said, err = run("testdata/missing.yaml"); err == nil || !strings.HasPrefix(said, "cdktf: configuration:") || !strings.Contains(said, "missing.yaml") {
		t.Errorf("without its configuration file it ends with %v and says %q", err, said)
	}
}

// In China the names of endpoints and of services are others (cn.com.amazonaws.…,
// ….amazonaws.com.cn): a plan says so, where a deploy would fail in its midst.
// https://github.com/aws/amazon-genomics-cli/issues/462
// https://github.com/terraform-aws-modules/terraform-aws-vpc/issues/1121
func TestOnlyRegionsWhoseServicesHaveTheUsualNamesAreTaken(t *testing.T) {
	validations, _ := shapes["default"].doc.Variable["region"]["validation"].([]any)
	first, _ := validations[0].(map[string]any)
	condition, _ := first["condition"].(string)
	patterns := regexp.MustCompile(`(!?)can\(regex\("([^"]+)", var\.region\)\)`).FindAllStringSubmatch(condition, -1)
	if len(patterns) != 2 {
		t.Fatalf("condition %s", condition)
	}
	for region, want := range map[string]bool{
		"us-east-2": true, "eu-west-1": true, "ap-southeast-7": true, "us-gov-west-1": true, "il-central-1": true,
		"cn-north-1": false, "cn-northwest-1": false, "us-iso-east-1": false, "us-isob-east-1": false, "eu-isoe-west-1": false, "us-east": false, "US-EAST-2": false,
	} {
		taken := true
		for _, p := range patterns {
			taken = taken && regexp.MustCompile(p[2]).MatchString(region) == (p[1] == "")
		}
		if taken != want {
			t.Errorf("%s: taken %v", region, taken)
		}
	}
}
