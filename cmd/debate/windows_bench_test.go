package main

import (
	"testing"
	"time"

	"github.com/debate-chatbot/debate-api/internal/cache/redistest"
	"github.com/debate-chatbot/debate-api/internal/store/pgtest"
)

// BenchmarkTwoReplicas reports the turns a second of 8 clients, and the median
// time of a turn of one, whose turns go to two replicas by turns, as behind a
// balancer, with PostgreSQL and Redis.
func BenchmarkTwoReplicas(b *testing.B) {
	model, databaseURL, redis := serveModel(b), pgtest.NewDatabase(b), redistest.Start(b).URL()
	var urls []string
	for range 2 {
		set := settings(b, databaseURL, model)
		set["REDIS_URL"] = redis
		urls = append(urls, serveDebate(b, set)+chatPath)
	}
	turn := func(t *talker) error {
		t.url = urls[t.turns%2]
		return t.say(opinion)
	}
	one := crowd(b, 1, urls[0], topicOfAll)[0]
	var times []time.Duration
	for range 30 {
		if err := turn(one); err != nil {
			b.Fatal(err)
		}
	}
	for b.Loop() {
		began := time.Now()
		if err := turn(one); err != nil {
			b.Fatal(err)
		}
		times = append(times, time.Since(began))
	}
	b.ReportMetric(float64(median(times).Microseconds()), "turn-µs")
	b.ReportMetric(0, "ns/op")
}
