package main

import (
	"bytes"
	"context"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	collectormetrics "go.opentelemetry.io/proto/otlp/collector/metrics/v1"
	collectortraces "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	"go.opentelemetry.io/proto/otlp/common/v1"
	metrics "go.opentelemetry.io/proto/otlp/metrics/v1"
	traces "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/protobuf/proto"

	"github.com/debate-chatbot/debate-api/internal/llm/openai/openaitest"
)

// collector takes what is exported to it.
type collector struct {
	*httptest.Server

	mu       sync.Mutex
	raw      bytes.Buffer
	token    string // of the latest request
	services []string
	spans    []*traces.Span
	metrics  map[string]*metrics.Metric // the latest of each name
}

func newCollector(t *testing.T) *collector {
	t.Helper()
	c := &collector{metrics: make(map[string]*metrics.Metric)}
	c.Server = httptest.NewServer(c)
	t.Cleanup(c.Close)
	return c
}

func (c *collector) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.token = r.Header.Get("Authorization")
	body, err := io.ReadAll(r.Body)
	if err == nil {
		err = c.take(r.URL.Path, body)
	}
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
	}
}

func (c *collector) take(path string, body []byte) error {
	c.raw.Write(body)
	switch path {
	case "/v1/traces":
		var taken collectortraces.ExportTraceServiceRequest
		if err := proto.Unmarshal(body, &taken); err != nil {
			return err
		}
		for _, of := range taken.ResourceSpans {
			c.services = append(c.services, value(of.Resource.Attributes, "service.name"))
			for _, scope := range of.ScopeSpans {
				c.spans = append(c.spans, scope.Spans...)
			}
		}
	case "/v1/metrics":
		var taken collectormetrics.ExportMetricsServiceRequest
		if err := proto.Unmarshal(body, &taken); err != nil {
			return err
		}
		for _, of := range taken.ResourceMetrics {
			c.services = append(c.services, value(of.Resource.Attributes, "service.name"))
			for _, scope := range of.ScopeMetrics {
				for _, m := range scope.Metrics {
					c.metrics[m.Name] = m
				}
			}
		}
	default:
		return fmt.Errorf("no such path, says a collector that repeats its caller's token %q", c.token)
	}
	return nil
}

// value is an attribute's, as text.
func value(attrs []*v1.KeyValue, key string) string {
	for _, a := range attrs {
		if a.Key != key {
			continue
		}
		switch v := a.Value.Value.(type) {
		case *v1.AnyValue_StringValue:
			return v.StringValue
		case *v1.AnyValue_IntValue:
			return fmt.Sprint(v.IntValue)
		}
	}
	return ""
}

// named are the spans of a name, in the order of their beginnings.
func (c *collector) named(name string) (found []*traces.Span) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, s := range c.spans {
		if s.Name == name {
			found = append(found, s)
		}
	}
	slices.SortFunc(found, func(a, b *traces.Span) int { return int(int64(a.StartTimeUnixNano) - int64(b.StartTimeUnixNano)) })
	return found
}

// measured is a metric's points: counts and sums by their attributes' values,
// in the order of their keys.
func (c *collector) measured(name string) map[string]float64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	points := make(map[string]float64)
	add := func(attrs []*v1.KeyValue, v float64) {
		slices.SortFunc(attrs, func(a, b *v1.KeyValue) int { return strings.Compare(a.Key, b.Key) })
		var key []string
		for _, a := range attrs {
			key = append(key, a.Value.GetStringValue())
		}
		points[strings.Join(key, " ")] = v
	}
	switch data := c.metrics[name].GetData().(type) {
	case *metrics.Metric_Sum:
		for _, p := range data.Sum.DataPoints {
			add(p.Attributes, float64(p.GetAsInt()))
		}
	case *metrics.Metric_Gauge:
		for _, p := range data.Gauge.DataPoints {
			add(p.Attributes, float64(p.GetAsInt()))
		}
	case *metrics.Metric_Histogram:
		for _, p := range data.Histogram.DataPoints {
			add(p.Attributes, float64(p.Count))
		}
	}
	return points
}

const (
	callersTrace = "0af7651916cd43dd8448eb211c80319c"
	callersSpan  = "b7ad6b7169203331"
)

