package server_test

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
	"google.golang.org/protobuf/types/descriptorpb"
	"google.golang.org/protobuf/types/dynamicpb"

	"github.com/debate-chatbot/debate-api/internal/server"
)

// foreign is what somebody gets who asks for what belongs to another.
type foreign int

const (
	notFound   foreign = iota // NOT_FOUND
	nothing                   // an answer that is empty: there is nothing of theirs
	fresh                     // something new of their own
	public                    // what everybody gets
	static                    // the same answer, which says nothing of anybody
	everybodys                // an answer without a word of anybody's
	ofKey                     // what everybody with the same key gets; nothing for another key
)

// asked is a request for something of another's: its fields beside those with
// the names of ids, which get hers.
type asked struct {
	fields  string
	without []string // ids to leave out
	want    foreign
}

// ownerWalk is every method of every service of the contract. A method that is not
// here fails the test: say what a foreigner may get of it.
var ownerWalk = map[protoreflect.FullName][]asked{
	"debate.v1.DebateService.Chat": {
		{`{"message":"Mine."}`, []string{"request_id"}, notFound},
		{`{"message":"Mine."}`, nil, notFound},
		{`{"message":"Tea beats coffee, whatever her-secret says."}`, []string{"conversation_id"}, fresh},
	},
	"debate.v1.DebateService.ChatStream": {
		{`{"message":"Mine."}`, []string{"request_id"}, notFound},
		{`{"message":"Mine."}`, nil, notFound},
		{`{"message":"Tea beats coffee, whatever her-secret says."}`, []string{"conversation_id"}, fresh},
	},
	"debate.v1.DebateService.WatchTurn":          {{`{}`, nil, notFound}, {`{"attempt":1,"offset":"3"}`, nil, notFound}},
	"debate.v1.DebateService.StopTurn":           {{`{}`, nil, notFound}},
	"debate.v1.DebateService.RetryTurn":          {{`{}`, nil, notFound}, {`{}`, []string{"request_id"}, notFound}},
	"debate.v1.DebateService.GetConversation":    {{`{}`, nil, notFound}},
	"debate.v1.DebateService.ListTurns":          {{`{}`, nil, notFound}, {`{"order":"ORDER_LATEST_FIRST"}`, nil, notFound}},
	"debate.v1.DebateService.ListConversations":  {{`{}`, nil, nothing}},
	"debate.v1.DebateService.UpdateConversation": {{`{"title":"Mine"}`, nil, notFound}},
	"debate.v1.DebateService.DeleteConversation": {{`{}`, nil, notFound}},
	"debate.v1.DebateService.ReadClaim":          {{`{"topic":"Dogs are better than cats."}`, nil, public}},
	"debate.v1.DebateService.ListTopics":         {{`{}`, nil, public}},
	"debate.v1.DebateService.ListFormats":        {{`{}`, nil, everybodys}},
	"debate.v1.DebateService.GetUsage":           {{`{}`, nil, ofKey}},
	"debate.v1.DebateService.GetFlow":            {{`{}`, nil, notFound}},
	"debate.v1.DebateService.JudgeConversation":  {{`{}`, nil, notFound}, {`{}`, []string{"request_id"}, notFound}},
	"debate.v1.DebateService.GetVerdict":         {{`{}`, nil, notFound}},
	"debate.v1.DebateService.RateTurn":           {{`{"rating":"RATING_BAD"}`, nil, notFound}},
	"debate.v1.DebateService.SetOpinion":         {{`{"agreement":2,"turnNumber":1}`, nil, notFound}},
	"debate.v1.DebateService.ForkConversation": {
		{`{"throughTurn":1}`, nil, notFound}, {`{"swapSides":true,"message":"Mine."}`, []string{"request_id"}, notFound},
	},
	"debate.v1.DebateService.ShareConversation":   {{`{}`, nil, notFound}},
	"debate.v1.DebateService.UnshareConversation": {{`{}`, nil, notFound}},
	"debate.v1.DebateService.SuggestPoints":       {{`{}`, nil, notFound}, {`{"steelman":"SPEAKER_BOT"}`, nil, notFound}},
	"debate.v1.DebateService.ListOpinions":        {{`{}`, nil, nothing}},
	"debate.v1.DebateService.ExportConversation":  {{`{}`, nil, notFound}, {`{"format":"EXPORT_FORMAT_JSON"}`, nil, notFound}},
}

