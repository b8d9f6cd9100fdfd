package eval

import (
	"cmp"
	"context"
	_ "embed" // for compare.tmpl
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"math/rand/v2"
	"path"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/debate-chatbot/debate-api/internal/debate"
	"github.com/debate-chatbot/debate-api/internal/prompt"
)

// byHand is the frozen opponent that a person wrote: no control may come near it.
const byHand = "by-hand"

// player is one that answers the same messages as the others: replies by debate, none
// where it did not hold that one.
type player struct {
	name    string
	replies [][]string
}

// frozen are opponents of which the replies were kept: what others are compared with
// does not change.
func (m *Measurer) frozen() (players []player, err error) {
	names, err := fs.Glob(files, "measures/frozen/*.json")
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		data, err := fs.ReadFile(files, name)
		if err != nil {
			return nil, err
		}
		var kept struct {
			Debates []struct {
				Topic   string
				Side    debate.Stance
				Replies []string
			}
		}
		if err := json.Unmarshal(data, &kept); err != nil {
			return nil, fmt.Errorf("eval: %s: %w", name, err)
		}
		p := player{name: strings.TrimSuffix(path.Base(name), ".json"), replies: make([][]string, len(m.pairs))}
		for _, d := range kept.Debates {
			i := slices.IndexFunc(m.pairs, func(c measured) bool { return c.Topic == d.Topic && c.side() == d.Side })
			if i < 0 || len(d.Replies) != len(m.pairs[i].Says) {
				return nil, fmt.Errorf("eval: %s: %q for %s is no debate of the pairs", name, d.Topic, d.Side)
			}
			p.replies[i] = d.Replies
		}
		players = append(players, p)
	}
	return players, nil
}

// pairedDebates are those in which opponents are compared: each side of each built-in
// topic, with a point of the other side in each turn.
func pairedDebates() (all []measured, err error) {
	topics, err := Topics()
	if err != nil {
		return nil, err
	}
	for _, c := range Cases([]Script{{Name: "pairs", Turns: slices.Repeat([]Line{{Say: "{point}"}}, pairedTurns)}}, topics, []debate.Stance{debate.Pro, debate.Con}, []uint64{1}) {
		c.Script.Turns = slices.Clone(c.Script.Turns)
		c.Script.Turns[0].Say = "{claim} {point}"
		user := "con"
		if c.Side == debate.Con {
			user = "pro"
		}
		all = append(all, measured{Topic: c.Topic.Topic, User: user, Says: c.messages()})
	}
	return all, nil
}

const pairedTurns = 6

// Comparer says which of two replies to a message is the better one, and which it
// would rather answer: 1 for the first, -1 for the second, 0 for neither.
type Comparer interface {
	Name() string
	Compare(ctx context.Context, q Question, a, b string) (better, rather int, cost debate.Usage, err error)
}

// Rating is how one does against all that it was compared with (Bradley and Terry), in
// points as in chess: 0 is the average, and 400 more is ten wins to one. Low and High
// are an interval of 95 %, by drawing the debates anew.
type Rating struct {
	Player   string  `json:"player"`
	Points   float64 `json:"points"`
	Low      float64 `json:"low"`
	High     float64 `json:"high"`
	Won      int     `json:"won"`
	Tied     int     `json:"tied"`
	Lost     int     `json:"lost"`
	compared int
}

// judgment is one comparison: of players a and b in a debate, 1 where a had the better of it.
type judgment struct{ a, b, debate, better int }

// clearly is by how much one reply has to be nearer to its message for the difference
// to count.
const clearly = 0.05

// fitness is how well a reply is one to its message and no other of the debate; one on
// the wrong side, or that gives the message back, is none.
func (m *Measurer) fitness(d measured, at int, reply string) float64 {
	if t := m.topics[bare(d.Topic)]; t != nil && m.blind.side(t, reply) == d.side().Opposite() {
		return -1
	}
	topic, said := rootsOf(d.Topic), rootsOf(uncopied(unquoted(reply), d.Says...))
	own, others := 0.0, 0.0
	for i, message := range d.Says {
		like, echoes := m.likeness(said, message, topic)
		switch {
		case echoes && i == at:
			return 0
		case i == at:
			own = like
		default:
			others += like / float64(len(d.Says)-1)
		}
	}
	return own - others
}

