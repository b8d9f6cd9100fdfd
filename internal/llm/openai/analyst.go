package openai

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/cenkalti/backoff/v5"
	"github.com/debate-chatbot/debate-api/internal/claim"
	"github.com/debate-chatbot/debate-api/internal/debate"
	"github.com/debate-chatbot/debate-api/internal/prompt"
	goopenai "github.com/sashabaranov/go-openai"
)

// The longest texts that an answer may put into a conversation, in bytes.
const (
	maxTopic   = 300
	maxSummary = 4 << 10
)

// Subject implements debate.Analyst. An answer with holes is filled by
// claim.Read; the error says that neither knew.
func (c *Client) Subject(ctx context.Context, message string) (debate.Subject, bool, debate.Usage, error) {
	text, cost, err := c.askAside(ctx, prompt.Subject(message), subjectSchema)
	if err != nil {
		return debate.Subject{}, false, cost, err
	}
	subject, ok, err := readSubject(text, message)
	return subject, ok, cost, err
}

var subjectSchema = schema("subject", `{"type":"object","additionalProperties":false,
	"required":["kind","motion","user_side","ask","risk","language"],"properties":{
	"kind":{"type":"string","enum":["claim","question","none"]},"motion":{"type":"string"},
	"user_side":{"type":"string","enum":["for","against","none"]},"ask":{"type":"string","enum":["oppose","argue_for"]},
	"risk":{"type":"string","enum":["none","care","harm"]},"language":{"type":"string"}}}`)

// readSubject reads what a model found a message to claim; where that has holes, claim.Read fills them.
func readSubject(text, message string) (debate.Subject, bool, error) {
	read, _ := claim.Read(message)
	answer, err := object(text)
	if err != nil {
		if read.Topic != "" {
			return read, true, nil
		}
		return debate.Subject{}, false, err
	}
	subject := debate.Subject{
		Topic:    oneLine(answer["motion"], maxTopic),
		Stance:   botSide(word(answer["user_side"]), word(answer["ask"]), word(answer["kind"])),
		Language: language(answer["language"], read.Language),
		Risk:     risk(answer["risk"]),
	}
	switch {
	case subject.Risk != debate.NoRisk:
		return subject, subject.Topic != "", nil
	case word(answer["kind"]) == "none":
		return debate.Subject{Language: subject.Language}, false, nil
	case subject.Topic != "" && subject.Stance != debate.NoStance:
		return subject, true, nil
	case read.Topic != "":
		return read, true, nil
	default:
		return debate.Subject{}, false, errors.New("the model's answer names no motion and side")
	}
}

// botSide is the bot's side of a motion: against the user's, unless that is what
// it is asked to argue, and against a motion that the user only asks about.
func botSide(user, ask, kind string) debate.Stance {
	stance := debate.NoStance
	switch {
	case user == "for", user == "pro":
		stance = debate.Con
	case user == "against", user == "con":
		stance = debate.Pro
	case user == "none" && kind == "question":
		return debate.Con
	}
	if ask == "argue_for" {
		return stance.Opposite()
	}
	return stance
}

// Moderate implements debate.Analyst: everything is safe where the moderation
// is off.
func (c *Client) Moderate(ctx context.Context, text string) (debate.Moderation, error) {
	if c.moderate == nil {
		return debate.Safe, nil
	}
	if err := c.sideLimit.acquire(ctx); err != nil {
		return debate.Unsafe, err
	}
	defer c.sideLimit.release()
	if c.moderate.absent.Load() {
		return debate.Safe, nil
	}
	answer, err := withBreaker(*c.moderate, func() (goopenai.ModerationResponse, error) {
		ctx, span := c.startSpan(ctx, "moderation", c.moderate.name)
		answer, err := c.moderate.api.Moderations(ctx, goopenai.ModerationRequest{Model: c.moderate.name, Input: text})
		switch {
		case err != nil:
			err = unread(ctx, err)
		case len(answer.Results) == 0:
			err = &failure{fault: malformed}
		}
		endSpan(span, debate.Usage{}, err)
		return answer, err
	})
	var f *failure
	if errors.As(err, &f) && (f.status == 404 || f.status == 405 || f.status == 501) {
		c.moderate.absent.Store(true)
		c.log.WarnContext(ctx, "the model's server judges no messages: it has no moderation endpoint; MODERATION=off says that this is meant")
	}
	if err != nil {
		return debate.Unsafe, fmt.Errorf("moderate: %w", err)
	}
	for _, r := range answer.Results {
		if c := r.Categories; c.SelfHarm || c.SelfHarmIntent || c.SelfHarmInstructions {
			return debate.SelfHarm, nil
		}
		if r.Flagged {
			return debate.Unsafe, nil
		}
	}
	return debate.Safe, nil
}

