package eval

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/google/uuid"

	"github.com/debate-chatbot/debate-api/internal/debate"
)

// Service holds the debates: a turn.Service.
type Service interface {
	ChatStream(ctx context.Context, owner debate.Owner, r debate.ChatRequest, send debate.Sink) error
	Drain(ctx context.Context) error
}

// Runner has scripts debate.
type Runner struct {
	// Open makes the service for one debate, whose ids come from newID: with
	// them its replies are repeatable where the model's are. It is called by
	// several goroutines.
	Open  func(newID func() string) Service
	Judge Judge
	// Difficulty is how hard the bot argues; empty is the standard.
	Difficulty debate.Difficulty
	// Persona is who the bot speaks as; empty is itself.
	Persona string
	// Parallel is how many debates are held at a time, at least 1.
	Parallel int
}

// Run holds the debates, and gives each that has ended to done, one at a time.
// Those that ctx cuts short are not given; the error is then ctx's.
func (r Runner) Run(ctx context.Context, cases []Case, done func(Debate) error) error {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	waiting := make(chan Case)
	var mu sync.Mutex
	var workers sync.WaitGroup
	for range max(1, min(r.Parallel, len(cases))) {
		workers.Go(func() {
			for c := range waiting {
				d := r.hold(ctx, c)
				mu.Lock()
				if ctx.Err() == nil {
					if err := done(d); err != nil {
						stop(err)
					}
				}
				mu.Unlock()
			}
		})
	}
	for _, c := range cases {
		select {
		case waiting <- c:
			continue
		case <-ctx.Done():
		}
		break
	}
	close(waiting)
	workers.Wait()
	return context.Cause(ctx)
}

// owner is of every debate: the store is the evaluation's own.
var owner = debate.Owner{Key: "eval"}

// drainWait is for what the service does after a reply, such as a summary.
const drainWait = 30 * time.Second

// hold holds one debate to its end, or to the first turn without an outcome.
func (r Runner) hold(ctx context.Context, c Case) Debate {
	d := Debate{Script: c.Script.Name, Topic: c.Topic.Topic, Side: c.Side, Seed: c.Seed}
	service := r.Open(c.ids())
	defer func() {
		draining, cancel := context.WithTimeout(ctx, drainWait)
		defer cancel()
		if err := service.Drain(draining); err != nil && d.Failed == "" {
			d.Failed = err.Error()
		}
	}()
	request := debate.ChatRequest{Topic: c.Topic.Topic, Stance: c.Side, Difficulty: r.Difficulty, Persona: r.Persona}
	var said []string
	for i, message := range c.messages() {
		request.Message = message
		t := Turn{Number: i + 1, Message: message}
		answer, _, err := take(ctx, service, request)
		if err != nil {
			d.Failed = fmt.Sprintf("turn %d: %v", t.Number, err)
			break
		}
		request = debate.ChatRequest{ConversationID: answer.ConversationID}
		t.Reply, t.Model = withoutHelp(answer.Reply), answer.Model
		d.Tokens.add(answer.Usage.Add(answer.SideUsage))
		if f := answer.Failure; f != nil && (f.Reason == debate.TopicRefused || f.Reason == debate.MessageRefused) {
			t.Verdict = &Verdict{Holds: true, Refuses: true, Why: f.Message}
			d.Turns = append(d.Turns, t)
			continue
		}
		if answer.State != debate.Completed {
			d.Failed = fmt.Sprintf("turn %d %s", t.Number, answer.State)
			if answer.Failure != nil {
				d.Failed += ": " + answer.Failure.Message
			}
			break
		}
		if answer.Kind == debate.ArgumentKind { // to sum up or to say it shorter is to say it again
			t.Repeats = repetition(t.Reply, said)
			said = append(said, t.Reply)
		}
		v, cost, err := r.Judge.Judge(ctx, Question{c.Topic.Topic, c.Side, message, c.Script.Turns[i].AnsweredBy, t.Reply})
		d.JudgeTokens.add(cost)
		if err != nil {
			t.Unjudged = public(err)
		} else {
			t.Verdict = &v
		}
		d.Turns = append(d.Turns, t)
	}
	return d
}

// public is what a report says of an error.
func public(err error) string {
	var e *debate.Error
	if errors.As(err, &e) {
		return e.Message
	}
	return err.Error()
}

// take takes a turn and waits for its end, however long that may take. Of what its
// debate is about then only topic and stance are known.
func take(ctx context.Context, service Service, r debate.ChatRequest) (turn debate.Turn, about debate.Subject, err error) {
	err = service.ChatStream(ctx, owner, r, func(e debate.Event) error {
		switch e := e.(type) {
		case debate.Started:
			about = debate.Subject{Topic: e.Conversation.Topic, Stance: e.Conversation.Stance}
		case debate.SubjectFound:
			about = debate.Subject{Topic: e.Conversation.Topic, Stance: e.Conversation.Stance}
		case debate.Finished:
			turn = e.Turn
		}
		return nil
	})
	return turn, about, err
}

// ids makes ids that are the same in every run of the case and in no other.
func (c Case) ids() func() string {
	of := uuid.NewSHA1(uuid.NameSpaceURL, fmt.Appendf(nil, "eval/%s/%s/%s/%d%s", c.Script.Name, c.Topic.Topic, c.Side, c.Seed, c.control))
	n := 0
	return func() string {
		n++
		return uuid.NewSHA1(of, fmt.Append(nil, n)).String()
	}
}
