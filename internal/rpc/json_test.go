package rpc

import (
	"bytes"
	"encoding/json"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
	"google.golang.org/protobuf/types/known/durationpb"
	"google.golang.org/protobuf/types/known/structpb"
	"google.golang.org/protobuf/types/known/timestamppb"

	debatev1 "github.com/debate-chatbot/debate-api/proto/debate/v1"
)

// fill sets about half of the fields of a message, and of those in it, down to a depth.
func fill(random *rand.Rand, m protoreflect.Message, depth int) {
	texts := []string{"", "the", "ñandú 👍", `"\`, "\x00\b\t\n\r\x1f", "\x7f<b>&\u2028", "a\n\nb"}
	of := m.Descriptor()
	if of.FullName().Parent() == "google.protobuf" {
		nanos := []int32{0, 1, 120_000_000, 123_456_000}[random.IntN(4)]
		for i, value := range []protoreflect.Value{protoreflect.ValueOfInt64(random.Int64N(4e9)), protoreflect.ValueOfInt32(nanos)} {
			m.Set(of.Fields().Get(i), value)
		}
		return
	}
	for i := range of.Fields().Len() {
		f := of.Fields().Get(i)
		if random.IntN(2) == 0 {
			continue
		}
		one := func() protoreflect.Value {
			switch f.Kind() {
			case protoreflect.BoolKind:
				return protoreflect.ValueOfBool(random.IntN(2) == 0)
			case protoreflect.StringKind:
				return protoreflect.ValueOfString(texts[random.IntN(len(texts))])
			case protoreflect.EnumKind:
				return protoreflect.ValueOfEnum(protoreflect.EnumNumber(random.IntN(f.Enum().Values().Len() + 3)))
			case protoreflect.Int32Kind:
				return protoreflect.ValueOfInt32(int32(random.Uint32()))
			case protoreflect.Int64Kind:
				return protoreflect.ValueOfInt64(int64(random.Uint64()))
			default:
				return protoreflect.Value{}
			}
		}
		message := f.Kind() == protoreflect.MessageKind
		switch {
		case f.IsList():
			list := m.Mutable(f).List()
			for range random.IntN(3) {
				if message {
					fill(random, list.AppendMutable().Message(), depth-1)
				} else {
					list.Append(one())
				}
			}
		case message && depth > 0:
			fill(random, m.Mutable(f).Message(), depth-1)
		case !message && one().IsValid():
			m.Set(f, one())
		}
	}
}

func TestEveryMessageIsWrittenAsProtojsonDoes(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	all := debatev1.File_debate_v1_debate_proto.Messages()
	for i := range all.Len() {
		if fieldsOf(all.Get(i)) == nil {
			t.Errorf("%s has a field that protojson has to write", all.Get(i).FullName())
		}
		for range 300 {
			m, err := protoregistry.GlobalTypes.FindMessageByName(all.Get(i).FullName())
			if err != nil {
				t.Fatal(err)
			}
			filled := m.New()
			fill(random, filled, 3)
			compareJSON(t, filled.Interface())
		}
	}
	// What the contract may come to have, and what it has never.
	mapped, err := structpb.NewStruct(map[string]any{"a": 1.5})
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range []proto.Message{
		mapped, durationpb.New(1), &timestamppb.Timestamp{Seconds: 1, Nanos: -1}, &timestamppb.Timestamp{Seconds: 1 << 60},
		&debatev1.Turn{Message: "\xff"}, &debatev1.ChatResponse{Window: []*debatev1.Turn{{Reply: "a\xc3"}}}, (*debatev1.Turn)(nil),
	} {
		compareJSON(t, m)
	}
}

// compareJSON has a message written here and by protojson.
func compareJSON(t *testing.T, m proto.Message) {
	t.Helper()
	got, err := appendJSON([]byte("kept"), m)
	want, refused := protojson.Marshal(m)
	if (err != nil) != (refused != nil) {
		t.Fatalf("%v: %v; protojson says %v", m, err, refused)
	}
	if err != nil {
		return
	}
	// A control character can be written in two ways, and protojson puts blanks where it likes.
	var ours, theirs any
	if err := json.Unmarshal(got[len("kept"):], &ours); err != nil || string(got[:4]) != "kept" {
		t.Fatalf("%s: %v", got, err)
	}
	if err := json.Unmarshal(want, &theirs); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(ours, theirs) {
		t.Errorf("%s, want %s", got, want)
	}
	var compact bytes.Buffer
	if err := json.Compact(&compact, want); err != nil {
		t.Fatal(err)
	}
	if !bytes.ContainsRune(want, '\\') && compact.String() != string(got[4:]) {
		t.Errorf("%s, want %s", got, compact.Bytes())
	}
}

func deltas(offset int64, text string) []proto.Message {
	d := &debatev1.TurnDelta{Offset: offset, Text: text, NextOffset: offset + int64(len(text))}
	return []proto.Message{
		&debatev1.ChatStreamResponse{Event: &debatev1.ChatStreamResponse_Delta{Delta: d}},
		&debatev1.WatchTurnResponse{Event: &debatev1.WatchTurnResponse_Delta{Delta: d}},
		&debatev1.RetryTurnResponse{Event: &debatev1.RetryTurnResponse_Delta{Delta: d}},
	}
}

func FuzzAPieceIsWrittenAsProtojsonDoes(f *testing.F) {
	for _, text := range []string{" the", "", `"`, `\`, "\n", "\x00\x1f", "\x7f", "ñandú 👍", "\xff", "<b>&\u2028", "a\xc3"} {
		f.Add(int64(0), text)
		f.Add(int64(4711), text)
	}
	f.Fuzz(func(t *testing.T, offset int64, text string) {
		for _, m := range deltas(offset, text) {
			compareJSON(t, m)
		}
	})
}

func BenchmarkJSON(b *testing.B) {
	now := timestamppb.Now()
	turn := &debatev1.Turn{
		Id: "0199a1b2-0000-7000-8000-000000000000", ConversationId: "0199a1b2-0000-7000-8000-000000000001", Number: 7, State: debatev1.TurnState_TURN_STATE_COMPLETED,
		Kind: debatev1.TurnKind_TURN_KIND_ARGUMENT, Message: strings.Repeat("Dogs show it. ", 8), Reply: strings.Repeat("Cats show it too, to whom they like. ", 16), Attempt: 1,
		Model: "gpt-4o-mini", Usage: &debatev1.Usage{InputTokens: 100, OutputTokens: 100}, CreateTime: now, FinishTime: now,
	}
	for what, m := range map[string]proto.Message{
		"piece": deltas(4711, " argument")[0],
		"turns": &debatev1.ChatResponse{Turn: turn, Window: []*debatev1.Turn{turn, turn, turn, turn, turn}},
	} {
		for name, write := range map[string]func([]byte, proto.Message) ([]byte, error){"ours": appendJSON, "protojson": protojson.MarshalOptions{}.MarshalAppend} {
			b.Run(what+" "+name, func(b *testing.B) {
				b.ReportAllocs()
				var to []byte
				for b.Loop() {
					to, _ = write(to[:0], m)
				}
			})
		}
	}
}
