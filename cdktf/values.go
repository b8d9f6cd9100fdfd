package main

import (
	"encoding/json"
	"fmt"

	"github.com/aws/jsii-runtime-go"
)

// The bindings take pointers everywhere.

func str(v string) *string        { return &v }
func num(v float64) *float64      { return &v }
func count(v int) *float64        { return num(float64(v)) }
func yes(v bool) *bool            { return &v }
func strs(v ...string) *[]*string { return jsii.Strings(v...) }

// ref is a value that Terraform computes, inside a text: "…${expression}…".
func ref(expression string) string { return "${" + expression + "}" }

// document is a JSON text. Go's encoder, unlike Terraform's jsonencode, keeps it readable for
// people and tests. The values are plain data: failing to encode them is a mistake in this package.
func document(v any) *string {
	text, err := json.Marshal(v)
	if err != nil {
		panic(fmt.Sprintf("encode %T: %v", v, err))
	}
	return str(string(text))
}
