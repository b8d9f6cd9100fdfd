package faults

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/debate-chatbot/debate-api/internal/store/pgtest"
)

// outage is when the database took no writes.
type outage struct {
	began, ended time.Time
}

// backWithin is how soon after an outage writes work again.
const backWithin = 5 * time.Second

// throughOutages has clients debate with two replicas while one thing after the
// other happens to the database, each of which lets it go on in the end.
func throughOutages(t *testing.T, happen ...func(server *pgtest.Server)) {
	t.Parallel()
	server := startPostgres(t)
	h := newHouse(t, "DATABASE_URL="+server.URL("postgres"))
	a, b := h.serve().api(), h.serve().api()
	db := openDatabase(t, "pgx", server.URL("postgres"))
	l := &load{patient: true, slow: 2, to: either(a, b)}
	l.start(8)
	var outages []outage
	for _, it := range happen {
		time.Sleep(time.Second + rand.N(500*time.Millisecond))
		began := time.Now()
		it(server)
		db.waitWritable()
		outages = append(outages, outage{began, time.Now()})
		time.Sleep(2 * time.Second)
	}
	time.Sleep(backWithin)
	l.stop()
	h.checkRecovery(outages, l.all())
	h.settle(db, a, l.all())
}

func TestPostgresIsKilledAndRestartedUnderLoad(t *testing.T) {
	killed := func(server *pgtest.Server) {
		server.Kill()
		time.Sleep(rand.N(2 * time.Second))
		if err := server.Run(); err != nil {
			t.Fatal(err)
		}
	}
	throughOutages(t, killed, killed, killed)
}

// The database turns read-only under open connections, as a writer does that
// was demoted, and back.
func TestPostgresTurnsReadOnlyAndBackUnderLoad(t *testing.T) {
	readOnlyFor := func(lasts time.Duration) func(*pgtest.Server) {
		return func(server *pgtest.Server) {
			readOnly(t, server, "on")
			time.Sleep(lasts)
			readOnly(t, server, "off")
		}
	}
	throughOutages(t, readOnlyFor(500*time.Millisecond), readOnlyFor(4*time.Second))
}

// The database hangs: its connections stay open, and nothing is answered. What
// it was sent meanwhile it may still do later.
func TestPostgresHangsUnderLoad(t *testing.T) {
	hangsFor := func(lasts time.Duration) func(*pgtest.Server) {
		return func(server *pgtest.Server) {
			server.Hang()
			time.Sleep(lasts)
			server.Resume()
		}
	}
	throughOutages(t, hangsFor(2*time.Second), hangsFor(7*time.Second))
}

// A connection breaks at each step of a turn. Nobody notices: not where the
// database never heard of the step, nor where its answer was lost.
func TestConnectionToPostgresIsCutAtEveryStep(t *testing.T) {
	t.Parallel()
	url := pgtest.NewDatabase(t)
	w := newWire(t, url)
	h := newHouse(t, "DATABASE_URL="+w.url)
	to := h.serve().api()
	l := &load{retries: true, slow: 2, to: func() api { return to }}
	l.start(6)
	steps := []string{"count turn", "insert turn", "add usage", "end turn", "insert attempt", "commit attempt"}
	for _, step := range slices.Concat(steps, steps, steps, []string{"renew"}) {
		for _, done := range []bool{false, true} {
			select {
			case <-w.set(step, done, func() {}):
			case <-time.After(30 * time.Second):
				t.Fatalf("no turn came to this step: %s", step)
			}
		}
	}
	l.stop()
	late := 0
	for _, c := range l.all() {
		switch {
		case c.completed():
		case c.reason == "STORE_UNAVAILABLE":
			late++ // on a busy machine a new connection can take too long
		default:
			t.Errorf("a call ended with %q, and %v: %v", c.reason, c.turn, c.err)
		}
	}
	if late > 4 {
		t.Errorf("%d calls were told that the database is away", late)
	}
	h.settle(openDatabase(t, "pgx", url), to, l.all())
}

