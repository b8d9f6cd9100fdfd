package openai

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"time"

	"github.com/debate-chatbot/debate-api/internal/debate"
	goopenai "github.com/sashabaranov/go-openai"
	"go.opentelemetry.io/otel/trace"
)

// tailWait is how long the rest of a stream may be silent whose reply has ended.
const tailWait = 3 * time.Second

// errStalled ends the context of a call that makes no progress.
var errStalled = errors.New("openai: stalled")

// stream is an answer that has begun.
type stream struct {
	target  *target
	sent    parameters
	opening string          // the first text
	said    strings.Builder // all of it so far
	unsaid  int             // bytes of thoughts
	usage   *usage
	span    trace.Span

	answer *answer
	chunks chunkReader
	body   io.Closer
	cancel context.CancelCauseFunc

	halves   halves
	thoughts thoughts
	spoken   bool   // there was text, or a thought
	deltas   bool   // there was text in a delta
	index    int    // of the choice that is read, -1 before it is known
	finish   string // the finish_reason that counts
	settled  bool   // the reply has ended, as far as its text is concerned
	failed   error  // why there are no more chunks; text that came before is told first

	wait     time.Duration // the longest silence
	between  time.Duration
	watchdog *time.Timer
}

// call sends a request. Its answer is read by the stream, which close has to
// end. A watchdog cancels what is streamed after too long a silence; the rest has
// the deadline of ctx.
func (c *Client) call(ctx context.Context, t *target, a ask, leftOut parameters) (*stream, error) {
	ctx, span := c.startSpan(ctx, "chat", t.name)
	calling, cancel := context.WithCancelCause(ctx)
	request, sent := c.request(t, a, leftOut)
	s := &stream{target: t, sent: sent, span: span, cancel: cancel, index: -1,
		wait: c.timeouts.FirstToken, between: c.timeouts.BetweenTokens, thoughts: thoughts{unopened: t.unopened.Load()}}
	if sent&streaming != 0 {
		s.watchdog = time.AfterFunc(s.wait, func() { cancel(errStalled) })
	}
	sends := exchange{messages: messagesJSON(a.messages, leftOut)}
	calling = sends.in(calling)
	var err error
	if sent&streaming != 0 {
		_, err = t.api.CreateChatCompletionStream(calling, request)
	} else {
		_, err = t.api.CreateChatCompletion(calling, request)
	}
	if sends.answer == nil {
		s.rest()
		err = failed(ctx, err)
		endSpan(span, debate.Usage{}, err)
		return nil, err
	}
	s.body, s.answer = sends.answer, newAnswer(sends.answer)
	s.answer.source.alive = s.alive
	return s, nil
}

// open calls a model and waits for the first text of its reply. The stream is
// there beside an error too if the call was accepted, and is then closed.
func (c *Client) open(ctx context.Context, t *target, a ask, leftOut parameters) (*stream, error) {
	s, err := c.call(ctx, t, a, leftOut)
	if err != nil {
		return nil, err
	}
	for s.opening == "" {
		if s.failed != nil {
			err := s.end(ctx, s.failed)
			if err == nil {
				err = &failure{fault: empty}
			}
			s.close()
			return s, err
		}
		s.opening, s.failed = s.next()
		if s.thoughts.misled { // nothing of it was told
			s.thoughts.misled = false
			t.unopened.Store(true)
		}
	}
	s.said.WriteString(s.opening)
	s.wait = s.between
	s.alive()
	return s, nil
}

// all reads an answer to its end and closes it.
func (s *stream) all(ctx context.Context) (string, error) {
	defer s.close()
	for s.failed == nil {
		var more string
		more, s.failed = s.next()
		if s.thoughts.misled {
			s.thoughts.misled = false
			s.said.Reset()
			s.target.unopened.Store(true)
		}
		s.said.WriteString(more)
	}
	if err := s.end(ctx, s.failed); err != nil {
		return "", err
	}
	if text := s.text(); strings.Trim(text, blanks) != "" {
		return text, nil
	}
	return "", &failure{fault: empty}
}

