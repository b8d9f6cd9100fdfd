package chat

import (
	"fmt"
	"io"
	"os"
	"strings"
	"unicode"

	"github.com/mattn/go-runewidth"
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
	out      io.Writer
	width    int // columns; 0 asks the terminal
	terminal bool
	colour   bool
}

// columns is the width to wrap at: one less than the terminal's, since some
// terminals break the line after the last column themselves.
func (s screen) columns() int {
	width := s.width
	if f, ok := s.out.(*os.File); ok && width == 0 && s.terminal {
		if w, _, err := term.GetSize(int(f.Fd())); err == nil {
			width = w
		}
	}
	if width <= 0 {
		width = 80
	}
	return max(width-1, 10)
}

// print writes lines of text, wrapped and in a colour.
func (s screen) print(colour, text string) {
	w := s.wrapper(colour)
	w.add(text)
	w.end()
}

// remark is what the client says itself.
func (s screen) remark(format string, args ...any) {
	s.print(remarkColour, fmt.Sprintf(format, args...))
}

func (s screen) error(err error) { s.print(errorColour, err.Error()) }

// wrapper wraps text at words as it comes. The last word of a piece waits for
// its end, so that nothing that was written has to move.
type wrapper struct {
	screen
	colour string
	limit  int

	line    strings.Builder // what is to be written
	column  int
	begun   bool // the line has text, perhaps of no width
	spaces  int
	word    strings.Builder
	wordLen int // columns
}

func (s screen) wrapper(colour string) *wrapper {
	return &wrapper{screen: s, colour: colour, limit: s.columns()}
}

// write writes a piece of text, all but its last word.
func (w *wrapper) write(text string) {
	w.add(text)
	w.flush()
}

func (w *wrapper) add(text string) {
	for _, r := range plain(text) {
		width := runewidth.RuneWidth(r)
		switch {
		case r == '\n':
			w.flushWord()
			w.newLine()
		case r == ' ' || r == '\t':
			w.flushWord()
			w.spaces++
		case width > 1: // scripts without spaces break between any two
			w.flushWord()
			w.addRune(r, width)
			w.flushWord()
		default:
			if w.wordLen+width > w.limit {
				w.flushWord()
			}
			w.addRune(r, width)
		}
	}
}

// end writes the last word and ends the line.
func (w *wrapper) end() {
	w.flushWord()
	if w.begun {
		w.newLine()
	}
	w.flush()
}

func (w *wrapper) addRune(r rune, width int) {
	w.word.WriteRune(r)
	w.wordLen += width
}

func (w *wrapper) flushWord() {
	if w.word.Len() == 0 {
		return
	}
	if w.column > 0 && w.column+w.spaces+w.wordLen > w.limit {
		w.newLine()
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