// A standby takes over behind the same address, while the writer that it
// follows goes on as a reader of what it had: connections that were open stay
// open, and lead to the wrong server.
func TestStandbyIsPromotedUnderLoad(t *testing.T) {
	t.Parallel()
	writer := startPostgres(t)
	standby, err := writer.Standby(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(standby.Kill)
	// What is acknowledged is on both, as in a cluster with shared storage.
	if err := writer.Exec(t.Context(), "postgres", "ALTER SYSTEM SET synchronous_standby_names = '*'", "SELECT pg_reload_conf()"); err != nil {
		t.Fatal(err)
	}
	address := newRoad(t, writer.Addr())
	url := fmt.Sprintf("postgres://postgres@%s/postgres?sslmode=disable", address.addr)
	h := newHouse(t, "DATABASE_URL="+url)
	a, b := h.serve().api(), h.serve().api()
	l := &load{patient: true, slow: 2, to: either(a, b)}
	l.start(8)
	time.Sleep(2 * time.Second)

	began := time.Now()
	readOnly(t, writer, "on")
	time.Sleep(500 * time.Millisecond)
	if err := standby.Promote(); err != nil {
		t.Fatal(err)
	}
	address.lead(standby.Addr())
	db := openDatabase(t, "pgx", url)
	db.waitWritable()
	outages := []outage{{began, time.Now()}}
	time.Sleep(backWithin + 2*time.Second)
	l.stop()
	h.checkRecovery(outages, l.all())
	h.settle(db, a, l.all())

	left := openDatabase(t, "pgx", writer.URL("postgres"))
	if n := left.number(`SELECT COUNT(*) FROM pg_stat_activity WHERE application_name = 'debate-api'`); n > 0 {
		t.Errorf("%d connections still lead to the server that was demoted", n)
	}
}

// startPostgres starts a server of the test's own.
func startPostgres(t *testing.T) *pgtest.Server {
	t.Helper()
	server, err := pgtest.Start(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Kill)
	return server
}

func readOnly(t *testing.T, server *pgtest.Server, is string) {
	t.Helper()
	err := server.Exec(t.Context(), "postgres", "ALTER SYSTEM SET default_transaction_read_only = "+is, "SELECT pg_reload_conf()")
	if err != nil {
		t.Fatal(err)
	}
}

// either is one of two at random, each time.
func either(a, b api) func() api {
	return func() api {
		if rand.IntN(2) == 0 {
			return a
		}
		return b
	}
}

// waitWritable waits until the database takes a write.
func (d database) waitWritable() {
	d.Helper()
	for deadline := time.Now().Add(30 * time.Second); ; time.Sleep(5 * time.Millisecond) {
		_, err := d.Exec(`UPDATE conversations SET title = title WHERE false`)
		if err == nil {
			return
		}
		if time.Now().After(deadline) {
			d.Fatalf("the database takes no writes: %v", err)
		}
	}
}

// checkRecovery says how soon after each outage a turn that was asked for then
// was answered, and that 5 seconds later no call failed.
func (h *house) checkRecovery(outages []outage, calls []call) {
	h.Helper()
	for i, o := range outages {
		until := time.Now()
		if i+1 < len(outages) {
			until = outages[i+1].began
		}
		back, failed := time.Hour, 0
		for _, c := range calls {
			if c.completed() && c.ended.After(o.ended) {
				back = min(back, c.ended.Sub(o.ended))
			}
			if c.reason != "" && c.ended.After(o.began) && c.began.Before(until) {
				failed++
				if c.began.After(o.ended.Add(backWithin)) {
					h.Errorf("a call failed %s after the database was back: %v", c.began.Sub(o.ended), c.err)
				}
			}
		}
		if back > backWithin {
			h.Errorf("the first turn was answered %s after the database was back", back)
		}
		h.Logf("the database was away for %s; %d calls failed; the first turn was answered %s after it was back",
			o.ended.Sub(o.began).Round(time.Millisecond), failed, back.Round(time.Millisecond))
	}
}
