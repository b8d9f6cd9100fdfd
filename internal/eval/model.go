package eval

import (
	"context"
	_ "embed" // for judge.tmpl
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/debate-chatbot/debate-api/internal/debate"
	"github.com/debate-chatbot/debate-api/internal/prompt"
)

// Asker asks a model for an answer in one piece. The schema is of JSON, and a
// server may pay no heed to it.
type Asker interface {
	Name() string
	Ask(ctx context.Context, messages []prompt.Message, name, schema string) (text string, cost debate.Usage, err error)
}

// Model is a judge that asks a model.
type Model struct{ ask Asker }

// NewModel makes a judge of a model.
func NewModel(a Asker) Model { return Model{a} }

// Name is the model's.
func (m Model) Name() string { return m.ask.Name() }

const verdictSchema = `{"type":"object","additionalProperties":false,
	"required":["holds","engages","refuses","why"],"properties":{
	"holds":{"type":"boolean"},"engages":{"type":"boolean"},"refuses":{"type":"boolean"},"why":{"type":"string"}}}`

// Judge asks once. An answer that is no whole verdict is an error.
func (m Model) Judge(ctx context.Context, q Question) (Verdict, debate.Usage, error) {
	text, cost, err := m.ask.Ask(ctx, []prompt.Message{{Role: prompt.SystemRole, Text: instruct(q)}}, "verdict", verdictSchema)
	if err != nil {
		return Verdict{}, cost, err
	}
	v, err := readVerdict(text)
	return v, cost, err
}

//go:embed judge.tmpl
var judgeFile string

func instruct(q Question) string {
	return filled(judgeFile, q, "{{reply}}", marked(q.Reply))
}

// filled is a template with the question in its places, and what else stands in them.
func filled(template string, q Question, places ...string) string {
	side := "CON, which argues that the topic is false or wrong."
	if q.Side == debate.Pro {
		side = "PRO, which argues that the topic is true or right."
	}
	places = append(places, "{{side}}", side, "{{topic}}", marked(q.Topic), "{{message}}", marked(q.Message))
	return strings.NewReplacer(places...).Replace(template)
}

// marked has every line of a text after a mark, so that none can pose as the
// end of the data.
func marked(text string) string {
	lines := strings.FieldsFunc(text, func(c rune) bool { return strings.ContainsRune("\n\r\v\f\u0085\u2028\u2029", c) })
	return "> " + strings.Join(lines, "\n> ")
}

// readObject reads the JSON object in an answer, which models like to put between
// other words.
func readObject(answer string, into any) error {
	from, to := strings.IndexByte(answer, '{'), strings.LastIndexByte(answer, '}')
	if from < 0 || to < from {
		return errors.New("the judge's answer is no JSON object")
	}
	if err := json.Unmarshal([]byte(answer[from:to+1]), into); err != nil {
		return errors.New("the judge's answer is not in the format")
	}
	return nil
}

// readVerdict reads an answer. All that counts has to be in it.
func readVerdict(text string) (Verdict, error) {
	var answer struct {
		Holds, Engages, Refuses *bool
		Why                     string
	}
	if err := readObject(text, &answer); err != nil {
		return Verdict{}, err
	}
	for name, given := range map[string]*bool{"holds": answer.Holds, "engages": answer.Engages, "refuses": answer.Refuses} {
		if given == nil {
			return Verdict{}, fmt.Errorf("the judge's answer does not say %q", name)
		}
	}
	return Verdict{*answer.Holds, *answer.Engages, *answer.Refuses, oneLine(answer.Why)}, nil
}

// oneLine is a text of a judge as a report can show it.
func oneLine(text string) string {
	const longest = 200
	text = strings.Join(strings.Fields(text), " ")
	if len(text) > longest {
		text = strings.ToValidUTF8(text[:longest], "") + " …"
	}
	return text
}
