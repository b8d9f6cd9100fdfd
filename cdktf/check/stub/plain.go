package main

import (
	"math/big"

	"github.com/hashicorp/terraform-plugin-go/tfprotov5"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/debate-chatbot/debate-api/cdktf/check/stub/rules"
)

// plain gives an object's values as JSON has them, without what is null or empty; nothing for no object.
func plain(s *tfprotov5.Schema, v *tfprotov5.DynamicValue) (map[string]any, error) {
	if v == nil {
		return nil, nil
	}
	value, err := v.Unmarshal(s.ValueType())
	if err != nil {
		return nil, err
	}
	values, _ := simple(value).(map[string]any)
	return values, nil
}

func simple(v tftypes.Value) any {
	if !v.IsKnown() {
		return rules.Unknown
	}
	if v.IsNull() {
		return nil
	}
	switch kind := v.Type(); {
	case kind.Is(tftypes.String):
		var text string
		_ = v.As(&text) // it is of this type
		return text
	case kind.Is(tftypes.Number):
		number := new(big.Float)
		_ = v.As(&number)
		float, _ := number.Float64()
		return float
	case kind.Is(tftypes.Bool):
		var truth bool
		_ = v.As(&truth)
		return truth
	}
	var fields map[string]tftypes.Value
	if v.As(&fields) == nil {
		values := map[string]any{}
		for name, field := range fields {
			if inner := simple(field); inner != nil {
				values[name] = inner
			}
		}
		return values
	}
	var elements []tftypes.Value
	if v.As(&elements) != nil || len(elements) == 0 {
		return nil
	}
	list := make([]any, len(elements))
	for i, element := range elements {
		list[i] = simple(element)
	}
	return list
}
