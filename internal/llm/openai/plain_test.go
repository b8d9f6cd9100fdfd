package openai

import (
	"reflect"
	"strings"
	"testing"

	"github.com/debate-chatbot/debate-api/internal/llm/openai/openaitest"
)

// FuzzPlainChunk has whatever is read as a plain chunk read the same in full.
func FuzzPlainChunk(f *testing.F) {
	for _, d := range openaitest.Dialects() {
		for line := range strings.Lines(d.Body) {
			f.Add(strings.TrimSpace(strings.TrimPrefix(line, "data:")))
		}
	}
	for _, test := range plainChunks {
		f.Add(test.chunk)
	}
	f.Fuzz(func(t *testing.T, data string) {
		plain, ok := readPlainChunk([]byte(data))
		if !ok {
			return
		}
		if full, err := readFullChunk([]byte(data)); err != nil || !reflect.DeepEqual(plain, full) {
			t.Errorf("%q: %+v; in full %+v, %v", data, plain, full, err)
		}
	})
}

// around is a chunk with a choice's fields.
func around(choice string) string { return `{"id":"c1","created":1,"choices":[{` + choice + `}]}` }

var plainChunks = []struct {
	chunk string
	plain bool
}{
	{around(`"index":0,"delta":{"role":"assistant","content":"Golf ¿qué?","refusal":null},"logprobs":null,"finish_reason":null`), true},
	{around(`"index":12,"delta":{},"finish_reason":"stop"`), true},
	{` { "choices" : [ { "delta" : { "content" : "a" , "content" : null } } ] , "stream" : true, "usage" : null } `, true},
	{`{"choices":[{"delta":{"content":"a"}}],"obfuscation":"x","error":null}`, true},
	{around(`"index":1,"delta":{"content":"a"},"index":2,"delta":{"role":"b"},"finish_reason":"c","finish_reason":null`), true},
	{around(`"delta":{"content":"a\nb"}`), false},
	{around(`"delta":{"content":"a"} x`), false},
	{`{"x":"a\xb",` + around(`"delta":{}`)[1:], false},
	{around(`"delta":{"content":"a` + "\n" + `b"}`), false},
	{around(`"delta":{"content":"` + "\xff" + `"}`), false},
	{around(`"delta":{"content":["a"]}`), false},
	{around(`"delta":{"Content":"a"}`), false},
	{around(`"delta":{"content":"a","refusal":"no"}`), false},
	{around(`"delta":{},"error":{"code":429}`), false},
	{around(`"delta":{},"error":"x"`), false},
	{around(`"delta":{},"message":{"content":"a"}`), false},
	{around(`"text":"read only where another field has the wrong type","message":1`), false},
	{`{"choices":[{"text":"the same"}],"usage":1}`, false},
	{`{"choices":[{"text":"the same"}],"x_groq":1}`, false},
	{around(`"index":0.0,"delta":{"content":"a"}`), false},
	{around(`"index":01,"delta":{"content":"a"}`), false},
	{around(`"index":99999999999999999999,"delta":{"content":"a"}`), false},
	{around(`"delta":{},"finish_reason":1`), false},
	{around(`"delta":{"content":"a"}},{"delta":{"content":"b"}`), false},
	{around(`"delta":{"content":"a"}`) + `x`, false},
	{around(`"delta":{"content":"a",}`), false},
	{`{"choices":[{"delta":{"content":"a"}}],"usage":{"prompt_tokens":1}}`, false},
	{`{"choices":[{"delta":{"content":"a"}}],"error":"x"}`, false},
	{`{"choices":[{"delta":{"content":"a"}}],"x_groq":{"error":"x"}}`, false},
	{`{"choices":[{"delta":{"content":"a"}}],"choices":[{"delta":{}}]}`, false},
	{`{"choices":[]}`, false},
	{`{"detail":"boom"}`, false},
	{`{"choices":[{"delta":{"content":"a"}}]`, false},
	{``, false},
}

func TestPlainChunksAreReadAsSuchAndNoOthers(t *testing.T) {
	for _, test := range plainChunks {
		if c, ok := readPlainChunk([]byte(test.chunk)); ok != test.plain {
			t.Errorf("%s: %v, %+v", test.chunk, ok, c)
		}
	}
}