// emitAll emits the reply to its end: the first text at once, since somebody
// waits for it, and then in one piece whatever has come already.
func (s *stream) emitAll(ctx context.Context, emit func(string)) error {
	defer s.close()
	told := 0
	s.answer.source.idle = func() {
		if text := unended(s.text()); told < len(text) {
			emit(text[told:])
			told = len(text)
		}
	}
	s.answer.source.idle()
	for s.failed == nil {
		var more string
		more, s.failed = s.next()
		s.said.WriteString(more)
		if s.thoughts.misled {
			s.target.unopened.Store(true)
			s.failed = &failure{fault: unmarked}
			told = s.said.Len() // the rest is not to be
		}
	}
	s.answer.source.idle()
	return s.end(ctx, s.failed)
}

// next is the text of the next chunk, and perhaps why there is no other.
func (s *stream) next() (string, error) {
	data, err := s.answer.next()
	var c chunk
	if err == nil {
		c, err = s.chunks.read(data)
	}
	if err != nil {
		if wrong, ok := errors.AsType[*json.SyntaxError](err); ok {
			if s.answer.part(data) {
				return "", nil
			}
			err = &failure{fault: malformed, cause: wrong}
		}
		return s.shown(s.thoughts.rest()), err
	}
	text := s.read(c)
	if c.failed != nil {
		return text, c.failed
	}
	return text, nil
}

// read takes in a chunk and returns what it adds to the text.
func (s *stream) read(c chunk) string {
	if c.usage != nil {
		s.usage = c.usage
	}
	if s.index < 0 && (c.text != "" || c.whole != "" || c.finish != "") {
		s.index = c.index
	}
	if s.index >= 0 && c.index != s.index {
		return ""
	}
	text := c.text
	if text == "" && !s.deltas {
		text = c.whole // some servers repeat the text in it at the end
	}
	s.deltas = s.deltas || c.text != ""
	if c.refused {
		c.finish = "content_filter"
	}
	text = s.halves.join(text)
	s.settle(c.finish, text)
	shown := text
	if text != "" {
		shown = s.shown(s.thoughts.cut(text))
		s.unsaid += max(0, len(text)-len(shown))
	}
	return shown
}

// blanks are not seen. Some gateways put one that has no width in place of no text.
const blanks = " \t\r\n\u200b\u2060\ufeff"

// unended is a text without the blanks behind its last word, if a line ends among them: they
// wait for what comes after them, and mostly nothing does.
func unended(text string) string {
	words := strings.TrimRight(text, blanks)
	if strings.IndexByte(text[len(words):], '\n') >= 0 {
		return words
	}
	return text
}

// shown is a piece of the reply without the blanks before its first word.
func (s *stream) shown(text string) string {
	if s.opening == "" && s.said.Len() == 0 {
		return strings.TrimLeft(text, blanks)
	}
	return text
}

// settle takes in a finish_reason, which some servers send with every chunk. It
// ends the text where text came before it without one, and can be trusted then
// until there is more.
func (s *stream) settle(finish, text string) {
	settled := s.settled && text == ""
	if finish != "" && outcomes[normal(s.finish)] == outcomeWhole {
		settled = settled || s.finish == "" && s.spoken && text == ""
		s.finish = finish
	}
	s.spoken = s.spoken || text != ""
	if settled == s.settled {
		return
	}
	s.settled = settled
	if settled && s.watchdog != nil {
		s.watchdog.Reset(min(tailWait, s.between))
	}
	s.alive()
}

// alive puts the watchdog off: something has come.
func (s *stream) alive() {
	if s.watchdog != nil && !s.settled {
		s.watchdog.Reset(s.wait)
	}
}

// outcome is what a finish_reason says of a reply.
type outcome int

const (
	outcomeWhole outcome = iota // and whatever is not in outcomes
	outcomeTruncated
	outcomeFiltered
	outcomeFailed
)

