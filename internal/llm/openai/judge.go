package openai

import (
	"context"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode"

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
	if debate.ReasonOf(err) == debate.MessageRefused {
		err = errRefusedVerdict
	}
	if err != nil {
		return debate.Judgement{}, cost, err
	}
	judgement, err := readJudgement(text, swapped)
	return judgement, cost, err
}

// errUnreadVerdict is of an answer that gives no verdict: there is never a winner
// by default.
var errUnreadVerdict = &debate.Error{Reason: debate.ModelUnavailable, Message: "the judge's answer could not be read; ask for the verdict again"}

// errRefusedVerdict is of a provider that does not let its model read the debate.
var errRefusedVerdict = &debate.Error{Reason: debate.MessageRefused, Message: "the judge's provider refused to read this debate; another model may judge it"}

func readJudgement(text string, swapped bool) (debate.Judgement, error) {
	answer := findVerdict(text)
	j := debate.Judgement{Winner: winnerOf(answer["winner"], swapped), BestCase: printable(asText(answer["best_case"]))}
	if j.Winner == debate.NoWinner {
		return debate.Judgement{}, errUnreadVerdict
	}
	for c := range objects(answer["clashes"]) {
		clash := debate.JudgedClash{Title: printable(asText(c["title"])), Winner: winnerOf(c["winner"], swapped), Reason: printable(asText(c["reason"]))}
		if clash.Winner == debate.NoWinner {
			clash.Winner = debate.Undecided
		}
		quotes := c["quotes"]
		if one, ok := quotes.(map[string]any); ok {
			quotes = []any{one}
		}
		for q := range objects(quotes) {
			clash.Quotes = append(clash.Quotes, quotationOf(q, swapped))
		}
		j.Clashes = append(j.Clashes, clash)
	}
	for a := range objects(answer["advice"]) {
		quote, _ := a["quote"].(map[string]any)
		j.Advice = append(j.Advice, debate.JudgedAdvice{Text: printable(asText(a["text"])), Quote: quotationOf(quote, swapped)})
	}
	return j, nil
}

// findVerdict is the last object in a text that has a winner and clashes, whatever stands
// around it, nil if there is none. Where two name different winners, as when a model
// tells what somebody asked it to say, there is none either.
func findVerdict(text string) (verdict map[string]any) {
	winners := make(map[string]bool)
	for range maxTries {
		at := strings.IndexByte(text, '{')
		if at < 0 {
			break
		}
		text = text[at:]
		o, end := readObject(text)
		if o == nil {
			text = mendJSON(text)
			o, end = readObject(text)
		}
		if len(o) == 1 { // in an object of its own
			for _, v := range o {
				if inner, ok := v.(map[string]any); ok {
					o = inner
				}
			}
		}
		winner, isText := o["winner"].(string)
		if _, ok := o["clashes"].([]any); ok && isText {
			verdict = o
			winners[winner] = true
		}
		text = text[max(end, 1):]
	}
	if len(winners) > 1 {
		return nil
	}
	return verdict
}

// maxTries is at how many brackets of an answer a verdict may begin.
const maxTries = 64

// quotationOf is a quotation as a judge wrote it; what names no turn or side is found
// nowhere.
func quotationOf(q map[string]any, swapped bool) debate.Quotation {
	speaker, _ := sideOf(asText(q["side"]), swapped)
	return debate.Quotation{Turn: turnOf(q["turn"]), Speaker: speaker, Text: strings.ReplaceAll(asText(q["text"]), "\n> ", "\n")}
}

// turnOf is the number of a turn, which models write as 2, "2", "Turn 2" or "[2]"; 0 for
// anything else.
func turnOf(v any) int {
	switch v := v.(type) {
	case float64:
		if v == math.Trunc(v) && v > 0 && v < math.MaxInt32 {
			return int(v)
		}
	case string:
		digits := strings.TrimFunc(v, func(r rune) bool { return r < '0' || r > '9' })
		if n, err := strconv.Atoi(digits); err == nil {
			return n
		}
	}
	return 0
}

// winnerOf is the winner that a judge names, NoWinner if that is none.
func winnerOf(v any, swapped bool) debate.Winner {
	name := asText(v)
	switch speaker, ok := sideOf(name, swapped); {
	case ok && speaker == debate.User:
		return debate.UserWins
	case ok:
		return debate.BotWins
	case slices.Contains([]string{"undecided", "tie", "draw", "neither", "none", "inconclusive", "indeciso", "empate", "ninguno"}, strings.ToLower(strings.TrimFunc(name, isNoLetter))):
		return debate.Undecided
	default:
		return debate.NoWinner
	}
}

// sideOf is whose letter that is, whatever a judge calls it: "A", "side B", "**A** wins".
func sideOf(name string, swapped bool) (debate.Speaker, bool) {
	words := slices.DeleteFunc(strings.FieldsFunc(strings.ToLower(name), isNoLetter), func(word string) bool {
		return slices.Contains([]string{"side", "speaker", "debater", "team", "lado", "bando", "wins", "won", "gana"}, word)
	})
	first, second := debate.User, debate.Bot
	if swapped {
		first, second = second, first
	}
	switch {
	case len(words) != 1:
		return "", false
	case words[0] == "a":
		return first, true
	case words[0] == "b":
		return second, true
	default:
		return "", false
	}
}

func isNoLetter(r rune) bool { return !unicode.IsLetter(r) }

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

// points asks for a list of points and reads it.
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