func TestATurnIsTracedFromItsCallerToTheModelAndMeasured(t *testing.T) {
	model, to := openaitest.New(t), newCollector(t)
	model.Chat(openaitest.Streams(openaitest.Text("No."), openaitest.Finish("stop"), openaitest.Usage(11, 3), openaitest.Done))
	t.Setenv("OTEL_EXPORTER_OTLP_HEADERS", "authorization=token")
	url, log, stop := start(t, map[string]string{
		"PORT": "0", "DATA_DIR": t.TempDir(), "OPENAI_API_KEY": openaitest.Key, "OPENAI_BASE_URL": model.URL, "STANCE_GUARD": "on",
		"OTEL_EXPORTER_OTLP_ENDPOINT": to.URL + "/",
	})
	status, answer := call(t, "POST", url+"/debate.v1.DebateService/Chat", `{"message":"Tea beats coffee."}`,
		"Content-Type", "application/json", "X-Request-Id", "one", "Traceparent", "00-"+callersTrace+"-"+callersSpan+"-01")
	if status != http.StatusOK {
		t.Fatalf("%d %s", status, answer)
	}
	call(t, "POST", url+"/chat", `{"message":"Cats beat dogs.","topic":"Cats are best."}`, "Content-Type", "application/json")
	var said struct{ Turn struct{ ID string } }
	if err := json.Unmarshal([]byte(answer), &said); err != nil {
		t.Fatal(err)
	}
	call(t, "POST", url+"/debate.v1.DebateService/RateTurn", `{"turnId":"`+said.Turn.ID+`","rating":"RATING_BAD"}`, "Content-Type", "application/json")
	call(t, "POST", url+"/chat", `{"conversation_id":"none","message":"Cats."}`, "Content-Type", "application/json")
	for _, path := range []string{"/health", "/ready", "/", "/openapi.yaml", "/no-such-path"} {
		call(t, "GET", url+path, "")
	}
	stop()

	if to.token != "token" || slices.ContainsFunc(to.services, func(name string) bool { return name != "debate-api" }) {
		t.Errorf("token %q, services %v", to.token, to.services)
	}
	chat := one(t, to.named("debate.v1.DebateService/Chat"))
	if hex.EncodeToString(chat.TraceId) != callersTrace || hex.EncodeToString(chat.ParentSpanId) != callersSpan || chat.Kind != traces.Span_SPAN_KIND_SERVER {
		t.Errorf("the call is not its caller's: %v", chat)
	}
	turn := to.named("turn")[0]
	for child, parent := range map[*traces.Span]*traces.Span{
		to.named("begin turn")[0]:  chat,
		turn:                       chat,
		to.named("finish turn")[0]: turn,
		to.named("moderation omni-moderation-latest")[0]: turn,
		to.named("chat gpt-4o-mini")[0]:                  turn,
	} {
		if !bytes.Equal(child.TraceId, parent.TraceId) || !bytes.Equal(child.ParentSpanId, parent.SpanId) {
			t.Errorf("%s is not within %s", child.Name, parent.Name)
		}
	}
	if !strings.Contains(log.String(), fmt.Sprintf(`"trace_id":"%s","span_id":"%x"`, callersTrace, chat.SpanId)) {
		t.Errorf("no line of the log names the call's span: %s", log)
	}
	for _, want := range []struct {
		span       *traces.Span
		key, value string
	}{
		{chat, "debate.request.id", "one"}, {chat, "debate.key.name", "default"}, {chat, "rpc.response.status_code", "ok"},
		{turn, "debate.turn.state", "completed"}, {turn, "debate.turn.attempt", "1"},
		{to.named("chat gpt-4o-mini")[0], "gen_ai.provider.name", "openai"},
		{to.named("finish turn")[0], "db.system.name", "sqlite"},
	} {
		if got := value(want.span.Attributes, want.key); got != want.value {
			t.Errorf("%s of %s is %q, want %q", want.key, want.span.Name, got, want.value)
		}
	}
	if !strings.Contains(answer, value(turn.Attributes, "debate.turn.id")) || !strings.Contains(answer, value(turn.Attributes, "gen_ai.conversation.id")) {
		t.Errorf("the turn's span names none that was answered: %v", turn)
	}
	if !slices.ContainsFunc(to.named("chat gpt-4o-mini"), func(s *traces.Span) bool {
		return value(s.Attributes, "gen_ai.usage.input_tokens") == "11" && value(s.Attributes, "gen_ai.usage.output_tokens") == "3"
	}) {
		t.Error("no call of the model says what it used")
	}
	kopi := to.named("POST /chat")
	if len(kopi) != 2 || value(kopi[1].Attributes, "error.type") != "NOT_FOUND" || kopi[1].Status.GetCode() == traces.Status_STATUS_CODE_ERROR {
		t.Errorf("calls of the Kopi contract: %v", kopi)
	}
	for _, s := range to.spans {
		if s.Kind == traces.Span_SPAN_KIND_SERVER && s != chat && s.Name != "debate.v1.DebateService/RateTurn" && !slices.Contains(kopi, s) {
			t.Errorf("%s is traced", s.Name)
		}
	}

	for metric, want := range map[string]map[string]float64{
		"rpc.server.call.duration": {
			"debate.v1.DebateService/Chat ok connectrpc": 1, "debate.v1.DebateService/RateTurn ok connectrpc": 1, "POST /chat ok": 1, "NOT_FOUND POST /chat not_found": 1, "NOT_FOUND other not_found": 1,
		},
		"debate.turns":                    {"completed": 2},
		"debate.turn.duration":            {"completed": 2},
		"debate.turn.time_to_first_token": {"": 2},
		"debate.ratings":                  {"bad": 1},
		"debate.turns.running":            {"": 0},
		"debate.database.reachable":       {"": 1},
	} {
		if got := to.measured(metric); fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("%s is %v, want %v", metric, got, want)
		}
	}
	tokens := to.measured("debate.tokens")
	if tokens["reply input"] != 22 || tokens["reply output"] != 6 || tokens["side input"] == 0 || tokens["side output"] == 0 {
		t.Errorf("tokens: %v", tokens)
	}
	if to.measured("go.goroutine.count")[""] == 0 {
		t.Error("goroutines are not counted")
	}
}

