package openai

import (
	"strings"
	"testing"

	"github.com/tiktoken-go/tokenizer/codec"
)

func TestATextIsCountedOnce(t *testing.T) {
	calls := 0
	count := remembering(func(text string) int { calls++; return len(strings.Fields(text)) })
	for range 3 {
		for i, text := range []string{"", "dogs", "cats", "dogs and cats", strings.Repeat("dogs ", 200)} {
			if got, want := count(text), []int{0, 1, 1, 3, 200}[i]; got != want {
				t.Errorf("%q: %d tokens, want %d", text, got, want)
			}
		}
	}
	if calls != 5 {
		t.Errorf("5 texts were counted %d times", calls)
	}
}

func TestTokensAreCountedAsTheTokenizerDoes(t *testing.T) {
	count, o200k := counter(), codec.NewO200kBase()
	for _, text := range []string{"Golf is boring.", "日本語のゴルフ", "a\n\n\tb", strings.Repeat("Dogs show you what they feel. ", 50)} {
		want, err := o200k.Count(text)
		if err != nil {
			t.Fatal(err)
		}
		for range 2 {
			if got := count(text); got != want {
				t.Errorf("%.20q: %d tokens, want %d", text, got, want)
			}
		}
	}
}
