// Package openaitest is a stand-in for OpenAI's API that misbehaves as told:
// it streams, stalls, cuts connections and refuses.
package openaitest

import (
	"bytes"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	goopenai "github.com/sashabaranov/go-openai"
)

// Key is the key that the server takes, in a form that leaks are seen by.
const Key = "sk-test-0123456789abcdefSECRET"

// Secret is a text that answers with errors hold, and nobody may be told.
const Secret = "provider-internal-text"

// Answer answers a call.
type Answer func(w http.ResponseWriter, r *http.Request)

// Call is a call that was made.
type Call struct {
	goopenai.ChatCompletionRequest
	At time.Time
}

// Server answers each kind of call with the answers it was given, in their
// order; the last of them answers all later ones.
type Server struct {
	// URL is the base URL for clients.
	URL string

	mu     sync.Mutex
	chat   []Answer
	aside  []Answer
	judge  []Answer
	calls  []Call
	judged []string
	opened int
}

// New starts a server, which ends with the test. It says "Fine." until told
// otherwise, and finds everything safe.
func New(tb testing.TB) *Server {
	tb.Helper()
	s := &Server{chat: []Answer{Says("Fine.")}, aside: []Answer{Replies("Fine.")}, judge: []Answer{Flags(false)}}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /v1/chat/completions", s.complete)
	mux.HandleFunc("POST /v1/moderations", s.moderate)
	server := httptest.NewUnstartedServer(mux)
	server.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			s.mu.Lock()
			defer s.mu.Unlock()
			s.opened++
		}
	}
	server.Start()
	tb.Cleanup(server.Close)
	s.URL = server.URL + "/v1"
	return s
}

// Serve starts a server of one's own making, which ends with the test, and
// returns its URL.
func Serve(tb testing.TB, handler http.Handler) string {
	tb.Helper()
	server := httptest.NewServer(handler)
	tb.Cleanup(server.Close)
	return server.URL
}

// Chat sets the answers to streamed calls.
func (s *Server) Chat(answers ...Answer) { s.set(&s.chat, answers) }

// Aside sets the answers to calls that are not streamed.
func (s *Server) Aside(answers ...Answer) { s.set(&s.aside, answers) }

// Judge sets the answers of the moderation endpoint.
func (s *Server) Judge(answers ...Answer) { s.set(&s.judge, answers) }

func (s *Server) set(to *[]Answer, answers []Answer) {
	s.mu.Lock()
	defer s.mu.Unlock()
	*to = answers
}

// Calls are the chat completions asked for so far, of both kinds.
func (s *Server) Calls() []Call {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Call(nil), s.calls...)
}

// Connections is how many connections were opened.
func (s *Server) Connections() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.opened
}

// Judged are the texts that were to be moderated.
func (s *Server) Judged() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string(nil), s.judged...)
}

func (s *Server) complete(w http.ResponseWriter, r *http.Request) {
	if r.Header.Get("Authorization") != "Bearer "+Key {
		Refuses(http.StatusUnauthorized, "invalid_request_error", "invalid_api_key")(w, r)
		return
	}
	var call Call
	if err := read(r, &call.ChatCompletionRequest); err != nil {
		Refuses(http.StatusBadRequest, "invalid_request_error", "")(w, r)
		return
	}
	call.At = time.Now()
	s.mu.Lock()
	s.calls = append(s.calls, call)
	from := &s.aside
	if call.Stream {
		from = &s.chat
	}
	answer := take(from)
	s.mu.Unlock()
	answer(w, r)
}

func (s *Server) moderate(w http.ResponseWriter, r *http.Request) {
	var asked goopenai.ModerationRequest
	if err := read(r, &asked); err != nil {
		Refuses(http.StatusBadRequest, "invalid_request_error", "")(w, r)
		return
	}
	s.mu.Lock()
	s.judged = append(s.judged, asked.Input)
	answer := take(&s.judge)
	s.mu.Unlock()
	answer(w, r)
}

// read reads a request to its end: only then a server sees its caller leave.
// An answer finds the body whole.
func read(r *http.Request, into any) error {
	text, err := io.ReadAll(r.Body)
	if err != nil {
		return err
	}
	r.Body = io.NopCloser(bytes.NewReader(text))
	return json.Unmarshal(text, into)
}

// take is the next answer; the last one stays.
func take(from *[]Answer) Answer {
	answer := (*from)[0]
	if len(*from) > 1 {
		*from = (*from)[1:]
	}
	return answer
}

// ---- answers in one piece

// Replies answers a call that is not streamed with a whole text.
func Replies(text string) Answer { return Ends(text, "stop") }

// Ends is Replies for a finish_reason of one's choice.
func Ends(text, finish string) Answer {
	return JSON(goopenai.ChatCompletionResponse{
		Choices: []goopenai.ChatCompletionChoice{{
			Message:      goopenai.ChatCompletionMessage{Role: "assistant", Content: text},
			FinishReason: goopenai.FinishReason(finish),
		}},
		Usage: goopenai.Usage{PromptTokens: 20, CompletionTokens: 5, TotalTokens: 25},
	})
}

// Flags answers a call for moderation.
func Flags(unsafe bool) Answer {
	return JSON(goopenai.ModerationResponse{Results: []goopenai.Result{{Flagged: unsafe}}})
}

// JSON answers with a value.
func JSON(v any) Answer {
	text, err := json.Marshal(v)
	if err != nil {
		panic(err) // a mistake in a test
	}
	return Body(http.StatusOK, "application/json", string(text))
}

