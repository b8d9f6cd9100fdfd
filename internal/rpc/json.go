package rpc

// This file writes the contract's messages as JSON, by a list of fields for each type that is made once. protojson
// asks each message for its fields, sorts them and looks up their names, which took a twentieth of what a turn costs.

import (
	"bytes"
	"errors"
	"strconv"
	"sync"
	"time"
	"unicode/utf8"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/known/timestamppb"

	debatev1 "github.com/debate-chatbot/debate-api/proto/debate/v1"
)

// appendJSON writes a message as protojson does, which writes whatever this does not: messages with
// maps, and the well-known types but timestamps.
func appendJSON(to []byte, m proto.Message) ([]byte, error) {
	if at, ok := m.(*timestamppb.Timestamp); ok && at.IsValid() {
		return appendTime(to, at), nil
	}
	if of, ok := m.(interface{ GetDelta() *debatev1.TurnDelta }); ok && of.GetDelta() != nil {
		return appendDelta(to, of.GetDelta())
	}
	message := m.ProtoReflect()
	fields := fieldsOf(message.Descriptor())
	if fields == nil {
		return protojson.MarshalOptions{}.MarshalAppend(to, m)
	}
	to = append(to, '{')
	first := len(to)
	var err error
	for i := range fields {
		f := &fields[i]
		if !message.Has(f.FieldDescriptor) {
			continue
		}
		if len(to) > first {
			to = append(to, ',')
		}
		if to, err = f.append(append(to, f.name...), message.Get(f.FieldDescriptor)); err != nil {
			return to, err
		}
	}
	return append(to, '}'), nil
}

// appendDelta writes the event that is a piece of a reply, of which a stream has one for each token: the list of
// fields takes ten times as long.
func appendDelta(to []byte, d *debatev1.TurnDelta) (_ []byte, err error) {
	to = append(to, `{"delta":{`...)
	if d.GetOffset() != 0 {
		to = append(strconv.AppendInt(append(to, `"offset":"`...), d.GetOffset(), 10), `",`...)
	}
	if d.GetText() != "" {
		if to, err = appendText(append(to, `"text":`...), d.GetText()); err != nil {
			return to, err
		}
		to = append(to, ',')
	}
	if d.GetNextOffset() != 0 {
		to = append(strconv.AppendInt(append(to, `"nextOffset":"`...), d.GetNextOffset(), 10), `",`...)
	}
	return append(bytes.TrimSuffix(to, []byte{','}), "}}"...), nil
}

// jsonField is a field, and its name as it stands before its value.
type jsonField struct {
	protoreflect.FieldDescriptor
	name string
}

// jsonFields has the fields of each type of message, by its descriptor; nil where protojson writes it.
var jsonFields sync.Map

func fieldsOf(of protoreflect.MessageDescriptor) []jsonField {
	if known, ok := jsonFields.Load(of); ok {
		return known.([]jsonField)
	}
	var all []jsonField
	if of.FullName().Parent() != "google.protobuf" {
		all = make([]jsonField, 0, of.Fields().Len())
		for i := range of.Fields().Len() {
			f := of.Fields().Get(i)
			if !isWritten(f) {
				all = nil
				break
			}
			all = append(all, jsonField{f, strconv.Quote(f.JSONName()) + ":"})
		}
	}
	jsonFields.Store(of, all)
	return all
}

// isWritten says whether a field is of a kind that is written here.
func isWritten(f protoreflect.FieldDescriptor) bool {
	switch f.Kind() {
	case protoreflect.BoolKind, protoreflect.StringKind, protoreflect.EnumKind, protoreflect.MessageKind,
		protoreflect.Int32Kind, protoreflect.Int64Kind:
		return !f.IsMap()
	default:
		return false
	}
}

// append writes the field's value.
func (f *jsonField) append(to []byte, v protoreflect.Value) (_ []byte, err error) {
	if !f.IsList() {
		return f.appendOne(to, v)
	}
	to = append(to, '[')
	for i := range v.List().Len() {
		if i > 0 {
			to = append(to, ',')
		}
		if to, err = f.appendOne(to, v.List().Get(i)); err != nil {
			return to, err
		}
	}
	return append(to, ']'), nil
}

func (f *jsonField) appendOne(to []byte, v protoreflect.Value) ([]byte, error) {
	switch f.Kind() {
	case protoreflect.BoolKind:
		return strconv.AppendBool(to, v.Bool()), nil
	case protoreflect.Int32Kind:
		return strconv.AppendInt(to, v.Int(), 10), nil
	case protoreflect.Int64Kind: // as text, which no reader rounds
		return append(strconv.AppendInt(append(to, '"'), v.Int(), 10), '"'), nil
	case protoreflect.EnumKind:
		if value := f.Enum().Values().ByNumber(v.Enum()); value != nil {
			return append(append(append(to, '"'), value.Name()...), '"'), nil
		}
		return strconv.AppendInt(to, int64(v.Enum()), 10), nil
	case protoreflect.StringKind:
		return appendText(to, v.String())
	default:
		return appendJSON(to, v.Message().Interface())
	}
}

var errNotUTF8 = errors.New("a text is not valid UTF-8")

// appendText writes a text, which must be UTF-8.
func appendText(to []byte, text string) ([]byte, error) {
	if !utf8.ValidString(text) {
		return to, errNotUTF8
	}
	to = append(to, '"')
	plain := 0 // where what is written as it is begins
	for i := range len(text) {
		c := text[i]
		if c >= ' ' && c != '"' && c != '\\' {
			continue
		}
		to = append(to, text[plain:i]...)
		plain = i + 1
		switch c {
		case '"', '\\':
			to = append(to, '\\', c)
		case '\n':
			to = append(to, `\n`...)
		default:
			to = append(to, '\\', 'u', '0', '0', '0'+c>>4, "0123456789abcdef"[c&15])
		}
	}
	return append(append(to, text[plain:]...), '"'), nil
}

// appendTime writes a time with no, three, six or nine digits of its second's parts, as few as say all.
func appendTime(to []byte, at *timestamppb.Timestamp) []byte {
	to = at.AsTime().AppendFormat(append(to, '"'), time.RFC3339)
	if nanos := int64(at.GetNanos()); nanos != 0 {
		second := len(to) - len("Z")
		to = strconv.AppendInt(to[:second], 1e9+nanos, 10)
		to[second] = '.'
		to = bytes.TrimSuffix(bytes.TrimSuffix(to, []byte("000")), []byte("000"))
		to = append(to, 'Z')
	}
	return append(to, '"')
}
