package main

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"testing"
)

// each runs a check on every resource of a type, in every shape.
func each(t *testing.T, kind string, check func(t *testing.T, s *shape, path string, r map[string]any)) {
	t.Helper()
	seen := 0
	for name, s := range shapes {
		for _, r := range s.doc.Resource[kind] {
			path := fmt.Sprint(at(r, "//.metadata.path"))
			seen++
			t.Run(name+"/"+path, func(t *testing.T) { check(t, s, path, r) })
		}
	}
	if seen == 0 {
		t.Fatalf("no shape has any %s: nothing was checked", kind)
	}
}

func TestNoEnvironmentVariableHoldsASecret(t *testing.T) {
	secret := regexp.MustCompile(`var\.(openai_api_key|api_key|database_url)\b[^_]|secret_string|password`)
	each(t, "aws_ecs_task_definition", func(t *testing.T, _ *shape, _ string, r map[string]any) {
		containers, ok := at(r, "container_definitions").(string)
		if !ok || at(r, "container_definitions.0.name") == nil {
			t.Fatal("the container definitions are unreadable")
		}
		environment := jsonText(t, at(r, "container_definitions.0.environment"))
		if found := secret.FindString(environment); found != "" {
			t.Errorf("environment %s holds %s", environment, found)
		}
		if found := regexp.MustCompile(`var\.(openai_api_key|api_key|database_url)\b`).FindString(containers); found != "" {
			t.Errorf("the container definitions hold %s", found)
		}
	})
}

func TestEphemeralVariablesReachWriteOnlyArgumentsOnly(t *testing.T) {
	uses := regexp.MustCompile(`var\.(openai_api_key|api_key|database_url)(?:[^_a-z]|$)`)
	for name, s := range shapes {
		for kind, resources := range s.doc.Resource {
			for _, r := range resources {
				for field, value := range r {
					if uses.MatchString(jsonText(t, value)) && !strings.HasSuffix(field, "_wo") {
						t.Errorf("%s: %s.%s takes a secret: %v", name, kind, field, value)
					}
				}
			}
		}
		if text := jsonText(t, s.doc.Output); uses.MatchString(text) {
			t.Errorf("%s: an output holds a secret", name)
		}
	}
}

func TestTheInternetReachesPorts80And443Only(t *testing.T) {
	each(t, "aws_vpc_security_group_ingress_rule", func(t *testing.T, s *shape, _ string, r map[string]any) {
		for _, field := range []string{"cidr_ipv4", "cidr_ipv6"} {
			cidr, ok := r[field].(string)
			if !ok {
				continue
			}
			if r["from_port"] != r["to_port"] || (r["from_port"] != 80.0 && r["from_port"] != 443.0) {
				t.Errorf("%s reaches ports %v to %v", cidr, r["from_port"], r["to_port"])
			}
			if group := s.reference(t, "aws_security_group", "firewall/balancer", "id"); r["security_group_id"] != group {
				t.Errorf("%s reaches more than the load balancer", cidr)
			}
		}
	})
	for name, s := range shapes {
		for _, group := range s.doc.Resource["aws_security_group"] {
			if group["ingress"] != nil || group["egress"] != nil {
				t.Errorf("%s: a group has rules inside, unseen here", name)
			}
		}
	}
}

func TestDataNeverCallsOut(t *testing.T) {
	each(t, "aws_vpc_security_group_egress_rule", func(t *testing.T, s *shape, _ string, r map[string]any) {
		from := r["security_group_id"]
		if from != s.reference(t, "aws_security_group", "firewall/balancer", "id") && from != s.reference(t, "aws_security_group", "firewall/tasks", "id") {
			t.Errorf("%v may call out", from)
		}
	})
}

func TestBucketsArePrivateEncryptedAndOverTLS(t *testing.T) {
	each(t, "aws_s3_bucket", func(t *testing.T, s *shape, path string, _ map[string]any) {
		path = strings.TrimPrefix(strings.TrimSuffix(path, "/bucket"), stackName(s.config)+"/")
		if strings.HasSuffix(path, "trail") { // a construct called bucket holds a bucket called bucket
			path += "/bucket"
		}
		for _, field := range []string{"block_public_acls", "block_public_policy", "ignore_public_acls", "restrict_public_buckets"} {
			s.check(t, []expect{{"aws_s3_bucket_public_access_block", path + "/private", field, true}})
		}
		s.check(t, []expect{
			{"aws_s3_bucket_ownership_controls", path + "/ownership", "rule.object_ownership", "BucketOwnerEnforced"},
			{"aws_s3_bucket_lifecycle_configuration", path + "/lifecycle", "rule.0.status", "Enabled"},
		})
		algorithm := at(s.get(t, "aws_s3_bucket_server_side_encryption_configuration", path+"/encryption"), "rule.0.apply_server_side_encryption_by_default.sse_algorithm")
		// The load balancer cannot write with a key of ours.
		if want := map[bool]string{true: "AES256", false: "aws:kms"}[strings.Contains(path, "access-logs")]; algorithm != want {
			t.Errorf("encryption is %v, want %s", algorithm, want)
		}
		if policy := jsonText(t, s.get(t, "aws_s3_bucket_policy", path+"/policy")["policy"]); !strings.Contains(policy, "aws:SecureTransport") {
			t.Error("plain HTTP is not refused")
		}
	})
}