// compare has all players compared by relevance, each with each.
func (m *Measurer) compare(players []player) (all []judgment) {
	fit := make([][][]float64, len(players))
	for p := range players {
		fit[p] = make([][]float64, len(m.pairs))
		for d := range players[p].replies {
			for at, reply := range players[p].replies[d] {
				fit[p][d] = append(fit[p][d], m.fitness(m.pairs[d], at, reply))
			}
		}
	}
	for a := range players {
		for b := range a {
			for d := range m.pairs {
				for at := range min(len(fit[a][d]), len(fit[b][d])) {
					better := 0
					if by := fit[a][d][at] - fit[b][d][at]; math.Abs(by) > clearly {
						better = int(math.Copysign(1, by))
					}
					all = append(all, judgment{a, b, d, better})
				}
			}
		}
	}
	return all
}

// compareBy has the first player compared with the frozen ones by judges that are
// asked, each in both orders. Where the orders or the judges are not of one mind, it
// is a tie.
func (m *Measurer) compareBy(ctx context.Context, judges []Comparer, players []player, told func(debate.Usage)) (better, rather []judgment, err error) {
	for b := 1; b < len(players); b++ {
		for d, pair := range m.pairs {
			for at := range min(len(players[0].replies[d]), len(players[b].replies[d])) {
				q := Question{Topic: pair.Topic, Side: pair.side(), Message: pair.Says[at]}
				first, second := players[0].replies[d][at], players[b].replies[d][at]
				var say, answer []int
				for _, j := range judges {
					for _, swapped := range []bool{false, true} {
						one, other := first, second
						if swapped {
							one, other = second, first
						}
						b, r, cost, err := j.Compare(ctx, q, one, other)
						told(cost)
						if ctx.Err() != nil {
							return nil, nil, ctx.Err()
						}
						if err != nil {
							b, r = 0, 0 // what cannot be judged is a tie
						}
						if swapped {
							b, r = -b, -r
						}
						say, answer = append(say, b), append(answer, r)
					}
				}
				better = append(better, judgment{0, b, d, agreed(say)})
				rather = append(rather, judgment{0, b, d, agreed(answer)})
			}
		}
	}
	return better, rather, nil
}

// agreed is what all say, or else a tie.
func agreed(all []int) int {
	for _, one := range all {
		if one != all[0] {
			return 0
		}
	}
	return all[0]
}

// resamples is how often the debates are drawn anew for an interval.
const resamples = 200

// rate makes ratings of judgments, the best first.
func rate(players []player, judgments []judgment) []Rating {
	ratings := make([]Rating, len(players))
	for i, points := range strengths(len(players), judgments) {
		ratings[i] = Rating{Player: players[i].name, Points: points}
	}
	debates := 0
	for _, j := range judgments {
		debates = max(debates, j.debate+1)
		for _, one := range []struct{ at, better int }{{j.a, j.better}, {j.b, -j.better}} {
			r := &ratings[one.at]
			r.compared++
			switch one.better {
			case 1:
				r.Won++
			case 0:
				r.Tied++
			default:
				r.Lost++
			}
		}
	}
	random := rand.New(rand.NewPCG(1, 2))
	drawn := make([][]float64, len(players))
	for range resamples {
		times := make([]int, debates)
		for range debates {
			times[random.IntN(debates)]++
		}
		var again []judgment
		for _, j := range judgments {
			again = append(again, slices.Repeat([]judgment{j}, times[j.debate])...)
		}
		for i, points := range strengths(len(players), again) {
			drawn[i] = append(drawn[i], points)
		}
	}
	for i := range ratings {
		slices.Sort(drawn[i])
		ratings[i].Low, ratings[i].High = drawn[i][resamples/40], drawn[i][resamples-1-resamples/40]
	}
	ratings = slices.DeleteFunc(ratings, func(r Rating) bool { return r.compared == 0 })
	slices.SortStableFunc(ratings, func(a, b Rating) int { return cmp.Compare(b.Points, a.Points) })
	return ratings
}

