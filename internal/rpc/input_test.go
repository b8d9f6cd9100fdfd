package rpc_test

import (
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"connectrpc.com/connect"
	"google.golang.org/protobuf/encoding/protowire"
)

// text is a field of a message on the wire, whatever its bytes.
func text(number protowire.Number, value string) string {
	return string(protowire.AppendString(protowire.AppendTag(nil, number, protowire.BytesType), value))
}

func TestBadInputIsATypedErrorInEveryProtocolBeforeTheDomainSeesIt(t *testing.T) {
	long := strings.Repeat("é", 8001)
	tests := []struct {
		name, method, codec, payload string
		field, says                  string
	}{
		{"no message", "Chat", "proto", "", "message", "1 to 8000 characters"},
		{"no message, streamed", "ChatStream", "proto", "", "message", "1 to 8000 characters"},
		{"an empty message", "Chat", "json", `{"message":""}`, "message", "1 to 8000 characters"},
		{"a blank message", "ChatStream", "json", `{"message":" \n\t "}`, "message", "is blank; it must be text"},
		{"a message over 8,000 characters", "Chat", "json", `{"message":"` + long + `"}`, "message", "is too long: it has 8001 of at most 8000 characters"},
		{"a message over 8,000 characters, streamed", "ChatStream", "proto", text(2, long), "message", "is too long: it has 8001 of at most 8000 characters"},
		{"a request over 128 KiB", "Chat", "proto", text(2, strings.Repeat("a", 140_000)), "", "at most 131072 are read; a message has at most 8000 characters"},
		{"a request over 128 KiB, streamed", "ChatStream", "json", `{"message":"` + strings.Repeat("a", 140_000) + `"}`, "", "at most 131072 are read; a message has at most 8000 characters"},
		{"a control character", "Chat", "json", `{"message":"a\u0007b"}`, "message", "has control characters, the first of them U+0007 after 1 other"},
		{"a NUL", "ChatStream", "proto", text(2, "a\x00b"), "message", "control characters"},
		{"DEL", "Chat", "proto", text(2, "a\x7fb"), "message", "control characters"},
		{"invalid UTF-8", "Chat", "proto", text(2, "a\xff\xfeb"), "message", "UTF-8"},
		{"invalid UTF-8, streamed", "ChatStream", "proto", text(2, "\xc3"), "message", "UTF-8"},
		{"invalid UTF-8 in JSON", "Chat", "json", "{\"message\":\"a\xffb\"}", "", "UTF-8"},
		{"half a surrogate pair", "Chat", "json", `{"message":"\ud800"}`, "", "cannot be read"},
		{"a number for text", "Chat", "json", `{"message":7}`, "message", "7"},
		{"an object for text", "ChatStream", "json", `{"message":{}}`, "message", "{"},
		{"an array for a request", "Chat", "json", `[]`, "", "cannot be read"},
		{"a string for a request", "Chat", "json", `"hi"`, "", "cannot be read"},
		{"no JSON", "Chat", "json", `message=hi`, "", "cannot be read"},
		{"half a JSON object", "Chat", "json", `{"message":"hi`, "", "cannot be read"},
		{"two JSON objects", "Chat", "json", `{"message":"hi"}{}`, "", "cannot be read"},
		{"a field twice", "Chat", "json", `{"message":"a","message":"b"}`, "message", "duplicate"},
		{"an empty body", "Chat", "json", ``, "", ""},
		{"nested 10,000 deep", "Chat", "json", `{"x":` + strings.Repeat("[", 10_000) + strings.Repeat("]", 10_000) + `}`, "", "cannot be read"},
		{"no protobuf", "Chat", "proto", "\xff\xff\xff", "", "cannot be read"},
		{"a cut protobuf", "ChatStream", "proto", text(2, "hello")[:4], "", "cannot be read"},
		{"an endless conversation id", "Chat", "json", `{"message":"hi","conversationId":"` + strings.Repeat("a", 65) + `"}`, "conversation_id", "64"},
		{"a long topic", "Chat", "json", `{"message":"hi","topic":"` + strings.Repeat("a", 301) + `"}`, "topic", "300"},
		{"a topic of two lines", "Chat", "json", `{"message":"hi","topic":"a\nb"}`, "topic", "one line"},
		{"an unknown stance", "Chat", "json", `{"message":"hi","stance":9}`, "stance", "it takes "},
		{"an unknown stance's name", "Chat", "json", `{"message":"hi","stance":"MAYBE"}`, "stance", "MAYBE"},
		{"a persona of two lines", "ChatStream", "json", `{"message":"hi","persona":"a\nb"}`, "persona", "one line"},
		{"a persona that is too long", "Chat", "json", `{"message":"hi","persona":"` + strings.Repeat("x", 201) + `"}`, "persona", "200 bytes"},
		{"an unknown difficulty", "ChatStream", "json", `{"message":"hi","difficulty":-1}`, "difficulty", "it takes "},
		{"a request id with a space", "Chat", "json", `{"message":"hi","requestId":"a b"}`, "request_id", "visible ASCII"},
		{"a long request id", "RetryTurn", "json", `{"turnId":"x","requestId":"` + strings.Repeat("a", 129) + `"}`, "request_id", "visible ASCII"},
		{"a format with a space", "Chat", "json", `{"message":"hi","format":"a b"}`, "format", "hyphens"},
		{"no turn", "WatchTurn", "json", `{}`, "turn_id", "is missing"},
		{"no turn to stop", "StopTurn", "proto", "", "turn_id", "is missing"},
		{"no turn to retry", "RetryTurn", "proto", "", "turn_id", "is missing"},
		{"a negative offset", "WatchTurn", "json", `{"turnId":"x","offset":"-1"}`, "offset", "greater than or equal to 0"},
		{"an offset that is no number", "WatchTurn", "json", `{"turnId":"x","offset":"far"}`, "offset", "far"},
		{"an offset out of range", "WatchTurn", "json", `{"turnId":"x","offset":"9223372036854775808"}`, "offset", "9223372036854775808"},
		{"a negative attempt", "WatchTurn", "json", `{"turnId":"x","attempt":-1}`, "attempt", "greater than or equal to 0"},
		{"no conversation", "GetConversation", "json", `{}`, "conversation_id", "is missing"},
		{"no conversation to delete", "DeleteConversation", "json", `{}`, "conversation_id", "is missing"},
		{"no conversation to list", "ListTurns", "json", `{}`, "conversation_id", "is missing"},
		{"a negative page size", "ListTurns", "json", `{"conversationId":"x","pageSize":-1}`, "page_size", "greater than or equal to 0"},
		{"a page size out of range", "ListConversations", "json", `{"pageSize":4294967296}`, "pageSize", "4294967296"},
		{"a page size with a fraction", "ListConversations", "json", `{"pageSize":1.5}`, "pageSize", "1.5"},
		{"a page token of noise", "ListConversations", "json", `{"pageToken":"!!!"}`, "page_token", "next_page_token"},
		{"a page token of zeros", "ListConversations", "json", `{"pageToken":"AAAA"}`, "page_token", "next_page_token"},
		{"a page token of another call", "ListTurns", "json", `{"conversationId":"x","pageToken":"` + pageToken('c', 24) + `"}`, "page_token", "next_page_token"},
		{"a long page token", "ListTurns", "json", `{"conversationId":"x","pageToken":"` + strings.Repeat("A", 513) + `"}`, "page_token", "512"},
		{"an unknown order", "ListTurns", "json", `{"conversationId":"x","order":3}`, "order", "it takes "},
		{"a blank title", "UpdateConversation", "json", `{"conversationId":"x","title":" "}`, "title", "not blank"},
		{"a long title", "UpdateConversation", "json", `{"conversationId":"x","title":"` + strings.Repeat("a", 201) + `"}`, "title", "200"},
		{"a negative limit", "ListTopics", "json", `{"limit":-5}`, "limit", "greater than or equal to 0"},
		{"negative days", "GetUsage", "json", `{"days":-5}`, "days", "greater than or equal to 0"},
	}
	url, _ := serve(t, sealed(t))
	for _, w := range wires(t) {
		t.Run(w.name, func(t *testing.T) {
			for _, tt := range tests {
				err := w.send(t, url, tt.method, tt.codec, tt.payload)
				if err == nil {
					t.Errorf("%s: accepted", tt.name)
					continue
				}
				got := tell(t, err)
				if got.code != connect.CodeInvalidArgument || got.info.GetReason() != "INVALID_ARGUMENT" ||
					!strings.Contains(got.text, tt.says) || tt.field != "" && !slices.Contains(got.fields, tt.field) {
					t.Errorf("%s: got %+v", tt.name, got)
				}
			}
		})
	}
}

