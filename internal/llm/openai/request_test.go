package openai

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"github.com/debate-chatbot/debate-api/internal/prompt"
)

// What is written by hand is read back as what it was, and text that is no UTF-8 as
// encoding/json has it.
func TestMessagesAreWrittenAsJSON(t *testing.T) {
	var all strings.Builder
	for c := range rune(0x3000) {
		all.WriteRune(c)
	}
	texts := []string{"", "plain", all.String(), `"quoted" \ and` + "\n\ttabbed\x00\x1f\x7f", "cut \xe2\x82", "\xff\xfe", "\uFFFD stays", "emoji 🎉", "</script>\u2028"}
	messages := []prompt.Message{{Role: prompt.SystemRole, Text: "The rules."}}
	for _, text := range texts {
		messages = append(messages, prompt.Message{Role: prompt.UserRole, Text: text})
	}
	messages = append(messages, prompt.Message{Role: prompt.AssistantRole, Text: "<think>Hm.</think>It is [so]."})
	type message struct {
		Role    prompt.Role `json:"role"`
		Content string      `json:"content"`
	}
	for _, leftOut := range []parameters{0, systemRole} {
		folded := leftOut != 0
		want := []message{{prompt.SystemRole, "The rules."}}
		for _, text := range texts {
			want = append(want, message{prompt.UserRole, strings.ToValidUTF8(text, "\uFFFD")})
		}
		want[6].Content = "\uFFFD\uFFFD" // one for each byte
		want[5].Content = "cut \uFFFD\uFFFD"
		want = append(want, message{prompt.AssistantRole, "It is [so]."})
		if folded {
			want = want[1:]
			want[0].Content = "The rules.\n\n"
		}
		var got []message
		if err := json.Unmarshal(messagesJSON(messages, leftOut), &got); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("folded %v: %v\n%q, want\n%q", folded, err, got, want)
		}
	}
}
