package main

// This file says which values a configuration cannot have, and what each takes.

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"net/mail"
	"net/netip"
	"reflect"
	"regexp"
	"slices"
	"strings"

	"github.com/debate-chatbot/debate-api/internal/config"
)

// sizes of memory in MiB.
type sizes struct{ least, most, step int }

func (s sizes) has(size int) bool {
	if s.step == 0 { // each size is twice the one before
		return size == s.least || size == 2*s.least || size == s.most
	}
	return size >= s.least && size <= s.most && size%s.step == 0
}

func (s sizes) String() string {
	if s.step == 0 {
		return fmt.Sprintf("%d, %d or %d", s.least, 2*s.least, s.most)
	}
	return fmt.Sprintf("%d to %d by %d", s.least, s.most, s.step)
}

// memories are Fargate's sizes for each CPU.
var memories = map[int]sizes{
	256:  {512, 2048, 0},
	512:  {1024, 4096, 1024},
	1024: {2048, 8192, 1024},
	2048: {4096, 16384, 1024},
	4096: {8192, 30720, 1024},
}

// retentions are the days that CloudWatch Logs knows.
var retentions = []int{1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653}

// Validate names every value that cannot be.
func (c Config) Validate() error {
	var v violations
	v.match("environment", c.Environment, `^[a-z][a-z0-9-]{1,19}$`, "2 to 20 lower-case letters, digits and dashes")
	if c.Account != "" {
		v.match("account", c.Account, `^\d{12}$`, "the 12 digits of an AWS account, in quotes, or nothing")
	}
	for name, value := range c.Tags {
		v.match("tags", name, `^[A-Za-z0-9+=._:/@-]{1,128}$`, "tag names of at most 128 letters, digits and + = . _ : / @ -")
		if strings.HasPrefix(strings.ToLower(name), "aws:") {
			v.add("tags", name, "names that do not begin with aws:")
		}
		if slices.Contains(ownTags, name) {
			v.add("tags", name, "names other than "+strings.Join(ownTags, ", ")+", which the stack sets")
		}
		v.match("tags."+name, value, `^[A-Za-z0-9 +=._:/@-]{0,256}$`, "at most 256 letters, digits, spaces and + = . _ : / @ -")
	}
	if c.Backend.Bucket != "" {
		v.match("backend.bucket", c.Backend.Bucket, `^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$`, "the name of an S3 bucket, or nothing for local state")
		v.match("backend.key", c.Backend.Key, `^([^/].{0,900})?$`, "a path inside the bucket, or nothing for one named after the environment")
		v.match("backend.region", c.Backend.Region, regionPattern, "a region such as us-east-2")
	}
	c.Network.validate(&v)
	c.Balancer.validate(&v, c.Environment)
	c.Service.validate(&v)
	c.Database.validate(&v, c.Network)
	if c.Cache.Enabled {
		v.match("cache.node", c.Cache.Node, `^cache\.[a-z0-9]+\.[a-z0-9]+$`, "an ElastiCache node type such as cache.t4g.small")
		v.between("cache.nodes", c.Cache.Nodes, 1, 6)
		v.between("cache.backup_days", c.Cache.BackupDays, 0, 35)
	}
	// The service takes a key that was replaced for 24 hours more.
	if c.Secrets.RotateDays != 0 {
		v.between("secrets.rotate_days", c.Secrets.RotateDays, 2, 1000)
	}
	if !slices.Contains(retentions, c.Logs.Days) {
		v.add("logs.days", c.Logs.Days, fmt.Sprintf("one of %v", retentions))
	}
	v.between("trail.days", c.Trail.Days, 1, 3650)
	if c.Alarms.Email != "" {
		if a, err := mail.ParseAddress(c.Alarms.Email); err != nil || a.Address != c.Alarms.Email {
			v.add("alarms.email", c.Alarms.Email, "an address such as oncall@example.com, or nothing")
		}
	}
	return errors.Join(v...)
}

const regionPattern = `^[a-z]{2}(-[a-z]+)+-[0-9]$`

func (b Balancer) validate(v *violations, environment string) {
	v.between("balancer.log_days", b.LogDays, 1, 3650)
	const domain = `^([a-z0-9-]+\.)+[a-z]{2,}$`
	switch {
	case b.HTTPS() && b.Insecure:
		v.add("balancer.insecure", true, "false where balancer.zone or balancer.certificate makes HTTPS")
	case b.Zone != "" && b.Certificate != "":
		v.add("balancer.certificate", b.Certificate, "nothing beside balancer.zone, which makes one")
	case b.Zone != "":
		v.match("balancer.zone", b.Zone, domain, "the name of a public zone in Route 53, such as example.com")
		v.match("balancer.domain", b.Domain, domain, "the name that the service answers to, such as debate.example.com")
		if b.Domain != b.Zone && !strings.HasSuffix(b.Domain, "."+b.Zone) {
			v.add("balancer.domain", b.Domain, "a name in balancer.zone "+b.Zone)
		}
	case b.Certificate != "":
		v.match("balancer.certificate", b.Certificate, `^arn:aws[a-z-]*:acm:[a-z0-9-]+:\d{12}:certificate/.+$`, "the ARN of an ACM certificate, or nothing")
		v.match("balancer.domain", b.Domain, domain, "the name that the certificate is for, such as debate.example.com")
	case b.Domain != "":
		v.add("balancer.domain", b.Domain, "nothing without balancer.zone or balancer.certificate")
	case environment == "production" && !b.Insecure:
		v.add("balancer", "plain HTTP", "HTTPS in production: balancer.domain with balancer.zone (Route 53 makes the certificate) or with balancer.certificate; "+
			"or balancer.insecure: true, where anyone on the way may read and change all of it, API keys too")
	}
}

