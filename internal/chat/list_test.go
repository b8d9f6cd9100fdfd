package chat

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"google.golang.org/protobuf/types/known/timestamppb"

	debatev1 "github.com/debate-chatbot/debate-api/proto/debate/v1"
)

func threeDebates() []*debatev1.Conversation {
	at := timestamppb.New(time.Date(2026, 11, 20, 14, 5, 0, 0, time.Local))
	return []*debatev1.Conversation{
		{Id: "01900000-aaaa-7000-8000-000000000001", Title: "猫と犬\x1b[2J", TurnCount: 12, UpdateTime: at},
		{Id: "01900000-bbbb-7000-8000-000000000002", Topic: strings.Repeat("Long ", 20), TurnCount: 1, UpdateTime: at},
		{Id: "01911111-cccc-7000-8000-000000000003", UpdateTime: at},
	}
}

func TestListShowsEveryPageWithIDsThatResume(t *testing.T) {
	s := newService()
	s.conversations = threeDebates()
	out, err := run(t, serve(t, s), Config{List: true, width: 60})
	if err != nil {
		t.Fatal(err)
	}
	want := `ID          TITLE                   TURNS  WHEN
01900000-a  猫と犬[2J                  12  2026-11-20 14:05
01900000-b  Long Long Long Long L…      1  2026-11-20 14:05
01911111-c  (no topic yet)              0  2026-11-20 14:05
`
	if out != want {
		t.Errorf("got\n%swant\n%s", out, want)
	}
}

func TestListOfNothingKeepsStandardOutputEmpty(t *testing.T) {
	out, err := run(t, serve(t, newService()), Config{List: true})
	if out != "" || err != nil {
		t.Errorf("got %q, %v", out, err)
	}
}

func TestListInJSONIsAnObjectALine(t *testing.T) {
	s := newService()
	s.conversations = threeDebates()
	out, err := run(t, serve(t, s), Config{List: true, JSON: true, width: 20})
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSuffix(out, "\n"), "\n")
	if len(lines) != 3 {
		t.Fatalf("got %d lines: %s", len(lines), out)
	}
	for i, line := range lines {
		var got struct {
			ConversationID string    `json:"conversation_id"`
			UpdatedAt      time.Time `json:"updated_at"`
			Topic, Stance  string
			Turns          int32
		}
		if err := json.Unmarshal([]byte(line), &got); err != nil {
			t.Fatalf("%q: %v", line, err)
		}
		want := s.conversations[i]
		if got.ConversationID != want.Id || got.Topic != want.Topic || got.Stance != "" || got.Turns != want.TurnCount || !got.UpdatedAt.Equal(want.UpdateTime.AsTime()) {
			t.Errorf("got %+v, want %+v", got, want)
		}
	}
	if out, err := run(t, serve(t, newService()), Config{List: true, JSON: true}); out != "" || err != nil {
		t.Errorf("of nothing: %q, %v", out, err)
	}
}

func TestResumeFindsADebateByItsBeginning(t *testing.T) {
	for name, c := range map[string]struct{ id, found, err string }{
		"unique":    {id: "01900000-B", found: "01900000-bbbb-7000-8000-000000000002"},
		"last page": {id: "0191", found: "01911111-cccc-7000-8000-000000000003"},
		"whole":     {id: "01900000-aaaa-7000-8000-000000000001", found: "01900000-aaaa-7000-8000-000000000001"},
		"ambiguous": {id: "019", err: `the ids of 3 debates begin with "019": give 10 characters`},
		"none":      {id: "02", err: `no debate's id begins with "02"`},
		"not there": {id: "01900000-aaaa-7000-8000-00000000ffff", err: "see your debates with --list"},
	} {
		t.Run(name, func(t *testing.T) {
			s := newService()
			s.conversations = threeDebates()
			s.chat = func(_ int, _ *debatev1.ChatStreamRequest, send sender) error { return send.reply(dogs(), "Yes.") }
			_, err := run(t, serve(t, s), Config{Resume: c.id}, "one")
			if c.err != "" {
				if err == nil || !strings.Contains(err.Error(), c.err) {
					t.Errorf("got %v, want %q", err, c.err)
				}
				return
			}
			if err != nil || len(s.chats) != 1 || s.chats[0].ConversationId != c.found {
				t.Errorf("went on with %v, %v; want %s", s.chats, err, c.found)
			}
		})
	}
}
