package main

import (
	"errors"
	"fmt"
	"os"
	"reflect"
	"strings"

	"github.com/goccy/go-yaml"
)

// Config shapes the stack: what is built, how large, and what exists already. Secrets and the
// region are no part of it; they are Terraform variables. The zero of a field that has a default
// never reaches the stack: start from Default.
type Config struct {
	// Environment names the deployment: its stack, its state and its tags. One AWS account holds one
	// environment.
	Environment string `yaml:"environment"`
	// Account is the AWS account that this is for; a deploy into any other stops. Empty for no check.
	Account string `yaml:"account"`
	// Protect guards against loss: deletion protection, a final snapshot, kept images, and a
	// recovery window for secrets. Turn it off and deploy before a destroy.
	Protect bool              `yaml:"protect"`
	Tags    map[string]string `yaml:"tags"`

	Backend  Backend  `yaml:"backend"`
	Network  Network  `yaml:"network"`
	Balancer Balancer `yaml:"balancer"`
	Service  Service  `yaml:"service"`
	Database Database `yaml:"database"`
	Cache    Cache    `yaml:"cache"`
	Secrets  Secrets  `yaml:"secrets"`
	Logs     Logs     `yaml:"logs"`
	Trail    Trail    `yaml:"trail"`
	Alarms   Alarms   `yaml:"alarms"`
}

// Backend says where Terraform keeps its state: in an S3 bucket, or locally when Bucket is empty. An
// empty Key is one of the environment's own.
type Backend struct {
	Bucket string `yaml:"bucket"`
	Key    string `yaml:"key"`
	Region string `yaml:"region"`
}

// Network is a new VPC, or an existing one when VPC is set.
type Network struct {
	CIDR      string `yaml:"cidr"`      // of the new VPC, /16 to /20
	Zones     int    `yaml:"zones"`     // availability zones of the new VPC
	NAT       string `yaml:"nat"`       // "one", "zone" for one in each zone, or "none": tasks have public addresses
	Endpoints bool   `yaml:"endpoints"` // reach AWS services without the NAT

	VPC     string   `yaml:"vpc"`     // id of an existing VPC
	Public  []string `yaml:"public"`  // its public subnets, for the load balancer
	Private []string `yaml:"private"` // its private subnets, for the tasks
}

// Balancer is the load balancer. With a Zone or a Certificate it speaks HTTPS and gRPC; without either
// plain HTTP, which production must ask for.
type Balancer struct {
	Domain      string `yaml:"domain"`      // the name that the service answers to
	Zone        string `yaml:"zone"`        // Route 53 zone of Domain: certificate and record are made there
	Certificate string `yaml:"certificate"` // ARN, issued in the stack's region, where there is no Zone
	Insecure    bool   `yaml:"insecure"`    // plain HTTP is meant
	LogDays     int    `yaml:"log_days"`    // access logs are kept this long
}

// HTTPS says whether there is a certificate, given or made.
func (b Balancer) HTTPS() bool { return b.Certificate != "" || b.Zone != "" }

// Service is the tasks and how many of them there are.
type Service struct {
	CPU            int    `yaml:"cpu"`    // units; 1024 are a core
	Memory         int    `yaml:"memory"` // MiB
	Architecture   string `yaml:"architecture"`
	Model          string `yaml:"model"`
	Desired        int    `yaml:"desired"`
	Min            int    `yaml:"min"`
	Max            int    `yaml:"max"`
	TargetCPU      int    `yaml:"target_cpu"`      // percent
	TargetMemory   int    `yaml:"target_memory"`   // percent
	TargetRequests int    `yaml:"target_requests"` // each minute and task
	Base           int    `yaml:"base"`            // tasks that never run on Spot
	OnDemandWeight int    `yaml:"on_demand_weight"`
	SpotWeight     int    `yaml:"spot_weight"`
	Insights       string `yaml:"insights"` // Container Insights: "enhanced", "enabled" or "disabled"
	// Environment is more variables of the service, none that the stack sets and no secrets.
	Environment map[string]string `yaml:"environment"`
}

// Database is a new Aurora cluster, or an existing PostgreSQL when Existing is set: the variable
// database_url then says how to reach it.
type Database struct {
	Existing     Existing `yaml:"existing"`
	Version      string   `yaml:"version"`
	MajorUpgrade bool     `yaml:"major_upgrade"` // lets another major version in Version through
	Instances    int      `yaml:"instances"`
	MinCapacity  float64  `yaml:"min_capacity"` // Aurora capacity units, about 2 GiB each; at 0 it pauses when idle
	MaxCapacity  float64  `yaml:"max_capacity"`
	BackupDays   int      `yaml:"backup_days"`
	DataAPI      bool     `yaml:"data_api"` // people's way to it; not every region has it
}

