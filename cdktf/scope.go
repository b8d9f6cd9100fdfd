package main

import (
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/dataawscalleridentity"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/dataawspartition"
)

// AWSScope is where the stack stands: all that ARNs begin with.
type AWSScope struct {
	Region    string
	Account   string
	Partition string
}

// NewAWSScope asks AWS for the account.
func NewAWSScope(scope constructs.Construct, id string, region string) AWSScope {
	here := constructs.NewConstruct(scope, new(id))
	account := dataawscalleridentity.NewDataAwsCallerIdentity(here, new("account"), nil)
	partition := dataawspartition.NewDataAwsPartition(here, new("partition"), nil)
	return AWSScope{Region: region, Account: *account.AccountId(), Partition: *partition.Partition()}
}

// ARN names a resource of this account and region.
func (s AWSScope) ARN(service, resource string) string {
	return "arn:" + s.Partition + ":" + service + ":" + s.Region + ":" + s.Account + ":" + resource
}

// Root is the account itself, in a policy.
func (s AWSScope) Root() string { return "arn:" + s.Partition + ":iam::" + s.Account + ":root" }
