package faults

import (
	"errors"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"connectrpc.com/connect"
	"github.com/google/uuid"

	debatev1 "github.com/debate-chatbot/debate-api/proto/debate/v1"
)

// A role whose statements may not wait long meets a table that a migration or a
// backup holds, just as replies end (PostgREST 3359 and medplum 5373 on such
// roles): the replies are stored once the table is free, and nobody reads of it
// as a fault of ours.
func TestATableIsLockedAsRepliesEnd(t *testing.T) {
	t.Parallel()
	for _, setting := range []string{"statement_timeout", "lock_timeout"} {
		t.Run(setting, func(t *testing.T) {
			t.Parallel()
			server := startPostgres(t)
			if err := server.Exec(t.Context(), "postgres", "CREATE DATABASE app", "CREATE ROLE service LOGIN SUPERUSER", "ALTER ROLE service SET "+setting+" = '1s'"); err != nil {
				t.Fatal(err)
			}
			h := newHouse(t, "DATABASE_URL="+strings.Replace(server.URL("app"), "postgres@", "service@", 1))
			to := h.serve().api()
			var calls history
			before := calls.chat(to, "", uuid.NewString(), line("before", 1, 0))
			if !before.completed() {
				t.Fatalf("before: %q, %v", before.reason, before.err)
			}
			ended := make(chan call, 2)
			go func() { ended <- calls.chat(to, "", uuid.NewString(), line("chat", 15, 100*time.Millisecond)) }()
			go func() { ended <- calls.stream(to, "", uuid.NewString(), line("stream", 15, 100*time.Millisecond)) }()
			db := openDatabase(t, "pgx", server.URL("app"))
			h.eventually(10*time.Second, "two turns run", func() bool { return db.number(`SELECT count(*) FROM turns WHERE state = 'running'`) == 2 })
			tx, err := db.Begin()
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = tx.Rollback() }()
			if _, err := tx.Exec(`LOCK TABLE turns IN ACCESS EXCLUSIVE MODE`); err != nil {
				t.Fatal(err)
			}
			time.Sleep(4 * time.Second) // over the end of both replies
			if len(ended) != 0 {
				t.Errorf("a turn has ended while its table was locked: %+v", <-ended)
			}
			_, err = to.GetConversation(t.Context(), connect.NewRequest(&debatev1.GetConversationRequest{ConversationId: before.turn.ConversationId}))
			if err != nil {
				if reason, _ := reasonOf(err); reason != "STORE_UNAVAILABLE" {
					t.Errorf("a read meanwhile: %v", err)
				}
			}
			if err := tx.Rollback(); err != nil {
				t.Fatal(err)
			}
			for range 2 {
				if c := <-ended; !c.completed() || c.heard != replyTo(c.message) {
					t.Errorf("%q, %v: %v", c.reason, c.err, c.turn)
				}
			}
			if n := db.number(`SELECT count(*) FROM turns WHERE state = 'completed'`); n != 3 {
				t.Errorf("%d turns are completed", n)
			}
		})
	}
}

// A full disk is told as such: to who debates, in the log and in the body of
// /ready (jellyfin.org 648 is a service whose users had to guess), and when there
// is room again the debate goes on.
func TestADiskIsFull(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=1m"); err != nil {
		t.Skipf("only root can mount a disk of 1 MB; TestAFileThatCannotGrow of the store stands for it: %v", err)
	}
	t.Cleanup(func() { _ = syscall.Unmount(dir, syscall.MNT_DETACH) })
	h := newHouse(t, "DATA_DIR="+dir)
	r := h.serve()
	to := r.api()
	var calls history
	first := calls.chat(to, "", uuid.NewString(), line("room", 1, 0))
	if !first.completed() {
		t.Fatalf("%q, %v", first.reason, first.err)
	}
	fill, err := os.Create(filepath.Join(dir, "others"))
	if err != nil {
		t.Fatal(err)
	}
	defer fill.Close()
	if _, err := io.Copy(fill, zeros{}); !errors.Is(err, syscall.ENOSPC) {
		t.Fatalf("the disk does not get full: %v", err)
	}
	refused := calls.chat(to, first.turn.ConversationId, uuid.NewString(), line("none", 1, 0))
	for n := 0; refused.completed() && n < 50; n++ { // what the journal has room for already
		refused = calls.chat(to, first.turn.ConversationId, uuid.NewString(), line("none", 1, 0))
	}
	if refused.reason != "STORE_UNAVAILABLE" || !strings.Contains(refused.err.Error(), "disk is full") {
		t.Errorf("a turn without room: %q, %v", refused.reason, refused.err)
	}
	h.eventually(10*time.Second, "the log says so", func() bool { return strings.Contains(r.logged(), "disk is full") })
	h.eventually(30*time.Second, "/ready says so", func() bool { return strings.Contains(h.body(r.url+"/ready"), "disk is full") })
	if err := fill.Truncate(0); err != nil {
		t.Fatal(err)
	}
	h.eventually(30*time.Second, "/ready is well again", func() bool { return !strings.Contains(h.body(r.url+"/ready"), "disk is full") })
	c := calls.chat(to, "", uuid.NewString(), line("again", 1, 0))
	if !c.completed() {
		t.Errorf("with room again: %q, %v", c.reason, c.err)
	}
}

// zeros never end.
type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

// body is what a page says.
func (h *house) body(url string) string {
	h.Helper()
	answer, err := http.Get(url)
	if err != nil {
		h.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		h.Fatal(err)
	}
	return string(text)
}
