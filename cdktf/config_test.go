package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestLoadRefusesWithNameValueAndWhatItTakes(t *testing.T) {
	const existing = "network: {vpc: vpc-01234567, public: [subnet-01234567, subnet-01234568], private: [subnet-01234567, subnet-01234568]"
	for _, c := range []struct {
		name, text string
		want       []string
	}{
		{"unknown field", "servise: {cpu: 512}", []string{"unknown field", "servise"}},
		{"wrong type", "service: {cpu: large}", []string{"service.cpu: got \"large\"; takes a whole number"}},
		{"no whole number", "network: {zones: 2.5}", []string{"network.zones: got 2.5; takes a whole number"}},
		{"no switch", "protect: maybe", []string{"protect: got \"maybe\"; takes true or false"}},
		{"no list", "network: {vpc: vpc-01234567, public: subnet-01234567}", []string{"network.public: got \"subnet-01234567\"; takes a list"}},
		{"environment", "environment: Prod!", []string{"environment", `"Prod!"`, "2 to 20 lower-case"}},
		{"tag", `tags: {"aws:x": y}`, []string{"tags", "aws:x", "do not begin"}},
		{"own tag", "tags: {Environment: test}", []string{"tags", "Environment", "which the stack sets"}},
		{"tag's value", "tags: {a: 'x;y'}", []string{"tags.a", "x;y", "at most 256"}},
		{"bucket", "backend: {bucket: A}", []string{"backend.bucket", `"A"`, "S3 bucket"}},
		{"backend region", "backend: {bucket: abc, region: ohio}", []string{"backend.region", `"ohio"`, "us-east-2"}},
		{"public range", "network: {cidr: 8.8.0.0/16}", []string{"network.cidr", "8.8.0.0/16", "private IPv4 range"}},
		{"host bits", "network: {cidr: 10.0.0.1/16}", []string{"network.cidr"}},
		{"small range", "network: {cidr: 10.0.0.0/24}", []string{"network.cidr", "/16 to /20"}},
		{"one zone", "network: {zones: 1}", []string{"network.zones: got 1; takes 2 to 4"}},
		{"nat", "network: {nat: two}", []string{"network.nat", `"two"`, "one of one, zone, none"}},
		{"vpc without subnets", "network: {vpc: vpc-01234567}", []string{"network.public", "network.private", "at least 2 subnets"}},
		{"subnets without vpc", "network: {public: [subnet-01234567]}", []string{"network.public", "nothing without network.vpc"}},
		{"endpoints in an existing vpc", existing + ", endpoints: true}", []string{"network.endpoints"}},
		{"certificate", "balancer: {certificate: mine, domain: a.example.com}", []string{"balancer.certificate", `"mine"`, "ARN"}},
		{"certificate without domain", "balancer: {certificate: 'arn:aws:acm:us-east-2:123456789012:certificate/x'}", []string{"balancer.domain", `""`}},
		{"domain without certificate", "balancer: {domain: a.example.com}", []string{"balancer.domain", "nothing without balancer.zone or balancer.certificate"}},
		{"cpu", "service: {cpu: 300}", []string{"service.cpu: got 300; takes one of 256, 512"}},
		{"memory", "service: {cpu: 256, memory: 4096}", []string{"service.memory", "4096", "512, 1024 or 2048"}},
		{"memory between", "service: {cpu: 256, memory: 1536}", []string{"service.memory: got 1536; takes 512, 1024 or 2048 at service.cpu 256"}},
		{"architecture", "service: {architecture: amd64}", []string{"service.architecture", "ARM64, X86_64"}},
		{"max below min", "service: {min: 4, max: 3, desired: 4}", []string{"service.max: got 3; takes 4 to 100"}},
		{"desired", "service: {desired: 9}", []string{"service.desired: got 9; takes 2 to 6"}},
		{"no capacity", "service: {on_demand_weight: 0, spot_weight: 0}", []string{"service.on_demand_weight and service.spot_weight"}},
		{"variable unknown", "service: {environment: {STANCE_GUARDS: 'on'}}", []string{"service.environment", "STANCE_GUARDS", "docs/configuration.md"}},
		{"variable of the stack", "service: {environment: {PORT: '80'}}", []string{"service.environment", "PORT", "the stack sets"}},
		{"variable that is secret", "service: {environment: {API_KEY: abcdefgh}}", []string{"service.environment", "API_KEY", "no secrets"}},
		{"variable's value", "service: {environment: {STANCE_GUARD: maybe, RATE_LIMIT: '-3'}}", []string{"service.environment: STANCE_GUARD: got \"maybe\"; it takes on or off"}},
		{"variable's sense", "service: {environment: {DRAIN_TIMEOUT: 110s}}", []string{"service.environment", "DRAIN_TIMEOUT of 2m0s", "1m45s together"}},
		{"variable of OpenTelemetry that is secret", "service: {environment: {OTEL_EXPORTER_OTLP_HEADERS: authorization=x}}", []string{"service.environment", "OTEL_EXPORTER_OTLP_HEADERS", "no secrets"}},
		{"OpenTelemetry's protocol", "service: {environment: {OTEL_EXPORTER_OTLP_PROTOCOL: grpc}}", []string{"OTEL_EXPORTER_OTLP_PROTOCOL: got \"grpc\"; it takes http/protobuf"}},
		{"database group in a new vpc", "database: {existing: {security_group: sg-01234567}}", []string{"database.existing.security_group", "a cidr instead"}},
		{"database anywhere", "database: {existing: {cidr: 0.0.0.0/0}}", []string{"database.existing.cidr", "not the whole internet"}},
		{"database by IPv6", "database: {existing: {cidr: 'fd00::/64'}}", []string{"database.existing.cidr", "IPv4"}},
		{"database's host bits", "database: {existing: {cidr: 10.0.8.5/24}}", []string{"database.existing.cidr", "10.0.8.5/24"}},
		{"port of no database", "database: {existing: {port: 6543}}", []string{"database.existing", "6543", "a security_group or a cidr"}},
		{"capacity step", "database: {min_capacity: 0.7}", []string{"database.min_capacity: got 0.7; takes 0 (pauses when idle) to 256 by 0.5"}},
		{"capacity order", "database: {min_capacity: 9}", []string{"database.max_capacity"}},
		{"version", "database: {version: '12'}", []string{"database.version", "16.8"}},
		{"node", "cache: {node: t4g}", []string{"cache.node", "cache.t4g.small"}},
		{"retention", "logs: {days: 8}", []string{"logs.days: got 8; takes one of [1 3 5 7"}},
		{"email", "alarms: {email: me}", []string{"alarms.email", `"me"`, "oncall@example.com"}},
		{"rotation sooner than the service lets go of a key", "secrets: {rotate_days: 1}", []string{"secrets.rotate_days: got 1; takes 2 to 1000"}},
		{"account", "account: my-account", []string{"account", `"my-account"`, "12 digits"}},
		{"plain HTTP in production", "logs: {days: 7}", []string{"balancer: got \"plain HTTP\"; takes HTTPS in production", "balancer.zone", "balancer.certificate", "balancer.insecure: true"}},
		{"zone without domain", "balancer: {zone: example.com}", []string{"balancer.domain", `""`}},
		{"domain in another zone", "balancer: {zone: example.com, domain: debate.example.org}", []string{"balancer.domain", "a name in balancer.zone example.com"}},
		{"certificate beside zone", "balancer: {zone: example.com, domain: a.example.com, certificate: 'arn:aws:acm:us-east-2:123456789012:certificate/x'}", []string{"balancer.certificate", "nothing beside balancer.zone"}},
		{"plain HTTP and HTTPS", "balancer: {zone: example.com, domain: a.example.com, insecure: true}", []string{"balancer.insecure"}},
		{"insights", "service: {insights: loud}", []string{"service.insights", "enhanced, enabled, disabled"}},
		{"all at once", "logs: {days: 8}\nnetwork: {zones: 1}", []string{"logs.days", "network.zones"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "test.yaml")
			if err := os.WriteFile(path, []byte(c.text), 0o600); err != nil {
				t.Fatal(err)
			}
			_, err := Load(path)
			if err == nil {
				t.Fatal("it was accepted")
			}
			for _, want := range append(c.want, path) {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("the error lacks %q:\n%v", want, err)
				}
			}
		})
	}
}

