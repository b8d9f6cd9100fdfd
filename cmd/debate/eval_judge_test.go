package main

import (
	"strings"
	"testing"

	"github.com/debate-chatbot/debate-api/internal/llm/openai/openaitest"
)

func TestAJudgeThatMadeUpItsMindIsFoundOut(t *testing.T) {
	quiet(t)
	server := openaitest.New(t)
	server.Aside(openaitest.Replies(`{"winner":"A","clashes":[],"best_case":"","advice":[]}`))
	for name, value := range map[string]string{"OPENAI_BASE_URL": "", "OPENAI_API_KEY": "", "MODEL": "", "OPENAI_JUDGE_MODEL": "", "DATA_DIR": t.TempDir()} {
		t.Setenv(name, value)
	}
	if err := (evalJudgeCommand{Debates: 24, Parallel: 4}).Run(t.Context()); err != nil {
		t.Errorf("the rules: %v", err)
	}
	t.Setenv("OPENAI_BASE_URL", server.URL)
	t.Setenv("OPENAI_API_KEY", openaitest.Key)
	err := evalJudgeCommand{Debates: 8, Parallel: 4}.Run(t.Context())
	if err == nil || !strings.Contains(err.Error(), "cannot be trusted") {
		t.Errorf("who always says A: %v", err)
	}
	if n := len(server.Calls()); n != 8*8 {
		t.Errorf("it was asked %d times", n)
	}
}
