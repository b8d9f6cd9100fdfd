package main

import (
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/acmcertificate"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/acmcertificatevalidation"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/dataawsroute53zone"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/lb"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/lblistener"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/lblistenerrule"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/lbtargetgroup"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/route53record"
	"github.com/hashicorp/terraform-cdk-go/cdktf"
)

// BalancerConfig of NewBalancer.
type BalancerConfig struct {
	Balancer Balancer
	AWS      AWSScope
	Subnets  Subnets
	Group    string // security group
	Protect  bool
}

// LoadBalancer is the way in.
type LoadBalancer struct {
	URL    string
	DNS    string
	Zone   string // id of the hosted zone, for an alias record
	Suffix string // names the load balancer in its metrics

	TargetGroup  string   // ARN; all but native gRPC
	TargetSuffix string   // names that target group in its metrics
	GRPCSuffix   string   // names the gRPC target group in its metrics; empty without a certificate
	Targets      []string // ARNs; with a certificate the gRPC one too
	Listeners    []cdktf.ITerraformDependable
}

// NewBalancer makes the public load balancer. With a certificate it serves HTTPS and native
// gRPC, and sends plain HTTP there; without, plain HTTP is all there is.
func NewBalancer(scope constructs.Construct, id string, c BalancerConfig) LoadBalancer {
	here := constructs.NewConstruct(scope, new(id))
	logs := newAccessLogs(here, c)
	waits := append([]cdktf.ITerraformDependable{logs.Policy}, c.Subnets.Routed...)
	balancer := lb.NewLb(here, new("balancer"), &lb.LbConfig{
		Name: new("debate-chatbot"), LoadBalancerType: new("application"), Internal: new(false),
		Subnets: strs(c.Subnets.Public...), SecurityGroups: strs(c.Group),
		EnableCrossZoneLoadBalancing: new(true), EnableHttp2: new(true), DropInvalidHeaderFields: new(true), EnableDeletionProtection: new(c.Protect),
		// Longer than any pause between two heartbeats of a stream, shorter than the server's own.
		IdleTimeout: num(300),
		AccessLogs:  &lb.LbAccessLogs{Bucket: new(logs.Name), Enabled: new(true)},
		DependsOn:   &waits,
	})
	http := newTargets(here, "http", c.Subnets.VPC, "HTTP1", "/ready", "200")
	l := LoadBalancer{
		URL: "http://" + *balancer.DnsName(), DNS: *balancer.DnsName(), Zone: *balancer.ZoneId(), Suffix: *balancer.ArnSuffix(),
		TargetGroup: *http.Arn(), TargetSuffix: *http.ArnSuffix(), Targets: []string{*http.Arn()},
	}
	forward := []any{&lblistener.LbListenerDefaultAction{Type: new("forward"), TargetGroupArn: http.Arn()}}
	if !c.Balancer.HTTPS() {
		l.Listeners = append(l.Listeners, lblistener.NewLbListener(here, new("http-listener"), &lblistener.LbListenerConfig{
			LoadBalancerArn: balancer.Arn(), Port: num(80), Protocol: new("HTTP"), DefaultAction: forward,
		}))
		return l
	}
	l.URL = "https://" + c.Balancer.Domain
	certificate := new(c.Balancer.Certificate)
	if c.Balancer.Zone != "" {
		certificate = newName(here, c.Balancer, balancer)
	}
	lblistener.NewLbListener(here, new("http-listener"), &lblistener.LbListenerConfig{
		LoadBalancerArn: balancer.Arn(), Port: num(80), Protocol: new("HTTP"),
		DefaultAction: []any{&lblistener.LbListenerDefaultAction{
			Type:     new("redirect"),
			Redirect: &lblistener.LbListenerDefaultActionRedirect{Port: new("443"), Protocol: new("HTTPS"), StatusCode: new("HTTP_301")},
		}},
	})
	https := lblistener.NewLbListener(here, new("https-listener"), &lblistener.LbListenerConfig{
		LoadBalancerArn: balancer.Arn(), Port: num(443), Protocol: new("HTTPS"),
		CertificateArn: certificate, SslPolicy: new("ELBSecurityPolicy-TLS13-1-2-2021-06"), DefaultAction: forward,
	})
	grpc := newTargets(here, "grpc", c.Subnets.VPC, "GRPC", "/grpc.health.v1.Health/Check", "0")
	rule := lblistenerrule.NewLbListenerRule(here, new("grpc-rule"), &lblistenerrule.LbListenerRuleConfig{
		ListenerArn: https.Arn(), Priority: num(10),
		Action: []any{&lblistenerrule.LbListenerRuleAction{Type: new("forward"), TargetGroupArn: grpc.Arn()}},
		// Exactly these: a wildcard would catch gRPC-Web, which speaks HTTP/1.1 and stays with the rest.
		Condition: []any{&lblistenerrule.LbListenerRuleCondition{HttpHeader: &lblistenerrule.LbListenerRuleConditionHttpHeader{
			HttpHeaderName: new("content-type"), Values: strs("application/grpc", "application/grpc+proto", "application/grpc+json"),
		}}},
	})
	l.Targets, l.GRPCSuffix = append(l.Targets, *grpc.Arn()), *grpc.ArnSuffix()
	l.Listeners = append(l.Listeners, https, rule)
	return l
}

