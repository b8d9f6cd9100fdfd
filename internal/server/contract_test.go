package server_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode/utf8"

	"connectrpc.com/connect"
	"github.com/google/uuid"
	"google.golang.org/genproto/googleapis/rpc/errdetails"

	debatev1 "github.com/debate-chatbot/debate-api/proto/debate/v1"
)

// event is what the events of the three streams have in common.
type event interface {
	GetStarted() *debatev1.TurnStarted
	GetDelta() *debatev1.TurnDelta
	GetFinished() *debatev1.TurnFinished
}

// stream is what a caller has of one.
type stream[E any] interface {
	Receive() bool
	Msg() *E
	Err() error
	Close() error
}

// follow reads a stream to its end and checks its form: started first, deltas
// that join at their offsets, finished last.
func follow[E any, P interface {
	*E
	event
}](t *testing.T, s stream[E], err error, offset int64) (started *debatev1.TurnStarted, text string, finished *debatev1.Turn) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	for n := 0; s.Receive(); n++ {
		e := P(s.Msg())
		switch {
		case n == 0:
			if started = e.GetStarted(); started == nil {
				t.Fatalf("the first event is %v", e)
			}
		case finished != nil:
			t.Errorf("an event after the last: %v", e)
		case e.GetDelta() != nil:
			d := e.GetDelta()
			if d.GetOffset() != offset || d.GetNextOffset() != offset+int64(len(d.GetText())) || !utf8.ValidString(d.GetText()) {
				t.Errorf("at %d came %v", offset, d)
			}
			offset, text = d.GetNextOffset(), text+d.GetText()
		case e.GetFinished() != nil:
			finished = e.GetFinished().GetTurn()
		}
	}
	if s.Err() != nil {
		t.Fatal(s.Err())
	}
	if finished == nil {
		t.Fatal("the stream ended without its last event")
	}
	return started, text, finished
}

// wantReason checks an error's code and reason.
func wantReason(t *testing.T, err error, code connect.Code, reason string) *errdetails.ErrorInfo {
	t.Helper()
	var e *connect.Error
	if !errors.As(err, &e) || e.Code() != code {
		t.Errorf("got %v, want %v", err, code)
		return nil
	}
	for _, d := range e.Details() {
		if value, err := d.Value(); err == nil {
			if info, ok := value.(*errdetails.ErrorInfo); ok {
				if info.GetReason() != reason {
					t.Errorf("reason %s, want %s: %v", info.GetReason(), reason, e)
				}
				return info
			}
		}
	}
	t.Errorf("no reason in %v", e)
	return nil
}

// methods notes which methods were called.
type methods struct {
	mu   sync.Mutex
	seen map[string]bool
}

func (m *methods) note(procedure string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.seen == nil {
		m.seen = make(map[string]bool)
	}
	m.seen[procedure[strings.LastIndex(procedure, "/")+1:]] = true
}

func (m *methods) WrapUnary(next connect.UnaryFunc) connect.UnaryFunc {
	return func(ctx context.Context, r connect.AnyRequest) (connect.AnyResponse, error) {
		m.note(r.Spec().Procedure)
		return next(ctx, r)
	}
}

func (m *methods) WrapStreamingClient(next connect.StreamingClientFunc) connect.StreamingClientFunc {
	return func(ctx context.Context, spec connect.Spec) connect.StreamingClientConn {
		m.note(spec.Procedure)
		return next(ctx, spec)
	}
}

func (m *methods) WrapStreamingHandler(next connect.StreamingHandlerFunc) connect.StreamingHandlerFunc {
	return next
}

