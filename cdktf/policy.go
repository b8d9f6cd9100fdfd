package main

import "slices"

// Policy is an IAM policy document.
type Policy struct {
	Version   string
	Statement []Statement
}

// Statement is one rule of a policy. Principal stays empty in a role's own policies.
type Statement struct {
	Sid       string
	Effect    string
	Principal map[string]any `json:",omitempty"`
	Action    []string
	Resource  []string                  `json:",omitempty"`
	Condition map[string]map[string]any `json:",omitempty"`
}

func policy(statements ...Statement) *string {
	return document(Policy{Version: "2012-10-17", Statement: statements})
}

// allow is a role's right to do something to resources.
func allow(sid string, resources []string, actions ...string) Statement {
	return Statement{Sid: sid, Effect: "Allow", Action: actions, Resource: resources}
}

// confusable are the services that say for whom they take a role, so that its trust may ask for this
// account. CloudTrail must not be asked: its user guide ("Role policy document for CloudTrail to use
// CloudWatch Logs") says that this role's policy takes neither aws:SourceArn nor aws:SourceAccount, and
// delivery broke for people who added them (prowler-cloud/prowler 4714). Lambda's documents promise
// neither; who may pass the role is iam:PassRole's business there.
var confusable = []string{"ecs-tasks.amazonaws.com", "vpc-flow-logs.amazonaws.com"}

// trust lets an AWS service take a role, in this account's name only where the service says it.
func trust(service, account string) *string {
	s := Statement{
		Sid: "Assume", Effect: "Allow", Action: []string{"sts:AssumeRole"},
		Principal: map[string]any{"Service": service},
	}
	if slices.Contains(confusable, service) {
		s.Condition = map[string]map[string]any{"StringEquals": {"aws:SourceAccount": account}}
	}
	return policy(s)
}

// tlsOnly refuses plain HTTP to a bucket.
func tlsOnly(bucket string) Statement {
	return Statement{
		Sid: "TLSOnly", Effect: "Deny", Action: []string{"s3:*"}, Principal: map[string]any{"AWS": "*"},
		Resource:  []string{bucket, bucket + "/*"},
		Condition: map[string]map[string]any{"Bool": {"aws:SecureTransport": "false"}},
	}
}
