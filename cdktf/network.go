package main

import (
	"fmt"
	"net/netip"

	"github.com/aws/constructs-go/constructs/v10"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/dataawsavailabilityzones"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/defaultsecuritygroup"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/eip"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/flowlog"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/internetgateway"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/natgateway"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/route"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/routetable"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/routetableassociation"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/subnet"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/vpc"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/vpcendpoint"
	"github.com/hashicorp/terraform-cdk-go/cdktf"
)

// NetworkConfig of NewNetwork.
type NetworkConfig struct {
	Network Network
	AWS     AWSScope
	Key     Key
	LogDays int
	Protect bool
}

// Subnets are where things run: the load balancer in Public, all else in Private, but for tasks where
// there is no NAT.
type Subnets struct {
	VPC     string
	Public  []string
	Private []string
	// PublicTasks says that tasks run in Public, each with an address of its own.
	PublicTasks bool
	// Routed must be there before what speaks with the internet: AWS refuses a public load balancer in
	// a VPC without a gateway, and tasks fetch their image through it.
	Routed []cdktf.ITerraformDependable
}

// Tasks are the subnets of the tasks.
func (s Subnets) Tasks() []string {
	if s.PublicTasks {
		return s.Public
	}
	return s.Private
}

// noFargate are the zones that cannot run tasks, by AWS's table ("Supported Regions for Amazon ECS on
// AWS Fargate"), and the oldest one of us-east-1, which lacks newer kinds of nodes.
var noFargate = []string{"apne1-az3", "use1-az3", "usw1-az2"}

// NewNetwork hands on the existing VPC, or makes one: in each zone a public and a private
// subnet, NAT for the private ones, flow logs, and a way to S3 (where images lie) that does not
// pass the NAT.
func NewNetwork(scope constructs.Construct, id string, c NetworkConfig) Subnets {
	if c.Network.VPC != "" {
		return Subnets{VPC: c.Network.VPC, Public: c.Network.Public, Private: c.Network.Private}
	}
	here := constructs.NewConstruct(scope, new(id))
	v := vpc.NewVpc(here, new("vpc"), &vpc.VpcConfig{
		CidrBlock: new(c.Network.CIDR), EnableDnsSupport: new(true), EnableDnsHostnames: new(true), Tags: named("debate-chatbot"), Lifecycle: keep(c.Protect),
	})
	// Whoever forgets to name a group gets one that lets nothing through.
	defaultsecuritygroup.NewDefaultSecurityGroup(here, new("closed"), &defaultsecuritygroup.DefaultSecurityGroupConfig{VpcId: v.Id()})
	gateway := internetgateway.NewInternetGateway(here, new("internet"), &internetgateway.InternetGatewayConfig{VpcId: v.Id(), Tags: named("debate-chatbot")})
	public := newTable(here, "public", v)
	out := route.NewRoute(here, new("public-out"), &route.RouteConfig{
		RouteTableId: public.Id(), DestinationCidrBlock: new("0.0.0.0/0"), GatewayId: gateway.Id(),
	})
	zones := dataawsavailabilityzones.NewDataAwsAvailabilityZones(here, new("zones"), &dataawsavailabilityzones.DataAwsAvailabilityZonesConfig{
		State: new("available"), ExcludeZoneIds: strs(noFargate...),
		Filter: []any{&dataawsavailabilityzones.DataAwsAvailabilityZonesFilter{Name: new("opt-in-status"), Values: strs("opt-in-not-required")}},
		// Of fewer zones some would be taken twice, which load balancers refuse, minutes into the deploy.
		Lifecycle: &cdktf.TerraformResourceLifecycle{Postcondition: &[]*cdktf.Postcondition{{
			Condition:    new(ref(fmt.Sprintf("length(self.names) >= %d", c.Network.Zones))),
			ErrorMessage: new(fmt.Sprintf("network.zones: got %d; takes at most ${length(self.names)}: this account has no more zones with Fargate in ${self.id}.", c.Network.Zones)),
		}}},
	})

	s := Subnets{VPC: *v.Id(), PublicTasks: c.Network.NAT == "none", Routed: []cdktf.ITerraformDependable{out}}
	tables := []*string{}
	var nat natgateway.NatGateway
	for i := range c.Network.Zones {
		zone := cdktf.Token_AsString(cdktf.Fn_Element(zones.Names(), num(i)), nil)
		open := newSubnet(here, fmt.Sprintf("public-%d", i), v, zone, block(c.Network.CIDR, i))
		closed := newSubnet(here, fmt.Sprintf("private-%d", i), v, zone, block(c.Network.CIDR, 8+i))
		table := newTable(here, fmt.Sprintf("private-%d", i), v)
		if c.Network.NAT == "zone" || c.Network.NAT == "one" && i == 0 {
			address := eip.NewEip(here, new(fmt.Sprintf("nat-address-%d", i)), &eip.EipConfig{Domain: new("vpc")})
			nat = natgateway.NewNatGateway(here, new(fmt.Sprintf("nat-%d", i)), &natgateway.NatGatewayConfig{
				AllocationId: address.Id(), SubnetId: open.Id(), Tags: named(fmt.Sprintf("debate-chatbot-%d", i)),
				DependsOn: &[]cdktf.ITerraformDependable{gateway},
			})
		}
		if nat != nil {
			s.Routed = append(s.Routed, route.NewRoute(here, new(fmt.Sprintf("private-out-%d", i)), &route.RouteConfig{
				RouteTableId: table.Id(), DestinationCidrBlock: new("0.0.0.0/0"), NatGatewayId: nat.Id(),
			}))
		}
		s.Routed = append(s.Routed,
			associate(here, fmt.Sprintf("public-route-%d", i), open, public),
			associate(here, fmt.Sprintf("private-route-%d", i), closed, table))
		s.Public = append(s.Public, *open.Id())
		s.Private = append(s.Private, *closed.Id())
		tables = append(tables, table.Id())
	}
	tables = append(tables, public.Id())
	vpcendpoint.NewVpcEndpoint(here, new("s3"), &vpcendpoint.VpcEndpointConfig{
		VpcId: v.Id(), ServiceName: new("com.amazonaws." + c.AWS.Region + ".s3"), VpcEndpointType: new("Gateway"), RouteTableIds: &tables,
	})
	newFlowLog(here, v, c)
	return s
}

