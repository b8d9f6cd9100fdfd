package eval

import (
	"fmt"
	"html"
	"io"
	"strconv"
	"strings"
	"text/tabwriter"
)

// column is a measure as it is shown.
type column struct {
	name string
	of   func(Measures) Share
	// plotted is true of those that the plot has.
	plotted bool
}

var columns = []column{
	{"openings right", func(m Measures) Share { return m.Openings }, true},
	{"openings, held out", func(m Measures) Share { return m.OpeningsHeld }, true},
	{"openings asked about", func(m Measures) Share { return m.OpeningsAsked }, false},
	{"openings wrong", func(m Measures) Share { return m.OpeningsWrong }, true},
	{"swap, bank", func(m Measures) Share { return m.SwapBank }, true},
	{"swap, other", func(m Measures) Share { return m.SwapOther }, true},
	{"swap, held out", func(m Measures) Share { return m.SwapHeld }, true},
	{"blind right", func(m Measures) Share { return m.BlindRight }, true},
	{"blind wrong", func(m Measures) Share { return m.BlindWrong }, true},
	{"flipped debates", func(m Measures) Share { return m.Flipped }, true},
	{"keys", func(m Measures) Share { return m.Keys }, true},
	{"keys, held out", func(m Measures) Share { return m.KeysHeld }, true},
	{"keys by chance", func(m Measures) Share { return m.KeysChance }, true},
	{"questions answered", func(m Measures) Share { return m.Questions }, true},
	{"evidence met", func(m Measures) Share { return m.Evidence }, true},
	{"facts granted", func(m Measures) Share { return m.Granted }, true},
	{"made-up figures", func(m Measures) Share { return m.Figures }, false},
	{"made-up sources", func(m Measures) Share { return m.Sources }, false},
	{"accusations", func(m Measures) Share { return m.Accusations }, false},
	{"claims to be human", func(m Measures) Share { return m.Human }, false},
	{"repeating", func(m Measures) Share { return m.Repeating }, true},
	{"recurring elsewhere", func(m Measures) Share { return m.Recurring }, true},
	{"danger caught", func(m Measures) Share { return m.Caught }, true},
	{"false alarms", func(m Measures) Share { return m.Alarms }, false},
	{"asides told", func(m Measures) Share { return m.Asides }, true},
	{"taken for asides", func(m Measures) Share { return m.Mistaken }, false},
	{"outside the debate", func(m Measures) Share { return m.Outside }, false},
	{"ends in a question", func(m Measures) Share { return m.Asking }, false},
}

// printMeasures writes a row for each measure and a column for each opponent.
func (r *Report) printMeasures(to io.Writer) error {
	if len(r.Measures) == 0 {
		return nil
	}
	table := tabwriter.NewWriter(to, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprint(table, "\nmeasure\t")
	for _, m := range r.Measures {
		fmt.Fprint(table, m.Opponent, "\t")
	}
	fmt.Fprintln(table)
	for _, c := range columns {
		fmt.Fprint(table, c.name, "\t")
		for _, m := range r.Measures {
			fmt.Fprint(table, c.of(m), "\t")
		}
		fmt.Fprintln(table)
	}
	fmt.Fprint(table, "words a reply\t")
	for _, m := range r.Measures {
		fmt.Fprintf(table, "%.0f\t", m.Words)
	}
	fmt.Fprint(table, "\nfirst flip in turn\t")
	for _, m := range r.Measures {
		fmt.Fprint(table, orDash(m.FirstFlip), "\t")
	}
	fmt.Fprint(table, "\ndebates that ended early\t")
	for _, m := range r.Measures {
		fmt.Fprint(table, m.Failed, "\t")
	}
	fmt.Fprintln(table)
	if err := table.Flush(); err != nil {
		return err
	}
	for _, list := range []struct {
		title   string
		ratings []Rating
	}{{"more relevant", r.Better}, {"better, by the judge", r.JudgedBetter}, {"rather answered", r.Rather}} {
		if err := printRatings(to, list.title, list.ratings); err != nil {
			return err
		}
	}
	return nil
}

func orDash(n int) string {
	if n == 0 {
		return "-"
	}
	return strconv.Itoa(n)
}

// String is the share in per cent, a dash of nothing.
func (s Share) String() string {
	if s.Of == 0 {
		return "-"
	}
	return strconv.FormatFloat(s.Percent(), 'f', 1, 64) + " %"
}

// Of the plot, in its own units.
const (
	barHeight  = 12
	groupGap   = 14
	labelWidth = 150
	plotWidth  = 500
)

var colours = []string{"#1f4e9c", "#b0b7c3", "#c9a227", "#8c564b", "#7f7f7f", "#c0392b", "#e08e79", "#4c8c4a"}

// Plot writes the measures as an SVG picture: a group of bars for each measure, a
// bar for each opponent.
func (r *Report) Plot(to io.Writer) error {
	var b strings.Builder
	y := 30
	for i, m := range r.Measures {
		fmt.Fprintf(&b, `<rect x="%d" y="8" width="10" height="10" fill="%s"/><text x="%d" y="17">%s</text>`+"\n",
			labelWidth+i*90, colours[i%len(colours)], labelWidth+14+i*90, html.EscapeString(m.Opponent))
	}
	for _, c := range columns {
		if !c.plotted {
			continue
		}
		fmt.Fprintf(&b, `<text x="%d" y="%d" text-anchor="end">%s</text>`+"\n", labelWidth-8, y+barHeight, html.EscapeString(c.name))
		for i, m := range r.Measures {
			if share := c.of(m); share.Of > 0 {
				fmt.Fprintf(&b, `<rect x="%d" y="%d" width="%.1f" height="%d" fill="%s"><title>%s: %s</title></rect>`+"\n", labelWidth, y,
					share.Percent()/100*plotWidth, barHeight-2, colours[i%len(colours)], html.EscapeString(m.Opponent), share)
			}
			y += barHeight
		}
		y += groupGap
	}
	half := labelWidth + plotWidth/2
	_, err := fmt.Fprintf(to, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" font-family="sans-serif" font-size="11">
<title>Measures of %s beside the controls</title>
<rect width="100%%" height="100%%" fill="#fff"/>
<line x1="%d" y1="26" x2="%d" y2="%d" stroke="#ccc" stroke-dasharray="3"/><text x="%d" y="%d" text-anchor="middle">50 %%</text>
%s</svg>
`, labelWidth+plotWidth+20, y+20, html.EscapeString(r.Model), half, half, y, half, y+14, b.String())
	return err
}
