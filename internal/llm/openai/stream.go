package openai

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"time"

	"github.com/debate-chatbot/debate-api/internal/debate"
	"github.com/debate-chatbot/debate-api/internal/prompt"
	goopenai "github.com/sashabaranov/go-openai"
	"go.opentelemetry.io/otel/trace"
)

// tailWait is how long the usage may come after the end of a reply.
const tailWait = time.Second

// errStalled ends the context of a call that makes no progress.
var errStalled = errors.New("openai: stalled")

// stream is a reply that has begun.
type stream struct {
	asked   []prompt.Message
	opening string   // the first text
	begun   bool     // opening is more than blanks
	said    []string // all of it so far
	usage   *goopenai.Usage
	span    trace.Span

	events   *events
	failed   error // why there are no more events; text that came before is told first
	body     io.Closer
	finish   goopenai.FinishReason
	between  time.Duration
	watchdog *time.Timer
	cancel   context.CancelCauseFunc
}

// chunk is what is read of an event. go-openai's own type has parts that cost
// much to decode, and none for an error.
type chunk struct {
	Choices []struct {
		Index int `json:"index"`
		Delta struct {
			Content string `json:"content"`
			Refusal string `json:"refusal"`
		} `json:"delta"`
		FinishReason goopenai.FinishReason `json:"finish_reason"`
	} `json:"choices"`
	Usage *goopenai.Usage    `json:"usage"`
	Error *goopenai.APIError `json:"error"`
}

// open calls a model and waits for the first text of its reply. The stream is
// there beside an error too if the call was accepted, and is then closed.
func (c *Client) open(ctx context.Context, model string, messages []prompt.Message, seed uint64) (*stream, error) {
	ctx, span := c.startSpan(ctx, "chat", model)
	calling, cancel := context.WithCancelCause(ctx)
	s := &stream{asked: messages, span: span, between: c.timeouts.BetweenTokens, cancel: cancel}
	s.watchdog = time.AfterFunc(c.timeouts.FirstToken, func() { cancel(errStalled) })
	request := chatRequest(model, messages)
	request.StreamOptions = &goopenai.StreamOptions{IncludeUsage: true}
	repeatable := int(seed >> 33) // 31 bits, which every server takes
	request.Seed = &repeatable
	var body io.Reader
	answer, err := c.api.CreateChatCompletionStream(withBody(calling, &body), request)
	if err != nil {
		s.watchdog.Stop()
		cancel(nil)
		err = failed(ctx, err)
		endSpan(span, debate.Usage{}, err)
		return nil, err
	}
	s.body, s.events = answer, &events{lines: bufio.NewReader(body)}
	for strings.TrimSpace(s.opening) == "" {
		text, err := s.next(ctx)
		if err == nil && text == "" {
			err = &failure{fault: empty}
		}
		if err != nil {
			s.close()
			return s, err
		}
		s.opening += text
	}
	s.begun = true
	s.watchdog.Reset(s.between)
	return s, nil
}

func chatRequest(model string, messages []prompt.Message) goopenai.ChatCompletionRequest {
	r := goopenai.ChatCompletionRequest{Model: model, Messages: make([]goopenai.ChatCompletionMessage, len(messages))}
	for i, m := range messages {
		r.Messages[i] = goopenai.ChatCompletionMessage{Role: string(m.Role), Content: m.Text}
	}
	return r
}

// next is the next piece of text; without an error, an empty one is the end of
// a whole reply. What has come already is one piece, but for the first, which
// somebody waits for.
func (s *stream) next(ctx context.Context) (string, error) {
	text := ""
	for s.failed == nil && (text == "" || s.begun && s.events.ready()) {
		var more string
		more, s.failed = s.event()
		text += more
	}
	if text == "" {
		return "", s.end(ctx, s.failed)
	}
	s.said = append(s.said, text)
	return text, nil
}

// event is the text of the next event.
func (s *stream) event() (string, error) {
	data, err := s.events.next()
	if err != nil {
		return "", err
	}
	var event chunk
	if err := json.Unmarshal(data, &event); err != nil {
		return "", &failure{fault: malformed, cause: syntax(err)}
	}
	if event.Error != nil {
		return "", classify(0, event.Error)
	}
	if event.Usage != nil {
		s.usage = event.Usage
	}
	if s.begun && s.finish == "" {
		s.watchdog.Reset(s.between)
	}
	return s.read(event), nil
}

// read takes in an event's first choice.
func (s *stream) read(event chunk) (text string) {
	for _, choice := range event.Choices {
		if choice.Index != 0 || s.finish != "" {
			continue
		}
		text += choice.Delta.Content
		if choice.Delta.Refusal != "" {
			choice.FinishReason = goopenai.FinishReasonContentFilter
		}
		if choice.FinishReason != "" {
			s.finish = choice.FinishReason
			s.watchdog.Reset(min(tailWait, s.between))
		}
	}
	return text
}

// end says whether the reply was whole when its stream ended with err.
func (s *stream) end(ctx context.Context, err error) error {
	switch s.finish {
	case goopenai.FinishReasonStop, "eos", "end_turn":
		return nil // whatever became of the rest
	case goopenai.FinishReasonLength:
		return &failure{fault: truncated}
	case goopenai.FinishReasonContentFilter:
		return &failure{fault: filtered}
	case "":
		return failed(ctx, err)
	default:
		return &failure{fault: broken}
	}
}

// close frees the connection, for another call if the stream has ended.
func (s *stream) close() {
	s.watchdog.Stop()
	if s.finish == "" {
		s.cancel(nil)
	}
	_ = s.body.Close() // nothing is lost with it
	s.cancel(nil)
}

// failed is the failure that an error of go-openai stands for, or the end of
// ctx. Its errors may quote the provider: they go no further.
func failed(ctx context.Context, err error) error {
	if cause := causeOf(ctx); cause != nil {
		return cause
	}
	var f *failure
	var said *goopenai.APIError
	switch {
	case errors.As(err, &f):
		return f
	case errors.Is(err, errStalled), errors.Is(err, context.Canceled):
		return &failure{fault: stalled}
	case errors.As(err, &said):
		return classify(0, said)
	case errors.Is(err, io.EOF):
		return &failure{fault: broken}
	default:
		return &failure{fault: broken, cause: localCause(err)}
	}
}

// syntax is an error of JSON that quotes nothing but a character.
func syntax(err error) error {
	var s *json.SyntaxError
	if errors.As(err, &s) {
		return s
	}
	return nil
}
