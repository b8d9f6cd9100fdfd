package rules

import "fmt"

const (
	ec2Text   = `^[A-Za-z0-9 ._\-:/()#,@\[\]+=&;{}!$*]{1,255}$`
	arnOrName = `^[A-Za-z0-9_-]+$`
	window    = `^(sun|mon|tue|wed|thu|fri|sat):([01]\d|2[0-3]):[0-5]\d-(sun|mon|tue|wed|thu|fri|sat):([01]\d|2[0-3]):[0-5]\d$`
	daily     = `^([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d$`
	hyphens   = `--|-$`
	rbac      = "ElastiCache User Guide, role-based access control: https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/Clusters.RBAC.html"
)

// retired are Aurora PostgreSQL versions that CreateDBCluster no longer takes ("Cannot find version … for
// aurora-postgresql"), as of mid 2026: aws-samples/sample-apj-sup-sa 163 lists what is left of 15; of 16.6
// only 16.6-limitless is.
var retired = []string{"15.2", "15.3", "15.4", "15.5", "15.6", "15.7", "15.8", "16.1", "16.2", "16.3", "16.4", "16.6"}

// Retired says whether AWS offers a version no more.
func Retired(version string) bool { return !no(oneOf(retired...))(version) }

var table = []Rule{
	// The provider's own check is of the length; AWS answers "Valid descriptions are strings less than 256 characters from the following set".
	{"aws_security_group", "description", "1 to 255 of a-zA-Z0-9. _-:/()#,@[]+=&;{}!$*", pattern(ec2Text), "the service's port", "EC2 API, CreateSecurityGroup; hashicorp/terraform-provider-aws 18874"},
	{"aws_security_group", "name", "1 to 255 of a-zA-Z0-9. _-:/()#,@[]+=&;{}!$*", pattern(ec2Text), "it's", "EC2 API, CreateSecurityGroup"},
	{"aws_security_group", "name", "a name that does not begin with sg-", no(pattern("^sg-")), "sg-tasks", "EC2 API, CreateSecurityGroup"},
	{"aws_vpc_security_group_ingress_rule", "description", "1 to 255 of a-zA-Z0-9. _-:/()#,@[]+=&;{}!$*", pattern(ec2Text), "it's", "EC2 API, IpRange"},
	{"aws_vpc_security_group_egress_rule", "description", "1 to 255 of a-zA-Z0-9. _-:/()#,@[]+=&;{}!$*", pattern(ec2Text), "a > b", "EC2 API, IpRange"},
	{"aws_vpc_security_group_ingress_rule", "", "from_port up to to_port, of 0 to 65535", whole(ports), plant("from_port", 9000.0, "to_port", 80.0), "EC2 API, IpPermission"},
	{"aws_vpc_security_group_egress_rule", "", "from_port up to to_port, of 0 to 65535", whole(ports), plant("to_port", 70000.0), "EC2 API, IpPermission"},
	{"aws_vpc_security_group_ingress_rule", "", "one of cidr_ipv4, cidr_ipv6, prefix_list_id, referenced_security_group_id", whole(oneSource), plant("cidr_ipv4", "10.0.0.0/8", "referenced_security_group_id", "sg-1"), "EC2 API, IpPermission"},
	{"aws_vpc", "cidr_block", "a range of /16 to /28", pattern(`/(1[6-9]|2[0-8])$`), "10.0.0.0/8", "EC2 API, CreateVpc"},
	{"aws_subnet", "cidr_block", "a range of /16 to /28", pattern(`/(1[6-9]|2[0-8])$`), "10.0.0.0/29", "EC2 API, CreateSubnet"},
	{"aws_flow_log", "max_aggregation_interval", "60 or 600", oneOf("60", "600"), 300.0, "EC2 API, CreateFlowLogs"},
	{"aws_eip", "domain", "vpc", oneOf("vpc"), "standard", "EC2 API, AllocateAddress"},
	{"aws_vpc_endpoint", "vpc_endpoint_type", "Gateway, GatewayLoadBalancer, Interface, Resource or ServiceNetwork", oneOf("Gateway", "GatewayLoadBalancer", "Interface", "Resource", "ServiceNetwork"), "Private", "EC2 API, CreateVpcEndpoint"},

	{"aws_iam_role", "name", "1 to 64 of letters, digits and +=,.@_-", pattern(`^[A-Za-z0-9_+=,.@-]{1,64}$`), "a role with spaces", "IAM API, CreateRole"},
	{"aws_iam_role", "name", "at most 64 characters", pattern(`^.{0,64}$`), "debate-chatbot-a-role-whose-name-is-much-longer-than-what-iam-takes-of-one", "IAM API, CreateRole"},
	{"aws_iam_role", "assume_role_policy", "no aws:SourceAccount and no aws:SourceArn for cloudtrail.amazonaws.com", trailTrust, trailCondition, "CloudTrail User Guide, Role policy document for CloudTrail to use CloudWatch Logs; prowler-cloud/prowler 4714"},
	{"aws_iam_role", "assume_role_policy", "at most 2048 characters", longest(2048), `{"Statement":[{"Sid":"` + filler(2100) + `"}]}`, "IAM User Guide, quotas"},
	{"aws_iam_role_policy", "name", "1 to 128 of letters, digits and +=,.@_-", pattern(`^[A-Za-z0-9_+=,.@-]{1,128}$`), "my policy", "IAM API, PutRolePolicy"},
	{"aws_iam_role_policy", "policy", "Sids of letters and digits", sids, `{"Statement":[{"Sid":"read-it"}]}`, "IAM User Guide, JSON policy elements: Sid"},
	{"aws_iam_role_policy", "policy", "at most 10240 characters", longest(10240), `{"Statement":[{"Sid":"` + filler(10300) + `"}]}`, "IAM User Guide, quotas"},

	{"aws_lb", "name", "1 to 32 letters, digits and hyphens, none at an end", pattern(`^[A-Za-z0-9]([A-Za-z0-9-]{0,30}[A-Za-z0-9])?$`), "debate-chatbot-load-balancer-of-production", "ELB API, CreateLoadBalancer"},
	{"aws_lb", "name", "a name that does not begin with internal-", no(pattern("^internal-")), "internal-debate", "ELB API, CreateLoadBalancer"},
	{"aws_lb", "subnets", "subnets of at least two zones", several(2), []any{"subnet-1"}, "ELB API, CreateLoadBalancer"},
	{"aws_lb", "idle_timeout", "1 to 4000", between(1, 4000), 5000.0, "ELB API, LoadBalancerAttribute"},
	{"aws_lb_target_group", "name", "1 to 32 letters, digits and hyphens, none at an end", pattern(`^[A-Za-z0-9]([A-Za-z0-9-]{0,30}[A-Za-z0-9])?$`), "debate-", "ELB API, CreateTargetGroup"},
	{"aws_lb_target_group", "deregistration_delay", "0 to 3600", between(0, 3600), "4000", "ELB API, TargetGroupAttribute"},
	{"aws_lb_target_group", "protocol_version", "HTTP1, HTTP2 or GRPC", oneOf("HTTP1", "HTTP2", "GRPC"), "HTTP3", "ELB API, CreateTargetGroup"},
	{"aws_lb_target_group", "load_balancing_algorithm_type", "round_robin, least_outstanding_requests or weighted_random", oneOf("round_robin", "least_outstanding_requests", "weighted_random"), "random", "ELB API, TargetGroupAttribute"},
	{"aws_lb_target_group", "health_check.interval", "5 to 300", between(5, 300), 1.0, "ELB API, CreateTargetGroup"},
	{"aws_lb_target_group", "health_check.timeout", "2 to 120", between(2, 120), 1.0, "ELB API, CreateTargetGroup"},
	{"aws_lb_target_group", "health_check.healthy_threshold", "2 to 10", between(2, 10), 1.0, "ELB API, CreateTargetGroup"},
	{"aws_lb_target_group", "health_check.unhealthy_threshold", "2 to 10", between(2, 10), 11.0, "ELB API, CreateTargetGroup"},
	{"aws_lb_target_group", "", "a health check's timeout below its interval", whole(func(v map[string]any) bool {
		return one(v, "health_check.timeout") != one(v, "health_check.interval") && ordered(v, "health_check.timeout", "health_check.interval")
	}), func(v map[string]any) { set(v, []string{"health_check", "timeout"}, 60.0) }, "ELB API, CreateTargetGroup"},
	{"aws_lb_target_group", "", "health codes of 0 to 99 for GRPC, of 200 to 499 else", whole(matcher), func(v map[string]any) {
		v["protocol_version"] = "GRPC"
		set(v, []string{"health_check", "matcher"}, "200")
	}, "ELB API, Matcher"},
	{"aws_lb_target_group", "health_check.path", "a path of at most 1024 characters", all(pattern("^/"), longest(1024)), "ready", "ELB API, CreateTargetGroup"},
	{"aws_lb_listener", "", "a certificate for HTTPS, and none else", whole(func(v map[string]any) bool {
		return (v["protocol"] == "HTTPS") == (v["certificate_arn"] != nil)
	}), func(v map[string]any) { v["protocol"] = "HTTPS"; delete(v, "certificate_arn") }, "ELB API, CreateListener"},
	{"aws_lb_listener", "port", "1 to 65535", between(1, 65535), 0.0, "ELB API, CreateListener"},
	{"aws_lb_listener", "ssl_policy", "a policy that there is", pattern(`^ELBSecurityPolicy-(2016-08|TLS13-1-(0|1|2|3)(-[A-Za-z0-9-]+)?-2021-06|TLS-1-[12](-Ext)?-20\d\d-\d\d|FS-.+)$`), "ELBSecurityPolicy-TLS14", "ELB User Guide, security policies"},
	{"aws_lb_listener_rule", "priority", "1 to 50000", between(1, 50000), 60000.0, "ELB API, CreateRule"},
	{"aws_lb_listener_rule", "", "at most 5 values in all conditions", whole(func(v map[string]any) bool {
		values, _ := one(v, "condition.http_header.values").([]any)
		return len(values) <= 5
	}), func(v map[string]any) {
		set(v, []string{"condition", "http_header"}, map[string]any{"values": []any{"1", "2", "3", "4", "5", "6"}})
	}, "ELB User Guide, quotas"},
	{"aws_acm_certificate", "domain_name", "a domain of at most 253 characters", pattern(`^(\*\.)?(((?:[A-Za-z0-9-]{1,62})|xn--[A-Za-z0-9-]+)\.)+[A-Za-z]{2,}$`), "debate", "ACM API, RequestCertificate"},
	{"aws_acm_certificate", "validation_method", "DNS or EMAIL", oneOf("DNS", "EMAIL"), "HTTP", "ACM API, RequestCertificate"},
	{"aws_route53_record", "", "records with a ttl, or an alias", whole(func(v map[string]any) bool {
		return v["alias"] != nil && v["ttl"] == nil && v["records"] == nil || v["alias"] == nil && v["ttl"] != nil && v["records"] != nil
	}), plant("ttl", nil, "records", nil, "alias", nil), "Route 53 API, ResourceRecordSet"},

	{"aws_kms_alias", "name", "alias/ and letters, digits, / _ -, at most 256 in all", pattern(`^alias/[A-Za-z0-9/_-]{1,250}$`), "debate", "KMS API, CreateAlias"},
	{"aws_kms_alias", "name", "a name that does not begin with alias/aws/", no(pattern("^alias/aws/")), "alias/aws/debate", "KMS API, CreateAlias"},
	{"aws_kms_key", "deletion_window_in_days", "7 to 30", between(7, 30), 5.0, "KMS API, ScheduleKeyDeletion"},
	{"aws_kms_key", "policy", "at most 32768 characters", longest(32768), `{"Statement":[{"Sid":"` + filler(32800) + `"}]}`, "KMS Developer Guide, quotas"},
	{"aws_ecr_repository", "name", "2 to 256 lower-case letters, digits and single . _ - / between them", pattern(`^([a-z0-9]+([._-][a-z0-9]+)*/)*[a-z0-9]+([._-][a-z0-9]+)*$`), "Debate", "ECR API, CreateRepository"},
	{"aws_ecr_repository", "image_tag_mutability", "MUTABLE or IMMUTABLE", oneOf("MUTABLE", "IMMUTABLE"), "FIXED", "ECR API, CreateRepository"},
	{"aws_ecr_lifecycle_policy", "policy", "rules with priorities of their own, those for tagged images with a list of tags", lifecycle, `{"rules":[{"rulePriority":1,"selection":{"tagStatus":"tagged"}}]}`, "ECR User Guide, lifecycle policy properties"},
	{"aws_secretsmanager_secret", "name", "1 to 512 letters, digits and /_+=.@-", pattern(`^[A-Za-z0-9/_+=.@-]{1,512}$`), "api key", "Secrets Manager API, CreateSecret"},
	{"aws_secretsmanager_secret", "recovery_window_in_days", "0, or 7 to 30", pattern(`^(0|[7-9]|[12]\d|30)$`), 3.0, "Secrets Manager API, DeleteSecret"},
	{"aws_secretsmanager_secret_rotation", "rotation_rules.automatically_after_days", "1 to 1000", between(1, 1000), 2000.0, "Secrets Manager API, RotationRulesType"},

	{"aws_lambda_function", "function_name", "1 to 64 letters, digits, - and _", pattern(`^[A-Za-z0-9_-]{1,64}$`), "rotate it", "Lambda API, CreateFunction"},
	{"aws_lambda_function", "runtime", "a runtime that is not retired", oneOf("provided.al2023", "nodejs22.x", "python3.13", "java21", "dotnet8"), "go1.x", "Lambda Developer Guide, runtimes"},
	{"aws_lambda_function", "memory_size", "128 to 10240", between(128, 10240), 64.0, "Lambda API, CreateFunction"},
	{"aws_lambda_function", "timeout", "1 to 900", between(1, 900), 1000.0, "Lambda API, CreateFunction"},
	{"aws_lambda_function", "description", "at most 256 characters", longest(256), filler(300), "Lambda API, CreateFunction"},
	{"aws_lambda_function", "", "one of x86_64 and arm64", whole(func(v map[string]any) bool {
		list, ok := v["architectures"].([]any)
		return !ok || len(list) == 1 && oneOf("x86_64", "arm64")(list[0])
	}), plant("architectures", []any{"x86_64", "arm64"}), "Lambda API, CreateFunction"},
	{"aws_lambda_function", "", "no kms_key_arn without environment variables: Lambda drops it, and each plan adds it again", whole(func(v map[string]any) bool {
		return v["kms_key_arn"] == nil || one(v, "environment.variables") != nil
	}), plant("kms_key_arn", "arn:aws:kms:us-east-2:123456789012:key/1", "environment", nil), "provider, aws_lambda_function: kms_key_arn; hashicorp/terraform-provider-aws 6366"},
	{"aws_lambda_permission", "statement_id", "1 to 100 letters, digits, - and _", pattern(`^[A-Za-z0-9_-]{1,100}$`), "Secrets Manager", "Lambda API, AddPermission"},
	{"aws_lambda_permission", "action", "lambda: and an action", pattern(`^lambda:([A-Za-z]+|\*)$`), "InvokeFunction", "Lambda API, AddPermission"},

	{"aws_cloudwatch_log_group", "name", "1 to 512 letters, digits and . - _ / #", pattern(`^[.\-_/#A-Za-z0-9]{1,512}$`), "debate logs", "CloudWatch Logs API, CreateLogGroup"},
	{"aws_cloudwatch_log_group", "retention_in_days", "one of the retentions that there are", oneOf("0", "1", "3", "5", "7", "14", "30", "60", "90", "120", "150", "180", "365", "400", "545", "731", "1096", "1827", "2192", "2557", "2922", "3288", "3653"), 8.0, "CloudWatch Logs API, PutRetentionPolicy"},
	{"aws_cloudwatch_log_metric_filter", "name", "1 to 512 characters without : and *", pattern(`^[^:*]{1,512}$`), "errors:all", "CloudWatch Logs API, PutMetricFilter"},
	{"aws_cloudwatch_log_metric_filter", "pattern", "at most 1024 characters", longest(1024), filler(1100), "CloudWatch Logs API, PutMetricFilter"},
	{"aws_cloudwatch_metric_alarm", "alarm_name", "1 to 255 characters", pattern(`^.{1,255}$`), "", "CloudWatch API, PutMetricAlarm"},
	{"aws_cloudwatch_metric_alarm", "alarm_description", "at most 1024 characters", longest(1024), filler(1100), "CloudWatch API, PutMetricAlarm"},
	{"aws_cloudwatch_metric_alarm", "period", "10, 20, 30 or minutes", func(v any) bool {
		n, ok := number(v)
		return ok && n > 0 && (n < 60 && int(n)%10 == 0 && n <= 30 || int(n)%60 == 0)
	}, 90.0, "CloudWatch API, PutMetricAlarm"},
	{"aws_cloudwatch_metric_alarm", "treat_missing_data", "breaching, notBreaching, ignore or missing", oneOf("breaching", "notBreaching", "ignore", "missing"), "fine", "CloudWatch API, PutMetricAlarm"},
	{"aws_cloudwatch_metric_alarm", "", "periods of at most a day together, and no more points than periods", whole(func(v map[string]any) bool {
		period, _ := number(v["period"])
		periods, _ := number(v["evaluation_periods"])
		return period*periods <= 86400 && ordered(v, "datapoints_to_alarm", "evaluation_periods")
	}), plant("datapoints_to_alarm", 100.0), "CloudWatch API, PutMetricAlarm"},
	{"aws_cloudwatch_metric_alarm", "", "a statistic or an extended_statistic", whole(func(v map[string]any) bool {
		return (v["statistic"] == nil) != (v["extended_statistic"] == nil)
	}), plant("statistic", "Sum", "extended_statistic", "p99"), "CloudWatch API, PutMetricAlarm"},
	{"aws_cloudwatch_dashboard", "dashboard_name", "1 to 255 letters, digits, - and _", pattern(`^[A-Za-z0-9_-]{1,255}$`), "my dashboard", "CloudWatch API, PutDashboard"},
	{"aws_cloudwatch_dashboard", "dashboard_body", "widgets of known types in 24 columns", widgets, `{"widgets":[{"type":"metric","x":20,"width":8}]}`, "CloudWatch API, dashboard body structure"},
	{"aws_sns_topic", "name", "1 to 256 letters, digits, - and _", pattern(`^[A-Za-z0-9_-]{1,256}$`), "my topic", "SNS API, CreateTopic"},

	{"aws_s3_bucket", "bucket", "3 to 63 lower-case letters, digits, dots and hyphens", pattern(`^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$`), "Debate_Logs", "S3 User Guide, bucket naming rules"},
	{"aws_s3_bucket", "bucket", "a name without .. and not of the form of an address", no(pattern(`\.\.|^\d+\.\d+\.\d+\.\d+$|^xn--|-s3alias$`)), "192.168.0.1", "S3 User Guide, bucket naming rules"},
	{"aws_s3_bucket_lifecycle_configuration", "rule.expiration.days", "1 or more", between(1, 1e6), 0.0, "S3 API, LifecycleExpiration"},
	{"aws_cloudtrail", "name", "3 to 128 letters, digits and single . _ - between them", all(pattern(`^[A-Za-z0-9][A-Za-z0-9._-]{1,126}[A-Za-z0-9]$`), no(pattern(`[._-]{2}`))), "debate--trail", "CloudTrail API, CreateTrail"},
	{"aws_cloudtrail", "", "a role beside its log group, whose ARN ends in :*", whole(func(v map[string]any) bool {
		group, ok := v["cloud_watch_logs_group_arn"].(string)
		return (v["cloud_watch_logs_role_arn"] != nil) == ok && (!ok || !known(group) || pattern(`:\*$`)(group))
	}), plant("cloud_watch_logs_group_arn", "arn:aws:logs:us-east-2:123456789012:log-group:trail"), "CloudTrail API, CreateTrail"},

	{"aws_rds_cluster", "cluster_identifier", "1 to 63 lower-case letters, digits and single hyphens, a letter first", all(pattern(`^[a-z][a-z0-9-]{0,62}$`), no(pattern(hyphens))), "debate--db", "RDS API, CreateDBCluster"},
	{"aws_rds_cluster", "engine_version", "a version that AWS offers", func(v any) bool { return !Retired(fmt.Sprint(v)) }, "16.6", "RDS API, CreateDBCluster: Cannot find version 16.6 for aurora-postgresql"},
	{"aws_rds_cluster", "master_username", "1 to 63 letters, digits and _, a letter first, no reserved word", all(pattern(`^[A-Za-z][A-Za-z0-9_]{0,62}$`), no(oneOf("admin", "rdsadmin", "rds_superuser", "postgres_admin"))), "admin", "RDS API, CreateDBCluster"},
	{"aws_rds_cluster", "database_name", "1 to 63 letters, digits and _, a letter first", pattern(`^[A-Za-z][A-Za-z0-9_]{0,62}$`), "my-db", "RDS API, CreateDBCluster"},
	{"aws_rds_cluster", "backup_retention_period", "1 to 35", between(1, 35), 0.0, "RDS API, CreateDBCluster"},
	{"aws_rds_cluster", "preferred_backup_window", "hh24:mi-hh24:mi", pattern(daily), "7-8", "RDS API, CreateDBCluster"},
	{"aws_rds_cluster", "preferred_maintenance_window", "ddd:hh24:mi-ddd:hh24:mi", pattern(window), "Sunday", "RDS API, CreateDBCluster"},
	{"aws_rds_cluster", "", "windows that do not overlap", whole(apart("preferred_backup_window", "preferred_maintenance_window")), plant("preferred_backup_window", "09:00-10:00", "preferred_maintenance_window", "sun:09:30-sun:10:30"), "RDS API, CreateDBCluster"},
	{"aws_rds_cluster", "serverlessv2_scaling_configuration.min_capacity", "0 to 256 by 0.5", halves(0, 256), 0.3, "RDS API, ServerlessV2ScalingConfiguration"},
	{"aws_rds_cluster", "serverlessv2_scaling_configuration.max_capacity", "1 to 256 by 0.5", halves(1, 256), 0.5, "RDS API, ServerlessV2ScalingConfiguration"},
	{"aws_rds_cluster", "", "min_capacity up to max_capacity, and a pause of 300 to 86400 seconds at 0 only", whole(pauses), func(v map[string]any) {
		v["serverlessv2_scaling_configuration"] = map[string]any{"min_capacity": 0.5, "max_capacity": 2.0, "seconds_until_auto_pause": 300.0}
	}, "RDS API, ServerlessV2ScalingConfiguration"},
	{"aws_rds_cluster", "", "a password of ours or one that RDS manages", whole(func(v map[string]any) bool {
		return (v["manage_master_user_password"] == true) != (v["master_password"] != nil || v["master_password_wo"] != nil)
	}), plant("master_password", "x"), "RDS API, CreateDBCluster"},
	{"aws_rds_cluster", "", "an identifier for the final snapshot, of letters, digits and single hyphens", whole(func(v map[string]any) bool {
		name, ok := v["final_snapshot_identifier"].(string)
		return v["skip_final_snapshot"] == true || !known(name) || ok && pattern(`^[A-Za-z][A-Za-z0-9-]{0,254}$`)(name) && !pattern(hyphens)(name)
	}), plant("skip_final_snapshot", false, "final_snapshot_identifier", "debate_final"), "RDS API, DeleteDBCluster"},
	{"aws_rds_cluster", "database_insights_mode", "standard or advanced", oneOf("standard", "advanced"), "basic", "RDS API, CreateDBCluster"},
	{"aws_rds_cluster_instance", "identifier", "1 to 63 lower-case letters, digits and single hyphens, a letter first", all(pattern(`^[a-z][a-z0-9-]{0,62}$`), no(pattern(hyphens))), "0-debate", "RDS API, CreateDBInstance"},
	{"aws_rds_cluster_instance", "promotion_tier", "0 to 15", between(0, 15), 16.0, "RDS API, CreateDBInstance"},
	{"aws_rds_cluster_instance", "ca_cert_identifier", "a certificate authority that is not retired", oneOf("rds-ca-rsa2048-g1", "rds-ca-rsa4096-g1", "rds-ca-ecc384-g1"), "rds-ca-2019", "RDS User Guide, certificate authorities"},
	{"aws_rds_cluster_parameter_group", "name", "1 to 255 letters, digits and single hyphens, a letter first", all(pattern(`^[a-z][a-z0-9-]{0,254}$`), no(pattern(hyphens))), "16-debate", "RDS API, CreateDBClusterParameterGroup"},
	{"aws_rds_cluster_parameter_group", "family", "a family that there is", pattern(`^aurora-postgresql1[3-8]$`), "aurora-postgresql16.8", "RDS API, CreateDBClusterParameterGroup"},
	{"aws_db_subnet_group", "name", "1 to 255 lower-case letters, digits and . _ - and spaces, not default", all(pattern(`^[a-z0-9 ._-]{1,255}$`), no(oneOf("default"))), "default", "RDS API, CreateDBSubnetGroup"},
	{"aws_db_subnet_group", "subnet_ids", "subnets of at least two zones", several(2), []any{"subnet-1"}, "RDS API, CreateDBSubnetGroup"},

	{"aws_elasticache_replication_group", "replication_group_id", "1 to 40 letters, digits and single hyphens, a letter first", all(pattern(`^[A-Za-z][A-Za-z0-9-]{0,39}$`), no(pattern(hyphens))), "debate-chatbot-with-a-name-that-is-too-long", "ElastiCache API, CreateReplicationGroup"},
	{"aws_elasticache_replication_group", "", "a version of its engine: Redis up to 7.1, Valkey 7.2 and later", whole(engines), plant("engine", "redis", "engine_version", "8.0"), "ElastiCache User Guide, supported engines and versions"},
	{"aws_elasticache_replication_group", "", "two nodes for failover, and failover for several zones", whole(failover), plant("num_cache_clusters", 1.0, "automatic_failover_enabled", true), "ElastiCache API, CreateReplicationGroup"},
	{"aws_elasticache_replication_group", "", "TLS for user groups, and no auth_token beside", whole(func(v map[string]any) bool {
		groups, _ := v["user_group_ids"].([]any)
		return len(groups) == 0 || v["transit_encryption_enabled"] == true && v["auth_token"] == nil
	}), plant("user_group_ids", []any{"debate"}, "transit_encryption_enabled", false), "ElastiCache User Guide, role-based access control"},
	{"aws_elasticache_replication_group", "num_cache_clusters", "1 to 6", between(1, 6), 7.0, "ElastiCache API, CreateReplicationGroup"},
	{"aws_elasticache_replication_group", "snapshot_retention_limit", "0 to 35", between(0, 35), 40.0, "ElastiCache API, CreateReplicationGroup"},
	{"aws_elasticache_replication_group", "node_type", "a node type", pattern(`^cache\.[a-z][a-z0-9]*\.[a-z0-9]+$`), "t4g.small", "ElastiCache API, CreateReplicationGroup"},
	{"aws_elasticache_replication_group", "", "windows that do not overlap", whole(apart("snapshot_window", "maintenance_window")), plant("snapshot_window", "09:00-10:00", "maintenance_window", "sun:09:30-sun:10:30"), "ElastiCache API, CreateReplicationGroup"},
	{"aws_elasticache_parameter_group", "family", "a family that there is", oneOf("redis6.x", "redis7", "valkey7", "valkey8"), "valkey8.0", "ElastiCache API, CreateCacheParameterGroup"},
	{"aws_elasticache_user", "user_id", "letters, digits and single hyphens, a letter first", all(pattern(`^[A-Za-z][A-Za-z0-9-]*$`), no(pattern(hyphens))), "debate_api", "ElastiCache API, CreateUser"},
	{"aws_elasticache_user", "access_string", "rules that begin with on or off and name no password", all(pattern(`^(on|off) `), no(pattern(`[<>#!]|nopass|resetpass`))), "~* +@all", rbac},
	{"aws_elasticache_user", "access_string", "no reset, which would take passwords away, and no command that ElastiCache forbids", no(pattern(`(^| )(reset|[+-](acl|bgrewriteaof|bgsave|config|debug|migrate|module|psync|replicaof|save|shutdown|slaveof|sync)(\|\S*)?)( |$)`)), "on ~* +@all -config", rbac},
	{"aws_elasticache_user", "", "the same id and name for IAM", whole(func(v map[string]any) bool {
		return one(v, "authentication_mode.type") != "iam" || v["user_id"] == v["user_name"]
	}), plant("user_name", "default"), "ElastiCache User Guide, authenticating with IAM"},

	{"aws_ecs_cluster", "name", "1 to 255 letters, digits, - and _", all(pattern(arnOrName), longest(255)), "my cluster", "ECS API, CreateCluster"},
	{"aws_ecs_cluster", "setting.value", "enabled, disabled or enhanced", oneOf("enabled", "disabled", "enhanced"), "on", "ECS API, ClusterSetting"},
	{"aws_ecs_service", "name", "1 to 255 letters, digits, - and _", all(pattern(arnOrName), longest(255)), "my service", "ECS API, CreateService"},
	{"aws_ecs_service", "", "a launch type or a strategy", whole(func(v map[string]any) bool { return v["launch_type"] == nil || v["capacity_provider_strategy"] == nil }), plant("launch_type", "FARGATE"), "ECS API, CreateService"},
	{"aws_ecs_service", "", "a strategy with one base at most and one weight at least", whole(strategy), func(v map[string]any) {
		v["capacity_provider_strategy"] = []any{map[string]any{"capacity_provider": "FARGATE", "weight": 0.0}}
	}, "ECS API, CapacityProviderStrategyItem"},
	{"aws_ecs_service", "", "a maximum above 100 percent for zone rebalancing", whole(func(v map[string]any) bool {
		most, ok := number(v["deployment_maximum_percent"])
		return v["availability_zone_rebalancing"] != "ENABLED" || !ok || most > 100
	}), plant("deployment_maximum_percent", 100.0), "ECS API, CreateService"},
	{"aws_ecs_service", "alarms.alarm_names", "one alarm at least", several(1), []any{}, "ECS API, DeploymentAlarms"},
	{"aws_ecs_task_definition", "family", "1 to 255 letters, digits, - and _", all(pattern(arnOrName), longest(255)), "debate api", "ECS API, RegisterTaskDefinition"},
	{"aws_ecs_task_definition", "", "a memory that Fargate has for its CPU", whole(fargate), plant("cpu", "256", "memory", "4096"), "ECS API, RegisterTaskDefinition"},
	{"aws_ecs_task_definition", "container_definitions", "at most 120 seconds to stop", each(func(c any) bool { n, ok := number(one(c, "stopTimeout")); return !ok || n <= 120 }), `[{"name":"a","stopTimeout":300}]`, "ECS API, ContainerDefinition"},
	{"aws_ecs_task_definition", "container_definitions", "a health check of 5 to 300 s, answered in 2 to 60 s, tried 1 to 10 times after 0 to 300 s", each(health), `[{"name":"a","healthCheck":{"interval":1}}]`, "ECS API, HealthCheck"},
	{"aws_ecs_task_definition", "container_definitions", "variables and secrets with names of their own", each(variables), `[{"name":"a","environment":[{"name":"A"}],"secrets":[{"name":"A"}]}]`, "ECS API, Secret: the secret name must be unique"},
	{"aws_ecs_task_definition", "container_definitions", "no added capability but SYS_PTRACE", each(func(c any) bool {
		added, _ := one(c, "linuxParameters.capabilities.add").([]any)
		return len(added) == 0 || len(added) == 1 && added[0] == "SYS_PTRACE"
	}), `[{"name":"a","linuxParameters":{"capabilities":{"add":["NET_ADMIN"]}}}]`, "ECS API, KernelCapabilities"},
	{"aws_ecs_task_definition", "container_definitions", "capabilities with both lists, empty ones too, as ECS gives them back: each plan would replace the task", each(func(c any) bool {
		capabilities, ok := one(c, "linuxParameters.capabilities").(map[string]any)
		return !ok || capabilities["add"] != nil && capabilities["drop"] != nil
	}), `[{"name":"a","linuxParameters":{"capabilities":{"drop":["ALL"]}}}]`, "braintrustdata/terraform-aws-braintrust-data-plane 335; provider, internal/service/ecs/container_definitions.go"},
	{"aws_ecs_task_definition", "container_definitions", "a name of 1 to 255 letters, digits, - and _", each(func(c any) bool { return pattern(arnOrName)(one(c, "name")) }), `[{"name":"debate api"}]`, "ECS API, ContainerDefinition"},
	{"aws_appautoscaling_target", "", "min_capacity up to max_capacity", whole(func(v map[string]any) bool { return ordered(v, "min_capacity", "max_capacity") }), plant("min_capacity", 10.0, "max_capacity", 2.0), "Application Auto Scaling API, RegisterScalableTarget"},
	{"aws_appautoscaling_policy", "target_tracking_scaling_policy_configuration.target_value", "more than 0", between(1e-9, 1e12), 0.0, "Application Auto Scaling API, TargetTrackingScalingPolicyConfiguration"},
	{"aws_appautoscaling_policy", "", "a resource_label for ALBRequestCountPerTarget, and none else", whole(func(v map[string]any) bool {
		const metric = "target_tracking_scaling_policy_configuration.predefined_metric_specification."
		return (one(v, metric+"predefined_metric_type") == "ALBRequestCountPerTarget") == (one(v, metric+"resource_label") != nil)
	}), func(v map[string]any) {
		set(v, []string{"target_tracking_scaling_policy_configuration", "predefined_metric_specification"}, map[string]any{"predefined_metric_type": "ALBRequestCountPerTarget"})
	}, "Application Auto Scaling API, PredefinedMetricSpecification"},
}
