package turn

import (
	"context"

	"github.com/debate-chatbot/debate-api/internal/debate"
	"github.com/debate-chatbot/debate-api/internal/prompt"
)

// When a summary is made: so many exchanges, or bytes of them, have come since
// the one before. The latest stay out of it, because prompts carry them whole.
const (
	summaryAfter      = 24
	summaryAfterBytes = 24 << 10
	summaryKeeps      = 12
	summaryKeepsBytes = 8 << 10
)

// postProcess asks the analyst, after a reply was stored, whether it held its
// side, and for a summary when one is due. The next prompt uses both. Nothing
// waits for it but a drain, and nothing fails by it. The window ends with the turn of
// the reply. It returns what that cost.
func (r *attemptRunner) postProcess(ctx context.Context, c debate.Conversation, window []debate.Turn) (cost debate.Usage) {
	ctx, cancel := context.WithTimeout(ctx, afterWait)
	defer cancel()
	t := &window[len(window)-1]
	checked := func() debate.Usage { return debate.Usage{} }
	if r.cfg.StanceGuard && t.Kind == debate.ArgumentKind {
		checked = r.checkBeside(ctx, c, *t)
	}
	if due, through := summaryDue(window, c.SummaryThrough); len(due) > 0 {
		cost = r.summarize(ctx, c, *t, due, through)
	}
	return cost.Add(checked())
}

// checkBeside begins a check. What it returns waits for its end.
func (r *attemptRunner) checkBeside(ctx context.Context, c debate.Conversation, t debate.Turn) func() debate.Usage {
	cost := make(chan debate.Usage, 1)
	go func() { cost <- r.check(ctx, c, t) }()
	return func() debate.Usage { return <-cost }
}

// check keeps the verdict on a reply, and the exchange's ledger.
func (r *attemptRunner) check(ctx context.Context, c debate.Conversation, t debate.Turn) debate.Usage {
	check, ledger, cost, err := r.cfg.Analyst.CheckExchange(ctx, c, exchangeOf(t), pointsOf(r.history))
	found := debate.Annotation{Check: &check, Ledger: ledger, Cost: cost}
	if err != nil {
		r.cfg.Log.WarnContext(ctx, "reply not checked", "turn_id", t.ID, "error", err)
		found = debate.Annotation{Cost: cost}
	}
	r.annotate(ctx, t, found)
	return cost
}

// mostEarlier is how many points an exchange can answer besides its own.
const mostEarlier = 12

// pointsOf are the latest points of the turns before.
func pointsOf(turns []debate.Turn) (points []debate.Point) {
	for _, t := range turns {
		if t.Debated() {
			of, _ := t.Ledger.Points() // one that is not readable adds none
			points = append(points, of...)
		}
	}
	return points[max(0, len(points)-mostEarlier):]
}

// summarize keeps a record of the exchanges that are due: their ledgers, retold by
// code, or what the analyst makes of them where one has none.
func (r *attemptRunner) summarize(ctx context.Context, c debate.Conversation, t debate.Turn, due []debate.Exchange, through int) debate.Usage {
	var cost debate.Usage
	var err error
	summary, ok := prompt.Retell(c.Summary, due)
	if !ok {
		summary, cost, err = r.cfg.Analyst.Summarize(ctx, c, due)
	}
	found := debate.Annotation{Summary: summary, Through: through, Cost: cost}
	if err != nil {
		r.cfg.Log.WarnContext(ctx, "conversation not summarized", "turn_id", t.ID, "error", err)
		found = debate.Annotation{Cost: cost}
	}
	r.annotate(ctx, t, found)
	return cost
}

// annotate stores what was found out about a turn, in one transaction, also where
// ctx has ended: the cost has been paid.
func (r *attemptRunner) annotate(ctx context.Context, t debate.Turn, a debate.Annotation) {
	if a == (debate.Annotation{}) {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), debate.StoreWait)
	defer cancel()
	revision, err := r.cfg.Store.Annotate(ctx, t, a)
	if err != nil {
		r.cfg.Log.WarnContext(ctx, "what side calls found and cost is not kept", "turn_id", t.ID, "error", err)
		return
	}
	r.windows.annotate(t, a, revision)
}

// summaryDue is what a summary has to take in now, and the number of the last
// turn of it.
func summaryDue(turns []debate.Turn, summarized int) (due []debate.Exchange, through int) {
	n, bytes := 0, 0
	for i := range turns {
		if t := &turns[i]; t.Debated() && t.Number > summarized {
			n, bytes = n+1, bytes+len(t.Message)+len(t.Reply)
		}
	}
	if n < summaryAfter && bytes < summaryAfterBytes {
		return nil, 0
	}
	var open []debate.Exchange
	for _, t := range turns {
		if t.Debated() && t.Number > summarized {
			open = append(open, exchangeOf(t))
		}
	}
	keep, kept := 0, 0
	for keep < min(summaryKeeps, len(open)-1) {
		e := open[len(open)-1-keep]
		if kept += len(e.Message) + len(e.Reply); kept > summaryKeepsBytes && keep > 0 {
			break
		}
		keep++
	}
	due = open[:len(open)-keep]
	return due, due[len(due)-1].Number
}
