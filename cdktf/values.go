package main

import (
	"encoding/json"
	"fmt"

	"github.com/aws/jsii-runtime-go"
	"github.com/hashicorp/terraform-cdk-go/cdktf"
)

// The bindings take pointers everywhere, and every number as a float.

func num[N int | float64](v N) *float64 { return new(float64(v)) }
func strs(v ...string) *[]*string       { return jsii.Strings(v...) }

// ref is a value that Terraform computes, inside a text: "…${expression}…".
func ref(expression string) string { return "${" + expression + "}" }

// keep has Terraform refuse every plan that would destroy something, before it destroys anything else: AWS's
// own protection speaks up when the tasks and the database's servers are gone already.
func keep(protect bool) *cdktf.TerraformResourceLifecycle {
	return &cdktf.TerraformResourceLifecycle{PreventDestroy: new(protect)}
}

// document is a JSON text. Go's encoder, unlike Terraform's jsonencode, keeps it readable for
// people and tests. The values are plain data: failing to encode them is a mistake in this package.
func document(v any) *string {
	text, err := json.Marshal(v)
	if err != nil {
		panic(fmt.Sprintf("encode %T: %v", v, err))
	}
	return new(string(text))
}
