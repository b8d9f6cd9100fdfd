package rpc

import (
	"encoding/json"
	"math"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"
	"google.golang.org/protobuf/proto"

	"github.com/debate-chatbot/debate-api/internal/debate"
	debatev1 "github.com/debate-chatbot/debate-api/proto/debate/v1"
)

func TestPageTokensComeBackAsThePlaceTheyWereMadeFrom(t *testing.T) {
	for _, at := range []time.Time{time.Unix(0, 1), time.Now(), time.Date(2100, 1, 1, 0, 0, 0, 999, time.UTC)} {
		last := debate.ConversationCursor{ID: uuid.NewString(), UpdatedAt: at}
		got, err := conversationCursor(conversationsToken("dogs", last), "dogs")
		if err != nil || got.ID != last.ID || !got.UpdatedAt.Equal(at) {
			t.Errorf("got %+v, %v; want %+v", got, err, last)
		}
	}
	for _, number := range []int{1, 200, math.MaxInt32} {
		query := turnsQuery("c1", true)
		got, err := turnCursor(turnsToken(query, number), query)
		if err != nil || got != number {
			t.Errorf("got %d, %v; want %d", got, err, number)
		}
	}
}

func TestAPageTokenOfAnotherQueryIsRefused(t *testing.T) {
	token := turnsToken(turnsQuery("c1", true), 7)
	for _, query := range []string{turnsQuery("c1", false), turnsQuery("c2", true), ""} {
		if got, err := turnCursor(token, query); debate.ReasonOf(err) != debate.InvalidArgument {
			t.Errorf("%q: got %d, %v", query, got, err)
		}
	}
	found := conversationsToken("dogs", debate.ConversationCursor{ID: uuid.NewString(), UpdatedAt: time.Now()})
	if got, err := conversationCursor(found, "cats"); debate.ReasonOf(err) != debate.InvalidArgument {
		t.Errorf("a search's token for another one: got %v, %v", got, err)
	}
	if got, err := conversationCursor(token, ""); debate.ReasonOf(err) != debate.InvalidArgument {
		t.Errorf("a turn's token for conversations: got %v, %v", got, err)
	}
}

// FuzzChangeCursor: what is no cursor is an InvalidArgument, and what is one has a
// single form.
func FuzzChangeCursor(f *testing.F) {
	f.Add("")
	f.Add("AAAA")
	f.Add(writeChangeCursor(debate.ChangeCursor{Since: time.Now(), Told: []uint32{1, math.MaxUint32}}))
	f.Fuzz(func(t *testing.T, id string) {
		c, err := readChangeCursor(&http.Request{Header: http.Header{"Last-Event-Id": {id}}, URL: new(url.URL)})
		switch {
		case id == "":
			if err != nil || !c.Since.IsZero() || c.Told != nil {
				t.Errorf("no id is %+v, %v", c, err)
			}
		case err == nil && writeChangeCursor(c) != id:
			t.Errorf("%q is %+v, which is written %q", id, c, writeChangeCursor(c))
		case err != nil && debate.ReasonOf(err) != debate.InvalidArgument:
			t.Errorf("%q: %v", id, err)
		}
	})
}

// FuzzPageTokens: what is no token is an InvalidArgument, and what is one has
// a single form.
func FuzzPageTokens(f *testing.F) {
	query := turnsQuery("c1", true)
	f.Add("")
	f.Add("AAAA")
	f.Add(turnsToken(query, 7))
	f.Add(turnsToken(query, 0))
	f.Add(conversationsToken("", debate.ConversationCursor{ID: "0198a0c2-0000-7000-8000-000000000000", UpdatedAt: time.Unix(1, 2)}))
	f.Fuzz(func(t *testing.T, token string) {
		number, err := turnCursor(token, query)
		switch {
		case err != nil:
			if debate.ReasonOf(err) != debate.InvalidArgument || number != 0 {
				t.Errorf("%q: %d, %v", token, number, err)
			}
		case token != "" && turnsToken(query, number) != token:
			t.Errorf("%q is %d, which is written %q", token, number, turnsToken(query, number))
		}
		place, err := conversationCursor(token, "")
		switch {
		case err != nil:
			if debate.ReasonOf(err) != debate.InvalidArgument || place != (debate.ConversationCursor{}) {
				t.Errorf("%q: %v, %v", token, place, err)
			}
		case token != "":
			if again := conversationsToken("", place); again != token {
				t.Errorf("%q is %v, which is written %q", token, place, again)
			}
		}
	})
}

