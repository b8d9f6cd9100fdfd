package main

import (
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/dataawscalleridentity"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/dataawspartition"
)

// Place is where the stack stands: all that ARNs begin with.
type Place struct {
	Region    string
	Account   string
	Partition string
}

// NewPlace asks AWS for the account.
func NewPlace(scope constructs.Construct, id string, region string) Place {
	here := constructs.NewConstruct(scope, str(id))
	account := dataawscalleridentity.NewDataAwsCallerIdentity(here, str("account"), nil)
	partition := dataawspartition.NewDataAwsPartition(here, str("partition"), nil)
	return Place{Region: region, Account: *account.AccountId(), Partition: *partition.Partition()}
}

// ARN names a resource of this account and region.
func (p Place) ARN(service, resource string) string {
	return "arn:" + p.Partition + ":" + service + ":" + p.Region + ":" + p.Account + ":" + resource
}

// Root is the account itself, in a policy.
func (p Place) Root() string { return "arn:" + p.Partition + ":iam::" + p.Account + ":root" }