// pageToken is one of the right form for nothing.
func pageToken(kind byte, place int) string {
	return base64.RawURLEncoding.EncodeToString(append([]byte{1, kind, 0, 0, 0, 0, 0, 0, 0, 0}, make([]byte, place)...))
}

func TestAReadByGETIsCheckedToo(t *testing.T) {
	server, _ := serve(t, sealed(t))
	const call = "/debate.v1.DebateService/ListTurns?connect=v1&encoding=json&message="
	for name, query := range map[string]string{
		"nothing":             url.QueryEscape(`{}`),
		"no JSON":             url.QueryEscape(`{`),
		"a wrong type":        url.QueryEscape(`{"conversationId":[]}`),
		"an absurd page size": url.QueryEscape(`{"conversationId":"x","pageSize":-9}`),
		"a bad token":         url.QueryEscape(`{"conversationId":"x","pageToken":"x"}`),
	} {
		status, body := get(t, server+call+query)
		if status != 400 || !strings.Contains(body, `"code":"invalid_argument"`) || !strings.Contains(body, `"reason":"INVALID_ARGUMENT"`) {
			t.Errorf("%s: %d %s", name, status, body)
		}
	}
}

func get(t *testing.T, url string) (status int, body string) {
	t.Helper()
	response, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	data, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, string(data)
}

