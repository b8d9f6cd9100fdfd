package openai

import (
	"context"
	"encoding/json"
	"strings"

	"github.com/debate-chatbot/debate-api/internal/debate"
	"github.com/debate-chatbot/debate-api/internal/prompt"
)

// Judge is a Client as a debate.Judge.
type Judge struct{ *Client }

// maxPoint is the longest point that is suggested, in bytes.
const maxPoint = 600

const judgeSchema = `{"type":"object","additionalProperties":false,"required":["winner","clashes","best_case","advice"],"properties":{
	"winner":{"type":"string","enum":["A","B","undecided"]},
	"clashes":{"type":"array","items":{"type":"object","additionalProperties":false,"required":["title","winner","reason","quotes"],"properties":{
		"title":{"type":"string"},"winner":{"type":"string","enum":["A","B","undecided"]},"reason":{"type":"string"},
		"quotes":{"type":"array","items":{"$ref":"#/$defs/quote"}}}}},
	"best_case":{"type":"string"},
	"advice":{"type":"array","items":{"type":"object","additionalProperties":false,"required":["text","quote"],"properties":{
		"text":{"type":"string"},"quote":{"$ref":"#/$defs/quote"}}}}},
	"$defs":{"quote":{"type":"object","additionalProperties":false,"required":["turn","side","text"],"properties":{
		"turn":{"type":"integer"},"side":{"type":"string","enum":["A","B"]},"text":{"type":"string"}}}}}`

// Judge implements debate.Judge. An answer without a winner is no verdict.
func (j Judge) Judge(ctx context.Context, c debate.Conversation, exchanges []debate.Exchange, swapped bool) (debate.Judgement, debate.Usage, error) {
	text, cost, err := j.Ask(ctx, prompt.Judge(c, exchanges, swapped, j.models[0].budget(j.budget), j.count), "verdict", judgeSchema)
	if err != nil {
		return debate.Judgement{}, cost, err
	}
	judgement, err := readJudgement(text, swapped)
	return judgement, cost, err
}

// errUnreadVerdict is of an answer that gives no verdict: there is never a winner
// by default.
var errUnreadVerdict = &debate.Error{Reason: debate.ModelUnavailable, Message: "the judge's answer could not be read; ask for the verdict again"}

func readJudgement(text string, swapped bool) (debate.Judgement, error) {
	type quote struct {
		Turn json.Number
		Side string
		Text string
	}
	var answer struct {
		Winner  string
		Clashes []struct {
			Title, Winner, Reason string
			Quotes                []quote
		}
		BestCase string `json:"best_case"`
		Advice   []struct {
			Text  string
			Quote quote
		}
	}
	from, to := strings.IndexByte(text, '{'), strings.LastIndexByte(text, '}')
	if from < 0 || to < from || json.Unmarshal([]byte(text[from:to+1]), &answer) != nil {
		return debate.Judgement{}, errUnreadVerdict
	}
	winner := func(letter string) debate.Winner {
		switch speaker, ok := sideOf(letter, swapped); {
		case ok && speaker == debate.User:
			return debate.UserWins
		case ok:
			return debate.BotWins
		case strings.EqualFold(strings.TrimSpace(letter), "undecided"):
			return debate.Undecided
		default:
			return debate.NoWinner
		}
	}
	quotation := func(q quote) debate.Quotation {
		turn, err := q.Turn.Int64()
		if err != nil {
			turn = 0 // no turn: the quotation is not found
		}
		speaker, _ := sideOf(q.Side, swapped)
		return debate.Quotation{Turn: int(turn), Speaker: speaker, Text: strings.ReplaceAll(q.Text, "\n> ", "\n")}
	}
	j := debate.Judgement{Winner: winner(answer.Winner), BestCase: printable(answer.BestCase)}
	if j.Winner == debate.NoWinner {
		return debate.Judgement{}, errUnreadVerdict
	}
	for _, c := range answer.Clashes {
		clash := debate.JudgedClash{Title: printable(c.Title), Winner: winner(c.Winner), Reason: printable(c.Reason)}
		if clash.Winner == debate.NoWinner {
			clash.Winner = debate.Undecided
		}
		for _, q := range c.Quotes {
			clash.Quotes = append(clash.Quotes, quotation(q))
		}
		j.Clashes = append(j.Clashes, clash)
	}
	for _, a := range answer.Advice {
		j.Advice = append(j.Advice, debate.JudgedAdvice{Text: printable(a.Text), Quote: quotation(a.Quote)})
	}
	return j, nil
}

// sideOf is whose letter that is.
func sideOf(letter string, swapped bool) (debate.Speaker, bool) {
	switch strings.ToUpper(strings.TrimSpace(letter)) {
	case "A":
		return map[bool]debate.Speaker{false: debate.User, true: debate.Bot}[swapped], true
	case "B":
		return map[bool]debate.Speaker{false: debate.Bot, true: debate.User}[swapped], true
	default:
		return "", false
	}
}

const pointsSchema = `{"type":"object","additionalProperties":false,"required":["points"],"properties":{
	"points":{"type":"array","items":{"type":"string"}}}}`

// SuggestPoints implements debate.Coach.
func (c *Client) SuggestPoints(ctx context.Context, of debate.Conversation, exchanges []debate.Exchange) ([]string, debate.Usage, error) {
	return c.points(ctx, prompt.Points(of, exchanges, c.models[0].budget(c.budget), c.count))
}

// Steelman implements debate.Coach.
func (c *Client) Steelman(ctx context.Context, of debate.Conversation, exchanges []debate.Exchange, side debate.Speaker) ([]string, debate.Usage, error) {
	return c.points(ctx, prompt.Steelman(of, exchanges, side, c.models[0].budget(c.budget), c.count))
}

func (c *Client) points(ctx context.Context, asked []prompt.Message) ([]string, debate.Usage, error) {
	text, cost, err := c.Ask(ctx, asked, "points", pointsSchema)
	if err != nil {
		return nil, cost, err
	}
	answer, err := object(text)
	if err != nil {
		return nil, cost, err
	}
	list, _ := answer["points"].([]any)
	var points []string
	for _, p := range list {
		if point := oneLine(p, maxPoint); point != "" && len(points) < debate.MaxSuggested {
			points = append(points, point)
		}
	}
	return points, cost, nil
}