// Summarize implements debate.Analyst.
func (c *Client) Summarize(ctx context.Context, of debate.Conversation, exchanges []debate.Exchange) (string, debate.Usage, error) {
	text, cost, err := c.askAside(ctx, prompt.Summary(of, exchanges, c.models[0].budget(c.budget), c.count), nil)
	return clip(strings.TrimSpace(printable(text)), maxSummary), cost, err
}

// CheckExchange implements debate.Analyst.
func (c *Client) CheckExchange(ctx context.Context, of debate.Conversation, e debate.Exchange, earlier []debate.Point) (debate.StanceCheck, debate.Ledger, debate.Usage, error) {
	text, cost, err := c.askAside(ctx, prompt.Check(of, e, earlier), checkSchema)
	if err != nil {
		return debate.StanceCheck{}, "", cost, err
	}
	check, ledger, err := readCheck(text, e, earlier)
	return check, ledger, cost, err
}

var checkSchema = schema("check", `{"type":"object","additionalProperties":false,
	"required":["holds","figures","points"],"properties":{
	"holds":{"type":"boolean"},
	"figures":{"type":"array","items":{"type":"object","additionalProperties":false,"required":["sentence","label"],"properties":{
		"sentence":{"type":"string"},"label":{"type":"string","enum":["common","user","unsupported"]}}}},
	"points":{"type":"array","items":{"type":"object","additionalProperties":false,
		"required":["id","speaker","kind","quote","text","answers","concedes"],"properties":{
		"id":{"type":"string"},"speaker":{"type":"string","enum":["user","bot"]},
		"kind":{"type":"string","enum":["claim","rebuttal","question","concession"]},
		"quote":{"type":"string"},"text":{"type":"string"},
		"answers":{"type":"array","items":{"type":"string"}},"concedes":{"type":"array","items":{"type":"string"}}}}}}}`)

// readCheck reads what a model found in an exchange. What it quotes counts only
// where the exchange says it.
func readCheck(text string, e debate.Exchange, earlier []debate.Point) (debate.StanceCheck, debate.Ledger, error) {
	answer, err := object(text)
	if err != nil {
		return debate.StanceCheck{}, "", err
	}
	holds, ok := truth(answer["holds"])
	if !ok {
		return debate.StanceCheck{}, "", errors.New("the model's answer gives no verdict")
	}
	check := debate.StanceCheck{Holds: holds}
	for figure := range objects(answer["figures"]) {
		_, found := quoted(e.Reply, asText(figure["sentence"]))
		check.Invents = check.Invents || found && word(figure["label"]) == "unsupported"
	}
	return check, debate.NewLedger(points(answer["points"], e, earlier)...), nil
}

// The bounds of a ledger that a model wrote.
const (
	mostPoints   = 8
	maxPointText = 160
)

// points are those that the exchange says, with ids of their own. They answer and
// concede points of the other side, of this exchange or earlier.
func points(list any, e debate.Exchange, earlier []debate.Point) (points []debate.Point) {
	speakers := make(map[string]debate.Speaker) // of the points that can be named, by id
	for _, p := range earlier {
		speakers[p.ID] = p.Speaker
	}
	ids := make(map[string]string) // that the model gave, to ours
	counts := make(map[debate.Speaker]int)
	var links []map[string]any
	for given := range objects(list) {
		p := debate.Point{Turn: e.Number, Speaker: debate.Speaker(word(given["speaker"])), Kind: debate.PointKind(word(given["kind"])), Text: oneLine(given["text"], maxPointText)}
		said := e.Reply
		if p.Speaker == debate.User {
			said = e.Message
		}
		quote := asText(given["quote"])
		at, found := quoted(said, quote)
		known := slices.Contains([]debate.PointKind{debate.ClaimPoint, debate.RebuttalPoint, debate.QuestionPoint, debate.ConcessionPoint}, p.Kind)
		if !found || !known || p.Text == "" || p.Speaker != debate.User && p.Speaker != debate.Bot || len(points) == mostPoints {
			continue
		}
		p.Start, p.End = at, at+len(quote)
		counts[p.Speaker]++
		p.ID = debate.PointID(e.Number, p.Speaker, counts[p.Speaker])
		ids[oneLine(given["id"], 20)] = p.ID
		speakers[p.ID] = p.Speaker
		points, links = append(points, p), append(links, given)
	}
	for i := range points {
		named := func(list any) (named []string) {
			all, _ := list.([]any)
			for _, v := range all {
				id := oneLine(v, 20)
				id = cmp.Or(ids[id], id)
				if s, ok := speakers[id]; ok && s != points[i].Speaker && !slices.Contains(named, id) {
					named = append(named, id)
				}
			}
			return named
		}
		points[i].Answers, points[i].Concedes = named(links[i]["answers"]), named(links[i]["concedes"])
	}
	return points
}

