package rpc

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/debate-chatbot/debate-api/internal/debate"
	debatev1 "github.com/debate-chatbot/debate-api/proto/debate/v1"
)

// errTooLarge refuses a request that is larger than any valid one.
var errTooLarge = &debate.Error{
	Reason:  debate.InvalidArgument,
	Message: fmt.Sprintf("the body has more than %d bytes; a message has at most %d characters", maxMessageBytes, debate.MaxMessageCharacters),
}

// parseKopiChat reads the body of POST /chat more strictly than encoding/json does:
// names are matched exactly, a name comes once, nothing follows the object, and text
// is UTF-8. Unknown names are ignored.
func parseKopiChat(body []byte) (*debatev1.ChatRequest, error) {
	if !utf8.Valid(body) {
		return nil, debate.Invalid("body", "must be UTF-8")
	}
	values, err := objectOf(body)
	if err != nil {
		return nil, err
	}
	r := new(debatev1.ChatRequest)
	fields := []struct {
		name     string
		required bool
		into     *string
	}{
		{"conversation_id", false, &r.ConversationId},
		{"message", true, &r.Message},
		{"topic", false, &r.Topic},
		{"format", false, &r.Format},
	}
	for _, f := range fields {
		raw, ok := values[f.name]
		switch {
		case !ok && f.required:
			return nil, debate.Invalid(f.name, "is missing")
		case !ok, !f.required && string(raw) == "null":
		default:
			if err := json.Unmarshal(raw, f.into); err != nil || raw[0] != '"' {
				return nil, debate.Invalid(f.name, "must be a string, got "+kindOf(raw))
			}
		}
	}
	return r, nil
}

// objectOf splits a JSON object into its values.
func objectOf(body []byte) (map[string]json.RawMessage, error) {
	in := json.NewDecoder(bytes.NewReader(body))
	first, err := in.Token()
	if err != nil {
		return nil, notJSON(body, err)
	}
	if first != json.Delim('{') {
		return nil, debate.Invalid("body", "must be a JSON object")
	}
	values := make(map[string]json.RawMessage)
	for in.More() {
		name, err := in.Token()
		if err != nil {
			return nil, notJSON(body, err)
		}
		text, ok := name.(string)
		if !ok {
			return nil, debate.Invalid("body", "is not JSON: a name must be a string")
		}
		if _, twice := values[text]; twice {
			return nil, debate.Invalid(cut(text), "comes twice")
		}
		var value json.RawMessage
		if err := in.Decode(&value); err != nil {
			return nil, notJSON(body, err)
		}
		values[text] = value
	}
	if _, err := in.Token(); err != nil { // the closing brace
		return nil, notJSON(body, err)
	}
	if _, err := in.Token(); !errors.Is(err, io.EOF) {
		return nil, debate.Invalid("body", "must hold one JSON object and nothing after it")
	}
	return values, nil
}

func notJSON(body []byte, err error) error {
	if len(body) > 0 && !bytes.ContainsRune(body, '"') {
		return debate.Invalid("body", "is not JSON: there is no double quote in it; where a shell takes them away, as those of Windows do, send a file, as curl -d @FILE does")
	}
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return debate.Invalid("body", "is not JSON: it ends too early")
	}
	return debate.Invalid("body", "is not JSON: "+cut(err.Error()))
}

// kindOf names the type of a JSON value.
func kindOf(raw json.RawMessage) string {
	switch raw[0] {
	case '{':
		return "an object"
	case '[':
		return "an array"
	case 't', 'f':
		return "a boolean"
	case 'n':
		return "null"
	case '"':
		return "a string that cannot be read"
	default:
		return "a number"
	}
}

// cut shortens what is quoted back to a caller.
func cut(text string) string {
	const most = 100
	if len(text) <= most {
		return text
	}
	return strings.ToValidUTF8(text[:most], "") + "…"
}
