package openai

import (
	"bytes"
	"encoding/json"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"
)

// chunk is what is read of a part of an answer, or of a whole one.
type chunk struct {
	index   int    // of the choice that the rest is about
	text    string // of the delta
	whole   string // of a message, which may repeat the deltas
	refused bool   // the model's own refusal
	finish  string
	usage   *usage
	failed  *failure // what the server says is wrong
}

// usage is what a call used, by the provider's count.
type usage struct {
	PromptTokens     int64 `json:"prompt_tokens"`
	CompletionTokens int64 `json:"completion_tokens"`
}

// strictChunk is a chunk as OpenAI sends it. go-openai's own type has parts
// that cost much to decode, and none for an error.
type strictChunk struct {
	Choices []struct {
		Index        int             `json:"index"`
		Delta        strictMessage   `json:"delta"`
		Message      strictMessage   `json:"message"`
		FinishReason string          `json:"finish_reason"`
		Native       string          `json:"native_finish_reason"`
		Error        json.RawMessage `json:"error"`
	} `json:"choices"`
	Usage *usage          `json:"usage"`
	Error json.RawMessage `json:"error"`
	Groq  struct {
		Error json.RawMessage `json:"error"`
	} `json:"x_groq"`
}

type strictMessage struct {
	Content halvedText `json:"content"`
	Refusal string     `json:"refusal"`
}

// readChunk reads a chunk. The error is a *json.SyntaxError.
func readChunk(data []byte) (chunk, error) {
	if c, ok := readPlainChunk(data); ok {
		return c, nil
	}
	return readFullChunk(data)
}

// chunkReader reads the chunks of a stream, of which nearly all are the one before
// with another text: that is all that is read of such a one.
type chunkReader struct {
	like chunk // the latest that was plain
	// What stood before, between and after its texts: the content and, where it is
	// padded, what it was filled up with.
	before, between, after []byte
	padded                 bool
}

// read reads a chunk. The error is a *json.SyntaxError.
func (r *chunkReader) read(data []byte) (chunk, error) {
	if text, ok := r.text(data); ok {
		c := r.like
		c.text = string(text)
		return c, nil
	}
	c, at, ok := readPlain(data)
	if !ok {
		return readFullChunk(data)
	}
	if c.text != "" && c.finish == "" {
		r.learn(c, data, at)
	}
	return c, nil
}

// learn notes what a chunk is like.
func (r *chunkReader) learn(c chunk, data []byte, at places) {
	n := len(data)
	r.like, r.padded = c, at.padding.end > 0 && at.padding.begin < at.content.end
	last := at.content
	if r.padded {
		r.between = append(r.between[:0], data[n-at.content.end:n-at.padding.begin]...)
		last = at.padding
	}
	r.before = append(r.before[:0], data[:n-at.content.begin]...)
	r.after = append(r.after[:0], data[n-last.end:]...)
}

// text is the text of a chunk that is like the one before in all else. What stands
// in the places of texts is one if it has no mark that could end it.
func (r *chunkReader) text(data []byte) (text []byte, ok bool) {
	rest, found := bytes.CutPrefix(data, r.before)
	if !found || len(r.before) == 0 {
		return nil, false
	}
	if rest, found = bytes.CutSuffix(rest, r.after); !found {
		return nil, false
	}
	if r.padded {
		var padding []byte
		if rest, padding, found = bytes.Cut(rest, r.between); !found || !isPlainText(padding) {
			return nil, false
		}
	}
	return rest, len(rest) > 0 && isPlainText(rest)
}

// isPlainText says whether a text within quotation marks stands for itself.
func isPlainText(text []byte) bool {
	for _, b := range text {
		if b < ' ' || b == '"' || b == '\\' {
			return false
		}
	}
	return utf8.Valid(text)
}

// readFullChunk reads a chunk as OpenAI sends it, and any other with more
// patience.
func readFullChunk(data []byte) (chunk, error) {
	var s strictChunk
	err := json.Unmarshal(data, &s)
	if err != nil || len(s.Choices) != 1 || given(s.Error) || given(s.Choices[0].Error) || given(s.Groq.Error) {
		return readOddChunk(data)
	}
	first := s.Choices[0]
	return chunk{
		index:   first.Index,
		text:    string(first.Delta.Content),
		whole:   string(first.Message.Content),
		refused: first.Delta.Refusal != "" || first.Message.Refusal != "",
		finish:  finishOf(first.FinishReason, first.Native),
		usage:   s.Usage,
	}, nil
}

func given(raw json.RawMessage) bool { return len(raw) > 0 && string(raw) != "null" }

