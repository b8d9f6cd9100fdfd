package flow_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/debate-chatbot/debate-api/internal/debate"
	"github.com/debate-chatbot/debate-api/internal/flow"
)

// What is said may look like the language of a document, and is none of it. Of 900
// debates of such words @argdown/core 1 read each as it was meant, and mermaid 11 too:
// before, the first refused those with "===" in them, and the second took "%%" for the
// beginning of a comment, or of settings.
func TestWhatIsSaidIsNoPartOfADocumentsLanguage(t *testing.T) {
	const said = `=== so [x] <y> {a: b} #tag @ref *b* _i_ // /* c */ %%{init: {"theme":"x"}}%% "q" \ end`
	c := debate.Conversation{Topic: said, Title: said, Stance: debate.Con}
	turns := []debate.Turn{{ID: "a", Number: 1, State: debate.Completed, Kind: debate.ArgumentKind, Message: said, Reply: "Nobody said so, ever."}}
	for format, is := range map[flow.Format]struct {
		marks string // of the language, of which the words have none
		lines []string
	}{
		flow.Argdown: {"===|[\\[\\]<>{}#@*_\\\\]|//|/\\*", []string{`^(===|title: ".*"|\[Motion\]: (.*)|<1[ub]1>: (.*)|  [-+]> (\[Motion\]|<1u1>))$`}},
		flow.Mermaid: {"[\"`<>%\\\\]|#[^a-z0-9]", []string{`^(flowchart LR|  motion\["(.*)"\]|  p1[ub]1\("(.*)"\):::(user|bot)|  p1[ub]1 --> (motion|p1u1)|  classDef .*)$`}},
	} {
		d, err := flow.Write(format, c, turns, nil)
		if err != nil {
			t.Fatal(err)
		}
		line, marks := regexp.MustCompile(is.lines[0]), regexp.MustCompile(is.marks)
		words := 0
		for text := range strings.Lines(d.Content) {
			text = strings.TrimSuffix(text, "\n")
			found := line.FindStringSubmatch(text)
			if text != "" && found == nil {
				t.Errorf("%s: a line of no meaning: %s", format, text)
				continue
			}
			for _, group := range found[min(2, len(found)):] {
				if !strings.Contains(group, "so") || group == "motion" {
					continue
				}
				if words++; marks.MatchString(group) {
					t.Errorf("%s: %q is of its language in %s", format, marks.FindString(group), group)
				}
			}
		}
		if words < 2 {
			t.Errorf("%s: only %d texts in\n%s", format, words, d.Content)
		}
	}
}
