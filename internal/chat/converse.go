package chat

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"connectrpc.com/connect"

	debatev1 "github.com/debate-chatbot/debate-api/proto/debate/v1"
)

// checkedAfter is when a second look at a reply is looked for, since the time before.
var checkedAfter = []time.Duration{2 * time.Second, 4 * time.Second, 9 * time.Second}

const (
	// topicsShown is how many topics are offered at a time.
	topicsShown = 3
	// turnsShown is how many turns remind of a debate that is resumed.
	turnsShown = 3
	// offline is the built-in opponent's name as a model.
	offline = "offline"
)

// converse holds a debate in the terminal until the user leaves.
func (s *session) converse(ctx context.Context) (err error) {
	p, warning := s.openPrompt()
	defer func() { err = errors.Join(err, p.close()) }()
	defer s.leaveReply()
	if warning != nil {
		s.screen.error(warning)
	}
	if err := s.welcome(ctx); err != nil {
		if errors.Is(err, errInterrupted) {
			return nil
		}
		return err
	}
	for view := s.View; ; view = "" {
		select {
		case <-s.interrupts: // it was meant for a reply that had just ended
		default:
		}
		line, err := view, error(nil)
		if view == "" {
			fmt.Fprintln(s.Out)
			line, err = p.readMessage(ctx)
		}
		if err == nil {
			err = s.take(ctx, line)
		}
		switch {
		case errors.Is(err, errLeave):
			s.leave()
			return nil
		case ctx.Err() != nil:
			s.leave()
			return ctx.Err()
		case err != nil:
			s.screen.error(s.explain(err))
		}
	}
}

// welcome says what this is and how to begin, or where the debate was.
func (s *session) welcome(ctx context.Context) error {
	if s.resumes() {
		if err := s.find(ctx); err != nil {
			return err
		}
		return s.recall(ctx)
	}
	opponent := ""
	if s.Model == offline {
		opponent = s.word(" You debate with the built-in opponent.")
	}
	s.screen.print("", s.word("A debate: state a view, and I argue the other side.")+opponent+s.word(" /help shows what else there is."))
	s.introduce(ctx)
	if s.View != "" {
		s.screen.print("", "\n"+promptText+s.View)
		return nil
	}
	if s.Topic != "" {
		s.screen.remark("\nThe topic: %s\nWhat do you say?", s.Topic)
		return nil
	}
	return s.offer(ctx)
}

// offer shows some of the curated topics, others each time.
func (s *session) offer(ctx context.Context) error {
	got, err := call(ctx, s, s.Client.ListTopics, &debatev1.ListTopicsRequest{Language: s.code()})
	if err != nil {
		return err
	}
	s.choices = nil
	for range min(topicsShown, len(got.Topics)) {
		s.choices = append(s.choices, got.Topics[s.shown%len(got.Topics)])
		s.shown++
	}
	if len(s.choices) == 0 {
		s.screen.remark("\nWhat do you think?")
		return nil
	}
	s.screen.print("", s.word("\nWhat do you think? Say it, or type a number:"))
	for i, t := range s.choices {
		s.screen.item("", len("  1  "), fmt.Sprintf("  %d  %s", i+1, plainLine(t.Topic)))
	}
	return nil
}

// recall shows the latest turns of the debate that is held, and follows a reply that
// still runs.
func (s *session) recall(ctx context.Context) error {
	s.leaveReply()
	got, err := call(ctx, s, s.Client.ListTurns, &debatev1.ListTurnsRequest{
		ConversationId: s.conversation.Id, PageSize: turnsShown, Order: debatev1.Order_ORDER_LATEST_FIRST,
	})
	if err != nil {
		return err
	}
	s.announce()
	for _, t := range slices.Backward(got.Turns) {
		s.lastTurn = t.Id
		s.screen.print("", "\n> "+t.Message)
		if t.State == debatev1.TurnState_TURN_STATE_RUNNING {
			// A retry keeps the old reply until it completes: show the new one only.
			if err := s.show(ctx, &reply{turnID: t.Id}); err != nil {
				s.screen.error(s.explain(err))
			}
			return nil
		}
		s.screen.print(replyColour, "\n"+t.Reply)
		s.outcome(t)
	}
	return nil
}

// take does what a line says: a command, a number of a topic, or a message.
func (s *session) take(ctx context.Context, line string) error {
	if line[0] == '/' && !strings.Contains(line, "\n") {
		return s.command(ctx, line)
	}
	n, err := strconv.Atoi(line)
	if err != nil || len(s.choices) == 0 {
		return s.show(ctx, s.chat(s.message(line)))
	}
	if n < 1 || n > len(s.choices) {
		return s.errorf("there is no topic %d: type 1 to %d, or a view of your own", n, len(s.choices))
	}
	claim := s.choices[n-1].Topic
	if s.conversation.GetTopic() != "" {
		s.conversation, s.announced = nil, false
	}
	r := s.message(claim)
	r.Topic = claim
	return s.show(ctx, s.chat(r))
}

