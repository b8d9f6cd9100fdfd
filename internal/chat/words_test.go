package chat

import (
	"context"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/debate-chatbot/debate-api/internal/format"
	debatev1 "github.com/debate-chatbot/debate-api/proto/debate/v1"
)

// verbs are those of a format.
var verbs = regexp.MustCompile(`%(\[\d\])?[+.\d]*[a-z]`)

// says collects what the package says by the language's methods, with the number of arguments
// that each format gets, and all else that is a text of more than a word.
func says(t *testing.T) (said map[string]int, others map[string]bool) {
	t.Helper()
	said, others = map[string]int{}, map[string]bool{}
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	text := func(e ast.Expr) (string, bool) {
		literal, ok := e.(*ast.BasicLit)
		if !ok || literal.Kind != token.STRING {
			return "", false
		}
		s, err := strconv.Unquote(literal.Value)
		return s, err == nil
	}
	look := func(n ast.Node) bool {
		if e, ok := n.(ast.Expr); ok {
			if s, ok := text(e); ok {
				others[s] = true
			}
		}
		call, ok := n.(*ast.CallExpr)
		if !ok || len(call.Args) == 0 {
			return true
		}
		f, ok := call.Fun.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		s, literal := text(call.Args[0])
		switch {
		case !literal:
		case slices.Contains([]string{"remark", "text", "errorf", "quote"}, f.Sel.Name):
			said[s] = len(call.Args) - 1
		case f.Sel.Name == "word":
			said[s] = -1
		}
		return true
	}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") || name == "words.go" {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(f, look)
	}
	return said, others
}

// unread are texts that nobody reads as they are, or that are no words.
var unread = []string{
	"the connection was lost", "%w: %d bytes of the reply are missing", "retry the turn",
	"delete or leave", "  1  ", "/side [SIDE] ", "  %s --resume %s\n", "%-*s  %s  %*s  %s\n",
}

// wordless is a format that says nothing itself.
var wordless = regexp.MustCompile(`^[\s:()]*$`)

func TestWhatTheClientSaysItSaysInSpanishToo(t *testing.T) {
	said, others := says(t)
	if len(said) < 80 {
		t.Fatalf("only %d texts were found", len(said))
	}
	for text, args := range said {
		if wordless.MatchString(verbs.ReplaceAllString(text, "")) {
			continue
		}
		if _, ok := spanish[text]; !ok {
			t.Errorf("%q has no Spanish", text)
		}
		if n := len(slices.Compact(slices.Sorted(slices.Values(verbs.FindAllString(text, -1))))); args >= 0 && args != len(verbs.FindAllString(text, -1)) && args != n {
			t.Errorf("%q gets %d arguments", text, args)
		}
	}
	for text := range others {
		if strings.Count(text, " ") > 1 && spanish[text] == "" && !slices.Contains(unread, text) && !wordless.MatchString(verbs.ReplaceAllString(text, "")) {
			t.Errorf("%q has no Spanish", text)
		}
	}
	for reason := range advice {
		if refusals[reason] == "" && !slices.Contains([]string{"INVALID_ARGUMENT", "UNAUTHENTICATED", "INTERNAL"}, reason) {
			t.Errorf("the reason %s has no Spanish", reason)
		}
	}
	for _, f := range format.All() {
		texts := []string{f.Title, f.Description}
		for _, p := range f.Phases {
			texts = append(texts, p.Name, p.Asks)
		}
		for _, text := range texts {
			if others[text] = true; spanish[text] == "" {
				t.Errorf("the format %s says %q, which has no Spanish", f.Name, text)
			}
		}
	}
	for english, text := range spanish {
		if strings.Join(verbs.FindAllString(english, -1), " ") != strings.Join(verbs.FindAllString(text, -1), " ") {
			t.Errorf("%q and %q have other verbs", english, text)
		}
		if !others[english] && !slices.Contains([]string{"rules", "open", "answered", "conceded", "dropped"}, english) { // which the service says
			t.Errorf("nothing says %q", english)
		}
	}
}

// anthropics/claude-code issue 65963: what a tool says itself stayed English in a Spanish conversation.
func TestTheClientSpeaksSpanishInASpanishTerminalAndInASpanishDebate(t *testing.T) {
	toros := &debatev1.Conversation{Id: conversationID, Topic: "Los toros deberían prohibirse.", Stance: debatev1.Stance_STANCE_CON, Language: "es", TurnCount: 1}
	for _, c := range []struct {
		language           string
		debate             *debatev1.Conversation
		greeting, announce string
	}{
		{"es_ES.UTF-8", dogs(), "Un debate: di lo que piensas", "Yo argumento en contra."},
		{"es", toros, "Un debate: di lo que piensas", "Yo argumento en contra."},
		{"C.UTF-8", toros, "A debate: state a view", "Yo argumento en contra."},
		{"en_GB.UTF-8", dogs(), "A debate: state a view", "I argue against it."},
		{"", dogs(), "A debate: state a view", "I argue against it."},
	} {
		var out strings.Builder
		s := &session{Config: Config{Language: c.language, Client: client(serve(t, newService())), Out: &out, Err: io.Discard}, opening: &debatev1.ChatStreamRequest{}}
		s.language = language{s.inSpanish}
		s.screen = screen{language: s.language, out: &out, width: 200}
		if err := s.welcome(context.Background()); err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(out.String(), c.greeting) {
			t.Errorf("%s greets by %q", c.language, out.String())
		}
		out.Reset()
		s.conversation = c.debate
		s.announce()
		if !strings.Contains(out.String(), c.announce) {
			t.Errorf("%s in a debate in %q announces %q", c.language, c.debate.Language, out.String())
		}
	}
}
