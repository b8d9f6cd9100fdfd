package bench

import (
	"testing"
	"time"

	"github.com/debate-chatbot/debate-api/internal/store/pgtest"
)

// BenchmarkWAL reports what a turn of 120 words writes into PostgreSQL's log, in
// bytes, by the service and by least.
func BenchmarkWAL(b *testing.B) {
	const clients, turns = 4, 200
	p := newProvider(120, 0)
	model, databaseURL := p.serve(b), pgtest.NewDatabase(b)
	service := startService(b, databaseURL, model, nil)
	least := start(b, "least", map[string]string{"DATABASE_URL": databaseURL, "BENCH_MODEL": model})
	written := func() (bytes float64) {
		if err := pgxQuery(b, databaseURL, "SELECT (pg_current_wal_insert_lsn() - '0/0')::float8", &bytes); err != nil {
			b.Fatal(err)
		}
		return bytes
	}
	for b.Loop() {
		for name, s := range map[string]system{"service": {url: service.url + chatPath}, "least": {url: least.url + "/"}} {
			crowd := s.crowd(b, clients, 20, p.words[119])
			take(b, crowd, time.Minute, 50) // whole pages are written after a checkpoint
			before := written()
			n := take(b, crowd, time.Minute, turns)
			b.ReportMetric((written()-before)/float64(n), name+"-B/turn")
		}
	}
	b.ReportMetric(0, "ns/op")
}