// askWait is the longest that one call of Ask takes.
const askWait = time.Minute

// Ask has a model answer in one piece, in the format of a JSON schema where the
// server heeds one. Unlike the side calls of a turn nobody waits for it: it
// calls again, as a reply does, when that may help.
func (c *Client) Ask(ctx context.Context, messages []prompt.Message, name, jsonSchema string) (string, debate.Usage, error) {
	var cost debate.Usage
	var latest error
	text, err := backoff.Retry(ctx, func() (string, error) {
		call, cancel := context.WithTimeout(ctx, askWait)
		defer cancel()
		text, spent, err := c.askAside(call, messages, schema(name, jsonSchema))
		cost = cost.Add(spent)
		latest = err
		var f *failure
		switch {
		case err == nil || errors.As(err, &f) && faults[f.fault].again && f.delay == 0:
			return text, err
		case f != nil && f.adapted:
			return "", after(f, 0) // at once, in another form
		case f != nil && faults[f.fault].again:
			return "", after(f, f.delay)
		default:
			return "", backoff.Permanent(err)
		}
	}, backoff.WithMaxTries(maxCalls), backoff.WithMaxElapsedTime(c.timeouts.Retries), backoff.WithBackOff(c.waits()))
	switch {
	case err == nil:
		return text, cost, nil
	case causeOf(ctx) != nil:
		return "", cost, causeOf(ctx)
	default:
		return "", cost, public(latest) // without what the retrying wrapped around it
	}
}

// askAside makes one call, of the first model whose breaker lets it through,
// for an answer in one piece, in the format if one is given.
func (c *Client) askAside(ctx context.Context, messages []prompt.Message, format *goopenai.ChatCompletionResponseFormat) (string, debate.Usage, error) {
	if err := c.sideLimit.acquire(ctx); err != nil {
		return "", debate.Usage{}, err
	}
	defer c.sideLimit.release()
	for _, e := range c.sideEndpoints {
		var cost debate.Usage
		var sent parameters
		text, err := withBreaker(e, func() (string, error) {
			s, err := c.call(ctx, e.target, ask{messages: messages, format: format}, e.leftOut())
			if err != nil {
				return "", unread(ctx, err)
			}
			sent = s.sent
			text, err := s.all(ctx)
			if err != nil {
				err = unread(ctx, err)
			}
			cost = c.used(s, func() []prompt.Message { return messages })
			endSpan(s.span, cost, err)
			return text, err
		})
		if isOpen(err) {
			continue
		}
		var f *failure
		switch {
		case err == nil:
			e.takes(sent)
		case errors.As(err, &f):
			f.model = e.name
			c.adaptAside(ctx, e.target, f, ask{messages: messages, format: format})
		}
		return text, cost, err
	}
	return "", debate.Usage{}, &failure{fault: circuitOpen, delay: c.timeouts.Breaker}
}

// adaptAside has later calls of the target take another form than the one that
// was refused; there is no second call for an answer that has a fallback.
func (c *Client) adaptAside(ctx context.Context, t *target, f *failure, asked ask) {
	_, sent := c.request(t, asked, t.leftOut())
	switch {
	case f.fault == overlong:
		t.narrow(fitting(c.tokens(asked.messages), f.context, f.prompt, c.options.MaxTokens))
	case f.fault == rejected && f.refused&sent != 0:
		f.adapted = true
		c.leaveOut(ctx, t, f.refused&sent)
	case f.fault == rejected && (f.status == 400 || f.status == 422) && t.suspects(sent)&responseFormatParameter != 0:
		// Not every server knows formats; the answers are read with care anyway.
		f.adapted = true
		c.leaveOut(ctx, t, responseFormatParameter)
	}
}

// unread translates an error as failed does, of an answer in one piece. Its caller's deadline is the
// only one, so that it is the provider's fault when it passes.
func unread(ctx context.Context, err error) error {
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		return &failure{fault: stalled}
	}
	err = failed(ctx, err)
	var f *failure
	if errors.As(err, &f) && f.fault == broken {
		return &failure{fault: malformed, cause: f.cause}
	}
	return err
}

func schema(name, definition string) *goopenai.ChatCompletionResponseFormat {
	return &goopenai.ChatCompletionResponseFormat{
		Type: goopenai.ChatCompletionResponseFormatTypeJSONSchema,
		JSONSchema: &goopenai.ChatCompletionResponseFormatJSONSchema{
			Name: name, Strict: true, Schema: json.RawMessage(definition),
		},
	}
}

// risk reads what a model saw in a message besides its claim.
func risk(answer any) debate.Risk {
	switch r := debate.Risk(strings.ToLower(oneLine(answer, 20))); r {
	case debate.RiskCare, debate.RiskHarm:
		return r
	default:
		return debate.NoRisk
	}
}