// outcomes are those of the finish_reasons that stand for no whole reply, in
// small letters and with underscores.
var outcomes = map[string]outcome{
	"length":                        outcomeTruncated,
	"max_tokens":                    outcomeTruncated, // Anthropic, Gemini, Bedrock, Cohere
	"max_output_tokens":             outcomeTruncated,
	"max_length":                    outcomeTruncated,
	"model_length":                  outcomeTruncated, // Mistral
	"model_context_window_exceeded": outcomeTruncated, // Anthropic
	"context_length_exceeded":       outcomeTruncated,
	"token_limit":                   outcomeTruncated,
	"incomplete":                    outcomeTruncated,

	"content_filter":       outcomeFiltered,
	"content_filtered":     outcomeFiltered, // Bedrock
	"guardrail_intervened": outcomeFiltered, // Bedrock
	"refusal":              outcomeFiltered, // Anthropic
	"safety":               outcomeFiltered, // Gemini, and the next ones
	"recitation":           outcomeFiltered,
	"blocklist":            outcomeFiltered,
	"prohibited_content":   outcomeFiltered,
	"spii":                 outcomeFiltered,
	"sensitive":            outcomeFiltered, // Zhipu
	"error_toxic":          outcomeFiltered, // Cohere

	"error":                        outcomeFailed, // OpenRouter
	"failed":                       outcomeFailed,
	"network_error":                outcomeFailed, // Zhipu
	"insufficient_system_resource": outcomeFailed, // DeepSeek
	"abort":                        outcomeFailed, // vLLM, SGLang
	"aborted":                      outcomeFailed,
	"cancelled":                    outcomeFailed,
	"canceled":                     outcomeFailed,
	"timeout":                      outcomeFailed,
	"time_limit":                   outcomeFailed, // text-generation-webui
	"engine_overloaded":            outcomeFailed,
}

// normal is a finish_reason in one spelling: "MAX_TOKENS", "max-tokens" and
// "FinishReason.MAX_TOKENS" are one.
func normal(finish string) string {
	finish = strings.ToLower(strings.TrimSpace(finish))
	finish = finish[strings.LastIndexByte(finish, '.')+1:]
	finish = strings.TrimPrefix(finish, "finish_reason_")
	return underscores.Replace(finish)
}

var underscores = strings.NewReplacer("-", "_", " ", "_")

// end says whether the reply was whole when its stream ended with err: when
// the server marked the end, or closed the stream after a finish_reason. What
// happens to a stream after the end of its text does not matter, but for an
// error that the server tells.
func (s *stream) end(ctx context.Context, err error) error {
	var told *failure
	if errors.As(err, &told) && (told.fault != malformed || !s.settled) {
		return told
	}
	switch outcomes[normal(s.finish)] {
	case outcomeTruncated:
		return &failure{fault: truncated}
	case outcomeFiltered:
		return &failure{fault: filtered}
	case outcomeFailed:
		return &failure{fault: down}
	case outcomeWhole:
	}
	if s.settled || errors.Is(err, errDone) || s.finish != "" && errors.Is(err, io.EOF) {
		return nil
	}
	return failed(ctx, err)
}

// close frees the connection, for another call if the stream has ended.
func (s *stream) close() {
	if s.finish == "" {
		s.cancel(nil)
	}
	_ = s.body.Close() // nothing is lost with it
	s.rest()
}

// rest ends what belongs to a call that is over.
func (s *stream) rest() {
	if s.watchdog != nil {
		s.watchdog.Stop()
	}
	s.cancel(nil)
}

// text is what was said so far.
func (s *stream) text() string { return s.said.String() }

// failed translates an error of go-openai into a failure, or into the end of
// ctx. Its errors may quote the provider: they go no further.
func failed(ctx context.Context, err error) error {
	if cause := causeOf(ctx); cause != nil {
		return cause
	}
	var f *failure
	switch {
	case errors.As(err, &f):
		return f
	case errors.Is(err, errStalled), errors.Is(err, context.Canceled):
		return &failure{fault: stalled}
	case errors.Is(err, goopenai.ErrReasoningModelMaxTokensDeprecated):
		return &failure{fault: rejected, refused: maxTokensParameter}
	case errors.Is(err, goopenai.ErrReasoningModelLimitationsOther), errors.Is(err, goopenai.ErrReasoningSamplingUnsupported):
		return &failure{fault: rejected, refused: temperatureParameter}
	case errors.Is(err, goopenai.ErrReasoningEffortUnsupported):
		return &failure{fault: rejected, refused: reasoningEffortParameter}
	case errors.Is(err, io.EOF):
		return &failure{fault: broken}
	default:
		return &failure{fault: broken, cause: localCause(err)}
	}
}