func TestTheWrongMethodPathOrContentTypeIsExplained(t *testing.T) {
	const chat = "/debate.v1.DebateService/Chat"
	tests := []struct {
		name, method, path, contentType, body string
		status                                int
		says                                  string
	}{
		{"GET of a call that writes", "GET", chat, "", "", 405, "this call takes POST"},
		{"DELETE of a call", "DELETE", "/debate.v1.DebateService/DeleteConversation", "", "", 405, "this call takes POST"},
		{"a form", "POST", chat, "application/x-www-form-urlencoded", "message=hi", 415, "application/json"},
		{"no content type", "POST", chat, "", `{"message":"hi"}`, 415, "application/json"},
		{"plain JSON to a stream", "POST", "/debate.v1.DebateService/ChatStream", "application/json", `{"message":"hi"}`, 415, "application/grpc-web+proto; it streams: plain HTTP has POST /chat with Accept: text/event-stream"},
		{"a method that is not there", "POST", "/debate.v1.DebateService/Shout", "application/json", `{}`, 501, "no such method"},
		{"a service that is not there", "POST", "/debate.v2.DebateService/Chat", "application/json", `{}`, 404, "NOT_FOUND"},
		{"a path that is not there", "GET", "/debates", "", "", 404, `"reason":"NOT_FOUND"`},
		{"GET of /chat", "GET", "/chat", "", "", 405, `"error":"method: /chat takes POST"`},
		{"PUT of /chat", "PUT", "/chat", "application/json", `{"message":"hi"}`, 405, "POST"},
		{"POST of /conversations", "POST", "/conversations", "application/json", `{}`, 405, "GET"},
		{"DELETE of a conversation", "DELETE", "/conversations/x", "", "", 405, "GET"},
		{"a form to /chat", "POST", "/chat", "application/x-www-form-urlencoded", "message=hi", 415, "application/json"},
		{"text to /chat", "POST", "/chat", "text/plain", `{"message":"hi"}`, 415, "application/json"},
		{"no content type to /chat", "POST", "/chat", "", `{"message":"hi"}`, 415, "application/json"},
		{"a side in another case", "POST", chat, "application/json", `{"message":"hi","stance":"pro"}`, 400, "it takes STANCE_PRO, STANCE_CON"},
		{"a debate as another document", "GET", "/conversations/01a.pdf", "", "", 404, ".md, .json, .argdown or .mmd"},
		{"DELETE of a model", "DELETE", "/v1/models/debate", "", "", 405, "/v1/models/{model} takes GET"},
		{"/chat with a slash", "POST", "/chat/", "application/json", `{"message":"hi"}`, 404, "NOT_FOUND"},
	}
	url, _ := serve(t, sealed(t))
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r, err := http.NewRequest(tt.method, url+tt.path, strings.NewReader(tt.body))
			if err != nil {
				t.Fatal(err)
			}
			if tt.contentType != "" {
				r.Header.Set("Content-Type", tt.contentType)
			}
			response, err := http.DefaultTransport.RoundTrip(r)
			if err != nil {
				t.Fatal(err)
			}
			defer response.Body.Close()
			body, _ := io.ReadAll(response.Body)
			if response.StatusCode != tt.status || !strings.Contains(string(body)+response.Header.Get("Allow"), tt.says) {
				t.Errorf("got %d %v %s", response.StatusCode, response.Header, body)
			}
			if response.Header.Get("Content-Type") != "application/json" || !json.Valid(body) {
				t.Errorf("not JSON: %v %s", response.Header, body)
			}
			if tt.status == 405 && response.Header.Get("Allow") == "" {
				t.Error("405 without Allow")
			}
		})
	}
}