func TestADebateFromItsFirstClaimToItsDeletion(t *testing.T) {
	onEveryProtocol(t, func(t *testing.T, p protocol) {
		h, ctx, called := open(t, new(script)), t.Context(), new(methods)
		c := p.client(t, h, connect.WithInterceptors(called))

		first, err := c.Chat(ctx, connect.NewRequest(&debatev1.ChatRequest{Message: "Dogs are better than cats."}))
		if err != nil {
			t.Fatal(err)
		}
		conversation, turn := first.Msg.GetConversation(), first.Msg.GetTurn()
		if conversation.GetTopic() == "" || conversation.GetStance() != debatev1.Stance_STANCE_CON ||
			conversation.GetTurnCount() != 1 || conversation.GetDifficulty() != debatev1.Difficulty_DIFFICULTY_MEDIUM ||
			conversation.GetCreateTime() == nil || uuid.MustParse(conversation.GetId()).Version() != 7 {
			t.Errorf("the conversation is %v", conversation)
		}
		if turn.GetState() != debatev1.TurnState_TURN_STATE_COMPLETED || turn.GetReply() != said || turn.GetNumber() != 1 ||
			turn.GetAttempt() != 1 || turn.GetModel() != "script" || turn.GetUsage().GetOutputTokens() != 4 ||
			turn.GetFinishTime() == nil || turn.GetFailure() != nil || len(first.Msg.GetWindow()) != 1 {
			t.Errorf("the turn is %v", turn)
		}
		id := conversation.GetId()

		for n := range 6 {
			next, err := c.Chat(ctx, connect.NewRequest(&debatev1.ChatRequest{ConversationId: id, Message: fmt.Sprintf("Reason %d.", n)}))
			if err != nil {
				t.Fatal(err)
			}
			window := next.Msg.GetWindow()
			if len(window) != min(n+2, 5) || window[len(window)-1].GetId() != next.Msg.GetTurn().GetId() {
				t.Errorf("turn %d has a window of %d", n+2, len(window))
			}
		}

		s, err := c.ChatStream(ctx, connect.NewRequest(&debatev1.ChatStreamRequest{ConversationId: id, Message: "They are loyal."}))
		started, text, finished := follow(t, s, err, 0)
		if text != said || finished.GetReply() != said || started.GetTurn().GetState() != debatev1.TurnState_TURN_STATE_RUNNING ||
			started.GetConversation().GetId() != id || started.GetAttempt() != 1 || finished.GetNumber() != 8 {
			t.Errorf("streamed %q: %v, %v", text, started, finished)
		}
		latest := finished.GetId()

		again, err := c.WatchTurn(ctx, connect.NewRequest(&debatev1.WatchTurnRequest{TurnId: latest, Offset: 5}))
		if _, text, _ := follow(t, again, err, 5); text != said[5:] {
			t.Errorf("watched from 5: %q", text)
		}
		retry, err := c.RetryTurn(ctx, connect.NewRequest(&debatev1.RetryTurnRequest{TurnId: latest}))
		if started, text, finished := follow(t, retry, err, 0); started.GetAttempt() != 2 || finished.GetAttempt() != 2 || text != said {
			t.Errorf("retried: %v, %v", started, finished)
		}
		_, err = c.StopTurn(ctx, connect.NewRequest(&debatev1.StopTurnRequest{TurnId: latest}))
		if info := wantReason(t, err, connect.CodeFailedPrecondition, "TURN_NOT_RUNNING"); info.GetMetadata()["turn_id"] != latest {
			t.Errorf("stopped nothing: %v", info)
		}
		older, err := c.RetryTurn(ctx, connect.NewRequest(&debatev1.RetryTurnRequest{TurnId: turn.GetId()}))
		wantReason(t, refused(older, err), connect.CodeFailedPrecondition, "TURN_NOT_LATEST")

		var numbers []int32
		page := &debatev1.ListTurnsRequest{ConversationId: id, PageSize: 3, Order: debatev1.Order_ORDER_LATEST_FIRST}
		for {
			list, err := c.ListTurns(ctx, connect.NewRequest(page))
			if err != nil {
				t.Fatal(err)
			}
			for _, turn := range list.Msg.GetTurns() {
				numbers = append(numbers, turn.GetNumber())
			}
			if page.PageToken = list.Msg.GetNextPageToken(); page.GetPageToken() == "" {
				break
			}
		}
		if !slices.Equal(numbers, []int32{8, 7, 6, 5, 4, 3, 2, 1}) {
			t.Errorf("listed turns %v", numbers)
		}

		renamed, err := c.UpdateConversation(ctx, connect.NewRequest(&debatev1.UpdateConversationRequest{ConversationId: id, Title: "Dogs"}))
		if err != nil || renamed.Msg.GetConversation().GetTitle() != "Dogs" {
			t.Errorf("renamed: %v, %v", renamed, err)
		}
		found, err := c.GetConversation(ctx, connect.NewRequest(&debatev1.GetConversationRequest{ConversationId: id}))
		if err != nil || found.Msg.GetConversation().GetTitle() != "Dogs" || found.Msg.GetConversation().GetTurnCount() != 8 {
			t.Errorf("found: %v, %v", found, err)
		}
		claim, err := c.ReadClaim(ctx, connect.NewRequest(&debatev1.ReadClaimRequest{Message: "Golf is not boring.", Role: debatev1.Role_ROLE_ALLY}))
		if err != nil || claim.Msg.GetTopic() != "Golf is not boring" || claim.Msg.GetStance() != debatev1.Stance_STANCE_PRO || !claim.Msg.GetSettled() {
			t.Errorf("claim = %v, %v", claim, err)
		}
		offered, err := c.ListTopics(ctx, connect.NewRequest(&debatev1.ListTopicsRequest{Limit: 1}))
		if err != nil || len(offered.Msg.GetTopics()) != 1 || offered.Msg.GetTopics()[0].GetTopic() != topics[0].Claim {
			t.Errorf("topics: %v, %v", offered, err)
		}
		for _, limit := range []int32{0, int32(len(topics)), 1000} {
			if all, err := c.ListTopics(ctx, connect.NewRequest(&debatev1.ListTopicsRequest{Limit: limit})); err != nil || len(all.Msg.GetTopics()) != len(topics) {
				t.Errorf("limit %d: %d topics of %d, %v", limit, len(all.Msg.GetTopics()), len(topics), err)
			}
		}
		review(t, c, id)

		usage, err := c.GetUsage(ctx, connect.NewRequest(&debatev1.GetUsageRequest{}))
		if err != nil || len(usage.Msg.GetDays()) != 1 || usage.Msg.GetDays()[0].GetTurns() < 8 || usage.Msg.GetQuotaResetsIn().AsDuration() <= 0 ||
			usage.Msg.GetDailyTokenQuota() != plenty {
			t.Errorf("usage: %v, %v", usage, err)
		}

		if _, err := c.DeleteConversation(ctx, connect.NewRequest(&debatev1.DeleteConversationRequest{ConversationId: id})); err != nil {
			t.Error(err)
		}
		_, err = c.GetConversation(ctx, connect.NewRequest(&debatev1.GetConversationRequest{ConversationId: id}))
		wantReason(t, err, connect.CodeNotFound, "NOT_FOUND")

		declared := debatev1.File_debate_v1_debate_proto.Services().ByName("DebateService").Methods()
		for i := range declared.Len() {
			name := string(declared.Get(i).Name())
			if !called.seen[name] && name != "ListConversations" { // which has a test of its own
				t.Errorf("%s was not called", name)
			}
		}
	})
}

