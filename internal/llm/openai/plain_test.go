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

// readBoth reads the second of two chunks of a stream, and fails unless that is
// what it says in full. It says whether it was read as one like the first.
func readBoth(t *testing.T, first, second string) (alike bool) {
	t.Helper()
	var r chunkReader
	if _, err := r.read([]byte(first)); err != nil {
		return false
	}
	_, alike = r.text([]byte(second))
	got, err := r.read([]byte(second))
	want, wrong := readFullChunk([]byte(second))
	if (err != nil) != (wrong != nil) || !reflect.DeepEqual(got, want) {
		t.Errorf("after %q, %q: %+v, %v; in full %+v, %v", first, second, got, err, want, wrong)
	}
	return alike
}

// FuzzChunksOfAStream has a chunk after another read as it is read in full.
func FuzzChunksOfAStream(f *testing.F) {
	for _, test := range plainChunks {
		f.Add(test.chunk, strings.Replace(test.chunk, `"a`, `"b`, 1))
	}
	for _, test := range chunksAlike {
		f.Add(test.first, test.second)
	}
	f.Fuzz(func(t *testing.T, first, second string) { readBoth(t, first, second) })
}

const padded = `{"id":"c1","choices":[{"index":0,"delta":{"content":"TEXT"},"finish_reason":null}],"usage":null,"obfuscation":"PAD"}`

// said is padded with a text and padding.
func said(text, padding string) string {
	return strings.NewReplacer("TEXT", text, "PAD", padding).Replace(padded)
}

var chunksAlike = []struct {
	first, second string
	alike         bool
}{
	{around(`"delta":{"content":"a"}`), around(`"delta":{"content":"dogs ¿qué?"}`), true},
	{said("a", "x"), said("dogs", "xyz"), true},
	{said("a", ""), said("dogs", "x"), true},
	{`{"obfuscation":"x",` + around(`"delta":{"content":"a"}`)[1:], `{"obfuscation":"x",` + around(`"delta":{"content":"b"}`)[1:], true},
	{around(`"delta":{"content":"a","content":null}`), around(`"delta":{"content":"b","content":null}`), true},
	{around(`"delta":{"content":"a","content":"b"}`), around(`"delta":{"content":"a","content":"c"}`), true},

	{said("a", "x"), said(`a\nb`, "x"), false},
	{said("a", "x"), said(`a"},"finish_reason":"stop"}],"x":"`, "x"), false},
	{said("a", "x"), said("b", `x","error":"no`), false},
	{said("a", "x"), said("b", "\xff"), false},
	{said("a", "x"), said("\xff", "x"), false},
	{said("a", "x"), said("b\nb", "x"), false},
	{said("a", "x"), said("", "x"), false},
	{said("a", "x"), strings.Replace(said("b", "x"), "null}]", `"stop"}]`, 1), false},
	{said("a", "x"), strings.Replace(said("b", "x"), `"index":0`, `"index":1`, 1), false},
	{said("a", "x"), said("b", "x")[:40], false},
	{around(`"delta":{"content":"a"},"finish_reason":"stop"`), around(`"delta":{"content":"b"},"finish_reason":"stop"`), false},
}

func TestAChunkLikeTheOneBeforeIsReadByItsText(t *testing.T) {
	for _, test := range chunksAlike {
		if alike := readBoth(t, test.first, test.second); alike != test.alike {
			t.Errorf("%s after %s: alike %v, want %v", test.second, test.first, alike, test.alike)
		}
	}
	for _, d := range openaitest.Dialects() {
		var r chunkReader
		for line := range strings.Lines(d.Body) {
			data := []byte(strings.TrimSpace(strings.TrimPrefix(line, "data:")))
			got, err := r.read(data)
			if want, wrong := readFullChunk(data); (err != nil) != (wrong != nil) || !reflect.DeepEqual(got, want) {
				t.Errorf("%s, %s: %+v, %v; in full %+v, %v", d.Name, data, got, err, want, wrong)
			}
		}
	}
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
	{`{"choices":[{"delta":{"content":"a"}}],"usage":{"prompt_tokens":1}}`, true},
	{`{"choices":[{"delta":{"content":"a"}}],"usage":{"prompt_tokens":1},"usage":{"completion_tokens":1}}`, false},
	{`{"choices":[{"delta":{"content":"a"}}],"usage":{"prompt_tokens":1.5}}`, false},
	{`{"choices":[{"delta":{"content":"a"}}],"usage":{"queue_time":1.5,"prompt_tokens":1}}`, false},
	{`{"choices":[{"delta":{"content":"a"}}],"usage":{"Prompt_tokens":1}}`, false},
	{`{"choices":[{"delta":{"content":"a"}}],"usage":1}`, false},
	{`{"id":"c1","object":"chat.completion.chunk","created":1,"model":"m","choices":[],"service_tier":"default","system_fingerprint":null,"usage":{"prompt_tokens":11,"completion_tokens":7,"total_tokens":18,"prompt_tokens_details":{"cached_tokens":0,"audio_tokens":null},"completion_tokens_details":null},"obfuscation":"xy"}`, true},
	{`{"choices":[],"usage":{"prompt_tokens":1,"details":{"of":{"of":1}}}}`, false},
	{`{"choices":[],"usage":{"prompt_tokens":1},"detail":"boom"}`, false},
	{`{"choices":[],"usage":{"prompt_tokens":1},"object":"error"}`, false},
	{`{"object":"error","choices":[],"object":"x","usage":{"prompt_tokens":1}}`, false},
	{`{"choices":[],"usage":{"total_tokens":0},"base_resp":{"status_code":1004,"status_msg":"login fail"}}`, false},
	{`{"choices":[],"usage":null}`, false},
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
