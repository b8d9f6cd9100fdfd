package main

import (
	"crypto/sha256"
	"fmt"
	"math/big"

	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// fixedValues are values of which configurations take apart the form.
var fixedValues = map[string]string{
	"account_id":     "123456789012",
	"repository_url": "123456789012.dkr.ecr.us-east-2.amazonaws.com/debate-api",
	"dns_suffix":     "amazonaws.com",
	"partition":      "aws",
	"region":         "us-east-2",
}

// fakeValue invents what AWS would compute for the attribute called name of the object called seed:
// always the same for the same two, and never empty, so that what is built from it holds.
func fakeValue(kind tftypes.Type, seed, name string) tftypes.Value {
	word := fmt.Sprintf("%s-%x", name, sha256.Sum256([]byte(seed+name)))[:len(name)+9]
	switch {
	case kind.Is(tftypes.String):
		if value, ok := fixedValues[name]; ok {
			word = value
		} else if name == "arn" {
			word = "arn:aws:stub:us-east-2:123456789012:" + word
		}
		return tftypes.NewValue(kind, word)
	case kind.Is(tftypes.Number):
		return tftypes.NewValue(kind, big.NewFloat(5432))
	case kind.Is(tftypes.Bool):
		return tftypes.NewValue(kind, false)
	}
	switch kind := kind.(type) {
	case tftypes.List:
		return tftypes.NewValue(kind, several(kind.ElementType, seed, name))
	case tftypes.Set:
		return tftypes.NewValue(kind, several(kind.ElementType, seed, name))
	case tftypes.Map:
		return tftypes.NewValue(kind, map[string]tftypes.Value{})
	case tftypes.Object:
		fields := map[string]tftypes.Value{}
		for field, inner := range kind.AttributeTypes {
			fields[field] = fakeValue(inner, seed+name, field)
		}
		return tftypes.NewValue(kind, fields)
	}
	return tftypes.NewValue(kind, nil)
}

// several makes three elements: as many as a small region has zones.
func several(kind tftypes.Type, seed, name string) []tftypes.Value {
	values := make([]tftypes.Value, 3)
	for i := range values {
		values[i] = fakeValue(kind, fmt.Sprintf("%s%d", seed, i), name)
	}
	return values
}
