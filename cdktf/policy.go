package main

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

// trust lets an AWS service take a role, in this account's name only.
func trust(service string, account *string) *string {
	return policy(Statement{
		Sid: "Assume", Effect: "Allow", Action: []string{"sts:AssumeRole"},
		Principal: map[string]any{"Service": service},
		Condition: map[string]map[string]any{"StringEquals": {"aws:SourceAccount": *account}},
	})
}

// tlsOnly refuses plain HTTP to a bucket.
func tlsOnly(bucket string) Statement {
	return Statement{
		Sid: "TLSOnly", Effect: "Deny", Action: []string{"s3:*"}, Principal: map[string]any{"AWS": "*"},
		Resource:  []string{bucket, bucket + "/*"},
		Condition: map[string]map[string]any{"Bool": {"aws:SecureTransport": "false"}},
	}
}