// FuzzKopiChat: a body is read the way encoding/json reads it, or is an
// InvalidArgument whose text can be sent.
func FuzzKopiChat(f *testing.F) {
	for _, body := range []string{
		``, `{}`, `null`, `[]`, `{"message":"hi"}`, `{"message":"hi"} `, `{"message":"hi"}{}`, `{"message":null}`,
		`{"conversation_id":null,"message":"a\n\u00e9","topic":"x"}`, `{"message":"a","message":"b"}`,
		`{"Message":"a"}`, `{"x":{"message":"b"},"message":"a"}`, `{"message":"\ud800"}`, "{\"message\":\"\xff\"}", `{"message":7}`,
	} {
		f.Add([]byte(body))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		got, err := parseKopiChat(body)
		if err != nil {
			if debate.ReasonOf(err) != debate.InvalidArgument || !utf8.ValidString(domainError(err).Message) || len(err.Error()) > 400 {
				t.Errorf("%q: %v", body, err)
			}
			return
		}
		var want struct {
			ConversationID *string `json:"conversation_id"`
			Message        *string `json:"message"`
			Topic          *string `json:"topic"`
		}
		// encoding/json also takes names in other capitals; those are not ours.
		exact, err := objectOf(body)
		if err != nil {
			t.Fatalf("%q: read, and yet %v", body, err)
		}
		for name := range exact {
			switch name {
			case "conversation_id", "message", "topic":
			default:
				delete(exact, name)
			}
		}
		again, _ := json.Marshal(exact)
		if err := json.Unmarshal(again, &want); err != nil || want.Message == nil || *want.Message != got.Message ||
			value(want.ConversationID) != got.ConversationId || value(want.Topic) != got.Topic {
			t.Errorf("%q: got %+v, want %+v (%v)", body, got, want, err)
		}
	})
}

func value(text *string) string {
	if text == nil {
		return ""
	}
	return *text
}

// FuzzCodec: whatever is sent, a codec hands on a message, and a message that
// could not be read is a fault that can be told.
func FuzzCodec(f *testing.F) {
	good, err := proto.Marshal(&debatev1.ChatRequest{Message: "hi", Stance: debatev1.Stance_STANCE_CON})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(good)
	for _, body := range []string{``, `{}`, `{"message":"hi","stance":"STANCE_PRO"}`, `{"stance":"MAYBE"}`, `{"stance":"MAYBE","stance":1}`, `[`, "\x12\x01\xff", "\xfa\xff\xff\xff\x0f\x01x"} {
		f.Add([]byte(body))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, c := range []codec{protoCodec, jsonCodec} {
			m := new(debatev1.ChatRequest)
			if err := c.Unmarshal(data, m); err != nil {
				t.Fatalf("%s: %v", c.name, err)
			}
			if err := decodeError(m); err != nil {
				public := domainError(err)
				if public.Reason != debate.InvalidArgument || !utf8.ValidString(public.Message) || len(public.Message) > 400 || m.GetMessage() != "" {
					t.Errorf("%s: %q: %v", c.name, data, err)
				}
				continue
			}
			if !utf8.ValidString(m.GetMessage()) {
				t.Errorf("%s: %q: text that is not UTF-8", c.name, data)
			}
		}
	})
}

// FuzzIdempotencyKey: an id comes from the header or the field, never a third
// one, and is always what the store can keep.
func FuzzIdempotencyKey(f *testing.F) {
	f.Add("one", "", false)
	f.Add("one", "one", true)
	f.Add("one", "two", false)
	f.Add("", "two", false)
	f.Add(strings.Repeat("k", 129), "", true)
	f.Add("a b", "\x00", false)
	f.Fuzz(func(t *testing.T, header, field string, twice bool) {
		h := http.Header{}
		if header != "" {
			h.Set(idempotencyHeader, header)
		}
		if twice {
			h.Add(idempotencyHeader, header)
		}
		id, err := requestID(h, field)
		switch {
		case err != nil:
			if debate.ReasonOf(err) != debate.InvalidArgument || id != "" {
				t.Errorf("%q, %q: %q, %v", header, field, id, err)
			}
		case header != "" && (id != header || twice || len(id) > 128 || strings.ContainsFunc(id, func(c rune) bool { return c < '!' || c > '~' }) || field != "" && field != header):
			t.Errorf("%q, %q: %q", header, field, id)
		case header == "" && !twice && id != field:
			t.Errorf("%q without a header: %q", field, id)
		}
	})
}

// FuzzKopiQuery: a number of the query is in its range, or an InvalidArgument.
func FuzzKopiQuery(f *testing.F) {
	for _, query := range []string{"limit=7", "limit=-1", "limit=99999999999999999999", "limit=", "limit=%00", "limit=1&limit=2", "limit=1e3", ";", "%zz", "limit=+5"} {
		f.Add(query)
	}
	f.Fuzz(func(t *testing.T, query string) {
		r := &http.Request{URL: &url.URL{Path: "/conversations", RawQuery: query}}
		n, err := clamped(r, "limit", 20, 1, 100)
		if err != nil && debate.ReasonOf(err) != debate.InvalidArgument || err == nil && (n < 1 || n > 100) {
			t.Errorf("%q: %d, %v", query, n, err)
		}
	})
}
