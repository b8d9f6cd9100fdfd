// Command plot puts the tables that BenchmarkTurns prints, which it reads from its input,
// into performance.md of the folder that it is given, in place of those with the same
// titles, and draws them as bars: images/turns-light.svg and images/turns-dark.svg there.
package main

import (
	"bufio"
	"errors"
	"fmt"
	"html"
	"io"
	"log"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
)

// row is a system's CPU a turn, in ms, and that of its servers.
type row struct {
	name         string
	own, servers float64
}

// panel is one table.
type panel struct {
	title string
	lines []string // of the table in Markdown
	rows  []row
}

func main() {
	if len(os.Args) != 2 {
		log.Fatal("usage: plot FOLDER < TABLES")
	}
	if err := write(os.Args[1]); err != nil {
		log.Fatal(err)
	}
}

func write(folder string) error {
	panels, err := read(os.Stdin)
	if err != nil {
		return err
	}
	page := filepath.Join(folder, "performance.md")
	text, err := os.ReadFile(page) //nolint:gosec // the folder is who calls's choice
	if err != nil {
		return err
	}
	told, missing := replaced(string(text), panels)
	files := map[string]string{page: told}
	for name, colors := range themes {
		files[filepath.Join(folder, "images", "turns-"+name+".svg")] = draw(panels, colors)
	}
	for name, text := range files {
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil { //nolint:gosec // a page for everybody
			return err
		}
	}
	if len(missing) > 0 {
		return fmt.Errorf("%s has no table with the title %s", page, strings.Join(missing, ", or "))
	}
	return nil
}

// replaced is a page whose tables under the titles of panels are these, and the titles
// that it has not.
func replaced(page string, panels []panel) (_ string, missing []string) {
	for _, p := range panels {
		title := "**" + p.title + "**\n\n"
		before, rest, ok := strings.Cut(page, title)
		if !ok {
			missing = append(missing, p.title)
			continue
		}
		for strings.HasPrefix(rest, "|") {
			_, rest, _ = strings.Cut(rest, "\n")
		}
		page = before + title + strings.Join(p.lines, "\n") + "\n" + rest
	}
	return page, missing
}

var title = regexp.MustCompile(`^\d+ words, .*`)

func read(from io.Reader) (panels []panel, err error) {
	lines := bufio.NewScanner(from)
	for lines.Scan() {
		line := lines.Text()
		if title.MatchString(line) {
			panels = append(panels, panel{title: line})
			continue
		}
		fields := strings.Split(strings.Trim(line, "|"), "|")
		if len(fields) < 3 || len(panels) == 0 {
			continue
		}
		for i := range fields {
			fields[i] = strings.TrimSpace(fields[i])
		}
		last := &panels[len(panels)-1]
		last.lines = append(last.lines, strings.TrimSpace("| "+strings.Join(fields, " | ")+" |"))
		own, wrong := strconv.ParseFloat(fields[1], 64)
		servers, alsoWrong := strconv.ParseFloat(fields[2], 64)
		if errors.Join(wrong, alsoWrong) != nil {
			last.lines = append(last.lines, "|"+strings.Repeat("---|", len(fields))) // under the head
			continue
		}
		last.rows = append(last.rows, row{fields[0], own, servers})
	}
	if err := lines.Err(); err != nil {
		return nil, err
	}
	if len(panels) == 0 {
		return nil, errors.New("no table of BenchmarkTurns in the input")
	}
	return panels, nil
}

// theme is the colours of a picture.
type theme struct{ back, ink, faint, own, servers string }

var themes = map[string]theme{
	"light": {"#ffffff", "#1f2328", "#59636e", "#0969da", "#9ec8f5"},
	"dark":  {"#0d1117", "#f0f6fc", "#9198a1", "#4493f8", "#1f4a85"},
}

// Sizes of the picture, in px.
const (
	width, left, right = 760, 170, 90
	barHeight, step    = 14, 20
)

func draw(panels []panel, t theme) string {
	most := 0.0
	for _, p := range panels {
		for _, r := range p.rows {
			most = max(most, r.own+r.servers)
		}
	}
	var svg strings.Builder
	text := func(x, y int, anchor, color, said string) {
		fmt.Fprintf(&svg, `<text x="%d" y="%d" text-anchor="%s" fill="%s">%s</text>`+"\n", x, y, anchor, color, html.EscapeString(said))
	}
	y := 28
	text(16, y, "start", t.ink, "CPU of a turn in ms: the process, and, lighter, its database and Redis")
	for _, p := range panels {
		y += 34
		text(16, y, "start", t.faint, p.title)
		y += 8
		for _, r := range p.rows {
			scale := func(ms float64) float64 { return ms / most * (width - left - right) }
			text(left-8, y+barHeight-3, "end", t.ink, r.name)
			fmt.Fprintf(&svg, `<rect x="%d" y="%d" width="%.1f" height="%d" fill="%s"/>`+"\n", left, y, scale(r.own), barHeight, t.own)
			fmt.Fprintf(&svg, `<rect x="%.1f" y="%d" width="%.1f" height="%d" fill="%s"/>`+"\n", left+scale(r.own), y, scale(r.servers), barHeight, t.servers)
			text(left+int(scale(r.own+r.servers))+6, y+barHeight-3, "start", t.faint, fmt.Sprintf("%.2f + %.2f", r.own, r.servers))
			y += step
		}
	}
	return fmt.Sprintf(`<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" viewBox="0 0 %[1]d %[2]d" font-family="system-ui, sans-serif" font-size="12" role="img" aria-label="CPU of a turn">
<rect width="100%%" height="100%%" fill="%s"/>
%s</svg>
`, width, y+16, t.back, svg.String())
}