func TestCommittedEnvironmentsAreValidAndDiffer(t *testing.T) {
	seen := map[string]string{}
	paths, err := filepath.Glob("environments/*.yaml")
	if err != nil || len(paths) != 4 {
		t.Fatalf("environments: %v, %v", paths, err)
	}
	for _, path := range paths {
		c, err := Load(path)
		if err != nil {
			t.Error(err)
		}
		if name := strings.TrimSuffix(filepath.Base(path), ".yaml"); c.Environment != name {
			t.Errorf("%s says it is %s", path, c.Environment)
		}
		text := jsonText(t, c)
		if other, ok := seen[text]; ok {
			t.Errorf("%s is the same as %s", path, other)
		}
		seen[text] = path
	}
}

func TestPlainHTTPIsForWhoAsksForIt(t *testing.T) {
	for text, want := range map[string]bool{
		"environment: staging": true, "environment: production": false, "balancer: {insecure: true}": true,
		"balancer: {zone: example.com, domain: example.com}": true,
	} {
		path := filepath.Join(t.TempDir(), "test.yaml")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := Load(path); (err == nil) != want {
			t.Errorf("%s: %v", text, err)
		}
	}
}

func TestLoadKeepsDefaultsBesideGivenFields(t *testing.T) {
	path := filepath.Join(t.TempDir(), "test.yaml")
	if err := os.WriteFile(path, []byte("environment: staging\nservice: {max: 9}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	c, err := Load(path)
	if err != nil {
		t.Fatal(err)
	}
	if c.Service.Max != 9 || c.Service.CPU != 512 || c.Service.SpotWeight != 3 {
		t.Errorf("service is %+v", c.Service)
	}
}

func TestEmptyFileIsTheDefault(t *testing.T) {
	for _, text := range []string{"", "# nothing\n", "service:\nnetwork: {}\n"} {
		c := Default()
		if err := decode([]byte(text), &c); err != nil || jsonText(t, c) != jsonText(t, Default()) {
			t.Errorf("%q gives %+v, %v", text, c, err)
		}
	}
}

func TestBindingsRefusalBecomesAnError(t *testing.T) {
	err := Synth(Default(), filepath.Join(os.DevNull, "nowhere"))
	if err == nil || !strings.Contains(err.Error(), "folder") {
		t.Errorf("Synth below a file says %v", err)
	}
}

// FuzzConfig: whatever a file says is accepted or refused, never a crash.
func FuzzConfig(f *testing.F) {
	for _, seed := range []string{"", "service: {cpu: 512}", "tags: {a: b}", "network: {cidr: 10.0.0.0/16}", "- 1", "database: {max_capacity: 1e309}"} {
		f.Add(seed)
	}
	f.Fuzz(func(_ *testing.T, text string) {
		c := Default()
		if decode([]byte(text), &c) == nil {
			if err := c.Validate(); err == nil && c.Network.VPC == "" {
				for i := range c.Network.Zones {
					_ = block(c.Network.CIDR, 8+i)
				}
			}
		}
	})
}
