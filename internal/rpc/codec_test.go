package rpc

import (
	"testing"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"

	debatev1 "github.com/debate-chatbot/debate-api/proto/debate/v1"
)

func deltas(offset int64, text string) []proto.Message {
	d := &debatev1.TurnDelta{Offset: offset, Text: text, NextOffset: offset + int64(len(text))}
	return []proto.Message{
		&debatev1.ChatStreamResponse{Event: &debatev1.ChatStreamResponse_Delta{Delta: d}},
		&debatev1.WatchTurnResponse{Event: &debatev1.WatchTurnResponse_Delta{Delta: d}},
		&debatev1.RetryTurnResponse{Event: &debatev1.RetryTurnResponse_Delta{Delta: d}},
		&debatev1.ChatStreamResponse{}, // an event of another kind
	}
}

func FuzzAPieceIsWrittenAsProtojsonDoes(f *testing.F) {
	for _, text := range []string{" the", "", `"`, `\`, "\n", "\x00\x1f", "\x7f", "ñandú 👍", "\xff", "<b>&\u2028", "a\xc3"} {
		f.Add(int64(0), text)
		f.Add(int64(4711), text)
	}
	f.Fuzz(func(t *testing.T, offset int64, text string) {
		for _, m := range deltas(offset, text) {
			got, err := appendJSON([]byte("kept"), m)
			_, refused := protojson.Marshal(m)
			if (err != nil) != (refused != nil) {
				t.Fatalf("%q: %v; protojson says %v", text, err, refused)
			}
			if err != nil {
				continue
			}
			read := m.ProtoReflect().New().Interface()
			if err := protojson.Unmarshal(got[len("kept"):], read); err != nil || string(got[:4]) != "kept" || !proto.Equal(m, read) {
				t.Errorf("%s is read as %v: %v; want %v", got, read, err, m)
			}
		}
	})
}

func BenchmarkPiece(b *testing.B) {
	m := deltas(4711, " argument")[0]
	for name, write := range map[string]func([]byte, proto.Message) ([]byte, error){"ours": appendJSON, "protojson": protojson.MarshalOptions{}.MarshalAppend} {
		b.Run(name, func(b *testing.B) {
			var to []byte
			for b.Loop() {
				to, _ = write(to[:0], m)
			}
		})
	}
}