func one(t *testing.T, spans []*traces.Span) *traces.Span {
	t.Helper()
	if len(spans) != 1 {
		t.Fatalf("%d spans, want one: %v", len(spans), spans)
	}
	return spans[0]
}

func TestTheBuiltInOpponentIsMeasuredToo(t *testing.T) {
	to := newCollector(t)
	url, _, stop := start(t, map[string]string{
		"PORT": "0", "DATA_DIR": t.TempDir(), "PACE": "0", "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT": to.URL + "/v1/metrics",
	})
	call(t, "POST", url+"/chat", `{"message":"Tea beats coffee."}`, "Content-Type", "application/json")
	stop()
	if got := to.measured("debate.turns"); got["completed"] != 1 {
		t.Errorf("debate.turns is %v", got)
	}
	if len(to.spans) != 0 {
		t.Errorf("spans came to a collector of metrics: %v", to.spans)
	}
}

func TestNothingIsSentWithoutAnEndpointOrWhereItIsTurnedOff(t *testing.T) {
	to := newCollector(t)
	for _, off := range []map[string]string{
		{},
		{"OTEL_EXPORTER_OTLP_ENDPOINT": to.URL, "OTEL_SDK_DISABLED": "true"},
		{"OTEL_EXPORTER_OTLP_ENDPOINT": to.URL, "OTEL_TRACES_EXPORTER": "none", "OTEL_METRICS_EXPORTER": "none"},
	} {
		off["PORT"], off["DATA_DIR"], off["PACE"] = "0", t.TempDir(), "0"
		url, log, stop := start(t, off)
		call(t, "POST", url+"/chat", `{"message":"Tea beats coffee."}`, "Content-Type", "application/json",
			"Traceparent", "00-"+callersTrace+"-"+callersSpan+"-01")
		stop()
		if to.raw.Len() > 0 || strings.Contains(log.String(), "trace_id") {
			t.Errorf("with %v %d bytes were sent; the log: %s", off, to.raw.Len(), log)
		}
	}
}

func TestACollectorThatIsAwayOrHangsHarmsNoCallAndNoEnd(t *testing.T) {
	hung, release := context.WithCancel(t.Context())
	hanging := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-hung.Done() }))
	t.Cleanup(hanging.Close)
	t.Cleanup(release)
	t.Setenv("OTEL_BSP_SCHEDULE_DELAY", "1") // ms: it is tried while calls come
	t.Setenv("OTEL_METRIC_EXPORT_INTERVAL", "1")
	for name, url := range map[string]string{"away": "http://127.0.0.1:1", "hanging": hanging.URL} {
		t.Run(name, func(t *testing.T) {
			url, log, stop := start(t, map[string]string{"PORT": "0", "DATA_DIR": t.TempDir(), "PACE": "0", "OTEL_EXPORTER_OTLP_ENDPOINT": url})
			call(t, "POST", url+"/chat", `{"message":"Tea beats coffee."}`, "Content-Type", "application/json") // waits for the bank to be read
			for n := range 20 {
				began := time.Now()
				status, answer := call(t, "POST", url+"/chat", `{"message":"Tea beats coffee."}`, "Content-Type", "application/json")
				if took := time.Since(began); status != http.StatusOK || took > 8*time.Second {
					t.Fatalf("call %d: %d after %s: %s", n, status, took, answer)
				}
			}
			began := time.Now()
			stop()
			if took := time.Since(began); took > 5*time.Second {
				t.Errorf("the service ended after %s", took)
			}
			if told := strings.Count(log.String(), "traces or metrics were not sent"); told != 1 {
				t.Errorf("the log tells of it %d times: %s", told, log)
			}
		})
	}
}