// routeWalk is every route beside the service's methods, ID standing for hers.
var routeWalk = map[string][]asked{
	"POST /chat": {
		{`{"conversation_id":"ID","message":"Mine."}`, nil, notFound},
		{`{"message":"Tea beats coffee, whatever her-secret says."}`, nil, fresh},
	},
	"GET /turns/{id}/events":    {{"", nil, notFound}},
	"GET /events":               {{"?after=none", nil, static}}, // see TestChangesOfOthersAreNotTold
	"GET /conversations":        {{"", nil, nothing}},
	"GET /conversations/{id}":   {{"", nil, notFound}, {".md", nil, notFound}, {".json", nil, notFound}, {".argdown", nil, notFound}},
	"GET /conversations/topics": {{"", nil, public}},
	"POST /v1/chat/completions": {
		{`{"model":"debate","messages":[{"role":"user","content":"Tea beats coffee, whatever her-secret says."}]}`, []string{"request_id"}, fresh},
		{`{"model":"debate","messages":[{"role":"user","content":"Tea beats coffee, whatever her-secret says."},{"role":"assistant","content":"whatever her-secret says"},{"role":"user","content":"Mine."}]}`, []string{"request_id"}, fresh},
	},
	"GET /v1/models":            {{"", nil, static}},
	"POST /mcp":                 {{`{}`, nil, static}}, // see TestAnAgentDebatesByTools
	"GET /v1/models/{model...}": {{"", nil, static}},
}

// hers is what belongs to alice's user ana: a debate that rests, and one whose
// reply is running.
type hers struct {
	debates []debateIDs
	secrets []string // that nobody else may see
}

type debateIDs struct{ conversation, turn, request string }

func (d debateIDs) id(field string) string {
	return map[string]string{"conversation_id": d.conversation, "turn_id": d.turn, "request_id": d.request}[field]
}

// debates makes hers.
func (h *harness) debates(t *testing.T) (mine hers, theirs func()) {
	t.Helper()
	var now atomic.Pointer[func(context.Context, func(string))]
	speak := func(f func(context.Context, func(string))) { now.Store(&f) }
	h.model.reply = func(ctx context.Context, emit func(string)) error {
		(*now.Load())(ctx, emit)
		return ctx.Err()
	}
	speak(func(_ context.Context, emit func(string)) { emit("her-secret reply") })
	mine.secrets = []string{"her-secret"}
	running := make(chan struct{})
	for n, request := range []string{"her-request-1", "her-request-2"} {
		if n == 1 {
			speak(func(ctx context.Context, emit func(string)) {
				emit("her-secret running reply")
				close(running)
				<-ctx.Done()
			})
		}
		body := fmt.Sprintf(`{"message":"Tea beats coffee, whatever her-secret says.","requestId":%q}`, request)
		answer := firstEvent(t, h, body)
		d := debateIDs{answer.Conversation.ID, answer.Turn.ID, request}
		if n == 0 {
			// To its end: the same request again waits for it.
			ask(t, "POST", h.url+"/debate.v1.DebateService/Chat", body, "Content-Type", "application/json", "X-API-Key", "alice", "X-User-Id", "ana")
		}
		mine.debates = append(mine.debates, d)
		mine.secrets = append(mine.secrets, d.conversation, d.turn)
	}
	<-running
	return mine, func() { speak(func(_ context.Context, emit func(string)) { emit("Else.") }) }
}

type started struct {
	Conversation struct{ ID string }
	Turn         struct{ ID, State string }
}

// firstEvent begins a turn of ana's and leaves.
func firstEvent(t *testing.T, h *harness, body string) started {
	t.Helper()
	r, err := http.NewRequest(http.MethodPost, h.url+"/debate.v1.DebateService/ChatStream", strings.NewReader(string(envelope(body))))
	if err != nil {
		t.Fatal(err)
	}
	r.Header = http.Header{"Content-Type": {"application/connect+json"}, "X-Api-Key": {"alice"}, "X-User-Id": {"ana"}}
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	head := make([]byte, 5)
	var event struct{ Started started }
	if _, err := response.Body.Read(head); err != nil {
		t.Fatal(err)
	}
	if err := json.NewDecoder(response.Body).Decode(&event); err != nil || event.Started.Turn.ID == "" {
		t.Fatalf("no start: %v", err)
	}
	return event.Started
}

// envelope is a message of a stream.
func envelope(body string) []byte {
	return append(binary.BigEndian.AppendUint32([]byte{0}, uint32(len(body))), body...)
}

