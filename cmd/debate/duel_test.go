package main

import (
	"context"
	"path/filepath"
	"strings"
	"testing"

	"github.com/debate-chatbot/debate-api/internal/debate"
	"github.com/debate-chatbot/debate-api/internal/llm/openai/openaitest"
	"github.com/debate-chatbot/debate-api/internal/store"
)

func TestAModelDuelsWithTheBuiltInOpponentAndIsKeptAndJudged(t *testing.T) {
	quiet(t)
	server := openaitest.New(t)
	server.Chat(openaitest.Says("A cage is no life for an elephant, however large it is."))
	server.Aside(openaitest.Replies(`{"holds":true,"figures":[],"points":[]}`))
	dir := t.TempDir()
	for name, value := range map[string]string{"DATA_DIR": dir, "DATABASE_URL": "", "OPENAI_BASE_URL": server.URL, "OPENAI_API_KEY": openaitest.Key, "MODEL": "",
		"OPENAI_JUDGE_MODEL": "", "MODERATION": "off"} {
		t.Setenv(name, value)
	}
	d := duelCommand{Motion: []string{"Zoos should be", "closed."}, Pro: "gpt-4o-mini", Con: "offline", Rounds: 2, Pairs: 1}
	if err := d.Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	s, err := store.OpenSQLite(filepath.Join(dir, "debate.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	all, err := s.FindConversations(t.Context(), localOwner, "", debate.ConversationCursor{}, 10)
	if err != nil || len(all) != 2 || all[1].TurnCount != 2 || !strings.HasPrefix(all[1].Title, "gpt-4o-mini v. built-in opponent: Zoos") || !strings.HasPrefix(all[0].Title, "built-in opponent v. gpt-4o-mini: Zoos") {
		t.Fatalf("kept %+v, %v", all, err)
	}
	if all[1].Duel != (debate.Duel{User: "gpt-4o-mini", Bot: "offline"}) || all[0].Duel != (debate.Duel{User: "offline", Bot: "gpt-4o-mini"}) {
		t.Errorf("their names: %+v, %+v", all[1].Duel, all[0].Duel)
	}
	for _, c := range all {
		if v, err := s.Verdict(t.Context(), localOwner, c.ID); err != nil || v.State != debate.Completed || v.Judge != debate.RulesJudge {
			t.Errorf("its verdict: %+v, %v", v, err)
		}
	}
	turns, err := s.Turns(t.Context(), localOwner, all[1].ID, 0, false, 10)
	if err != nil || !strings.HasPrefix(turns[0].Message, "A cage is no life") || turns[0].Model != "offline" || turns[1].Message == "" {
		t.Errorf("its turns: %+v, %v", turns, err)
	}
	t.Setenv("OPENAI_API_KEY", "")
	t.Setenv("OPENAI_BASE_URL", "")
	for _, wrong := range []duelCommand{{Pro: "nosuch/x", Con: "offline"}, {Pro: "offline", Con: "nosuch/x"}, {Pro: "offline", Con: "offline", Judge: "nosuch/x"}} {
		wrong.Motion, wrong.Rounds = d.Motion, 1
		if err := wrong.Run(t.Context()); err == nil || !strings.Contains(err.Error(), `got "nosuch/x"; it takes`) || !strings.HasPrefix(err.Error(), "--") {
			t.Errorf("%+v: %v", wrong, err)
		}
	}
	left, cancel := context.WithCancel(t.Context())
	cancel()
	if err := d.Run(left); err == nil {
		t.Error("a duel that was left")
	}
}
