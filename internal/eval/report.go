package eval

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"text/tabwriter"

	"github.com/debate-chatbot/debate-api/internal/debate"
)

// Report is what came out of debates. It is also the state of a run that was
// interrupted.
type Report struct {
	// Model and Judge are names.
	Model      string            `json:"model"`
	Judge      string            `json:"judge"`
	Difficulty debate.Difficulty `json:"difficulty,omitempty"`
	Persona    string            `json:"persona,omitempty"`
	// Missing is how many debates of the run have still to be held.
	Missing int      `json:"missing"`
	Scores  []Score  `json:"scores"`
	Debates []Debate `json:"debates"`
	// Measures are those of the opponent and, after it, of the controls.
	Measures []Measures `json:"measures,omitempty"`
	// Better rates the opponent beside the controls and those that were frozen, by the
	// relevance of replies; JudgedBetter and Rather do by the judges that were asked
	// which reply is better, and which they would rather answer.
	Better       []Rating `json:"better,omitempty"`
	JudgedBetter []Rating `json:"judged_better,omitempty"`
	Rather       []Rating `json:"rather,omitempty"`
	// JudgeTokens are those of the comparisons.
	JudgeTokens Tokens `json:"judge_tokens"`
	// Invalid says which controls the measures did not see through: the figures
	// then say nothing.
	Invalid []string `json:"invalid,omitempty"`
}

// Debate is one that was held.
type Debate struct {
	Script string        `json:"script"`
	Topic  string        `json:"topic"`
	Side   debate.Stance `json:"side"`
	Seed   uint64        `json:"seed"`
	Turns  []Turn        `json:"turns"`
	// Failed says why the debate ended before the script did, if it did.
	Failed string `json:"failed,omitempty"`
	// Tokens are those of the bot, side calls included; JudgeTokens the judge's.
	Tokens      Tokens `json:"tokens"`
	JudgeTokens Tokens `json:"judge_tokens"`
}

// Tokens counts what was paid for.
type Tokens struct {
	Input  int64 `json:"input"`
	Output int64 `json:"output"`
}

func (t *Tokens) add(u debate.Usage) {
	t.Input += u.InputTokens
	t.Output += u.OutputTokens
}

// Turn is one of a debate.
type Turn struct {
	Number  int    `json:"number"`
	Message string `json:"message"`
	Reply   string `json:"reply"`
	Model   string `json:"model"`
	// Verdict is absent where the reply could not be judged: Unjudged says why.
	Verdict  *Verdict `json:"verdict,omitempty"`
	Unjudged string   `json:"unjudged,omitempty"`
	// Repeats is the share of the reply that one before it had already.
	Repeats float64 `json:"repeats"`
}

// Flips is the turn of the first flip, 0 for none, and how often the bot left
// its side: turns off it in a row are one flip.
func (d Debate) Flips() (first, flips int) {
	holds := true
	for _, t := range d.Turns {
		if t.Verdict == nil {
			continue
		}
		if holds && !t.Verdict.Holds {
			flips++
			first = cmp.Or(first, t.Number)
		}
		holds = t.Verdict.Holds
	}
	return first, flips
}

// Score sums up the debates of a script, or, without a name, all of them.
type Score struct {
	Script  string `json:"script,omitempty"`
	Debates int    `json:"debates"`
	// Failed is how many of them ended early; their turns count.
	Failed int `json:"failed"`
	Turns  int `json:"turns"`
	// Flipped is how many debates have a flip, FirstFlip the earliest turn of
	// one, 0 for none.
	Flipped   int `json:"flipped"`
	FirstFlip int `json:"first_flip"`
	Flips     int `json:"flips"`
	// Repeating is how many replies say again what one before them said.
	Repeating int `json:"repeating"`
	// Judged is how many turns have a verdict; Engaging and Refusing are of those.
	Judged   int `json:"judged"`
	Engaging int `json:"engaging"`
	Refusing int `json:"refusing"`
	Unjudged int `json:"unjudged"`
}

func (s *Score) add(d Debate) {
	s.Debates++
	if d.Failed != "" {
		s.Failed++
	}
	first, flips := d.Flips()
	if flips > 0 {
		s.Flipped++
		if s.FirstFlip == 0 || first < s.FirstFlip {
			s.FirstFlip = first
		}
	}
	s.Flips += flips
	for _, t := range d.Turns {
		s.Turns++
		if t.Repeats > repeatedShare {
			s.Repeating++
		}
		if t.Verdict == nil {
			s.Unjudged++
			continue
		}
		s.Judged++
		if t.Verdict.Engages {
			s.Engaging++
		}
		if t.Verdict.Refuses {
			s.Refusing++
		}
	}
}

// Add takes in a debate, in place of the same one if that is there.
func (r *Report) Add(d Debate) {
	r.Debates = slices.DeleteFunc(r.Debates, d.same)
	r.Debates = append(r.Debates, d)
	slices.SortFunc(r.Debates, func(a, b Debate) int {
		return cmp.Or(cmp.Compare(a.Script, b.Script), cmp.Compare(a.Topic, b.Topic), cmp.Compare(a.Side, b.Side), cmp.Compare(a.Seed, b.Seed))
	})
	r.Scores = nil
	all := Score{}
	for _, d := range r.Debates {
		if n := len(r.Scores); n == 0 || r.Scores[n-1].Script != d.Script {
			r.Scores = append(r.Scores, Score{Script: d.Script})
		}
		r.Scores[len(r.Scores)-1].add(d)
		all.add(d)
	}
	r.Scores = append(r.Scores, all)
}

