package rpc

import (
	"fmt"
	"regexp"
	"strings"
	"unicode"

	"connectrpc.com/connect"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/proto"

	"github.com/debate-chatbot/debate-api/internal/debate"
)

// maxMessageBytes is the largest request. Texts are at most 8 KiB, and six
// bytes of JSON (\u0041) can stand for one.
const maxMessageBytes = 64 << 10

// codec reads and writes messages. Connect answers a message that cannot be
// read before any interceptor sees it, and so without the details that the
// contract promises: codec therefore hands such a message on with its fault in
// it, which the interceptor finds with fault. A client cannot send one, since
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
		marshal:   protojson.MarshalOptions{}.MarshalAppend,
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
		setFault(m, fmt.Sprintf("the request has %d bytes; at most %d are read", len(data), maxMessageBytes))
		return nil
	}
	if len(data) == 0 && c.name == "json" {
		setFault(m, "the body is empty; send a JSON object, {} at least")
		return nil
	}
	if err := c.unmarshal(data, m); err != nil {
		setFault(m, err.Error())
	}
	return nil
}

// faultNumber is the field that carries a fault; no schema may use it twice.
const faultNumber = protowire.MaxValidNumber

func setFault(m proto.Message, text string) {
	proto.Reset(m)
	field := protowire.AppendTag(nil, faultNumber, protowire.BytesType)
	m.ProtoReflect().SetUnknown(protowire.AppendString(field, text))
}

// fault is the error of a message that could not be read; nil for a good one.
func fault(m proto.Message) error {
	unknown := m.ProtoReflect().GetUnknown()
	if len(unknown) == 0 {
		return nil
	}
	number, _, n := protowire.ConsumeTag(unknown)
	if n < 0 || number != faultNumber {
		return nil
	}
	text, _ := protowire.ConsumeString(unknown[n:])
	return unreadable(text)
}

// faultyField finds the field that the protobuf library complains of.
var faultyField = regexp.MustCompile(`field (?:[\w.]+\.)?"?(\w+)"?`)

// unreadable turns a complaint of the protobuf library into an error for the
// caller: its prefix and its deliberately unstable spaces dropped, cut short.
func unreadable(text string) *debate.Error {
	text = strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || !unicode.IsPrint(r) {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(text, "?"))
	text = strings.TrimSpace(strings.TrimPrefix(text, "proto:"))
	if len(text) > 200 {
		text = strings.ToValidUTF8(text[:200], "") + "…"
	}
	e := &debate.Error{Reason: debate.InvalidArgument, Message: "the request cannot be read: " + text}
	if field := faultyField.FindStringSubmatch(text); field != nil {
		e.Fields = []debate.FieldViolation{{Field: field[1], Description: text}}
	}
	return e
}

var _ connect.Codec = codec{}
