package flow_test

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"github.com/debate-chatbot/debate-api/internal/debate"
	"github.com/debate-chatbot/debate-api/internal/flow"
)

// A sheet that goes on from what it folded before has the points of one that begins anew,
// whatever happened to the turns in between, and leaves alone what it returned.
func TestASheetGoesOnAsIfItBeganAnew(t *testing.T) {
	for _, ledgers := range []bool{true, false} {
		for seed := range uint64(20) {
			g := &generator{Rand: rand.New(rand.NewPCG(seed, 7)), ledgers: ledgers}
			turns := g.debate(12, side{answers: 2, points: 2}, side{answers: 1, points: 3, flips: seed%4 == 0, parrot: seed%4 == 1})
			topic := "A topic"
			var s flow.Sheet
			check := func(what string) {
				t.Helper()
				got, want := s.Fold(topic, turns), flow.Fold(topic, turns)
				if !reflect.DeepEqual(got, want) {
					t.Fatalf("ledgers %v, seed %d, %s: %+v, want %+v", ledgers, seed, what, got, want)
				}
			}
			all := turns
			for n := range len(all) {
				turns = all[:n]
				before := s.Fold(topic, turns)
				kept := slices.Clone(before)
				turns = all[:n+1]
				check(fmt.Sprint(n+1, " turns"))
				if !reflect.DeepEqual(before, kept) {
					t.Fatalf("what was returned of %d turns changed", n)
				}
			}
			turns = slices.Clone(all)
			last := len(turns) - 1
			turns[last].State = debate.Running
			check("a reply that runs")
			turns[last] = all[last]
			turns[last].Reply, turns[last].Ledger = "Whatever else it may be.", ""
			check("another reply")
			turns[3].Message, turns[3].Ledger = "It rains in Spain, mainly in the plain.", ""
			check("another message, long ago")
			turns[4].Kind = debate.AsideKind
			check("another kind")
			turns = turns[2:]
			check("the first turns out of sight")
			turns = turns[:4]
			check("fewer turns")
			topic = "It rains in Spain."
			check("another topic")
		}
	}
}