// block is the i-th sixteenth of a range.
func block(cidr string, i int) string {
	whole := netip.MustParsePrefix(cidr) // validated
	bytes := whole.Addr().As4()
	bits := whole.Bits() + 4
	address := uint32(bytes[0])<<24 | uint32(bytes[1])<<16 | uint32(bytes[2])<<8 | uint32(bytes[3])
	address += uint32(i) << (32 - bits) // i is 0 to 15
	return fmt.Sprintf("%d.%d.%d.%d/%d", address>>24, address>>16&255, address>>8&255, address&255, bits)
}

func newSubnet(scope constructs.Construct, id string, v vpc.Vpc, zone *string, cidr string) subnet.Subnet {
	return subnet.NewSubnet(scope, new(id), &subnet.SubnetConfig{
		VpcId: v.Id(), AvailabilityZone: zone, CidrBlock: new(cidr), MapPublicIpOnLaunch: new(false), Tags: named("debate-chatbot-" + id),
		// A zone that AWS adds, or takes out of service for an hour, must not make the subnets anew.
		Lifecycle: &cdktf.TerraformResourceLifecycle{IgnoreChanges: strs("availability_zone")},
	})
}

func newTable(scope constructs.Construct, id string, v vpc.Vpc) routetable.RouteTable {
	return routetable.NewRouteTable(scope, new(id+"-table"), &routetable.RouteTableConfig{VpcId: v.Id(), Tags: named("debate-chatbot-" + id)})
}

func associate(scope constructs.Construct, id string, s subnet.Subnet, t routetable.RouteTable) cdktf.ITerraformDependable {
	return routetableassociation.NewRouteTableAssociation(scope, new(id), &routetableassociation.RouteTableAssociationConfig{SubnetId: s.Id(), RouteTableId: t.Id()})
}

// named is the tag that the console shows.
func named(name string) *map[string]*string { return &map[string]*string{"Name": new(name)} }

// newFlowLog records who spoke to whom in the VPC.
func newFlowLog(scope constructs.Construct, v vpc.Vpc, c NetworkConfig) {
	logs := newLogs(scope, "flow-logs", "/vpc/debate-chatbot", c.LogDays, c.Key)
	role := newRole(scope, "flow-logs", "vpc-flow-logs.amazonaws.com", c.AWS,
		allow("Write", []string{*logs.Arn(), *logs.Arn() + ":*"},
			"logs:CreateLogStream", "logs:PutLogEvents", "logs:DescribeLogGroups", "logs:DescribeLogStreams"))
	flowlog.NewFlowLog(scope, new("flow-log"), &flowlog.FlowLogConfig{
		VpcId: v.Id(), TrafficType: new("ALL"), LogDestination: logs.Arn(), IamRoleArn: role.arn, MaxAggregationInterval: num(60),
	})
}

// NewEndpoints lets tasks reach the AWS services that they need without the NAT. It returns what must be
// there before they start: with private names half made they would find neither the one way nor the other.
func NewEndpoints(scope constructs.Construct, id string, aws AWSScope, subnets Subnets, group string) (ready []cdktf.ITerraformDependable) {
	here := constructs.NewConstruct(scope, new(id))
	for _, service := range []string{"ecr.api", "ecr.dkr", "logs", "secretsmanager"} {
		ready = append(ready, vpcendpoint.NewVpcEndpoint(here, new(service), &vpcendpoint.VpcEndpointConfig{
			VpcId: new(subnets.VPC), ServiceName: new("com.amazonaws." + aws.Region + "." + service), VpcEndpointType: new("Interface"),
			SubnetIds: strs(subnets.Private...), SecurityGroupIds: strs(group), PrivateDnsEnabled: new(true),
		}))
	}
	return ready
}
