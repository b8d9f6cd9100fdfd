package rpc

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/debate-chatbot/debate-api/internal/debate"
	"github.com/debate-chatbot/debate-api/internal/format"
)

// completionRequest is what of a request counts here.
type completionRequest struct {
	model         string
	stream, usage bool
	structured    bool   // the answer is to be a JSON object
	probe         bool   // the answer may have so few tokens that none could be a reply
	system        string // how the instructions begin
	transcript    debate.Transcript
}

// completionBody is the body of a request. What is not here is ignored: a reply
// is as long and as bold as the debate's difficulty has it, and calls no tools.
type completionBody struct {
	Model         string              `json:"model"`
	Messages      []completionMessage `json:"messages"`
	Stream        bool                `json:"stream"`
	StreamOptions struct {
		IncludeUsage bool `json:"include_usage"`
	} `json:"stream_options"`
	N              *int            `json:"n"`
	MaxTokens      json.RawMessage `json:"max_tokens"`
	MaxCompletion  json.RawMessage `json:"max_completion_tokens"`
	ToolChoice     json.RawMessage `json:"tool_choice"`
	FunctionCall   json.RawMessage `json:"function_call"` // of old, in place of tool_choice
	ResponseFormat struct {
		Type string `json:"type"`
	} `json:"response_format"`
	Modalities []string `json:"modalities"`
}

type completionMessage struct {
	Role    string          `json:"role"`
	Content json.RawMessage `json:"content"`
}

// completionContent is a part of a message's content. LangChain's types have a text for
// one, too, and some clients leave the type of a text out.
type completionContent struct {
	Type    string `json:"type"`
	Text    string `json:"text"`
	Refusal string `json:"refusal"`
}

// errChatTooLarge refuses a chat that is too long even without its pictures.
var errChatTooLarge = &debate.Error{
	Reason:  debate.InvalidArgument,
	Message: fmt.Sprintf("the chat has more than %d bytes, pictures aside; begin a new one, or leave documents and earlier messages out", maxBodyBytes),
}

// longestRun is how many characters without a space or a mark are read on end. No word has
// as many, and no message: it is a picture, a sound or a file, written in base64.
const longestRun = 16 << 10

// unpictured reads a request without the most of its pictures. Pages send those of a whole
// chat each time, megabytes of them, also to a model that cannot see.
type unpictured struct {
	io.Reader
	run int
}

func (u *unpictured) Read(p []byte) (int, error) {
	n, err := u.Reader.Read(p)
	kept := p[:0]
	for _, c := range p[:n] {
		if u.run++; !isBase64(c) {
			u.run = 0
		}
		if u.run <= longestRun {
			kept = append(kept, c)
		}
	}
	return len(kept), err
}

func isBase64(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '+' || c == '/' || c == '=' || c == '-' || c == '_'
}

// UnmarshalJSON reads a part, or a text.
func (p *completionContent) UnmarshalJSON(data []byte) error {
	if json.Unmarshal(data, &p.Text) == nil {
		p.Type = "text"
		return nil
	}
	type part completionContent
	if err := json.Unmarshal(data, (*part)(p)); err != nil {
		return err
	}
	if p.Type == "" && p.Text != "" {
		p.Type = "text"
	}
	return nil
}

// parseCompletion reads a request, for a model where its path names one.
func parseCompletion(body []byte, model string) (completionRequest, error) {
	var in completionBody
	if !utf8.Valid(body) {
		return completionRequest{}, debate.Invalid("body", "must be UTF-8")
	}
	if err := json.Unmarshal(body, &in); err != nil {
		kind, ok := errors.AsType[*json.UnmarshalTypeError](err)
		switch {
		case !ok:
			return completionRequest{}, notJSON(body, err)
		case kind.Field == "":
			return completionRequest{}, debate.Invalid("body", "must be a JSON object, got "+cut(kind.Value))
		default:
			return completionRequest{}, debate.Invalid(kind.Field, "must be "+kindWanted(kind.Type)+", got "+cut(kind.Value))
		}
	}
	in.Model = cmp.Or(model, in.Model)
	out := completionRequest{model: in.Model, stream: in.Stream, usage: in.StreamOptions.IncludeUsage}
	var err error
	if out.transcript, err = readModel(in.Model); err != nil {
		return out, err
	}
	out.transcript.Unpaced = !in.Stream
	if err := in.refuse(); err != nil {
		return out, err
	}
	out.structured = in.ResponseFormat.Type != "" && in.ResponseFormat.Type != "text"
	out.probe = isProbe(in.MaxTokens) || isProbe(in.MaxCompletion)
	err = out.readMessages(in.Messages)
	if _, task := answerTask(out); err == nil && out.structured && !task {
		err = debate.Invalid("response_format", "a debate is answered in plain text; leave it out")
	}
	return out, err
}