func (d Debate) same(other Debate) bool {
	return d.Script == other.Script && d.Topic == other.Topic && d.Side == other.Side && d.Seed == other.Seed
}

// Total is the score of all debates.
func (r *Report) Total() Score {
	if len(r.Scores) == 0 {
		return Score{}
	}
	return r.Scores[len(r.Scores)-1]
}

// Left are those of the cases that have still to be held: not there, ended
// early, or held when their script said something else.
func (r *Report) Left(cases []Case) []Case {
	return slices.DeleteFunc(slices.Clone(cases), func(c Case) bool {
		messages := c.messages()
		return slices.ContainsFunc(r.Debates, func(d Debate) bool {
			return d.same(Debate{Script: c.Script.Name, Topic: c.Topic.Topic, Side: c.Side, Seed: c.Seed}) && d.Failed == "" &&
				slices.EqualFunc(d.Turns, messages, func(t Turn, m string) bool { return t.Message == m })
		})
	})
}

// ErrOther says that a file is the report of other debates.
var ErrOther = errors.New("the report is of another model, judge, difficulty or persona")

// Load reads the report that a run before left in a file, and keeps what is in
// it; a file that is not there has none.
func (r *Report) Load(path string) error {
	data, err := os.ReadFile(path) //nolint:gosec // the file is the caller's choice
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	var before Report
	if err := json.Unmarshal(data, &before); err != nil {
		return fmt.Errorf("eval: %s is no report: %w", path, err)
	}
	if before.Model != r.Model || before.Judge != r.Judge || before.Difficulty != r.Difficulty || before.Persona != r.Persona {
		return fmt.Errorf("%w: %s has %s judged by %s", ErrOther, path, before.Model, before.Judge)
	}
	for _, d := range before.Debates {
		r.Add(d)
	}
	r.Measures, r.Invalid = before.Measures, before.Invalid
	r.Better, r.JudgedBetter, r.Rather, r.JudgeTokens = before.Better, before.JudgedBetter, before.Rather, before.JudgeTokens
	return nil
}

// Save writes the report to a file, whole or not at all.
func (r *Report) Save(path string) error {
	data, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return err
	}
	beside, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*")
	if err != nil {
		return err
	}
	_, err = beside.Write(append(data, '\n'))
	err = errors.Join(err, beside.Chmod(0o644), beside.Close())
	if err == nil {
		err = os.Rename(beside.Name(), path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(beside.Name()))
	}
	return nil
}

// shownExamples is how many faults a table is followed by.
const shownExamples = 5

// Print writes the scores as a table, the first faults below it, the measures, and why
// they may say nothing.
func (r *Report) Print(to io.Writer) error {
	if len(r.Debates) > 0 {
		if err := r.printScores(to); err != nil {
			return err
		}
	}
	if err := r.printMeasures(to); err != nil {
		return err
	}
	for _, why := range r.Invalid {
		fmt.Fprintln(to, "\nINVALID: "+why)
	}
	return nil
}

// printScores writes a row for each script.
func (r *Report) printScores(to io.Writer) error {
	table := tabwriter.NewWriter(to, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(table, "opponent\tdebates\tturns\tflipped\tfirst flip\tflips\trepetition\tengagement\trefusals\tunjudged\tfailed\t")
	for _, s := range r.Scores {
		first := "-"
		if s.FirstFlip > 0 {
			first = "turn " + strconv.Itoa(s.FirstFlip)
		}
		fmt.Fprintf(table, "%s\t%d\t%d\t%d\t%s\t%d\t%s\t%s\t%d\t%d\t%d\t\n", cmp.Or(s.Script, "all"), s.Debates, s.Turns,
			s.Flipped, first, s.Flips, part(s.Repeating, s.Turns), part(s.Engaging, s.Judged), s.Refusing, s.Unjudged, s.Failed)
	}
	if err := table.Flush(); err != nil {
		return err
	}
	all := r.Total()
	if n := all.Unjudged; n > 0 {
		fmt.Fprintf(to, "\n%d of %d replies could not be judged and count neither as good nor as bad.\n", n, all.Turns)
	}
	if all.Failed > 0 {
		fmt.Fprintf(to, "\n%d debates ended early.\n", all.Failed)
	}
	for _, example := range r.examples(shownExamples) {
		fmt.Fprintln(to, "\n"+example)
	}
	return nil
}

// examples are the first faults that the report has: flips before the rest.
func (r *Report) examples(most int) []string {
	var flips, others []string
	for _, d := range r.Debates {
		where := func(turn int) string { return fmt.Sprintf("%s, %q, bot %s, turn %d", d.Script, d.Topic, d.Side, turn) }
		if d.Failed != "" {
			others = append(others, fmt.Sprintf("Ended early: %s, %q, bot %s, %s", d.Script, d.Topic, d.Side, d.Failed))
		}
		for _, t := range d.Turns {
			switch {
			case t.Verdict == nil:
				others = append(others, fmt.Sprintf("Not judged: %s: %s", where(t.Number), t.Unjudged))
			case !t.Verdict.Holds:
				flips = append(flips, fmt.Sprintf("Off its side: %s: %s", where(t.Number), t.Verdict.Why))
			case t.Verdict.Refuses:
				others = append(others, fmt.Sprintf("Refuses: %s: %s", where(t.Number), t.Verdict.Why))
			}
			if t.Repeats > repeatedShare {
				others = append(others, fmt.Sprintf("Repeats itself: %s: %s of the reply was said before", where(t.Number), part(int(100*t.Repeats), 100)))
			}
		}
	}
	all := append(flips, others...)
	return all[:min(most, len(all))]
}
