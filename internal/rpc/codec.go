package rpc

import (
	"bytes"
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"connectrpc.com/connect"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/debate-chatbot/debate-api/internal/debate"
)

// maxMessageBytes is the largest request. Texts are at most 8,000
// characters, and twelve bytes of JSON (\ud83d\ude00) can stand for one.
const maxMessageBytes = 128 << 10

// codec reads and writes messages. Connect answers a message that cannot be
// read before any interceptor sees it, and so without the details that the
// contract promises: codec therefore hands such a message on with the error in
// it, which the interceptor finds with decodeError. A client cannot send one, since
// unknown fields are dropped.
type codec struct {
	name      string
	marshal   func(to []byte, m proto.Message) ([]byte, error)
	unmarshal func(data []byte, m proto.Message) error
}

var (
	protoCodec = codec{
		name:      "proto",
		marshal:   proto.MarshalOptions{}.MarshalAppend,
		unmarshal: proto.UnmarshalOptions{DiscardUnknown: true}.Unmarshal,
	}
	jsonCodec = codec{
		name:      "json",
		marshal:   appendJSON,
		unmarshal: protojson.UnmarshalOptions{DiscardUnknown: true}.Unmarshal,
	}
)

func (c codec) Name() string { return c.name }

func (c codec) Marshal(message any) ([]byte, error) { return c.MarshalAppend(nil, message) }

// MarshalAppend is what connect calls where it has a buffer to fill.
func (c codec) MarshalAppend(to []byte, message any) ([]byte, error) {
	m, ok := message.(proto.Message)
	if !ok {
		return nil, fmt.Errorf("marshal %T: not a message", message)
	}
	return c.marshal(to, m)
}

func (c codec) Unmarshal(data []byte, message any) error {
	m, ok := message.(proto.Message)
	if !ok {
		return fmt.Errorf("unmarshal %T: not a message", message)
	}
	if len(data) > maxMessageBytes {
		setDecodeError(m, fmt.Sprintf("it has %d bytes, and at most %d are read; a message has at most %d characters", len(data), maxMessageBytes, debate.MaxMessageCharacters))
		return nil
	}
	if c.name == "json" {
		data = bytes.TrimPrefix(data, byteOrderMark)
	}
	if len(data) == 0 && c.name == "json" {
		setDecodeError(m, "the body is empty; send a JSON object, {} at least")
		return nil
	}
	if err := c.unmarshal(data, m); err != nil {
		setDecodeError(m, describeDecodeError(err, data, m.ProtoReflect().Descriptor()))
	} else if c.name == "json" {
		if unknown := unknownName(data, m.ProtoReflect().Descriptor()); unknown != "" {
			setDecodeError(m, unknown)
		}
	}
	return nil
}

// describeDecodeError is the text of a decode error. The protobuf library does not say which
// field of a binary message is not UTF-8.
func describeDecodeError(err error, data []byte, of protoreflect.MessageDescriptor) string {
	for len(data) > 0 {
		number, kind, n := protowire.ConsumeTag(data)
		if n < 0 {
			break
		}
		size := protowire.ConsumeFieldValue(number, kind, data[n:])
		if size < 0 {
			break
		}
		field := of.Fields().ByNumber(number)
		if field != nil && field.Kind() == protoreflect.StringKind && kind == protowire.BytesType {
			if text, _ := protowire.ConsumeBytes(data[n:]); !utf8.Valid(text) {
				return "field " + string(field.Name()) + " must be valid UTF-8"
			}
		}
		data = data[n+size:]
	}
	return err.Error()
}

// unknownName says which field of a JSON object names a value that its enum
// does not have. The protobuf library takes such a value for an unknown field
// and drops it, and so would a stance that was asked for.
func unknownName(data []byte, of protoreflect.MessageDescriptor) string {
	var values map[string]json.RawMessage
	escaped := bytes.IndexByte(data, '\\') >= 0 // as a field's name may be
	for i := range of.Fields().Len() {
		field := of.Fields().Get(i)
		if field.Kind() != protoreflect.EnumKind || !escaped && !bytes.Contains(data, []byte(field.JSONName())) && !bytes.Contains(data, []byte(field.Name())) {
			continue
		}
		if values == nil && json.Unmarshal(data, &values) != nil {
			return ""
		}
		for _, name := range []string{field.JSONName(), string(field.Name())} {
			var value string
			if given, ok := values[name]; !ok || json.Unmarshal(given, &value) != nil || value == "" && string(given) != `""` {
				continue // a number, null, or absent
			}
			if field.Enum().Values().ByName(protoreflect.Name(value)) == nil {
				return fmt.Sprintf("field %s has the unknown value %q; it takes %s", field.Name(), value, strings.Join(valueNames(field.Enum()), ", "))
			}
		}
	}
	return ""
}

// valueNames are the names of an enum's values, but that of 0, which stands for none.
func valueNames(of protoreflect.EnumDescriptor) (names []string) {
	for i := range of.Values().Len() {
		if v := of.Values().Get(i); v.Number() != 0 {
			names = append(names, string(v.Name()))
		}
	}
	return names
}

// decodeErrorNumber is the field that carries a decode error; no schema may use it twice.
const decodeErrorNumber = protowire.MaxValidNumber

func setDecodeError(m proto.Message, text string) {
	proto.Reset(m)
	field := protowire.AppendTag(nil, decodeErrorNumber, protowire.BytesType)
	m.ProtoReflect().SetUnknown(protowire.AppendString(field, text))
}

// decodeError finds the error of a message that could not be read; nil for a good one.
func decodeError(m proto.Message) error {
	unknown := m.ProtoReflect().GetUnknown()
	if len(unknown) == 0 {
		return nil
	}
	number, _, n := protowire.ConsumeTag(unknown)
	if n < 0 || number != decodeErrorNumber {
		return nil
	}
	text, _ := protowire.ConsumeString(unknown[n:])
	return toDomainError(text)
}

// fieldInDecodeError finds the field that the protobuf library complains of.
var fieldInDecodeError = regexp.MustCompile(`field (?:[\w.]+\.)?"?(\w+)"?`)

// toDomainError turns a complaint of the protobuf library into an error for the
// caller: its prefix and its deliberately unstable spaces dropped, cut short.
func toDomainError(text string) *debate.Error {
	text = strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || !unicode.IsPrint(r) {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(text, "?"))
	text = strings.TrimSpace(strings.TrimPrefix(text, "proto:"))
	if len(text) > 300 {
		text = strings.ToValidUTF8(text[:300], "") + "…"
	}
	e := &debate.Error{Reason: debate.InvalidArgument, Message: "the request cannot be read: " + text}
	if field := fieldInDecodeError.FindStringSubmatch(text); field != nil {
		e.Fields = []debate.FieldViolation{{Field: field[1], Description: text}}
	}
	return e
}

var _ connect.Codec = codec{}