// kindWanted names the values of JSON that a Go type takes.
func kindWanted(t reflect.Type) string {
	switch {
	case t == reflect.TypeFor[completionMessage]():
		return "a list of objects"
	case t.Kind() == reflect.Bool:
		return "true or false"
	case t.Kind() == reflect.Int:
		return "a whole number"
	case t.Kind() == reflect.Slice:
		return "a list"
	case t.Kind() == reflect.String:
		return "a string"
	default:
		return "an object"
	}
}

// refuse says what of a request cannot be had, where the caller would wait for it
// in vain. What only shapes a reply is ignored.
func (b completionBody) refuse() error {
	switch {
	case b.N != nil && *b.N != 1:
		return debate.Invalid("n", "there is one reply to a message; leave it out, or set 1")
	case mustCall(b.ToolChoice):
		return debate.Invalid("tool_choice", "a debate calls no tools; set \"auto\" or \"none\", or leave it out")
	case mustCall(b.FunctionCall):
		return debate.Invalid("function_call", "a debate calls no functions; set \"auto\" or \"none\", or leave it out")
	case slices.Contains(b.Modalities, "audio"):
		return debate.Invalid("modalities", "a debate is text; set [\"text\"], or leave it out")
	default:
		return nil
	}
}

// mustCall says whether a choice of tools leaves none but to call one.
func mustCall(choice json.RawMessage) bool {
	var one struct {
		Type    string `json:"type"`
		Allowed struct {
			Mode string `json:"mode"`
		} `json:"allowed_tools"`
	}
	if len(choice) == 0 || choice[0] != '{' || json.Unmarshal(choice, &one) != nil {
		return string(choice) == `"required"`
	}
	return one.Type != "allowed_tools" || one.Allowed.Mode == "required"
}

// readMessages makes messages a transcript. What the system and the developer say
// becomes the persona; what tools say is no part of a debate. Messages of one side
// that follow each other are one.
func (r *completionRequest) readMessages(all []completionMessage) error {
	var system []string
	type said struct{ role, text string }
	var sides []said
	for i, m := range all {
		text, other, err := m.text()
		if err != nil {
			return err
		}
		switch m.Role {
		case "system", "developer":
			system = append(system, withoutLearnt(text))
		case "user", "assistant":
			if m.Role == "user" {
				text = withoutDocuments(text)
			}
			if m.Role == "user" && other != "" && i == len(all)-1 {
				return debate.Invalid("messages", "a debate is text, and the last message has a part of the type "+cut(other)+"; leave that out")
			}
			if n := len(sides); n > 0 && sides[n-1].role == m.Role {
				sides[n-1].text = strings.TrimSpace(sides[n-1].text + "\n\n" + text)
			} else if text != "" && (n > 0 || m.Role == "user") {
				sides = append(sides, said{m.Role, text})
			}
		case "tool", "function":
		default:
			return debate.Invalid("messages", "the role "+cut(m.Role)+" is not known; there are system, developer, user, assistant and tool")
		}
	}
	r.system = strings.Join(system, "\n")
	if len(sides) == 0 && asksForTitle(r.system) {
		sides = append(sides, said{"user", r.system}) // the chat is quoted in the instructions
	}
	if len(all) == 0 {
		return debate.Invalid("messages", "are missing; send a list, such as [{\"role\": \"user\", \"content\": \"Dogs are better than cats.\"}]")
	}
	if len(sides) == 0 || sides[len(sides)-1].role != "user" {
		return debate.Invalid("messages", "the last one must be the user's, and not be empty: it is what the reply answers")
	}
	for i := 0; i+1 < len(sides); i += 2 {
		r.transcript.Before = append(r.transcript.Before, debate.Exchange{Number: i/2 + 1, Message: printable(sides[i].text), Reply: printable(sides[i+1].text)})
	}
	r.transcript.Message = sides[len(sides)-1].text
	r.transcript.Persona = persona(system)
	return nil
}

