package eval_test

import (
	"os"
	"strings"
	"testing"

	"github.com/debate-chatbot/debate-api/internal/debate"
	"github.com/debate-chatbot/debate-api/internal/eval"
	"github.com/debate-chatbot/debate-api/internal/llm/offline"
)

func TestZZ(t *testing.T) {
	if os.Getenv("ZZM") == "" {
		t.Skip()
	}
	m, _ := eval.NewMeasurer()
	good, _ := offline.New(offline.Options{})
	report := &eval.Report{Model: "offline"}
	r := runner(t, good, nil)
	open := func(model debate.Model, newID func() string) eval.Service { return r.Open(newID) }
	if err := m.Measure(t.Context(), report, nil, nil, open); err != nil {
		t.Fatal(err)
	}
	var table strings.Builder
	_ = report.Print(&table)
	t.Log(table.String())
}