// Existing is a database of another project: its security group, or its address range.
type Existing struct {
	SecurityGroup string `yaml:"security_group"`
	CIDR          string `yaml:"cidr"`
	Port          int    `yaml:"port"`
	// ManageRule adds the rule that lets tasks in to SecurityGroup. Turn it off where the other project
	// lists its group's rules inside the group: its next deploy would take ours away.
	ManageRule bool `yaml:"manage_rule"`
}

// Set says whether there is an existing database.
func (e Existing) Set() bool { return e.SecurityGroup != "" || e.CIDR != "" }

// Cache is Valkey, a Redis. Without it one replica does not know of another's running replies, but for
// what the database says.
type Cache struct {
	Enabled    bool   `yaml:"enabled"`
	Node       string `yaml:"node"`
	Nodes      int    `yaml:"nodes"`
	BackupDays int    `yaml:"backup_days"`
}

// Secrets may be rotated. The database's password always is, by RDS.
type Secrets struct {
	RotateDays int `yaml:"rotate_days"` // a new API key every so many days; 0 for never
}

// Logs of the service, the network and the databases.
type Logs struct {
	Days int `yaml:"days"`
}

// Trail is CloudTrail. Turn it off where the account has a trail already.
type Trail struct {
	Enabled bool `yaml:"enabled"`
	Days    int  `yaml:"days"` // objects are kept this long
}

// Alarms go to a topic; Email subscribes to it.
type Alarms struct {
	Email string `yaml:"email"`
}

// Default is the production shape: all new, two of everything, protected. It lacks a name for HTTPS,
// which production must give.
func Default() Config {
	return Config{
		Environment: "production",
		Protect:     true,
		Backend:     Backend{Region: "us-east-2"},
		Network:     Network{CIDR: "10.40.0.0/16", Zones: 2, NAT: "one"},
		Balancer:    Balancer{LogDays: 90},
		Service: Service{
			CPU: 512, Memory: 1024, Architecture: "ARM64", Model: "gpt-4o-mini",
			Desired: 2, Min: 2, Max: 6, TargetCPU: 60, TargetMemory: 70, TargetRequests: 600,
			Base: 1, OnDemandWeight: 1, SpotWeight: 3, Insights: "enhanced",
		},
		Database: Database{
			Existing: Existing{Port: 5432, ManageRule: true},
			// A long-term support release, as of mid 2026: AWS keeps those for about three years, others for one.
			Version: "16.8", Instances: 2, MinCapacity: 0.5, MaxCapacity: 8, BackupDays: 14, DataAPI: true,
		},
		Cache: Cache{Enabled: true, Node: "cache.t4g.small", Nodes: 2, BackupDays: 1},
		Logs:  Logs{Days: 7},
		Trail: Trail{Enabled: true, Days: 365},
	}
}

// Load reads a configuration file over the defaults. Unknown fields, wrong types and values that
// cannot be are refused, all of the latter at once, each with its name and what it takes.
func Load(path string) (Config, error) {
	text, err := os.ReadFile(path) //nolint:gosec // the operator names it
	if err != nil {
		return Config{}, fmt.Errorf("configuration: %w", err)
	}
	c := Default()
	if err := decode(text, &c); err != nil {
		return Config{}, fmt.Errorf("%s:%w", path, err)
	}
	if err := c.Validate(); err != nil {
		return Config{}, fmt.Errorf("%s:\n%w", path, err)
	}
	return c, nil
}

// decode reads YAML over what is in c. A value of a wrong type is named like any that cannot be; the
// decoder itself would make 2 of 2.5.
func decode(text []byte, c *Config) error {
	var given any
	var v violations
	err := yaml.Unmarshal(text, &given)
	if err == nil && given == nil { // it would empty c
		return nil
	}
	if err == nil {
		v.types("", reflect.TypeFor[Config](), given)
		err = yaml.UnmarshalWithOptions(text, c, yaml.Strict())
	}
	switch {
	case len(v) > 0:
		return fmt.Errorf("\n%w", errors.Join(v...))
	case err != nil:
		return errors.New(" " + strings.TrimSpace(yaml.FormatError(err, false, true)))
	}
	return nil
}

// certificateRegion is where a Certificate is, and the stack must be; empty without one.
func (b Balancer) certificateRegion() string {
	if b.Certificate == "" {
		return ""
	}
	return strings.Split(b.Certificate, ":")[3] // validated
}
