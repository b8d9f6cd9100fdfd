package chat

import (
	"fmt"
	"io"
	"os"
	"strings"
	"unicode"

	"github.com/rivo/uniseg"
	"golang.org/x/term"
)

// The colours: the reply's, that of remarks, that of errors.
const (
	replyColour  = "\x1b[36m"
	remarkColour = "\x1b[2m"
	errorColour  = "\x1b[31m"
	colourEnd    = "\x1b[0m"
)

// screen writes to a terminal.
type screen struct {
	language
	out      io.Writer
	width    int // columns; 0 asks the terminal
	terminal bool
	colour   bool
}

// size is that of the terminal, in columns and rows.
func (s screen) size() (columns, rows int) {
	columns, rows = s.width, 24
	if s.terminal && columns == 0 {
		if w, h, err := term.GetSize(int(os.Stdout.Fd())); err == nil {
			columns, rows = w, h
		}
	}
	if columns <= 0 {
		columns = 80
	}
	return columns, rows
}

// columns is the width to wrap at: one less than the terminal's, since some
// terminals break the line after the last column themselves.
func (s screen) columns() int {
	columns, _ := s.size()
	return max(columns-1, 10)
}

// print writes lines of text, wrapped and in a colour.
func (s screen) print(colour, text string) {
	w := s.wrapper(colour)
	w.add(text)
	w.end()
}

// remark writes what the client says itself.
func (s screen) remark(format string, args ...any) {
	s.print(remarkColour, s.text(format, args...))
}

// item prints a line of a list: where it is broken, it goes on below its text, which
// begins after so many columns, unless that leaves too few of them.
func (s screen) item(colour string, columns int, text string) {
	w := s.wrapper(colour)
	if columns <= w.limit/2 {
		w.hang = columns
	}
	w.add(text)
	w.end()
}

func (s screen) error(err error) { s.print(errorColour, err.Error()) }

// wrapper wraps text at words as it comes, and never inside of what a reader
// takes for one character. The last word of a piece waits for its end, so that
// nothing that was written has to move. Each piece is wrapped at the width that
// the terminal has then.
type wrapper struct {
	screen
	colour string
	limit  int
	hang   int // the columns before what of a line is broken off

	line    strings.Builder // what is to be written
	column  int
	begun   bool // the line has text, perhaps of no width
	spaces  int
	word    strings.Builder
	wordLen int    // columns
	rest    string // the last character, which the next piece may go on with
}

func (s screen) wrapper(colour string) *wrapper {
	return &wrapper{screen: s, colour: colour, limit: s.columns()}
}

// write writes a piece of text, all but its last word.
func (w *wrapper) write(text string) {
	w.limit = w.columns()
	w.add(text)
	w.flush()
}

func (w *wrapper) add(text string) {
	text, state := w.rest+plain(text), -1
	w.rest = ""
	for text != "" {
		var cluster string
		var width int
		cluster, text, width, state = uniseg.FirstGraphemeClusterInString(text, state)
		if text == "" && cluster != "\n" && cluster != "\t" {
			if cluster == " " {
				w.flushWord()
			}
			w.rest = cluster
			return
		}
		w.addCluster(cluster, width)
	}
}

func (w *wrapper) addCluster(cluster string, width int) {
	switch {
	case cluster == "\n":
		w.flushWord()
		w.newLine()
	case cluster == " " || cluster == "\t":
		w.flushWord()
		w.spaces++
	case width > 1: // scripts without spaces break between any two
		w.flushWord()
		w.addToWord(cluster, width)
		w.flushWord()
	default:
		if w.wordLen+width > w.limit-w.hang {
			w.flushWord()
		}
		w.addToWord(cluster, width)
	}
}

// end writes the last word and ends the line.
func (w *wrapper) end() {
	if w.rest != "" {
		w.addCluster(w.rest, uniseg.StringWidth(w.rest))
		w.rest = ""
	}
	w.flushWord()
	if w.begun {
		w.newLine()
	}
	w.flush()
}

func (w *wrapper) addToWord(cluster string, width int) {
	w.word.WriteString(cluster)
	w.wordLen += width
}

func (w *wrapper) flushWord() {
	if w.word.Len() == 0 {
		return
	}
	if w.column > 0 && w.column+w.spaces+w.wordLen > w.limit {
		w.newLine()
		w.spaces = w.hang
	}
	w.line.WriteString(strings.Repeat(" ", w.spaces))
	w.line.WriteString(w.word.String())
	w.column += w.spaces + w.wordLen
	w.begun = true
	w.spaces, w.wordLen = 0, 0
	w.word.Reset()
}

func (w *wrapper) newLine() {
	w.line.WriteByte('\n')
	w.column, w.spaces, w.begun = 0, 0, false
}

func (w *wrapper) flush() {
	if w.line.Len() == 0 {
		return
	}
	text := w.line.String()
	w.line.Reset()
	if w.screen.colour && w.colour != "" {
		text = w.colour + text + colourEnd
	}
	fmt.Fprint(w.out, text)
}

// fit is text of exactly so many columns: padded, or cut short with an ellipsis.
func fit(text string, columns int) string {
	if width := uniseg.StringWidth(text); width <= columns {
		return text + strings.Repeat(" ", columns-width)
	}
	var kept strings.Builder
	used, state := 0, -1
	for text != "" {
		var cluster string
		var width int
		cluster, text, width, state = uniseg.FirstGraphemeClusterInString(text, state)
		if used+width > columns-1 {
			break
		}
		kept.WriteString(cluster)
		used += width
	}
	return kept.String() + "…" + strings.Repeat(" ", columns-1-used)
}

// plain is text without what a terminal would obey: control characters other
// than tab and line feed, and those that turn the direction of text.
func plain(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t':
			return r
		case unicode.IsControl(r), r >= '\u202a' && r <= '\u202e', r >= '\u2066' && r <= '\u2069':
			return -1
		default:
			return r
		}
	}, text)
}

// plainLine is plain text on one line.
func plainLine(text string) string {
	return strings.Join(strings.Fields(plain(text)), " ")
}