// Tools of gRPC try another version of reflection, or go on without, where a service is not
// implemented, and give up at any other code: grpc/grpc, doc/statuscodes.md.
func TestAServiceThatIsNotThereIsNotImplementedInGRPC(t *testing.T) {
	url, _ := serve(t, sealed(t))
	for _, kind := range []string{"application/grpc", "application/grpc+proto", "application/grpc-web+proto"} {
		response, err := http.Post(url+"/grpc.reflection.v1.ServerReflection/ServerReflectionInfo", kind, strings.NewReader(""))
		if err != nil {
			t.Fatal(err)
		}
		body, _ := io.ReadAll(response.Body)
		response.Body.Close()
		status := response.Header.Get("Grpc-Status") + response.Trailer.Get("Grpc-Status") + string(body)
		if !strings.Contains(status, "12") || response.StatusCode != http.StatusOK {
			t.Errorf("%s: %d %q", kind, response.StatusCode, status)
		}
	}
}

func TestBadInputToTheKopiContractIsATypedErrorBeforeTheDomainSeesIt(t *testing.T) {
	tests := []struct{ name, body, says string }{
		{"nothing", ``, "ends too early"},
		{"no JSON", `message=hi`, "is not JSON"},
		{"quotes that PowerShell took (curl/curl issue 8818)", `{message:hi}`, "curl -d @FILE"},
		{"quotes that cmd handed on (curl/curl issue 4737)", `'{message:hi}'`, "curl -d @FILE"},
		{"half an object", `{"message":"hi"`, "ends too early"},
		{"an array", `[]`, "must be a JSON object"},
		{"null", `null`, "must be a JSON object"},
		{"two objects", `{"message":"hi"}{}`, "nothing after it"},
		{"no message", `{}`, "message: is missing"},
		{"null for a message", `{"message":null}`, "message: must be a string, got null"},
		{"a number for a message", `{"message":7}`, "message: must be a string, got a number"},
		{"an array for a message", `{"message":["a"]}`, "message: must be a string, got an array"},
		{"an object for a message", `{"message":{"a":1}}`, "message: must be a string, got an object"},
		{"true for a message", `{"message":true}`, "message: must be a string, got a boolean"},
		{"a number for an id", `{"conversation_id":1,"message":"hi"}`, "conversation_id: must be a string, got a number"},
		{"a number for a topic", `{"topic":1,"message":"hi"}`, "topic: must be a string, got a number"},
		{"a message twice", `{"message":"a","message":"b"}`, "message: comes twice"},
		{"the name in capitals", `{"Message":"a"}`, "message: is missing"},
		{"an empty message", `{"message":""}`, "1 to 8000 characters"},
		{"a blank message", `{"message":" \n"}`, "is blank"},
		{"a message over 8,000 characters", `{"message":"` + strings.Repeat("a", 8193) + `"}`, "has 8193 of at most 8000 characters"},
		{"a body over 128 KiB", `{"message":"` + strings.Repeat("a", 140_000) + `"}`, "more than 131072 bytes"},
		{"a body over 1 MiB", `{"message":"` + strings.Repeat("a", 2<<20) + `"}`, "more than 131072 bytes"},
		{"a control character", `{"message":"a\u0000b"}`, "control characters"},
		{"invalid UTF-8", "{\"message\":\"a\xffb\"}", "must be UTF-8"},
		{"a long id", `{"conversation_id":"` + strings.Repeat("a", 65) + `","message":"hi"}`, "conversation_id: must be at most 64"},
		{"a long topic", `{"topic":"` + strings.Repeat("a", 301) + `","message":"hi"}`, "topic: must be at most 300"},
		{"nested 20,000 deep", `{"x":` + strings.Repeat("[", 20_000) + strings.Repeat("]", 20_000) + `,"message":"hi"}`, "depth"},
	}
	url, _ := serve(t, sealed(t))
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			status, _, body := post(t, url+"/chat", tt.body)
			wantKopiError(t, status, body, tt.says)
		})
	}
	for path, says := range map[string]string{
		"/conversations?limit=ten":        "limit: must be a whole number",
		"/conversations?limit=1.5":        "limit: must be a whole number",
		"/conversations?offset=0x10":      "offset: must be a whole number",
		"/conversations/topics?limit=all": "limit: must be a whole number",
	} {
		status, body := get(t, url+path)
		wantKopiError(t, status, body, says)
	}
}

