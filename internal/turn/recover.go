package turn

import (
	"context"
	"fmt"
	"runtime/debug"

	"github.com/debate-chatbot/debate-api/internal/debate"
)

// recoveringAnalyst is an Analyst whose panics are errors, because no side call may end a
// turn, let alone the process.
type recoveringAnalyst struct{ debate.Analyst }

func (c recoveringAnalyst) Subject(ctx context.Context, message string) (_ debate.Subject, _ bool, _ debate.Usage, err error) {
	defer recoverError(&err)
	return c.Analyst.Subject(ctx, message)
}

func (c recoveringAnalyst) Moderate(ctx context.Context, text string) (_ debate.Moderation, err error) {
	defer recoverError(&err)
	return c.Analyst.Moderate(ctx, text)
}

func (c recoveringAnalyst) Summarize(ctx context.Context, of debate.Conversation, exchanges []debate.Exchange) (_ string, _ debate.Usage, err error) {
	defer recoverError(&err)
	return c.Analyst.Summarize(ctx, of, exchanges)
}

func (c recoveringAnalyst) CheckExchange(ctx context.Context, of debate.Conversation, e debate.Exchange, earlier []debate.Point) (_ debate.StanceCheck, _ debate.Ledger, _ debate.Usage, err error) {
	defer recoverError(&err)
	return c.Analyst.CheckExchange(ctx, of, e, earlier)
}

// recoverError makes an error of a panic.
func recoverError(err *error) {
	if p := recover(); p != nil {
		*err = fmt.Errorf("debate: panic: %v\n%s", p, debug.Stack())
	}
}