// readOddChunk reads a chunk whatever the types of its fields: text in parts,
// numbers as floats or strings, errors in any shape.
func readOddChunk(data []byte) (chunk, error) {
	var tree any
	if err := json.Unmarshal(data, &tree); err != nil {
		return chunk{}, err
	}
	if list, ok := tree.([]any); ok && len(list) > 0 { // Gemini's errors
		tree = list[0]
	}
	object, ok := tree.(map[string]any)
	if !ok {
		return chunk{}, nil
	}
	var c chunk
	choices, _ := object["choices"].([]any)
	for i, v := range choices {
		choice, _ := v.(map[string]any)
		if index := int(number(choice["index"])); i == 0 {
			c.index = index
		} else if index != c.index {
			continue
		}
		c.readChoice(choice)
	}
	if told, ok := object["usage"].(map[string]any); ok {
		c.usage = &usage{int64(number(told["prompt_tokens"])), int64(number(told["completion_tokens"]))}
	}
	if isError(object, len(choices) > 0) {
		c.failed = classify(0, data)
	}
	return c, nil
}

func (c *chunk) readChoice(choice map[string]any) {
	for _, name := range []string{"delta", "message"} {
		message, ok := choice[name].(map[string]any)
		if !ok {
			continue
		}
		text, refused := textOf(message["content"])
		if refusal, _ := message["refusal"].(string); refusal != "" {
			refused = true
		}
		c.refused = c.refused || refused
		if name == "delta" {
			c.text += text
		} else {
			c.whole += text
		}
	}
	if text, ok := choice["text"].(string); ok { // as completions without a chat have it
		c.text += text
	}
	switch reason := choice["finish_reason"].(type) {
	case string:
		c.finish = reason
	case float64:
		c.finish = strconv.Itoa(int(reason))
	}
	native, _ := choice["native_finish_reason"].(string)
	c.finish = finishOf(c.finish, native)
	if isSet(choice["error"]) {
		raw, err := json.Marshal(choice["error"])
		if err == nil {
			c.failed = classify(0, raw)
		}
	}
}

// finishOf is a finish_reason, or OpenRouter's native one beside it where that tells a
// failure: it passes some of those off as a "stop".
func finishOf(finish, native string) string {
	if outcomes[normal(native)] == outcomeFailed {
		return native
	}
	return finish
}

// textOf is the text in a string, or in the parts of a list that are text, and
// whether one of them is a refusal. Thoughts are parts of other types.
func textOf(content any) (text string, refused bool) {
	switch content := content.(type) {
	case string:
		return content, false
	case float64: // of servers that take a text for the value that it looks like
		return strconv.FormatFloat(content, 'f', -1, 64), false
	case bool:
		return strconv.FormatBool(content), false
	case []any:
		for _, part := range content {
			more, no := textOf(part)
			text, refused = text+more, refused || no
		}
	case map[string]any:
		if thought, _ := content["thought"].(bool); thought {
			return "", false
		}
		switch content["type"] {
		case nil, "text", "output_text":
			if value, ok := content["value"]; ok {
				return textOf(value)
			}
			return textOf(content["text"])
		case "refusal":
			return "", true
		}
	}
	return text, refused
}

// isError says whether an object tells an error, in one of the shapes that are
// met: error, errors, detail, or the object itself.
func isError(object map[string]any, choices bool) bool {
	for _, name := range []string{"error", "errors"} {
		if isSet(object[name]) {
			return true
		}
	}
	if groq, ok := object["x_groq"].(map[string]any); ok && isSet(groq["error"]) {
		return true
	}
	if choices {
		return false
	}
	if status, ok := object["base_resp"].(map[string]any); ok { // MiniMax's
		return number(status["status_code"]) != 0
	}
	return object["object"] == "error" || object["type"] == "error" || isSet(object["detail"]) || isSet(object["error_msg"]) || isSet(object["error_message"]) ||
		isSet(object["message"]) && (isSet(object["code"]) || isSet(object["status"]) || isSet(object["statusCode"]))
}

// isSet is false of nothing, in any of its spellings.
func isSet(v any) bool {
	switch v := v.(type) {
	case nil:
		return false
	case string:
		return v != ""
	case bool:
		return v
	case float64:
		return v != 0
	case []any:
		return len(v) > 0
	case map[string]any:
		for _, field := range v {
			if isSet(field) {
				return true
			}
		}
		return false
	}
	return true
}

// number is a number, or the text of one; 0 if it is neither.
func number(v any) float64 {
	switch v := v.(type) {
	case float64:
		return v
	case string:
		n, err := strconv.ParseFloat(strings.TrimSpace(v), 64)
		if err == nil && !math.IsNaN(n) && !math.IsInf(n, 0) {
			return n
		}
	}
	return 0
}

// isJSON says whether data may be an object or a list.
func isJSON(data []byte) bool {
	data = bytes.TrimSpace(data)
	return len(data) > 0 && (data[0] == '{' || data[0] == '[')
}