func wantKopiError(t *testing.T, status int, body, says string) {
	t.Helper()
	var got map[string]string
	if err := json.Unmarshal([]byte(body), &got); err != nil || status != 400 ||
		got["reason"] != "INVALID_ARGUMENT" || !strings.Contains(got["error"], says) || len(got) != 2 {
		t.Errorf("got %d %s; want %q", status, body, says)
	}
}

func TestABodyWithoutALengthIsBoundedInEveryProtocol(t *testing.T) {
	url, _ := serve(t, sealed(t))
	for _, path := range []string{"/chat", "/debate.v1.DebateService/Chat"} {
		endless := io.MultiReader(strings.NewReader(`{"message":"`), strings.NewReader(strings.Repeat("a", 4<<20)))
		r, err := http.NewRequest(http.MethodPost, url+path, struct{ io.Reader }{endless})
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Content-Type", "application/json")
		response, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		body, _ := io.ReadAll(response.Body)
		response.Body.Close()
		if response.StatusCode != http.StatusBadRequest || !strings.Contains(string(body), "more than 131072 bytes") || !strings.Contains(string(body), "INVALID_ARGUMENT") {
			t.Errorf("%s: %d %s", path, response.StatusCode, body)
		}
	}
}

func TestTheIdempotencyKeyMustBeGoodAndTheFieldsOwn(t *testing.T) {
	url, _ := serve(t, sealed(t))
	for name, tt := range map[string]struct {
		path, body string
		keys       []string
	}{
		"differs from the field":    {"/debate.v1.DebateService/Chat", `{"message":"hi","requestId":"a"}`, []string{"b"}},
		"comes twice":               {"/debate.v1.DebateService/Chat", `{"message":"hi"}`, []string{"a", "b"}},
		"is empty":                  {"/debate.v1.DebateService/Chat", `{"message":"hi"}`, []string{""}},
		"is too long":               {"/debate.v1.DebateService/Chat", `{"message":"hi"}`, []string{strings.Repeat("k", 129)}},
		"has a space":               {"/chat", `{"message":"hi"}`, []string{"a b"}},
		"is beyond ASCII":           {"/chat", `{"message":"hi"}`, []string{"schlüssel"}},
		"comes twice to /chat":      {"/chat", `{"message":"hi"}`, []string{"a", "a"}},
		"comes with a bad message":  {"/chat", `{"message":""}`, []string{"a"}},
		"is too long for /chat too": {"/chat", `{"message":"hi"}`, []string{strings.Repeat("k", 129)}},
	} {
		t.Run(name, func(t *testing.T) {
			r, err := http.NewRequest(http.MethodPost, url+tt.path, strings.NewReader(tt.body))
			if err != nil {
				t.Fatal(err)
			}
			r.Header["Content-Type"] = []string{"application/json"}
			r.Header["Idempotency-Key"] = tt.keys
			response, err := http.DefaultClient.Do(r)
			if err != nil {
				t.Fatal(err)
			}
			defer response.Body.Close()
			body, _ := io.ReadAll(response.Body)
			if response.StatusCode != http.StatusBadRequest || !strings.Contains(string(body), "INVALID_ARGUMENT") {
				t.Errorf("got %d %s", response.StatusCode, body)
			}
		})
	}
}