func (n Network) validate(v *violations) {
	if n.VPC != "" {
		v.match("network.vpc", n.VPC, `^vpc-[0-9a-f]{8,17}$`, "the id of a VPC such as vpc-0123456789abcdef0")
		v.subnets("network.public", n.Public)
		v.subnets("network.private", n.Private)
		if n.Endpoints {
			v.add("network.endpoints", true, "false for an existing VPC: its own project makes them")
		}
		return
	}
	if len(n.Public)+len(n.Private) > 0 {
		v.add("network.public and network.private", append(slices.Clone(n.Public), n.Private...), "nothing without network.vpc")
	}
	prefix, err := netip.ParsePrefix(n.CIDR)
	if err != nil || prefix != prefix.Masked() || !prefix.Addr().Is4() || prefix.Bits() < 16 || prefix.Bits() > 20 || !prefix.Addr().IsPrivate() {
		v.add("network.cidr", n.CIDR, "a private IPv4 range of /16 to /20, such as 10.40.0.0/16")
	}
	v.between("network.zones", n.Zones, 2, 4)
	v.oneOf("network.nat", n.NAT, "one", "zone", "none")
}

func (s Service) validate(v *violations) {
	sizes, ok := memories[s.CPU]
	switch {
	case !ok:
		v.add("service.cpu", s.CPU, "one of 256, 512, 1024, 2048, 4096")
	case !sizes.has(s.Memory):
		v.add("service.memory", s.Memory, fmt.Sprintf("%s at service.cpu %d", sizes, s.CPU))
	}
	v.oneOf("service.architecture", s.Architecture, "ARM64", "X86_64")
	v.oneOf("service.insights", s.Insights, "enhanced", "enabled", "disabled")
	v.match("service.model", s.Model, `^[A-Za-z0-9._:/-]{1,100}$`, "the name of a model, such as gpt-4o-mini")
	v.between("service.min", s.Min, 0, 100)
	v.between("service.max", s.Max, max(s.Min, 1), 100)
	v.between("service.desired", s.Desired, s.Min, max(s.Min, s.Max))
	v.between("service.target_cpu", s.TargetCPU, 10, 90)
	v.between("service.target_memory", s.TargetMemory, 10, 90)
	v.between("service.target_requests", s.TargetRequests, 1, 1_000_000)
	v.between("service.base", s.Base, 0, 100)
	v.between("service.on_demand_weight", s.OnDemandWeight, 0, 1000)
	v.between("service.spot_weight", s.SpotWeight, 0, 1000)
	if s.OnDemandWeight+s.SpotWeight == 0 {
		v.add("service.on_demand_weight and service.spot_weight", "0 and 0", "at least one that is not 0")
	}
	s.validateEnvironment(v)
}

// validateEnvironment reads the variables as the service will, whose start would otherwise fail.
func (s Service) validateEnvironment(v *violations) {
	for _, name := range slices.Sorted(maps.Keys(s.Environment)) {
		known, secret := config.Setting(name)
		switch {
		case slices.Contains(ownVariables, name) || secret:
			v.add("service.environment", name, "no secrets, and nothing that the stack sets itself: "+strings.Join(ownVariables, ", "))
		case !known:
			v.add("service.environment", name, "variables that the service knows; docs/configuration.md lists them")
		}
	}
	// Standing in for what the task gets besides.
	given := map[string]string{
		"DATABASE_URL": "postgres://host/debate", "OPENAI_API_KEY": "key", "API_KEY_SECRET_NAME": APIKeySecret, "AWS_REGION": "us-east-2",
	}
	maps.Copy(given, s.Environment)
	c, err := config.Load(func(name string) string { return given[name] })
	switch {
	case err != nil:
		*v = append(*v, fmt.Errorf("  service.environment: %s", strings.ReplaceAll(err.Error(), "\n", "\n  service.environment: ")))
	case c.DrainDelay+c.DrainTimeout > stopTimeout-drainMargin:
		v.add("service.environment", "DRAIN_DELAY and DRAIN_TIMEOUT of "+(c.DrainDelay+c.DrainTimeout).String(),
			"at most "+(stopTimeout-drainMargin).String()+" together: Fargate kills a task after "+stopTimeout.String())
	}
}

