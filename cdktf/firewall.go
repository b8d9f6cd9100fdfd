package main

import (
	"fmt"

	"github.com/aws/constructs-go/constructs/v10"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/securitygroup"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/vpcsecuritygroupegressrule"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/vpcsecuritygroupingressrule"
)

// Port is where the service listens.
const Port = 8080

const (
	postgresPort = 5432
	redisPort    = 6379
)

// FirewallConfig of NewFirewall.
type FirewallConfig struct {
	VPC       string
	Existing  Existing // database, if Set
	Cache     bool
	Endpoints bool
}

// Firewall is the security groups' ids; empty for what does not exist.
type Firewall struct {
	Balancer  string
	Tasks     string
	Database  string
	Cache     string
	Endpoints string
}

// NewFirewall makes the security groups: the internet to the load balancer, the load balancer to
// the tasks, the tasks to their data and to HTTPS. Nothing else, and the data answers only.
func NewFirewall(scope constructs.Construct, id string, c FirewallConfig) Firewall {
	here := constructs.NewConstruct(scope, new(id))
	group := func(id, description string) string {
		return *securitygroup.NewSecurityGroup(here, new(id), &securitygroup.SecurityGroupConfig{
			Name: new("debate-chatbot-" + id), Description: new(description), VpcId: new(c.VPC), Tags: named("debate-chatbot-" + id),
		}).Id()
	}
	f := Firewall{
		Balancer: group("balancer", "Load balancer: HTTP and HTTPS from the internet"),
		Tasks:    group("tasks", "Tasks: port 8080 from the load balancer"),
	}
	for _, port := range []int{80, 443} {
		ingress(here, fmt.Sprintf("internet-%d", port), "The internet to the load balancer", f.Balancer, peer{cidr: "0.0.0.0/0"}, port)
	}
	connect(here, "balancer-tasks", "The load balancer to the tasks", f.Balancer, f.Tasks, Port)
	egress(here, "tasks-https", "Tasks to OpenAI and to AWS services", f.Tasks, peer{cidr: "0.0.0.0/0"}, 443)
	switch {
	case c.Existing.SecurityGroup != "" && !c.Existing.ManageRule:
		egress(here, "tasks-database", "Tasks to the existing database", f.Tasks, peer{group: c.Existing.SecurityGroup}, c.Existing.Port)
	case c.Existing.SecurityGroup != "":
		connect(here, "tasks-database", "Tasks to the existing database", f.Tasks, c.Existing.SecurityGroup, c.Existing.Port)
	case c.Existing.CIDR != "":
		egress(here, "tasks-database", "Tasks to the existing database", f.Tasks, peer{cidr: c.Existing.CIDR}, c.Existing.Port)
	default:
		f.Database = group("database", "Aurora: PostgreSQL from the tasks")
		connect(here, "tasks-database", "Tasks to Aurora", f.Tasks, f.Database, postgresPort)
	}
	if c.Cache {
		f.Cache = group("cache", "Valkey: from the tasks")
		connect(here, "tasks-cache", "Tasks to Valkey", f.Tasks, f.Cache, redisPort)
	}
	if c.Endpoints {
		f.Endpoints = group("endpoints", "AWS services in the VPC: HTTPS from the tasks")
		connect(here, "tasks-endpoints", "Tasks to AWS services in the VPC", f.Tasks, f.Endpoints, 443)
	}
	return f
}

// peer is the other end of a rule: a group or an address range.
type peer struct{ group, cidr string }

func (p peer) referenced() (group, cidr *string) {
	if p.group != "" {
		return new(p.group), nil
	}
	return nil, new(p.cidr)
}

// connect lets one group call another.
func connect(scope constructs.Construct, id, description, from, to string, port int) {
	egress(scope, id+"-out", description, from, peer{group: to}, port)
	ingress(scope, id+"-in", description, to, peer{group: from}, port)
}

func ingress(scope constructs.Construct, id, description, group string, from peer, port int) {
	source, cidr := from.referenced()
	vpcsecuritygroupingressrule.NewVpcSecurityGroupIngressRule(scope, new(id), &vpcsecuritygroupingressrule.VpcSecurityGroupIngressRuleConfig{
		SecurityGroupId: new(group), Description: new(description), IpProtocol: new("tcp"), FromPort: num(port), ToPort: num(port),
		ReferencedSecurityGroupId: source, CidrIpv4: cidr,
	})
}

func egress(scope constructs.Construct, id, description, group string, to peer, port int) {
	target, cidr := to.referenced()
	vpcsecuritygroupegressrule.NewVpcSecurityGroupEgressRule(scope, new(id), &vpcsecuritygroupegressrule.VpcSecurityGroupEgressRuleConfig{
		SecurityGroupId: new(group), Description: new(description), IpProtocol: new("tcp"), FromPort: num(port), ToPort: num(port),
		ReferencedSecurityGroupId: target, CidrIpv4: cidr,
	})
}
