package main

import (
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/text/encoding/unicode"

	"github.com/debate-chatbot/debate-api/internal/debate"
	"github.com/debate-chatbot/debate-api/internal/store"
)

const exportedDebate = `{"debate_export":1,"conversation":{"topic":"Golf is boring.","stance":"CON","title":"Golf","language":"en","difficulty":"medium",
"created_at":"2026-01-02T03:04:05Z","updated_at":"2026-01-02T03:04:05Z"},
"turns":[{"number":1,"state":"completed","kind":"argument","message":"It is slow.","reply":"It is calm.","created_at":"2026-01-02T03:04:05Z","finished_at":"2026-01-02T03:04:06Z"}],
"verdict":{"through_turn":1,"judge":"m","winner":"user","clashes":[{"title":"Pace","winner":"user","reason":"So.","quotes":[{"turn":1,"speaker":"user","start":0,"end":11,"text":"It is slow."}]}]}}`

func TestAFileIsImportedOnce(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("DATA_DIR", dir)
	t.Setenv("DATABASE_URL", "")
	file := filepath.Join(dir, "golf.json")
	if err := os.WriteFile(file, []byte(exportedDebate), 0o600); err != nil {
		t.Fatal(err)
	}
	wide, err := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().String(exportedDebate)
	if err != nil {
		t.Fatal(err)
	}
	// As PowerShell writes what curl prints, and as editors do: anthony-chaudhary/dos-kernel issue 148.
	for _, written := range []string{exportedDebate, wide, "\ufeff" + exportedDebate} {
		if err := os.WriteFile(file, []byte(written), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := (importCommand{Files: []string{file, file}}).Run(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	s, err := store.OpenSQLite(filepath.Join(dir, "debate.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	all, err := s.FindConversations(t.Context(), localOwner, "", debate.ConversationCursor{}, 10)
	if err != nil || len(all) != 1 || all[0].Topic != "Golf is boring." {
		t.Fatalf("imported %+v, %v", all, err)
	}
	v, err := s.Verdict(t.Context(), localOwner, all[0].ID)
	if err != nil || v.Winner != debate.UserWins || len(v.Clashes) != 1 || v.Clashes[0].Quotes[0].TurnID == "" {
		t.Errorf("its verdict: %+v, %v", v, err)
	}
	if err := os.WriteFile(file, []byte("no debate"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := (importCommand{Files: []string{file}}).Run(t.Context()); err == nil {
		t.Error("a file that is no debate")
	}
}