func TestLogGroupsExpireAndAreEncrypted(t *testing.T) {
	each(t, "aws_cloudwatch_log_group", func(t *testing.T, s *shape, _ string, r map[string]any) {
		if r["retention_in_days"] != float64(s.config.Logs.Days) {
			t.Errorf("retention is %v days, want %d", r["retention_in_days"], s.config.Logs.Days)
		}
		if r["kms_key_id"] != s.reference(t, "aws_kms_key", "key/key", "arn") {
			t.Error("it is not encrypted by the key")
		}
	})
}

func TestRolePoliciesHaveNoWildcardButTheECRLogin(t *testing.T) {
	each(t, "aws_iam_role_policy", func(t *testing.T, _ *shape, _ string, r map[string]any) {
		statements, ok := at(r, "policy.Statement").([]any)
		if !ok || len(statements) == 0 {
			t.Fatalf("policy %v is unreadable", r["policy"])
		}
		for _, statement := range statements {
			actions, _ := at(statement, "Action").([]any)
			resources, _ := at(statement, "Resource").([]any)
			if len(actions) == 0 || len(resources) == 0 {
				t.Errorf("statement %v lists no action or resource", statement)
			}
			for _, action := range actions {
				if strings.Contains(action.(string), "*") {
					t.Errorf("action %v", action)
				}
			}
			for _, resource := range resources {
				alone := len(actions) == 1 && actions[0] == "ecr:GetAuthorizationToken"
				// A wildcard may follow what names one group of logs, never stand for everything.
				if resource == "*" && !alone {
					t.Errorf("%v on every resource", actions)
				} else if resource != "*" && !strings.Contains(resource.(string), "${aws_") {
					t.Errorf("%v on %v, which is no resource of this stack", actions, resource)
				}
			}
		}
	})
}

func TestResourcePoliciesAdmitNobodyUnconditionally(t *testing.T) {
	for _, kind := range []string{"aws_s3_bucket_policy", "aws_sns_topic_policy", "aws_kms_key"} {
		each(t, kind, func(t *testing.T, _ *shape, _ string, r map[string]any) {
			statements, _ := at(r, "policy.Statement").([]any)
			if len(statements) == 0 {
				t.Fatal("the policy is unreadable")
			}
			for _, statement := range statements {
				principal := jsonText(t, at(statement, "Principal"))
				if at(statement, "Effect") == "Allow" && strings.Contains(principal, `"*"`) {
					t.Errorf("%v admits everyone", at(statement, "Sid"))
				}
				if strings.Contains(principal, "Service") && at(statement, "Condition") == nil {
					t.Errorf("%v admits %s for any account", at(statement, "Sid"), principal)
				}
			}
		})
	}
}

// CloudTrail's role takes no condition: the trail could not be made.
func TestRolesAreTakenForThisAccountOnlyWhereTheServiceSaysIt(t *testing.T) {
	want := map[any]bool{"ecs-tasks.amazonaws.com": true, "vpc-flow-logs.amazonaws.com": true, "cloudtrail.amazonaws.com": false, "lambda.amazonaws.com": false}
	seen := map[any]bool{}
	each(t, "aws_iam_role", func(t *testing.T, _ *shape, _ string, r map[string]any) {
		service := at(r, "assume_role_policy.Statement.0.Principal.Service")
		seen[service] = true
		if got := at(r, "assume_role_policy.Statement.0.Condition"); (got != nil) != want[service] {
			t.Errorf("%v may take the role where %v", service, got)
		}
	})
	if len(seen) != len(want) {
		t.Errorf("roles are for %v, want %v", seen, want)
	}
}

// What AWS lets be encrypted by the key is.
func TestDataIsEncryptedByTheKey(t *testing.T) {
	for kind, field := range map[string]string{
		"aws_rds_cluster": "kms_key_id", "aws_elasticache_replication_group": "kms_key_id", "aws_secretsmanager_secret": "kms_key_id",
		"aws_cloudtrail": "kms_key_id", "aws_sns_topic": "kms_master_key_id", "aws_rds_cluster_instance": "performance_insights_kms_key_id",
	} {
		each(t, kind, func(t *testing.T, s *shape, _ string, r map[string]any) {
			if r[field] != s.reference(t, "aws_kms_key", "key/key", "arn") {
				t.Errorf("%s is %v", field, r[field])
			}
		})
	}
}

func TestEveryDocumentIsJSON(t *testing.T) {
	for _, s := range shapes {
		for kind, resources := range s.doc.Resource {
			for name, r := range resources {
				for _, field := range []string{"policy", "assume_role_policy", "container_definitions", "dashboard_body"} {
					if text, ok := r[field].(string); ok && !json.Valid([]byte(text)) {
						t.Errorf("%s.%s.%s is no JSON: %s", kind, name, field, text)
					}
				}
			}
		}
	}
}