var foreigners = map[string][]string{
	"another key":                       {"X-API-Key", "bob"},
	"another key with a user like hers": {"X-API-Key", "bob", "X-User-Id", "ana"},
	"her key with another user":         {"X-API-Key", "alice", "X-User-Id", "eve"},
	"her key without a user":            {"X-API-Key", "alice"},
}

func TestNobodyReachesWhatBelongsToAnotherByAnyMethod(t *testing.T) {
	for who, headers := range foreigners {
		t.Run(who, func(t *testing.T) {
			h := open(t, new(script), withKeys, shortDrain)
			mine, theirs := h.debates(t)
			theirs()
			before := ana(t, h, mine)
			// What makes something new comes last: until then they have nothing.
			for _, last := range []bool{false, true} {
				for _, method := range serviceMethods() {
					cases, known := ownerWalk[method.FullName()]
					if !known {
						t.Errorf("%s is not in the table: what may a foreigner get of it?", method.FullName())
					}
					for _, c := range cases {
						if last != (c.want == fresh) {
							continue
						}
						for _, d := range mine.debates {
							for _, answer := range call(t, h, method, d, c, headers) {
								check(t, answer, c, mine, headers)
							}
						}
					}
				}
			}
			if after := ana(t, h, mine); after != before {
				t.Errorf("hers was\n%s\nand is\n%s", before, after)
			}
		})
	}
}

func TestNobodyReachesWhatBelongsToAnotherByAnyOtherRoute(t *testing.T) {
	for who, headers := range foreigners {
		t.Run(who, func(t *testing.T) {
			h := open(t, new(script), withKeys, shortDrain)
			mine, theirs := h.debates(t)
			theirs()
			before := ana(t, h, mine)
			for _, last := range []bool{false, true} {
				for _, route := range h.api.Routes() {
					cases, known := routeWalk[route]
					if !known {
						t.Errorf("%s is not in the table: what may a foreigner get of it?", route)
					}
					method, path, _ := strings.Cut(route, " ")
					for _, c := range cases {
						if last != (c.want == fresh) {
							continue
						}
						suffix, body := "", c.fields
						if strings.HasPrefix(body, ".") || strings.HasPrefix(body, "?") { // of the id or the path
							suffix, body = body, ""
						}
						for _, d := range mine.debates {
							response, text := ask(t, method, h.url+strings.NewReplacer("/turns/{id}", "/turns/"+d.turn, "{id}", d.conversation).Replace(path)+suffix, strings.ReplaceAll(body, "ID", d.conversation),
								append(keyed(d, c, "Content-Type", "application/json"), headers...)...)
							check(t, answer{route, response.StatusCode, text}, c, mine, headers)
						}
					}
				}
			}
			if after := ana(t, h, mine); after != before {
				t.Errorf("hers was\n%s\nand is\n%s", before, after)
			}
		})
	}
}

// keyed is headers with the key of her request, unless a case goes without.
func keyed(d debateIDs, c asked, headers ...string) []string {
	if slices.Contains(c.without, "request_id") {
		return headers
	}
	return append(headers, "Idempotency-Key", d.request)
}

// shortDrain ends the server without waiting for a reply that never ends.
func shortDrain(c *server.Config) { c.DrainTimeout = 10 * time.Millisecond }

// serviceMethods are those of every service of every package of the contract.
func serviceMethods() (all []protoreflect.MethodDescriptor) {
	protoregistry.GlobalFiles.RangeFiles(func(file protoreflect.FileDescriptor) bool {
		for i := range file.Services().Len() {
			service := file.Services().Get(i)
			for j := range service.Methods().Len() {
				if strings.HasPrefix(string(file.Package()), "debate.") {
					all = append(all, service.Methods().Get(j))
				}
			}
		}
		return true
	})
	return all
}

type answer struct {
	call   string
	status int
	text   string
}