func (d Database) validate(v *violations, n Network) {
	if d.Existing.Set() {
		v.between("database.existing.port", d.Existing.Port, 1, 65535)
		if d.Existing.SecurityGroup != "" && d.Existing.CIDR != "" {
			v.add("database.existing", "both", "a security_group or a cidr")
		}
		if d.Existing.SecurityGroup != "" {
			v.match("database.existing.security_group", d.Existing.SecurityGroup, `^sg-[0-9a-f]{8,17}$`, "the id of a security group such as sg-0123456789abcdef0")
			if n.VPC == "" {
				v.add("database.existing.security_group", d.Existing.SecurityGroup, "a cidr instead, in a new VPC: a group of another VPC cannot be referred to")
			}
		} else if prefix, err := netip.ParsePrefix(d.Existing.CIDR); err != nil || prefix.Bits() == 0 || !prefix.Addr().Is4() || prefix != prefix.Masked() {
			v.add("database.existing.cidr", d.Existing.CIDR, "an IPv4 range such as 10.0.8.0/24, not the whole internet")
		}
		return
	}
	if d.Existing != Default().Database.Existing {
		v.add("database.existing", fmt.Sprintf("%+v", d.Existing), "a security_group or a cidr, or nothing for a new Aurora cluster")
	}
	v.match("database.version", d.Version, `^1[5-8]\.\d{1,2}$`, "an Aurora PostgreSQL version from 15 to 18 that AWS offers, such as 16.8")
	v.between("database.instances", d.Instances, 1, 15)
	v.between("database.backup_days", d.BackupDays, 1, 35)
	for name, capacity := range map[string]float64{"database.min_capacity": d.MinCapacity, "database.max_capacity": d.MaxCapacity} {
		if capacity < 0 || capacity > 256 || capacity*2 != float64(int(capacity*2)) {
			v.add(name, capacity, "0 (pauses when idle) to 256 by 0.5")
		}
	}
	if d.MaxCapacity < max(d.MinCapacity, 1) {
		v.add("database.max_capacity", d.MaxCapacity, "at least 1 and at least database.min_capacity")
	}
}

// violations collects what is wrong, one error a value.
type violations []error

func (v *violations) add(name string, value any, takes string) {
	*v = append(*v, fmt.Errorf("  %s: got %v; takes %s", name, quoted(value), takes))
}

// quoted makes an empty string visible.
func quoted(value any) any {
	if s, ok := value.(string); ok {
		return fmt.Sprintf("%q", s)
	}
	return value
}

// types holds what YAML gave against the type of a field. Nothing is the default; a text may look
// like a number, as versions do.
func (v *violations) types(name string, t reflect.Type, given any) {
	var fits bool
	var takes string
	switch t.Kind() {
	case reflect.Struct, reflect.Map:
		takes = "names with values"
		var inner map[string]any
		if inner, fits = given.(map[string]any); t.Kind() == reflect.Map {
			for key, value := range inner {
				v.types(name+"."+key, t.Elem(), value)
			}
			break
		}
		for i := range t.NumField() {
			field := t.Field(i).Tag.Get("yaml")
			v.types(strings.TrimPrefix(name+"."+field, "."), t.Field(i).Type, inner[field])
		}
	case reflect.Slice:
		takes = "a list"
		var inner []any
		inner, fits = given.([]any)
		for _, value := range inner {
			v.types(name, t.Elem(), value)
		}
	case reflect.Bool:
		_, fits = given.(bool)
		takes = "true or false"
	case reflect.String:
		kind := reflect.ValueOf(given).Kind()
		fits, takes = kind != reflect.Map && kind != reflect.Slice, "a text"
	default:
		kind := reflect.ValueOf(given)
		fits, takes = kind.CanInt() || kind.CanUint(), "a whole number"
		if t.Kind() == reflect.Float64 && !fits {
			fits, takes = kind.CanFloat(), "a number"
		}
	}
	if given != nil && !fits {
		v.add(cmp.Or(name, "the file"), given, takes)
	}
}

func (v *violations) match(name, value, pattern, takes string) {
	if !regexp.MustCompile(pattern).MatchString(value) {
		v.add(name, value, takes)
	}
}

func (v *violations) between(name string, value, low, high int) {
	if value < low || value > high {
		v.add(name, value, fmt.Sprintf("%d to %d", low, high))
	}
}

func (v *violations) oneOf(name, value string, takes ...string) {
	if !slices.Contains(takes, value) {
		v.add(name, value, "one of "+strings.Join(takes, ", "))
	}
}

// subnets wants two or more: a load balancer spans zones.
func (v *violations) subnets(name string, ids []string) {
	if len(ids) < 2 {
		v.add(name, ids, "the ids of at least 2 subnets in different zones, with network.vpc")
	}
	for _, id := range ids {
		v.match(name, id, `^subnet-[0-9a-f]{8,17}$`, "ids such as subnet-0123456789abcdef0")
	}
}