// text is a message's text: its content, or the text of its parts. The type of a
// part that is none is other.
func (m completionMessage) text() (text, other string, err error) {
	if len(m.Content) == 0 || string(m.Content) == "null" {
		return "", "", nil
	}
	if json.Unmarshal(m.Content, &text) == nil {
		return text, "", nil
	}
	var parts []completionContent
	if json.Unmarshal(m.Content, &parts) != nil {
		return "", "", debate.Invalid("messages", "content must be a string or a list of parts")
	}
	var texts []string
	for _, p := range parts {
		switch p.Type {
		case "text", "input_text", "output_text":
			texts = append(texts, p.Text)
		case "refusal":
			texts = append(texts, p.Refusal)
		default:
			other = p.Type
		}
	}
	return strings.Join(texts, "\n"), other, nil
}

// persona is what a client's instructions say that the bot is: data on one line,
// cut to the length of a persona.
func persona(system []string) string {
	line := strings.Join(strings.Fields(printable(strings.Join(system, " "))), " ")
	if len(line) <= debate.MaxPersonaBytes {
		return line
	}
	end := debate.MaxPersonaBytes
	for !utf8.RuneStart(line[end]) {
		end--
	}
	if space := strings.LastIndexByte(line[:end], ' '); space > end/2 {
		end = space
	}
	return strings.TrimSpace(line[:end])
}

// printable is a text without characters that have no place in a message.
func printable(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) && r != '\n' && r != '\t' && r != '\r' {
			return -1
		}
		return r
	}, text)
}

// The models are one opponent, in its difficulties, in the formats that have an end,
// and on either side.
var (
	modelDifficulties = []struct {
		name       string
		difficulty debate.Difficulty
	}{{"debate", debate.Medium}, {"debate-easy", debate.Easy}, {"debate-hard", debate.Hard}}
	modelStances = []debate.Stance{debate.NoStance, debate.Pro, debate.Con}
)

// modelNames lists the difficulties with either side, and the formats without: any of
// them go together.
func modelNames() (names []string) {
	for _, stance := range modelStances {
		for _, d := range modelDifficulties {
			names = append(names, strings.TrimSuffix(d.name+"/"+string(stance), "/"))
		}
	}
	for _, f := range format.All() {
		if f.Rounds() > 0 {
			names = append(names, modelDifficulties[0].name+"/"+f.Name)
		}
	}
	return names
}

// readModel is what a model's name says, in any case: a difficulty, then a format and a
// side where it has them.
func readModel(name string) (debate.Transcript, error) {
	var t debate.Transcript
	base, rest, more := strings.Cut(name, "/")
	for _, d := range modelDifficulties {
		if strings.EqualFold(base, d.name) {
			t.Difficulty = d.difficulty
		}
	}
	ok := t.Difficulty != ""
	for more && ok {
		var part string
		part, rest, more = strings.Cut(rest, "/")
		f, known := format.Find(strings.ToLower(part))
		switch stance := debate.Stance(strings.ToUpper(part)); {
		case t.Stance == debate.NoStance && (stance == debate.Pro || stance == debate.Con):
			t.Stance = stance
		case t.Format == "" && t.Stance == debate.NoStance && part != "" && known && f.Rounds() > 0:
			t.Format = f.Name
		default:
			ok = false
		}
	}
	if ok {
		return t, nil
	}
	e := debate.Invalid("model", "there is no model "+strconv.Quote(cut(name))+"; /v1/models lists those there are, and \"debate\" is one")
	if name == "" {
		e = debate.Invalid("model", "is missing; /v1/models lists those there are, and \"debate\" is one")
	}
	e.Reason = debate.NotFound
	return debate.Transcript{}, e
}