// show shows a reply as it comes, and how it ended.
func (s *session) show(ctx context.Context, r *reply) error {
	s.choices, s.unfinished = nil, nil
	s.leaveReply()
	s.sayIfLate(time.Now())
	r.started = func(e *debatev1.TurnStarted) {
		s.conversation, s.lastTurn = e.GetConversation(), e.GetTurn().GetId()
		if !s.announced {
			s.announce()
			if s.announced {
				fmt.Fprintln(s.Out)
			}
		}
	}
	text := s.screen.wrapper(replyColour)
	r.show = text.write
	r.found = func(c *debatev1.Conversation) {
		if s.conversation = c; !s.announced {
			s.announce()
			fmt.Fprintln(s.Out)
		}
	}
	told := false
	r.lost = func() {
		if !told {
			text.end()
			s.screen.remark("(the connection is lost; trying again, Ctrl-C ends that)")
		}
		told = true
	}
	fmt.Fprintln(s.Out)
	turn, err := s.follow(ctx, r)
	text.end()
	if err != nil {
		s.unfinished = r
		if errors.Is(err, errInterrupted) {
			s.screen.remark("(left; the reply may go on, /retry follows it)")
			return nil
		}
		return err
	}
	s.outcome(turn)
	s.lookForCheck(ctx, turn)
	return s.lookAhead(ctx)
}

// lookAhead shows what a reply has changed about the debate: its topic may have been found
// beside the reply, and its phase be another one. That costs a call where either can be.
func (s *session) lookAhead(ctx context.Context) error {
	hasPhases := s.conversation.GetPhase() != ""
	if s.announced && !hasPhases {
		return nil
	}
	got, err := call(ctx, s, s.Client.GetConversation, &debatev1.GetConversationRequest{ConversationId: s.conversation.GetId()})
	if err != nil {
		return err
	}
	s.conversation = got.Conversation
	s.announce()
	switch c := got.Conversation; {
	case c.Over:
		s.end(c)
	case hasPhases:
		s.askFor(ctx, c)
	}
	return nil
}

// announce names the topic and the bot's side, once they are known.
func (s *session) announce() {
	topic := plainLine(s.conversation.GetTopic())
	if s.announced || topic == "" {
		return
	}
	s.announced = true
	side := "for"
	if s.conversation.Stance == debatev1.Stance_STANCE_CON {
		side = "against"
	}
	if last := topic[len(topic)-1]; last != '.' && last != '?' && last != '!' {
		topic += "."
	}
	s.screen.remark("Topic: %s I argue %s it.", topic, s.word(side))
}

// outcome says how a turn ended, unless it completed.
func (s *session) outcome(t *debatev1.Turn) {
	switch t.GetState() {
	case debatev1.TurnState_TURN_STATE_STOPPED:
		s.screen.remark("(stopped; what was said is kept)")
	case debatev1.TurnState_TURN_STATE_FAILED, debatev1.TurnState_TURN_STATE_INTERRUPTED:
		s.screen.error(s.failure(t))
	default:
		if t.GetModel() == offline && s.Model == "" {
			s.Model = offline
			s.screen.remark("(This is the built-in opponent: no language model is at work.)")
		}
		if t.GetStanceCheck() != nil {
			s.screen.remark(found(t.GetStanceCheck()))
		}
	}
}

// found says what a second look at a reply found.
func found(c *debatev1.StanceCheck) string {
	switch {
	case c.GetHolds() && !c.GetInvents():
		return "(Checked: my reply keeps my side and seems to invent nothing.)"
	case c.GetHolds():
		return "(A second look found that my reply seems to contain invented figures or sources.)"
	case !c.GetInvents():
		return "(A second look found that my reply gave my side away.)"
	default:
		return "(A second look found that my reply gave my side away, and seems to contain invented figures or sources.)"
	}
}

// lookForCheck has the second look at a model's reply shown, which comes after it,
// above the prompt. It looks for it a few times, until something else is said.
func (s *session) lookForCheck(ctx context.Context, t *debatev1.Turn) {
	if t.GetKind() != debatev1.TurnKind_TURN_KIND_ARGUMENT || t.GetModel() == offline || t.GetStanceCheck() != nil {
		return
	}
	request := &debatev1.ListTurnsRequest{ConversationId: s.conversation.GetId(), PageSize: 1, Order: debatev1.Order_ORDER_LATEST_FIRST}
	ctx, s.stopLooking = context.WithCancel(ctx)
	go func() {
		for _, pause := range checkedAfter {
			select {
			case <-time.After(pause):
			case <-ctx.Done():
				return
			}
			got, err := s.Client.ListTurns(ctx, connect.NewRequest(request))
			if err != nil || len(got.Msg.Turns) == 0 || got.Msg.Turns[0].Id != t.GetId() || got.Msg.Turns[0].StanceCheck == nil {
				continue
			}
			select {
			case s.remarks <- found(got.Msg.Turns[0].StanceCheck):
			case <-ctx.Done():
			}
			return
		}
	}()
}

// leaveReply looks no longer for what was found in the latest reply.
func (s *session) leaveReply() {
	if s.stopLooking != nil {
		s.stopLooking()
	}
}

// leave says how to come back.
func (s *session) leave() {
	if s.conversation.GetId() == "" {
		s.screen.remark("Until next time.")
		return
	}
	s.screen.remark("Until next time. To go on with this debate:")
	// A line of its own that is never broken, to be copied.
	fmt.Fprintf(s.Out, "  %s --resume %s\n", s.Command, plainLine(s.conversation.Id))
}
