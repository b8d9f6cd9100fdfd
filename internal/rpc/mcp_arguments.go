package rpc

import (
	"context"
	"encoding/json"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/google/jsonschema-go/jsonschema"
	"github.com/modelcontextprotocol/go-sdk/mcp"

	"github.com/debate-chatbot/debate-api/internal/debate"
)

// tools are those of a server, with what each takes.
type tools struct {
	server *mcp.Server
	takes  map[string]*jsonschema.Schema
}

// strayArguments are what n8n puts among a tool's arguments: n8n-io/n8n issues 21500 and
// 21716, and its node's type of an item from before.
var strayArguments = []string{"toolCallId", "sessionId", "action", "chatInput", "tool"}

// addTool adds a tool that does something for the owner of the request.
func addTool[In, Out any](to tools, t *mcp.Tool, do func(context.Context, debate.Owner, In) (Out, error)) {
	t.InputSchema = schemaOf[In]()
	to.takes[t.Name] = schemaOf[In]()
	if reflect.TypeFor[Out]().Kind() == reflect.Struct {
		schema := schemaOf[Out]()
		for _, p := range schema.Properties {
			if len(p.Types) > 0 { // a list or null, as no list here is; not all clients know a type of two
				p.Type, p.Types = "array", nil
			}
		}
		t.OutputSchema = schema
	}
	mcp.AddTool(to.server, t, tool(do))
}

func schemaOf[T any]() *jsonschema.Schema {
	schema, err := jsonschema.ForType(reflect.TypeFor[T](), nil)
	if err != nil {
		panic(err) // as mcp.AddTool does: it depends on the types alone
	}
	return schema
}

// read converts the arguments of a call to what its tool takes, and answers the call with an error
// where it cannot.
func (t tools) read(next mcp.MethodHandler) mcp.MethodHandler {
	return func(ctx context.Context, method string, r mcp.Request) (mcp.Result, error) {
		p, ok := r.GetParams().(*mcp.CallToolParamsRaw)
		if !ok || t.takes[p.Name] == nil {
			return next(ctx, method, r)
		}
		arguments, err := readArguments(p.Arguments, t.takes[p.Name])
		if err != nil {
			return &mcp.CallToolResult{IsError: true, Content: []mcp.Content{&mcp.TextContent{Text: toolError(ctx, err)}}}, nil
		}
		p.Arguments = arguments
		return next(ctx, method, r)
	}
}

// readArguments takes a tool's arguments as they come: models and the frameworks around
// them fill in null for what is optional, or a text that says so, write names in another
// way, the whole as a text of JSON, or, in PHP, no arguments as a list; numbers come as
// texts and texts as numbers.
func readArguments(raw json.RawMessage, takes *jsonschema.Schema) (json.RawMessage, error) {
	var text string
	if json.Unmarshal(raw, &text) == nil && json.Valid([]byte(text)) {
		raw = json.RawMessage(text)
	}
	given := map[string]json.RawMessage{}
	if none := []any{}; len(raw) > 0 && (json.Unmarshal(raw, &none) != nil || len(none) > 0) {
		if json.Unmarshal(raw, &given) != nil {
			return nil, debate.Invalid("arguments", "must be an object")
		}
	}
	for _, name := range slices.Sorted(maps.Keys(given)) {
		value := given[name]
		if own := nameIn(takes, name); own != name && given[own] == nil {
			delete(given, name)
			name, given[own] = own, value
		}
		property, known := takes.Properties[name]
		switch {
		case string(value) == "null", !known && slices.Contains(strayArguments, name), saysNone(value) && !slices.Contains(takes.Required, name):
			delete(given, name)
		case !known:
			return nil, debate.Invalid(cut(name), "is not known; this tool takes "+cut(strings.Join(slices.Sorted(maps.Keys(takes.Properties)), ", ")))
		default:
			fitting, ok := fit(value, property.Type)
			if !ok {
				return nil, debate.Invalid(name, "must be of the type "+property.Type+", got "+kindOf(value))
			}
			given[name] = fitting
		}
	}
	for _, name := range takes.Required {
		if given[name] == nil {
			return nil, debate.Invalid(name, "is missing")
		}
	}
	return json.Marshal(given)
}

// nameIn is the name of a property that is written as another program writes names:
// conversationId for conversation_id.
func nameIn(takes *jsonschema.Schema, name string) string {
	plain := strings.NewReplacer("_", "", "-", "")
	for own := range takes.Properties {
		if strings.EqualFold(plain.Replace(own), plain.Replace(name)) {
			return own
		}
	}
	return name
}

// saysNone says whether a text stands for no value, as what is optional may have.
func saysNone(value json.RawMessage) bool { return string(value) == `"null"` || string(value) == `""` }

// fit converts a value to a type of JSON Schema where that loses nothing, such as "3" to 3.
func fit(value json.RawMessage, kind string) (json.RawMessage, bool) {
	text := string(value)
	quoted := json.Unmarshal(value, &text) == nil
	switch kind {
	case "string":
		if !quoted && value[0] != '{' && value[0] != '[' {
			value, _ = json.Marshal(text) // of a text that came in JSON
			quoted = true
		}
		return value, quoted
	case "integer":
		n, err := strconv.ParseFloat(strings.TrimSpace(text), 64)
		whole := int64(n)
		return json.RawMessage(strconv.FormatInt(whole, 10)), err == nil && float64(whole) == n
	default:
		return value, true
	}
}
