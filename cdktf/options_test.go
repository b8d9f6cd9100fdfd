package main

import (
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// options are values of each part of a configuration, beside the default; those of the i-th column go together.
var options = [][]func(*Config){
	{func(c *Config) { c.Environment = "a-long-environment-x" }, func(c *Config) { c.Tags = map[string]string{"Cost:Center": "a b", "Empty": ""} }},
	{func(c *Config) { c.Protect = false }},
	{
		func(c *Config) { c.Network.NAT, c.Network.Zones, c.Network.CIDR = "zone", 4, "10.0.0.0/20" },
		func(c *Config) { c.Network.NAT, c.Network.Endpoints = "none", true },
		func(c *Config) {
			c.Network = Network{VPC: "vpc-0123456789abcdef0", Public: ids("0", "1"), Private: ids("2", "3")}
		},
	},
	{
		func(c *Config) { c.Balancer.Domain, c.Balancer.Zone = "example.com", "example.com" }, // the zone's own name
		func(c *Config) { c.Balancer.Insecure = true },
		func(c *Config) {
			c.Balancer.Domain, c.Balancer.Certificate = "debate.example.com", "arn:aws:acm:us-east-2:123456789012:certificate/01234567-89ab-cdef-0123-456789abcdef"
		},
	},
	{
		func(c *Config) { c.Service.CPU, c.Service.Memory, c.Service.Insights = 4096, 30720, "enabled" },
		func(c *Config) {
			c.Service.Min, c.Service.Desired, c.Service.Max, c.Service.Insights = 0, 0, 1, "disabled"
		},
		func(c *Config) { c.Service.Min, c.Service.Desired, c.Service.Max = 100, 100, 100 },
	},
	{
		func(c *Config) { c.Service.Base, c.Service.OnDemandWeight, c.Service.SpotWeight = 2, 1, 0 },
		func(c *Config) { c.Service.Base, c.Service.OnDemandWeight = 0, 0 },
	},
	{
		func(c *Config) { c.Database.MinCapacity, c.Database.MaxCapacity, c.Database.Instances = 256, 256, 15 },
		func(c *Config) { c.Database.MinCapacity, c.Database.MaxCapacity, c.Database.Instances = 0, 1, 1 },
		func(c *Config) { c.Database.Existing = Existing{SecurityGroup: "sg-0123456789abcdef0", Port: 6543} },
	},
	{
		func(c *Config) { c.Cache.Nodes, c.Cache.BackupDays, c.Cache.Node = 6, 35, "cache.r7g.large" },
		func(c *Config) { c.Cache.Nodes, c.Cache.BackupDays = 1, 0 },
		func(c *Config) { c.Cache.Enabled = false },
	},
	{func(c *Config) { c.Secrets.RotateDays = 1000 }},
	{func(c *Config) { c.Logs.Days, c.Balancer.LogDays, c.Trail.Days = 3653, 1, 1 }, func(c *Config) { c.Trail.Enabled = false }},
	{func(c *Config) { c.Alarms.Email = "on+call@example.com" }},
}

func ids(a, b string) []string {
	return []string{"subnet-0123456789abcdef" + a, "subnet-0123456789abcdef" + b}
}

// Beside the shapes of testdata, which are held against more.
func TestEveryOptionMakesAStackThatAWSTakes(t *testing.T) {
	check := []string{"check"}
	for i := range 3 {
		config := Default()
		for _, values := range options {
			if i < len(values) {
				values[i](&config)
			}
		}
		if err := config.Validate(); err != nil {
			t.Fatal(err)
		}
		s := reshape(t, config)
		graph := s.graph(t)
		for from, others := range graph {
			for _, to := range others {
				if _, ok := graph[to]; !ok && strings.HasPrefix(to, "aws_") {
					t.Errorf("%d: %s refers to %s, which is not there", i, from, to)
				}
			}
		}
		check = append(check, filepath.Join(s.dir, "cdk.tf.json"))
	}
	if out, err := exec.CommandContext(t.Context(), stubProvider(t).binary, check...).CombinedOutput(); err != nil {
		t.Errorf("%v: %s", err, out)
	}
}