// newName makes the domain's record in its Route 53 zone, and a certificate, which AWS renews for as long
// as the record that proves the domain is there. It returns the certificate's ARN.
func newName(scope constructs.Construct, b Balancer, balancer lb.Lb) *string {
	zone := dataawsroute53zone.NewDataAwsRoute53Zone(scope, new("zone"), &dataawsroute53zone.DataAwsRoute53ZoneConfig{Name: new(b.Zone), PrivateZone: new(false)})
	certificate := acmcertificate.NewAcmCertificate(scope, new("certificate"), &acmcertificate.AcmCertificateConfig{
		DomainName: new(b.Domain), ValidationMethod: new("DNS"), Lifecycle: &cdktf.TerraformResourceLifecycle{CreateBeforeDestroy: new(true)},
	})
	proof := certificate.DomainValidationOptions().Get(num(0))
	record := route53record.NewRoute53Record(scope, new("proof"), &route53record.Route53RecordConfig{
		ZoneId: zone.ZoneId(), Name: proof.ResourceRecordName(), Type: proof.ResourceRecordType(), Records: &[]*string{proof.ResourceRecordValue()},
		Ttl: num(300), AllowOverwrite: new(true),
	})
	valid := acmcertificatevalidation.NewAcmCertificateValidation(scope, new("valid"), &acmcertificatevalidation.AcmCertificateValidationConfig{
		CertificateArn: certificate.Arn(), ValidationRecordFqdns: &[]*string{record.Fqdn()},
	})
	route53record.NewRoute53Record(scope, new("alias"), &route53record.Route53RecordConfig{
		ZoneId: zone.ZoneId(), Name: new(b.Domain), Type: new("A"),
		Alias: &route53record.Route53RecordAlias{Name: balancer.DnsName(), ZoneId: balancer.ZoneId(), EvaluateTargetHealth: new(true)},
	})
	return valid.CertificateArn()
}

func newTargets(scope constructs.Construct, id, vpc, version, path, healthy string) lbtargetgroup.LbTargetGroup {
	return lbtargetgroup.NewLbTargetGroup(scope, new(id+"-targets"), &lbtargetgroup.LbTargetGroupConfig{
		Name: new("debate-chatbot-" + id), Port: num(Port), Protocol: new("HTTP"), ProtocolVersion: new(version), TargetType: new("ip"), VpcId: new(vpc),
		// Streams last minutes: taking turns would heap them on one task.
		LoadBalancingAlgorithmType: new("least_outstanding_requests"),
		// As long as the longest reply takes, and the stop of a task.
		DeregistrationDelay: new("120"),
		HealthCheck: &lbtargetgroup.LbTargetGroupHealthCheck{
			Enabled: new(true), Path: new(path), Protocol: new("HTTP"), Port: new("traffic-port"), Matcher: new(healthy),
			Interval: num(30), Timeout: num(5), HealthyThreshold: num(2), UnhealthyThreshold: num(2),
		},
	})
}

// newAccessLogs makes the bucket of access logs. The load balancer can write to no bucket that
// is encrypted by a key of ours.
func newAccessLogs(scope constructs.Construct, c BalancerConfig) Bucket {
	writer := newWriter(scope, c.AWS)
	return NewBucket(scope, "access-logs", BucketConfig{
		Name: "debate-chatbot-alb-" + c.AWS.Account + "-" + c.AWS.Region, Days: c.Balancer.LogDays, Protect: c.Protect,
		Allow: func(bucket string) []Statement {
			objects := []string{bucket + "/AWSLogs/" + c.AWS.Account + "/*"}
			return []Statement{
				{
					Sid: "RegionWrites", Effect: "Allow", Action: []string{"s3:PutObject"}, Resource: objects,
					Principal: map[string]any{"AWS": "arn:" + c.AWS.Partition + ":iam::" + writer + ":root"},
				},
				{
					Sid: "ServiceWrites", Effect: "Allow", Action: []string{"s3:PutObject"}, Resource: objects,
					Principal: map[string]any{"Service": "logdelivery.elasticloadbalancing.amazonaws.com"},
					Condition: map[string]map[string]any{"ArnLike": {"aws:SourceArn": c.AWS.ARN("elasticloadbalancing", "loadbalancer/*")}},
				},
			}
		},
	})
}

// newWriter finds the AWS account that writes the access logs of the older regions; the others write
// in their service's own name, and there this is the stack's own account.
func newWriter(scope constructs.Construct, p AWSScope) string {
	accounts := map[string]string{
		"af-south-1": "098369216593", "ap-east-1": "754344448648", "ap-northeast-1": "582318560864",
		"ap-northeast-2": "600734575887", "ap-northeast-3": "383597477331", "ap-south-1": "718504428378",
		"ap-southeast-1": "114774131450", "ap-southeast-2": "783225319266", "ap-southeast-3": "589379963580",
		"ca-central-1": "985666609251", "eu-central-1": "054676820928", "eu-north-1": "897822967062",
		"eu-south-1": "635631232127", "eu-west-1": "156460612806", "eu-west-2": "652711504416",
		"eu-west-3": "009996457667", "me-south-1": "076674570225", "sa-east-1": "507241528517",
		"us-east-1": "127311923021", "us-east-2": "033677994240", "us-west-1": "027434742980",
		"us-west-2": "797873946194", "us-gov-east-1": "190560391635", "us-gov-west-1": "048591011584",
	}
	local := cdktf.NewTerraformLocal(scope, new("log-writer"), cdktf.Fn_Lookup(accounts, new(p.Region), new(p.Account)))
	return *local.AsString()
}
