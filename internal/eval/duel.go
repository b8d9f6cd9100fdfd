package eval

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"math"
	"slices"
	"strings"
	"text/tabwriter"
	"unicode"

	"github.com/debate-chatbot/debate-api/internal/claim"
	"github.com/debate-chatbot/debate-api/internal/debate"
)

// Duel is a debate of two models. Pro speaks first, and is the user of the
// conversation that Service keeps; its bot is the other, for whom Service works.
type Duel struct {
	Motion  string
	Pro     debate.Model
	Service Service
	// Names are kept with the conversation.
	Names  debate.Duel
	Owner  debate.Owner
	Rounds int
	// Seed makes what Pro says another one, where its model heeds seeds.
	Seed uint64
	// Hear is told who is about to speak in a round, and then each piece of what is
	// said with the round 0.
	Hear func(side debate.Stance, round int, text string)
}

// maxSaid is the longest message that a service takes, in characters.
const maxSaid = 8000

// Hold holds the debate, and returns its conversation and its turns. Its error is
// the first turn's that had no whole reply.
func (d Duel) Hold(ctx context.Context) (id string, turns []debate.Turn, err error) {
	heard := d.Motion               // which Pro is asked to speak to
	var exchanges []debate.Exchange // as Pro sees them
	for round := 1; round <= d.Rounds; round++ {
		d.Hear(debate.Pro, round, "")
		said, err := d.speak(ctx, heard, round, exchanges)
		if err != nil {
			return id, turns, fmt.Errorf("round %d: %s, for the motion, gave no reply: %w", round, cmp.Or(d.Names.User, d.Pro.Name()), plain(err))
		}
		exchanges = append(exchanges, debate.Exchange{Number: round, Kind: debate.ArgumentKind, Message: heard, Reply: said})
		r := debate.ChatRequest{ConversationID: id, Message: said}
		if id == "" {
			r.Topic, r.Stance, r.Duel = d.Motion, debate.Con, d.Names
		}
		d.Hear(debate.Con, round, "")
		var t debate.Turn
		err = d.Service.ChatStream(ctx, d.Owner, r, func(e debate.Event) error {
			switch e := e.(type) {
			case debate.Started:
				id = e.Conversation.ID
			case debate.Delta:
				d.Hear(debate.Con, 0, e.Text)
			case debate.Finished:
				t = e.Turn
			}
			return nil
		})
		switch {
		case err != nil:
			return id, turns, fmt.Errorf("round %d: %w", round, err)
		case t.State != debate.Completed && t.Failure != nil:
			return id, turns, fmt.Errorf("round %d: the reply against the motion %s: %s", round, t.State, t.Failure.Message)
		case t.State != debate.Completed:
			return id, turns, fmt.Errorf("round %d: the reply against the motion %s", round, t.State)
		}
		turns = append(turns, t)
		heard = t.Reply
	}
	return id, turns, nil
}

// plain is an error for people: a model's says why and what to do.
func plain(err error) error {
	if e := new(debate.Error); errors.As(err, &e) {
		return errors.New(e.Message)
	}
	return err
}

// speak is what Pro says to what it heard, as a message.
func (d Duel) speak(ctx context.Context, heard string, round int, exchanges []debate.Exchange) (string, error) {
	seed := fnv.New64a()
	_, _ = fmt.Fprint(seed, d.Motion, "/", round, "/", d.Seed) // a hash never fails
	var said strings.Builder
	_, err := d.Pro.Reply(ctx, debate.Prompt{
		Topic: d.Motion, Stance: debate.Pro, Language: claim.Language(d.Motion), Difficulty: debate.Medium,
		Exchanges: slices.Clone(exchanges), Message: heard, Number: round, Seed: seed.Sum64(), Calls: 3, Paced: true,
	}, func(text string) {
		said.WriteString(text)
		d.Hear(debate.Pro, 0, text)
	})
	if err != nil {
		return "", err
	}
	text := strings.TrimSpace(Printable(said.String()))
	if text == "" {
		return "", errors.New("it was empty")
	}
	runes := []rune(text)
	return string(runes[:min(len(runes), maxSaid)]), nil
}

// Printable is a text without what a terminal would take for an order.
func Printable(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) && r != '\n' && r != '\t' || unicode.Is(unicode.Bidi_Control, r) {
			return -1
		}
		return r
	}, strings.ToValidUTF8(text, ""))
}

// DuelResult is how a duel was judged: UserWins is for Pro.
type DuelResult struct {
	Pro, Con string
	Winner   debate.Winner
}

// PrintDuels writes how often each model and each side had the better of it, with
// the interval of 95 % around its part of what was decided.
func PrintDuels(to io.Writer, results []DuelResult) error {
	type score struct{ won, lost, undecided int }
	scores := map[string]*score{}
	var order []string
	count := func(name string, won, lost bool) {
		s := scores[name]
		if s == nil {
			s = new(score)
			scores[name] = s
			order = append(order, name)
		}
		switch {
		case won:
			s.won++
		case lost:
			s.lost++
		default:
			s.undecided++
		}
	}
	for _, r := range results {
		pro, con := r.Winner == debate.UserWins, r.Winner == debate.BotWins
		if r.Pro != r.Con {
			count(r.Pro, pro, con)
			count(r.Con, con, pro)
		}
		count("for the motion", pro, con)
		count("against the motion", con, pro)
	}
	slices.SortStableFunc(order, func(a, b string) int {
		return cmp.Compare(strings.Count(a, " the motion"), strings.Count(b, " the motion"))
	})
	table := tabwriter.NewWriter(to, 0, 0, 3, ' ', 0)
	fmt.Fprintln(table, "\twon\tlost\tundecided\tof the decided, with 95 % interval")
	for _, name := range order {
		s := scores[name]
		part := "–"
		if n := s.won + s.lost; n > 0 {
			low, high := Wilson(s.won, n)
			part = fmt.Sprintf("%.0f %% (%.0f to %.0f)", 100*float64(s.won)/float64(n), 100*low, 100*high)
		}
		fmt.Fprintf(table, "%s\t%d\t%d\t%d\t%s\n", name, s.won, s.lost, s.undecided, part)
	}
	return table.Flush()
}

// Wilson is the interval of 95 % around a part k of n, after Wilson: it holds for
// few of them too.
func Wilson(k, n int) (low, high float64) {
	if n == 0 {
		return 0, 1
	}
	const z = 1.959964
	p, m := float64(k)/float64(n), float64(n)
	middle, half := p+z*z/(2*m), z*math.Sqrt(p*(1-p)/m+z*z/(4*m*m))
	return max(0, (middle-half)/(1+z*z/m)), min(1, (middle+half)/(1+z*z/m))
}
