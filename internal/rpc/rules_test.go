package rpc

import (
	"errors"
	"math"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"

	"buf.build/gen/go/bufbuild/protovalidate/protocolbuffers/go/buf/validate"
	"buf.build/go/protovalidate"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
	"google.golang.org/protobuf/types/descriptorpb"

	"github.com/debate-chatbot/debate-api/internal/debate"
	debatev1 "github.com/debate-chatbot/debate-api/proto/debate/v1"
)

// protovalidate, whose rules they are, is asked about every field of every request, alone
// and beside others, with values on both sides of each bound.
func TestRulesAreWhatProtovalidateTakesThemFor(t *testing.T) {
	service := debatev1.File_debate_v1_debate_proto.Services().ByName("DebateService")
	ours, err := readRules(service)
	if err != nil {
		t.Fatal(err)
	}
	theirs, err := protovalidate.New()
	if err != nil {
		t.Fatal(err)
	}
	texts := []string{"", " ", "\u2003", "\u0085", "a b", "a\tb", "a\nb", "a\x00b", "a\x0bb", "a\x1fb", "a\x7fb", "Open", "open-2", "!~", "a\u00a0b", "\uFFFD"}
	for _, n := range []int{1, 16, 40, 64, 128, 200, 300, 512, 8000, 8192} {
		for _, letter := range []string{"a", "é", "猫", "🎉"} {
			texts = append(texts, strings.Repeat(letter, n), strings.Repeat(letter, n+1), strings.Repeat(letter, n/len(letter)), strings.Repeat(letter, n/len(letter)+1))
		}
	}
	numbers := []int32{math.MinInt32, -4, -3, -1, 0, 1, 2, 3, 4, 5, 99, math.MaxInt32}
	set := func(m protoreflect.Message, f protoreflect.FieldDescriptor, n int) {
		switch f.Kind() {
		case protoreflect.StringKind:
			m.Set(f, protoreflect.ValueOfString(texts[n%len(texts)]))
		case protoreflect.EnumKind:
			m.Set(f, protoreflect.ValueOfEnum(protoreflect.EnumNumber(numbers[n%len(numbers)])))
		case protoreflect.Int32Kind:
			m.Set(f, protoreflect.ValueOfInt32(numbers[n%len(numbers)]))
		case protoreflect.Int64Kind:
			m.Set(f, protoreflect.ValueOfInt64(int64(numbers[n%len(numbers)])))
		case protoreflect.BoolKind:
			m.Set(f, protoreflect.ValueOfBool(n%2 == 0))
		default:
			t.Fatalf("%s is of a kind without values here", f.FullName())
		}
	}
	random, refused := rand.New(rand.NewPCG(1, 2)), 0
	compare := func(m protoreflect.Message) {
		want := fieldsOf(t, theirs.Validate(m.Interface()))
		var e *debate.Error
		if err := ours.check(m.Interface()); err != nil && !errors.As(err, &e) {
			t.Fatal(err)
		}
		var got []debate.FieldViolation
		if e != nil {
			got = e.Fields
			refused++
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s %.200v: %q; protovalidate: %q", m.Descriptor().Name(), m.Interface(), got, want)
		}
	}
	for name := range ours {
		kind, err := protoregistry.GlobalTypes.FindMessageByName(name)
		if err != nil {
			t.Fatal(err)
		}
		fields := kind.Descriptor().Fields()
		for i := range fields.Len() {
			for n := range max(len(texts), len(numbers)) {
				m := kind.New()
				set(m, fields.Get(i), n)
				compare(m)
			}
		}
		for range 50 {
			m := kind.New()
			for i := range fields.Len() {
				set(m, fields.Get(i), random.IntN(1000))
			}
			compare(m)
		}
	}
	if refused < 1000 {
		t.Errorf("%d requests were refused; the values are too tame", refused)
	}
}

// fieldsOf are the violations that protovalidate found.
func fieldsOf(t *testing.T, err error) (found []debate.FieldViolation) {
	t.Helper()
	var invalid *protovalidate.ValidationError
	if err != nil && !errors.As(err, &invalid) {
		t.Fatal(err)
	}
	if invalid != nil {
		for _, v := range invalid.Violations {
			found = append(found, debate.FieldViolation{Field: protovalidate.FieldPathString(v.Proto.GetField()), Description: v.Proto.GetMessage()})
		}
	}
	return found
}

// A rule that is not known must not be passed over in silence.
func TestAnUnknownRuleIsAnError(t *testing.T) {
	text := descriptorpb.FieldDescriptorProto_TYPE_STRING
	for name, of := range map[string]*validate.FieldRules{
		"a rule of a text":   {Type: &validate.FieldRules_String_{String_: &validate.StringRules{MinBytes: proto.Uint64(1)}}},
		"a format of a text": {Type: &validate.FieldRules_String_{String_: &validate.StringRules{WellKnown: &validate.StringRules_Email{Email: true}}}},
		"a rule of a field":  {Required: proto.Bool(true)},
		"an expression":      {Cel: []*validate.Rule{{Id: proto.String("a"), Expression: proto.String("this.startsWith('a')")}}},
		"part of one":        {Cel: []*validate.Rule{{Id: proto.String("a"), Expression: proto.String("bytes(this).size() <= 3 && this != 'a'")}}},
	} {
		options := &descriptorpb.FieldOptions{}
		proto.SetExtension(options, validate.E_Field, of)
		file, err := protodesc.NewFile(&descriptorpb.FileDescriptorProto{
			Name: proto.String("a.proto"), Syntax: proto.String("proto3"),
			MessageType: []*descriptorpb.DescriptorProto{{Name: proto.String("A"), Field: []*descriptorpb.FieldDescriptorProto{
				{Name: proto.String("a"), Number: proto.Int32(1), Type: &text, Options: options},
			}}},
			Service: []*descriptorpb.ServiceDescriptorProto{{Name: proto.String("S"), Method: []*descriptorpb.MethodDescriptorProto{
				{Name: proto.String("M"), InputType: proto.String(".A"), OutputType: proto.String(".A")},
			}}},
		}, nil)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := readRules(file.Services().Get(0)); err == nil {
			t.Errorf("%s is taken for none", name)
		}
	}
}
