package openai

// This file reads what models answer in JSON, as they really give it.

import (
	"encoding/json"
	"errors"
	"iter"
	"regexp"
	"strings"
	"unicode"

	"github.com/debate-chatbot/debate-api/internal/debate"
)

// word is a string in small letters.
func word(v any) string { return strings.ToLower(oneLine(v, 20)) }

// quoted is where a text says something, word for word.
func quoted(text, quote string) (at int, ok bool) {
	at = strings.Index(text, quote)
	return at, quote != "" && at >= 0
}

// objects are those of a list.
func objects(list any) iter.Seq[map[string]any] {
	return func(yield func(map[string]any) bool) {
		all, _ := list.([]any)
		for _, v := range all {
			if o, ok := v.(map[string]any); ok && !yield(o) {
				return
			}
		}
	}
}

// object is the JSON object in a text, which may stand between other words.
func object(text string) (map[string]any, error) {
	from, to := strings.IndexByte(text, '{'), strings.LastIndexByte(text, '}')
	var fields map[string]any
	if from < 0 || to < from || json.Unmarshal([]byte(text[from:to+1]), &fields) != nil {
		return nil, errors.New("the model's answer is no JSON object")
	}
	return fields, nil
}

// truth is a boolean, or a word for one.
func truth(v any) (is, ok bool) {
	switch v := v.(type) {
	case bool:
		return v, true
	case string:
		switch strings.ToLower(strings.TrimSpace(v)) {
		case "true", "yes":
			return true, true
		case "false", "no":
			return false, true
		}
	}
	return false, false
}

// printable is s without the control characters that models and their servers
// let slip in, of which databases take some for an error. Breaks of lines stay.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) && !unicode.IsSpace(r) {
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, ""))
}

// oneLine is a string on one line, of at most limit bytes.
func oneLine(v any, limit int) string {
	return clip(strings.Join(strings.Fields(debate.WithoutDirections(printable(asText(v)))), " "), limit)
}

var languageCode = regexp.MustCompile(`^[a-z]{2,3}(-[A-Za-z0-9]{2,8})?$`)

// language is a code of a language, else another.
func language(v any, otherwise string) string {
	if code := oneLine(v, 12); languageCode.MatchString(code) {
		return code
	}
	return otherwise
}

// clip is the beginning of s, of at most limit bytes, to the end of a word.
func clip(s string, limit int) string {
	if len(s) <= limit {
		return s
	}
	s = strings.ToValidUTF8(s[:limit], "")
	if space := strings.LastIndexAny(s, " \n"); space > 0 {
		s = s[:space]
	}
	return s
}

// readObject reads the object that a text begins with, and says where that ends; nil if
// it is none. Names of fields are in small letters.
func readObject(text string) (o map[string]any, end int) {
	d := json.NewDecoder(strings.NewReader(text))
	var read map[string]any
	if d.Decode(&read) != nil {
		return nil, 0
	}
	o = make(map[string]any, len(read))
	for name, v := range read {
		o[strings.ToLower(name)] = v
	}
	return o, int(d.InputOffset())
}

// mendJSON takes out of JSON what models often have in it and parsers refuse: commas
// before a bracket, and in texts breaks of lines and strokes that escape nothing.
func mendJSON(text string) string {
	var b strings.Builder
	inText := false
	for i := 0; i < len(text); i++ {
		c := text[i]
		switch {
		case c == '"':
			inText = !inText
		case inText && c == '\\' && i+1 < len(text) && strings.IndexByte("\"\\/bfnrtu", text[i+1]) >= 0:
			b.WriteByte(c)
			i++
			c = text[i]
		case inText && c == '\\':
			b.WriteByte(c)
		case inText && c < ' ':
			c = ' '
		case !inText && c == ',':
			if rest := strings.TrimLeft(text[i+1:], " \t\r\n"); rest != "" && (rest[0] == '}' || rest[0] == ']') {
				continue
			}
		}
		b.WriteByte(c)
	}
	return b.String()
}

// asText is a string, empty for anything else.
func asText(v any) string {
	s, _ := v.(string)
	return s
}
