package debate

import (
	"context"
	"fmt"
	"runtime/debug"
)

// calm is an Analyst whose panics are errors, because no side call may end a
// turn, far less the process.
type calm struct{ Analyst }

func (c calm) Subject(ctx context.Context, message string) (_ Subject, _ bool, _ Usage, err error) {
	defer caught(&err)
	return c.Analyst.Subject(ctx, message)
}

func (c calm) Moderate(ctx context.Context, text string) (_ bool, err error) {
	defer caught(&err)
	return c.Analyst.Moderate(ctx, text)
}

func (c calm) Summarize(ctx context.Context, of Conversation, exchanges []Exchange) (_ string, _ Usage, err error) {
	defer caught(&err)
	return c.Analyst.Summarize(ctx, of, exchanges)
}

func (c calm) CheckStance(ctx context.Context, of Conversation, reply string) (_ StanceCheck, _ Usage, err error) {
	defer caught(&err)
	return c.Analyst.CheckStance(ctx, of, reply)
}

// caught makes an error of a panic.
func caught(err *error) {
	if p := recover(); p != nil {
		*err = fmt.Errorf("debate: panic: %v\n%s", p, debug.Stack())
	}
}
