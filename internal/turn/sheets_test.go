package turn_test

import (
	"context"
	"reflect"
	"testing"

	"github.com/debate-chatbot/debate-api/internal/debate"
	"github.com/debate-chatbot/debate-api/internal/flow"
	"github.com/debate-chatbot/debate-api/internal/store/sqlitetest"
)

// turnReads counts how often turns are read.
type turnReads struct {
	debate.Store
	n int
}

func (r *turnReads) Turns(ctx context.Context, owner debate.Owner, id string, after int, latest bool, limit int) ([]debate.Turn, error) {
	r.n++
	return r.Store.Turns(ctx, owner, id, after, latest, limit)
}

func TestAFlowSheetIsMadeOnceAndNeverStale(t *testing.T) {
	path := sqlitetest.NewDatabase(t)
	a, b := openSpeakers(t, path), openSpeakers(t, path)
	ctx := t.Context()
	reads := &turnReads{Store: a.db.Store}
	a.db.Store = reads
	c := b.say(t, "").Conversation
	check := func(what string) {
		t.Helper()
		want := flow.Fold(c.Topic, b.stored(t, c.ID))
		for again := range 2 {
			before := reads.n
			got, err := a.Flow(ctx, alice, c.ID)
			if err != nil || !reflect.DeepEqual(got, want) {
				t.Errorf("%s, time %d: %+v, %v, want %+v", what, again, got, err, want)
			}
			if read := reads.n - before; read != 1-again {
				t.Errorf("%s, time %d: turns were read %d times", what, again, read)
			}
		}
	}
	check("a debate")
	b.model.says = "Cats sleep all day, and ask for no walk."
	b.say(t, c.ID)
	check("a turn elsewhere")
	turns := b.stored(t, c.ID)
	last := turns[len(turns)-1]
	ledger := debate.NewLedger(debate.Point{ID: "2b1", Speaker: debate.Bot, Kind: debate.ClaimPoint, End: len("Cats sleep"), Text: "sleep"})
	if _, err := b.db.Annotate(ctx, last, debate.Annotation{Check: &debate.StanceCheck{}, Ledger: ledger}); err != nil {
		t.Fatal(err)
	}
	check("a ledger that came later")
	b.model.says = "A cat costs half of what a dog does."
	if err := b.RetryTurn(ctx, alice, last.ID, "", func(debate.Event) error { return nil }); err != nil {
		t.Fatal(err)
	}
	check("a retry")
	if err := a.Delete(ctx, alice, c.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := a.Flow(ctx, alice, c.ID); debate.ReasonOf(err) != debate.NotFound {
		t.Errorf("of a deleted debate: %v", err)
	}
	if _, err := a.Flow(ctx, debate.Owner{Key: "mallory"}, c.ID); debate.ReasonOf(err) != debate.NotFound {
		t.Errorf("of a stranger's: %v", err)
	}
}