// refused is the error of a stream that should not have begun.
func refused[E any](s *connect.ServerStreamForClient[E], err error) error {
	if err != nil {
		return err
	}
	defer s.Close()
	if s.Receive() {
		return fmt.Errorf("it began: %v", s.Msg())
	}
	return s.Err()
}

func TestConversationsPageWithoutGapsAndAbsurdLimitsAreCut(t *testing.T) {
	onEveryProtocol(t, func(t *testing.T, p protocol) {
		h, ctx := open(t, new(script)), t.Context()
		c := p.client(t, h)
		var want, got []string
		for range 7 {
			r, err := c.Chat(ctx, connect.NewRequest(&debatev1.ChatRequest{Message: "Tea beats coffee."}))
			if err != nil {
				t.Fatal(err)
			}
			want = append([]string{r.Msg.GetConversation().GetId()}, want...)
		}
		request := &debatev1.ListConversationsRequest{PageSize: 2}
		for {
			page, err := c.ListConversations(ctx, connect.NewRequest(request))
			if err != nil {
				t.Fatal(err)
			}
			for _, conversation := range page.Msg.GetConversations() {
				got = append(got, conversation.GetId())
			}
			if request.PageToken = page.Msg.GetNextPageToken(); request.GetPageToken() == "" {
				break
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("listed %v, want %v", got, want)
		}
		all, err := c.ListConversations(ctx, connect.NewRequest(&debatev1.ListConversationsRequest{PageSize: 1 << 30}))
		if err != nil || len(all.Msg.GetConversations()) != 7 || all.Msg.GetNextPageToken() != "" {
			t.Errorf("with an absurd size: %v, %v", all, err)
		}
	})
}

func TestAStreamStartsAtOnceAndGoesOnFromAnyOffset(t *testing.T) {
	onEveryProtocol(t, func(t *testing.T, p protocol) {
		model, lines := prompter()
		h, ctx := open(t, model), t.Context()
		c := p.client(t, h)
		s, err := c.ChatStream(ctx, connect.NewRequest(&debatev1.ChatStreamRequest{Message: "Dogs are better than cats."}))
		if err != nil {
			t.Fatal(err)
		}
		// The model has not said a word yet.
		if !s.Receive() || s.Msg().GetStarted() == nil {
			t.Fatalf("no start: %v, %v", s.Msg(), s.Err())
		}
		turn := s.Msg().GetStarted().GetTurn().GetId()
		say(t, lines, words[0])
		say(t, lines, words[1])
		var text string
		for text != words[0]+words[1] {
			if !s.Receive() {
				t.Fatal(s.Err())
			}
			text += s.Msg().GetDelta().GetText()
		}
		offset := s.Msg().GetDelta().GetNextOffset()
		s.Close() // the caller goes away; the reply does not

		second, err := c.WatchTurn(ctx, connect.NewRequest(&debatev1.WatchTurnRequest{TurnId: turn, Offset: offset}))
		if err != nil || !second.Receive() || second.Msg().GetStarted() == nil {
			t.Fatalf("no second start: %v", err)
		}
		go func() {
			say(t, lines, words[2])
			say(t, lines, words[3])
			close(lines)
		}()
		var finished *debatev1.Turn
		for finished == nil {
			if !second.Receive() {
				t.Fatal(second.Err())
			}
			if d := second.Msg().GetDelta(); d != nil {
				if d.GetOffset() != int64(len(text)) {
					t.Errorf("a delta at %d, after %d bytes", d.GetOffset(), len(text))
				}
				text += d.GetText()
			}
			finished = second.Msg().GetFinished().GetTurn()
		}
		second.Close()
		if text != said || finished.GetReply() != said {
			t.Errorf("read %q, stored %q", text, finished.GetReply())
		}

		late, err := c.WatchTurn(ctx, connect.NewRequest(&debatev1.WatchTurnRequest{TurnId: turn}))
		if _, text, _ := follow(t, late, err, 0); text != said {
			t.Errorf("watched after the end: %q", text)
		}
		inside := int64(strings.Index(said, "猫") + 1)
		cut, err := c.WatchTurn(ctx, connect.NewRequest(&debatev1.WatchTurnRequest{TurnId: turn, Offset: inside}))
		wantReason(t, refused(cut, err), connect.CodeInvalidArgument, "INVALID_ARGUMENT")
	})
}

func TestAStopKeepsTheTextSoFarAndTheNextTurnWaitsForTheEnd(t *testing.T) {
	onEveryProtocol(t, func(t *testing.T, p protocol) {
		model, lines := prompter()
		h, ctx := open(t, model), t.Context()
		c := p.client(t, h)
		s, err := c.ChatStream(ctx, connect.NewRequest(&debatev1.ChatStreamRequest{Message: "Dogs are better than cats."}))
		if err != nil || !s.Receive() {
			t.Fatal(err)
		}
		started := s.Msg().GetStarted()
		id, turn := started.GetConversation().GetId(), started.GetTurn().GetId()
		say(t, lines, words[0])

		_, err = c.Chat(ctx, connect.NewRequest(&debatev1.ChatRequest{ConversationId: id, Message: "And another thing."}))
		if info := wantReason(t, err, connect.CodeAborted, "TURN_RUNNING"); info.GetMetadata()["turn_id"] != turn {
			t.Errorf("refused with %v", info)
		}
		stopped, err := c.StopTurn(ctx, connect.NewRequest(&debatev1.StopTurnRequest{TurnId: turn}))
		if err != nil {
			t.Fatal(err)
		}
		if got := stopped.Msg.GetTurn(); got.GetState() != debatev1.TurnState_TURN_STATE_STOPPED || got.GetReply() != words[0] {
			t.Errorf("stopped: %v", got)
		}
		var last *debatev1.ChatStreamResponse
		for s.Receive() {
			last = s.Msg()
		}
		s.Close()
		if last.GetFinished().GetTurn().GetState() != debatev1.TurnState_TURN_STATE_STOPPED {
			t.Errorf("the stream ended with %v, %v", last, s.Err())
		}
	})
}

func TestTheSameRequestIDMakesOneTurnWhicheverWayItComes(t *testing.T) {
	onEveryProtocol(t, func(t *testing.T, p protocol) {
		h, ctx := open(t, new(script)), t.Context()
		c := p.client(t, h)
		byField := connect.NewRequest(&debatev1.ChatRequest{Message: "Tea beats coffee.", RequestId: "r-1"})
		byHeader := connect.NewRequest(&debatev1.ChatRequest{Message: "Tea beats coffee."})
		byHeader.Header().Set("Idempotency-Key", "r-1")
		var turns []string
		for _, r := range []*connect.Request[debatev1.ChatRequest]{byField, byHeader} {
			answer, err := c.Chat(ctx, r)
			if err != nil {
				t.Fatal(err)
			}
			turns = append(turns, answer.Msg.GetTurn().GetId())
		}
		s, err := c.ChatStream(ctx, connect.NewRequest(&debatev1.ChatStreamRequest{Message: "Tea beats coffee.", RequestId: "r-1"}))
		_, text, finished := follow(t, s, err, 0)
		if turns[0] != turns[1] || finished.GetId() != turns[0] || text != said || h.model.calls.Load() != 1 {
			t.Errorf("%d calls of the model, turns %v and %s", h.model.calls.Load(), turns, finished.GetId())
		}
		_, err = c.Chat(ctx, connect.NewRequest(&debatev1.ChatRequest{Message: "Coffee beats tea.", RequestId: "r-1"}))
		wantReason(t, err, connect.CodeInvalidArgument, "REQUEST_ID_REUSED")
	})
}

func TestAFailedTurnIsItsErrorAndStaysFailed(t *testing.T) {
	onEveryProtocol(t, func(t *testing.T, p protocol) {
		model := &script{reply: func(context.Context, func(string)) error { return errors.New("the provider said: key sk-123 is bad") }}
		h, ctx := open(t, model), t.Context()
		c := p.client(t, h)
		_, err := c.Chat(ctx, connect.NewRequest(&debatev1.ChatRequest{Message: "Tea beats coffee."}))
		info := wantReason(t, err, connect.CodeUnavailable, "MODEL_UNAVAILABLE")
		if strings.Contains(err.Error(), "sk-123") {
			t.Errorf("told too much: %v", err)
		}
		s, err := c.WatchTurn(ctx, connect.NewRequest(&debatev1.WatchTurnRequest{TurnId: info.GetMetadata()["turn_id"]}))
		_, _, finished := follow(t, s, err, 0)
		if finished.GetState() != debatev1.TurnState_TURN_STATE_FAILED || finished.GetMessage() != "Tea beats coffee." ||
			finished.GetFailure().GetReason() != debatev1.ErrorReason_ERROR_REASON_MODEL_UNAVAILABLE {
			t.Errorf("stored as %v", finished)
		}
	})
}

func TestWhatIsUnknownOrForeignIsNotFoundAlwaysTheSameWay(t *testing.T) {
	onEveryProtocol(t, func(t *testing.T, p protocol) {
		h, ctx := open(t, new(script), withKeys), t.Context()
		as := func(key string) connect.ClientOption {
			return connect.WithInterceptors(header{"X-API-Key", key})
		}
		alice, bob := p.client(t, h, as("alice")), p.client(t, h, as("bob"))
		r, err := alice.Chat(ctx, connect.NewRequest(&debatev1.ChatRequest{Message: "Tea beats coffee.", RequestId: "r-1"}))
		if err != nil {
			t.Fatal(err)
		}
		before := h.model.calls.Load()
		texts := make(map[string]bool)
		for _, id := range []string{r.Msg.GetConversation().GetId(), uuid.NewString(), "no-uuid", "'; drop table turns; --", "../etc/passwd", "%00", "猫"} {
			turn := id
			if id == r.Msg.GetConversation().GetId() {
				turn = r.Msg.GetTurn().GetId()
			}
			var errs []error
			_, err := bob.Chat(ctx, connect.NewRequest(&debatev1.ChatRequest{ConversationId: id, Message: "Mine."}))
			errs = append(errs, err)
			chat, err := bob.ChatStream(ctx, connect.NewRequest(&debatev1.ChatStreamRequest{ConversationId: id, Message: "Mine."}))
			errs = append(errs, refused(chat, err))
			watch, err := bob.WatchTurn(ctx, connect.NewRequest(&debatev1.WatchTurnRequest{TurnId: turn}))
			errs = append(errs, refused(watch, err))
			_, err = bob.StopTurn(ctx, connect.NewRequest(&debatev1.StopTurnRequest{TurnId: turn}))
			errs = append(errs, err)
			retry, err := bob.RetryTurn(ctx, connect.NewRequest(&debatev1.RetryTurnRequest{TurnId: turn}))
			errs = append(errs, refused(retry, err))
			_, err = bob.GetConversation(ctx, connect.NewRequest(&debatev1.GetConversationRequest{ConversationId: id}))
			errs = append(errs, err)
			_, err = bob.ListTurns(ctx, connect.NewRequest(&debatev1.ListTurnsRequest{ConversationId: id}))
			errs = append(errs, err)
			_, err = bob.UpdateConversation(ctx, connect.NewRequest(&debatev1.UpdateConversationRequest{ConversationId: id, Title: "Mine"}))
			errs = append(errs, err)
			_, err = bob.DeleteConversation(ctx, connect.NewRequest(&debatev1.DeleteConversationRequest{ConversationId: id}))
			errs = append(errs, err)
			for n, err := range errs {
				if err == nil {
					t.Errorf("call %d with %q: accepted", n, id)
					continue
				}
				wantReason(t, err, connect.CodeNotFound, "NOT_FOUND")
				texts[err.Error()] = true
			}
		}
		if len(texts) != 1 {
			t.Errorf("the answers can be told apart: %v", texts)
		}
		list, err := bob.ListConversations(ctx, connect.NewRequest(&debatev1.ListConversationsRequest{}))
		if err != nil || len(list.Msg.GetConversations()) != 0 || h.model.calls.Load() != before {
			t.Errorf("bob has %v, %v; %d calls of the model", list, err, h.model.calls.Load()-before)
		}
		kept, err := alice.GetConversation(ctx, connect.NewRequest(&debatev1.GetConversationRequest{ConversationId: r.Msg.GetConversation().GetId()}))
		if err != nil || kept.Msg.GetConversation().GetTurnCount() != 1 || kept.Msg.GetConversation().GetTitle() == "Mine" {
			t.Errorf("alice has %v, %v", kept, err)
		}
		nobody := p.client(t, h)
		_, err = nobody.Chat(ctx, connect.NewRequest(&debatev1.ChatRequest{Message: "Let me in."}))
		wantReason(t, err, connect.CodeUnauthenticated, "UNAUTHENTICATED")
		closed, err := nobody.ChatStream(ctx, connect.NewRequest(&debatev1.ChatStreamRequest{Message: "Let me in."}))
		wantReason(t, refused(closed, err), connect.CodeUnauthenticated, "UNAUTHENTICATED")
	})
}

// header sets a header on every call.
type header struct{ name, value string }

func (h header) WrapUnary(next connect.UnaryFunc) connect.UnaryFunc {
	return func(ctx context.Context, r connect.AnyRequest) (connect.AnyResponse, error) {
		r.Header().Set(h.name, h.value)
		return next(ctx, r)
	}
}

func (h header) WrapStreamingClient(next connect.StreamingClientFunc) connect.StreamingClientFunc {
	return func(ctx context.Context, spec connect.Spec) connect.StreamingClientConn {
		conn := next(ctx, spec)
		conn.RequestHeader().Set(h.name, h.value)
		return conn
	}
}

func (h header) WrapStreamingHandler(next connect.StreamingHandlerFunc) connect.StreamingHandlerFunc {
	return next
}

func TestACallersOwnDeadlineEndsTheCallAndNotTheReply(t *testing.T) {
	onEveryProtocol(t, func(t *testing.T, p protocol) {
		model, lines := prompter()
		h := open(t, model)
		c := p.client(t, h)
		ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
		defer cancel()
		_, err := c.Chat(ctx, connect.NewRequest(&debatev1.ChatRequest{Message: "Tea beats coffee.", RequestId: "r-1"}))
		if connect.CodeOf(err) != connect.CodeDeadlineExceeded {
			t.Errorf("got %v", err)
		}
		go func() {
			say(t, lines, said)
			close(lines)
		}()
		again, err := c.Chat(t.Context(), connect.NewRequest(&debatev1.ChatRequest{Message: "Tea beats coffee.", RequestId: "r-1"}))
		if err != nil || again.Msg.GetTurn().GetReply() != said || h.model.calls.Load() != 1 {
			t.Errorf("the same request again: %v, %v", again, err)
		}
	})
}
