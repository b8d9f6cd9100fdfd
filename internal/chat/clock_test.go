package chat

import (
	"context"
	"errors"
	"os"
	"testing"
	"testing/synctest"
	"time"

	debatev1 "github.com/debate-chatbot/debate-api/proto/debate/v1"
)

// silent is a stream on which a heartbeat comes from time to time, and the end
// after so many.
type silent struct {
	ctx   context.Context
	every time.Duration // 0 for never
	beats int
}

func (s *silent) Next() (event, error) {
	if s.every == 0 {
		<-s.ctx.Done()
		return nil, s.ctx.Err()
	}
	select {
	case <-time.After(s.every):
	case <-s.ctx.Done():
		return nil, s.ctx.Err()
	}
	if s.beats--; s.beats < 0 {
		return &debatev1.ChatStreamResponse{Event: &debatev1.ChatStreamResponse_Finished{Finished: &debatev1.TurnFinished{Turn: &debatev1.Turn{Id: turnID}}}}, nil
	}
	return &debatev1.ChatStreamResponse{Event: &debatev1.ChatStreamResponse_Heartbeat{Heartbeat: &debatev1.TurnHeartbeat{}}}, nil
}

func (s *silent) Close() error { return nil }

func TestTheTimersOfAReplyEndWithIt(t *testing.T) {
	for name, c := range map[string]struct {
		stream     silent
		interrupts int
		want       error // nil for a whole reply
		took       time.Duration
		streams    int
	}{
		"nothing is heard":                 {want: errDropped, took: 6*silentAfter + 6200*time.Millisecond, streams: 1 + reconnects},
		"heartbeats for ten minutes":       {stream: silent{every: 10 * time.Second, beats: 60}, took: 610 * time.Second, streams: 1},
		"heartbeats that are just in time": {stream: silent{every: silentAfter - time.Millisecond, beats: 3}, took: 4 * (silentAfter - time.Millisecond), streams: 1},
		"a stop that the service ignores":  {interrupts: 1, want: errInterrupted, took: stopWait, streams: 1},
		"a second Ctrl-C":                  {interrupts: 2, want: errInterrupted, streams: 1},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				streams, began := 0, time.Now()
				s := &session{Config: Config{silence: silentAfter}, interrupts: make(chan os.Signal, 2)}
				for range c.interrupts {
					s.interrupts <- os.Interrupt
				}
				turn, err := s.follow(t.Context(), &reply{send: func(ctx context.Context) (events, error) {
					streams++
					st := c.stream
					st.ctx = ctx
					return &st, nil
				}})
				if !errors.Is(err, c.want) || (err == nil) != (turn.GetId() == turnID) {
					t.Errorf("turn %v, %v; want %v", turn, err, c.want)
				}
				if took := time.Since(began); took != c.took || streams != c.streams {
					t.Errorf("%d streams in %v, want %d in %v", streams, took, c.streams, c.took)
				}
				time.Sleep(time.Hour) // in which no timer may go off; what still runs fails the bubble
				if streams != c.streams {
					t.Errorf("%d streams after the end", streams)
				}
			})
		})
	}
}