// call makes a request with her ids, in every form that a method takes.
func call(t *testing.T, h *harness, method protoreflect.MethodDescriptor, d debateIDs, c asked, headers []string) []answer {
	t.Helper()
	message := dynamicpb.NewMessage(method.Input())
	if err := protojson.Unmarshal([]byte(c.fields), message); err != nil {
		t.Fatalf("%s: %v", method.FullName(), err)
	}
	fields := method.Input().Fields()
	for i := range fields.Len() {
		field := fields.Get(i)
		if id := d.id(string(field.Name())); id != "" && !slices.Contains(c.without, string(field.Name())) {
			message.Set(field, protoreflect.ValueOfString(id))
		}
	}
	body, err := protojson.Marshal(message)
	if err != nil {
		t.Fatal(err)
	}
	path := fmt.Sprintf("%s/%s/%s", h.url, method.Parent().FullName(), method.Name())
	post := func(kind, body string) answer {
		response, text := ask(t, "POST", path, body, append([]string{"Content-Type", kind}, headers...)...)
		if status := response.Header.Get("Grpc-Status"); status != "" { // an answer of trailers alone
			text += "grpc-status: " + status + "\r\n"
		}
		return answer{string(method.Name()) + " as " + kind, response.StatusCode, text}
	}
	if method.IsStreamingServer() {
		return []answer{post("application/connect+json", string(envelope(string(body)))), post("application/grpc-web+json", string(envelope(string(body))))}
	}
	answers := []answer{post("application/json", string(body)), post("application/grpc-web+json", string(envelope(string(body))))}
	options, _ := method.Options().(*descriptorpb.MethodOptions)
	if options.GetIdempotencyLevel() == descriptorpb.MethodOptions_NO_SIDE_EFFECTS {
		response, text := ask(t, "GET", path+"?connect=v1&encoding=json&message="+url.QueryEscape(string(body)), "", headers...)
		answers = append(answers, answer{string(method.Name()) + " by GET", response.StatusCode, text})
	}
	return answers
}

// check says whether an answer is what a foreigner may get.
func check(t *testing.T, a answer, c asked, mine hers, headers []string) {
	t.Helper()
	for _, secret := range mine.secrets {
		// What a foreigner said may come back; what she has may not.
		if strings.Contains(strings.ReplaceAll(a.text, "whatever her-secret says", ""), secret) {
			t.Errorf("%s shows %q: %s", a.call, secret, a.text)
		}
	}
	gone := strings.Contains(a.text, `"not_found"`) || strings.Contains(a.text, `"NOT_FOUND"`) || strings.Contains(a.text, "grpc-status: 5\r\n")
	failed := a.status >= 400 || strings.Contains(a.text, `"error":`) || strings.Contains(a.text, "grpc-status:") && !strings.Contains(a.text, "grpc-status: 0")
	switch c.want {
	case notFound:
		if !gone {
			t.Errorf("%s: %d %s; want NOT_FOUND", a.call, a.status, a.text)
		}
	case nothing:
		if failed || strings.Contains(a.text, `"id"`) {
			t.Errorf("%s: %d %s; want an empty list", a.call, a.status, a.text)
		}
	case fresh:
		if failed || !strings.Contains(a.text, "Else.") {
			t.Errorf("%s: %d %s; want a turn of their own", a.call, a.status, a.text)
		}
	case public:
		if failed || !strings.Contains(a.text, topics[0].Claim) {
			t.Errorf("%s: %d %s", a.call, a.status, a.text)
		}
	case static:
		if a.status != http.StatusOK && a.status != http.StatusNotFound && a.status != http.StatusBadRequest {
			t.Errorf("%s: %d %s", a.call, a.status, a.text)
		}
	case everybodys:
		if failed {
			t.Errorf("%s: %d %s", a.call, a.status, a.text)
		}
	case ofKey:
		if sameKey := headers[1] == "alice"; failed || sameKey != strings.Contains(a.text, `"days"`) {
			t.Errorf("%s: %d %s", a.call, a.status, a.text)
		}
	}
}

// ana is all that she has, as she sees it.
func ana(t *testing.T, h *harness, mine hers) string {
	t.Helper()
	var all strings.Builder
	headers := []string{"Content-Type", "application/json", "X-API-Key", "alice", "X-User-Id", "ana"}
	for _, d := range mine.debates {
		for _, method := range []string{"GetConversation", "ListTurns"} {
			_, text := ask(t, "POST", h.url+"/debate.v1.DebateService/"+method, fmt.Sprintf(`{"conversationId":%q}`, d.conversation), headers...)
			all.WriteString(text + "\n")
		}
	}
	_, list := ask(t, "POST", h.url+"/debate.v1.DebateService/ListConversations", "{}", headers...)
	if all.WriteString(list); !strings.Contains(all.String(), "TURN_STATE_RUNNING") || !strings.Contains(all.String(), "TURN_STATE_COMPLETED") {
		t.Errorf("she has %s", all.String())
	}
	return strings.ReplaceAll(all.String(), `"reply":"her-secret running reply",`, "") // stored with the lease, once that is renewed
}
