package rpc

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"buf.build/gen/go/bufbuild/protovalidate/protocolbuffers/go/buf/validate"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/debate-chatbot/debate-api/internal/debate"
)

// rules are those that the contract has for its requests (buf.validate), by the
// request's name. protovalidate knows every such rule, and brings an interpreter of
// their language for it, which was a tenth of the binary and of what an idle service
// holds. What the contract uses of them is read here; a test asks protovalidate too.
type rules map[protoreflect.FullName][]fieldRules

// fieldRules are those of a field.
type fieldRules struct {
	field   protoreflect.FieldDescriptor
	ifThere bool // an empty field breaks none
	all     []rule
}

// rule is what has to hold of a value, and what is told where it does not.
type rule struct {
	holds   func(protoreflect.Value) bool
	message string
}

// readRules reads the rules for the requests of a service. An error names one that is
// not known here.
func readRules(service protoreflect.ServiceDescriptor) (rules, error) {
	all := make(rules)
	for i := range service.Methods().Len() {
		request := service.Methods().Get(i).Input()
		if proto.HasExtension(request.Options(), validate.E_Message) || request.Oneofs().Len() > 0 {
			return nil, fmt.Errorf("%s has rules for more than a field", request.FullName())
		}
		all[request.FullName()] = nil
		for n := range request.Fields().Len() {
			field := request.Fields().Get(n)
			of, err := readFieldRules(field)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", field.FullName(), err)
			}
			all[request.FullName()] = append(all[request.FullName()], of)
		}
	}
	return all, nil
}

func readFieldRules(field protoreflect.FieldDescriptor) (fieldRules, error) {
	of := fieldRules{field: field}
	if field.Message() != nil || field.IsList() {
		return of, fmt.Errorf("rules for parts of a value are not known here")
	}
	from := proto.GetExtension(field.Options(), validate.E_Field).(*validate.FieldRules)
	of.ifThere = from.GetIgnore() == validate.Ignore_IGNORE_IF_ZERO_VALUE
	for _, c := range from.GetCel() {
		holds, err := readExpression(c.GetExpression())
		if err != nil {
			return of, err
		}
		of.all = append(of.all, rule{func(v protoreflect.Value) bool { return holds(v.String()) }, c.GetMessage()})
	}
	var err error
	each(from, func(name protoreflect.Name, v protoreflect.Value) {
		switch name {
		case "ignore", "cel":
		case "string", "enum", "int32", "int64":
			err = of.read(v.Message().Interface())
		default:
			err = fmt.Errorf("rule %s is not known here", name)
		}
	})
	return of, err
}

// each calls do for each field that a message has.
func each(m proto.Message, do func(name protoreflect.Name, v protoreflect.Value)) {
	m.ProtoReflect().Range(func(field protoreflect.FieldDescriptor, v protoreflect.Value) bool {
		do(field.Name(), v)
		return true
	})
}

// read reads the rules of a type.
func (f *fieldRules) read(from proto.Message) error {
	var err error
	var least, most *int64
	each(from, func(name protoreflect.Name, v protoreflect.Value) {
		switch name {
		case "min_len":
			f.add("must be at least "+v.String()+" characters", func(s protoreflect.Value) bool { return characters(s.String()) >= v.Uint() })
		case "max_len":
			f.add("must be at most "+v.String()+" characters", func(s protoreflect.Value) bool { return characters(s.String()) <= v.Uint() })
		case "pattern":
			pattern := regexp.MustCompile(v.String())
			f.add("does not match regex pattern `"+v.String()+"`", func(s protoreflect.Value) bool { return pattern.MatchString(s.String()) })
		case "defined_only":
			f.add("value must be one of the defined enum values", func(e protoreflect.Value) bool { return f.field.Enum().Values().ByNumber(e.Enum()) != nil })
		case "gte":
			least = new(v.Int())
		case "lte":
			most = new(v.Int())
		default:
			err = fmt.Errorf("rule %s is not known here", name)
		}
	})
	switch {
	case least != nil && most != nil:
		f.add(fmt.Sprintf("must be greater than or equal to %d and less than or equal to %d", *least, *most),
			func(n protoreflect.Value) bool { return *least <= n.Int() && n.Int() <= *most })
	case least != nil:
		f.add(fmt.Sprintf("must be greater than or equal to %d", *least), func(n protoreflect.Value) bool { return *least <= n.Int() })
	case most != nil:
		f.add(fmt.Sprintf("must be less than or equal to %d", *most), func(n protoreflect.Value) bool { return n.Int() <= *most })
	}
	return err
}

func (f *fieldRules) add(message string, holds func(protoreflect.Value) bool) {
	f.all = append(f.all, rule{holds, message})
}

func characters(s string) uint64 { return uint64(utf8.RuneCountInString(s)) }

// The parts of an expression that are known.
var (
	matchesPart = regexp.MustCompile(`^(!?)this\.matches\('(.*)'\)$`)
	bytesPart   = regexp.MustCompile(`^bytes\(this\)\.size\(\) <= (\d+)$`)
	sizePart    = regexp.MustCompile(`^\(this\.size\(\) <= (\d+) \|\| bytes\(this\)\.size\(\) <= (\d+)\)$`)
)

// readExpression reads what an expression of CEL says of a text.
func readExpression(text string) (holds func(string) bool, err error) {
	var parts []func(string) bool
	for part := range strings.SplitSeq(text, " && ") {
		if m := matchesPart.FindStringSubmatch(part); m != nil {
			pattern, err := strconv.Unquote(`"` + m[2] + `"`)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", part, err)
			}
			matches := regexp.MustCompile(pattern)
			parts = append(parts, func(s string) bool { return matches.MatchString(s) == (m[1] == "") })
		} else if m := bytesPart.FindStringSubmatch(part); m != nil {
			most := number(m[1])
			parts = append(parts, func(s string) bool { return len(s) <= most })
		} else if m := sizePart.FindStringSubmatch(part); m != nil {
			mostCharacters, mostBytes := number(m[1]), number(m[2])
			parts = append(parts, func(s string) bool { return len(s) <= mostBytes || utf8.RuneCountInString(s) <= mostCharacters })
		} else {
			return nil, fmt.Errorf("%s is not known here", part)
		}
	}
	return func(s string) bool {
		for _, holds := range parts {
			if !holds(s) {
				return false
			}
		}
		return true
	}, nil
}

// number is that of digits, which do not stand for more than the contract means.
func number(digits string) int {
	n, err := strconv.Atoi(digits)
	if err != nil {
		panic(err) // of a rule that is compiled in
	}
	return n
}

// check names the fields that break a rule of the contract.
func (r rules) check(request proto.Message) error {
	m := request.ProtoReflect()
	all, known := r[m.Descriptor().FullName()]
	if !known {
		return fmt.Errorf("check %s: no request", m.Descriptor().FullName())
	}
	var broken []debate.FieldViolation
	for _, f := range all {
		if f.ifThere && !m.Has(f.field) {
			continue
		}
		for _, rule := range f.all {
			if !rule.holds(m.Get(f.field)) {
				broken = append(broken, debate.FieldViolation{Field: string(f.field.Name()), Description: rule.message})
			}
		}
	}
	if broken == nil {
		return nil
	}
	return &debate.Error{Reason: debate.InvalidArgument, Message: broken[0].Field + ": " + broken[0].Description, Fields: broken}
}