// strengths fits the model of Bradley and Terry, by Hunter's MM algorithm: a tie is
// half a win, and each has won and lost once against one of average strength, so that
// none is infinite.
func strengths(n int, judgments []judgment) []float64 {
	won := make([]float64, n)
	met := make([][]float64, n)
	for i := range met {
		met[i] = make([]float64, n)
		won[i] = 1
	}
	for _, j := range judgments {
		won[j.a] += float64(1+j.better) / 2
		won[j.b] += float64(1-j.better) / 2
		met[j.a][j.b]++
		met[j.b][j.a]++
	}
	p := slices.Repeat([]float64{1}, n)
	for range 100 {
		next := make([]float64, n)
		for i := range p {
			sum := 2 / (p[i] + 1)
			for k := range p {
				if met[i][k] > 0 {
					sum += met[i][k] / (p[i] + p[k])
				}
			}
			next[i] = won[i] / sum
		}
		p = next
	}
	mean := 0.0
	for i := range p {
		p[i] = 400 * math.Log10(p[i])
		mean += p[i] / float64(n)
	}
	for i := range p {
		p[i] -= mean
	}
	return p
}

// printRatings writes a line for each player.
func printRatings(to io.Writer, title string, ratings []Rating) error {
	if len(ratings) == 0 {
		return nil
	}
	table := tabwriter.NewWriter(to, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintf(table, "\n%s\tpoints\t95 %% interval\twon\ttied\tlost\t\n", title)
	for _, r := range ratings {
		fmt.Fprintf(table, "%s\t%+.0f\t%+.0f to %+.0f\t%d\t%d\t%d\t\n", r.Player, r.Points, r.Low, r.High, r.Won, r.Tied, r.Lost)
	}
	return table.Flush()
}

// outrated says which controls are rated as high as the replies that a person wrote.
func outrated(ratings []Rating, controls []Control) (broken []string) {
	at := func(name string) int {
		return slices.IndexFunc(ratings, func(r Rating) bool { return r.Player == name })
	}
	best := at(byHand)
	for _, c := range controls {
		if i := at(c.Name()); i >= 0 && best >= 0 && ratings[i].High >= ratings[best].Points {
			broken = append(broken, fmt.Sprintf("the %s control is rated %+.0f beside replies, and what a person wrote %+.0f", c.Name(), ratings[i].Points, ratings[best].Points))
		}
	}
	return broken
}

//go:embed compare.tmpl
var compareFile string

const comparisonSchema = `{"type":"object","additionalProperties":false,"required":["better","rather"],"properties":{
	"better":{"type":"string","enum":["A","B","neither"]},"rather":{"type":"string","enum":["A","B","neither"]}}}`

// Compare implements Comparer by one question.
func (m Model) Compare(ctx context.Context, q Question, a, b string) (better, rather int, cost debate.Usage, err error) {
	text := filled(compareFile, q, "{{a}}", marked(a), "{{b}}", marked(b))
	answer, cost, err := m.ask.Ask(ctx, []prompt.Message{{Role: prompt.SystemRole, Text: text}}, "comparison", comparisonSchema)
	if err != nil {
		return 0, 0, cost, err
	}
	var found struct{ Better, Rather string }
	if err := readObject(answer, &found); err != nil {
		return 0, 0, cost, err
	}
	value := map[string]int{"A": 1, "B": -1, "neither": 0}
	if _, ok := value[found.Better]; !ok {
		return 0, 0, cost, errors.New(`the judge's answer does not say "better"`)
	}
	return value[found.Better], value[found.Rather], cost, nil
}
