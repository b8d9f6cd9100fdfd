package flow_test

import (
	"math/rand/v2"
	"testing"

	"github.com/debate-chatbot/debate-api/internal/flow"
)

// BenchmarkFold is the flow sheet of 500 turns, which has to open in 100 ms.
func BenchmarkFold(b *testing.B) {
	for name, ledgers := range map[string]bool{"ledgers": true, "sentences": false} {
		b.Run(name, func(b *testing.B) {
			g := &generator{Rand: rand.New(rand.NewPCG(1, 1)), ledgers: ledgers}
			turns := g.debate(500, side{answers: 2, points: 2}, side{answers: 2, points: 2})
			for b.Loop() {
				if n := len(flow.Fold("Dogs are better than cats", turns)); n < 900 {
					b.Fatalf("%d points", n)
				}
			}
		})
	}
}