// Body answers with a status and a body; headers are names and values by turns.
func Body(status int, contentType, body string, headers ...string) Answer {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", contentType)
		for i := 0; i+1 < len(headers); i += 2 {
			w.Header().Set(headers[i], headers[i+1])
		}
		w.WriteHeader(status)
		_, _ = w.Write([]byte(body)) // who asked may have gone
	}
}

// HTML answers as a proxy in the way would.
func HTML(status int) Answer {
	return Body(status, "text/html", "<html><body><h1>"+Secret+"</h1></body></html>\n")
}

// Refuses answers with an error of the API, whose message echoes the key.
func Refuses(status int, kind, code string, headers ...string) Answer {
	return Body(status, "application/json", failure(kind, code), headers...)
}

func failure(kind, code string) string {
	text, err := json.Marshal(map[string]any{"error": map[string]any{
		"message": Secret + ": the call with " + Key + " failed", "type": kind, "code": code, "param": nil,
	}})
	if err != nil {
		panic(err)
	}
	return string(text)
}

// Later waits before it answers.
func Later(wait time.Duration, answer Answer) Answer {
	return func(w http.ResponseWriter, r *http.Request) {
		if pause(r, wait) {
			answer(w, r)
		}
	}
}

// Hangs never answers.
func Hangs(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }

// Resets breaks the connection without an answer.
func Resets(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }

func pause(r *http.Request, wait time.Duration) bool {
	select {
	case <-time.After(wait):
		return true
	case <-r.Context().Done():
		return false
	}
}

// ---- answers as streams

// Step is a part of a streamed answer.
type Step func(send func(string), r *http.Request)

// Says streams words and ends as OpenAI does.
func Says(words ...string) Answer {
	var steps []Step
	for _, word := range words {
		steps = append(steps, Text(word))
	}
	return Streams(append(steps, Finish("stop"), Usage(11, 7), Done)...)
}

// Streams answers with a stream of these steps.
func Streams(steps ...Step) Answer {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/event-stream")
		flush := http.NewResponseController(w)
		send := func(text string) {
			_, _ = w.Write([]byte(text)) // who asked may have gone
			_ = flush.Flush()
		}
		send(event(`{"choices":[{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null}]}`))
		for _, step := range steps {
			if r.Context().Err() != nil {
				return
			}
			step(send, r)
		}
	}
}

// CutAfter breaks the connection after n bytes of a stream.
func CutAfter(n int, steps ...Step) Answer {
	whole := Transcript(steps...)
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/event-stream")
		_, _ = w.Write([]byte(whole[:n])) // who asked may have gone
		_ = http.NewResponseController(w).Flush()
		panic(http.ErrAbortHandler)
	}
}

// Transcript is the body of a stream of steps without pauses.
func Transcript(steps ...Step) string {
	var whole strings.Builder
	for _, step := range steps {
		step(func(text string) { whole.WriteString(text) }, nil)
	}
	return whole.String()
}

func event(data string) string { return "data: " + data + "\n\n" }

// Raw sends bytes as they are.
func Raw(text string) Step { return func(send func(string), _ *http.Request) { send(text) } }

// Event sends data as one event.
func Event(data string) Step { return Raw(event(data)) }

// Text sends a piece of a reply, with what OpenAI sends along.
func Text(piece string) Step {
	content, err := json.Marshal(piece)
	if err != nil {
		panic(err) // a mistake in a test
	}
	return Event(`{"id":"chatcmpl-B9MHDbslfkBeAs8l4bebGdFOJ6PeG","object":"chat.completion.chunk","created":1741570283,` +
		`"model":"gpt-4o-mini-2024-07-18","service_tier":"default","system_fingerprint":"fp_44709d6fcb",` +
		`"choices":[{"index":0,"delta":{"content":` + string(content) + `},"logprobs":null,"finish_reason":null}],"usage":null}`)
}

// Finish sends a finish_reason.
func Finish(reason string) Step {
	return Event(`{"choices":[{"index":0,"delta":{},"finish_reason":"` + reason + `"}]}`)
}

// Usage sends a final usage record.
func Usage(in, out int) Step {
	text, err := json.Marshal(goopenai.Usage{PromptTokens: in, CompletionTokens: out, TotalTokens: in + out})
	if err != nil {
		panic(err) // a mistake in a test
	}
	return Event(`{"choices":[],"usage":` + string(text) + `}`)
}

// Done sends [DONE].
func Done(send func(string), _ *http.Request) { send("data: [DONE]\n\n") }

// Comments sends comment lines.
func Comments(n int) Step { return Raw(strings.Repeat(": keep-alive\n\n", n)) }

// Fails sends an error in the stream; spaced is how some servers write it.
func Fails(kind, code string, spaced bool) Step {
	text := failure(kind, code)
	if spaced {
		text = strings.Replace(text, `{"error":`, `{ "error" : `, 1)
	}
	return Event(text)
}

// Wait lets time pass.
func Wait(d time.Duration) Step { return func(_ func(string), r *http.Request) { pause(r, d) } }

// Stall says nothing more.
func Stall(_ func(string), r *http.Request) { <-r.Context().Done() }

// Murmur sends comments for ever.
func Murmur(send func(string), r *http.Request) {
	for pause(r, 5*time.Millisecond) {
		send(": keep-alive\n\n")
	}
}

// Cut breaks the connection.
func Cut(func(string), *http.Request) { panic(http.ErrAbortHandler) }
