package chat

import (
	"fmt"
	"io"
	"strings"
	"unicode"

	"github.com/rivo/uniseg"
)

const promptText = "> "

// editor edits a message of one or more lines at a prompt. A character is what
// a reader takes for one: it is never entered, deleted or wrapped in parts.
type editor struct {
	out io.Writer
	// size is that of the terminal, in columns and rows.
	size func() (columns, rows int)
	// more says that another key is there already, so that nothing has to be
	// shown before it.
	more func() bool
	// dumb is for a terminal that shows and edits lines itself.
	dumb bool
	// remark writes what is said above the prompt meanwhile.
	remark func(text string)

	history []string

	text    string
	at      int // where the cursor is in text, in bytes
	row     int // which row of those on show the cursor is in
	columns int // the terminal's when they were drawn
	above   []string
	column  int // the cursor's
	recall  int // which entry of history is shown; len(history) for none
	pending string
}

// read edits until Enter, and returns the text. errLeave is Ctrl-C and Ctrl-D
// where nothing is written; with something written, Ctrl-C takes it away.
func (e *editor) read(next func() (key, error)) (string, error) {
	e.text, e.at, e.recall, e.pending = "", 0, len(e.history), ""
	e.forget()
	if e.dumb {
		fmt.Fprint(e.out, promptText)
	}
	e.draw()
	for {
		k, err := next()
		if err != nil {
			if e.dumb {
				fmt.Fprint(e.out, "\n") // the terminal shows no new line for Ctrl-D
			}
			return "", err
		}
		switch {
		case k.name == keyEnter, k.name == keyPasted && strings.HasPrefix(e.text, "/"): // commands are a line each
			e.at = len(e.text)
			e.draw()
			e.newLine()
			return e.text, nil
		case k.name == keyInterrupt && e.text == "", k.name == keyDeleteOrGo && e.text == "":
			e.newLine()
			return "", errLeave
		case k.name == keyRemark:
			e.interject(k.text)
		case k.name == keyInterrupt:
			e.at = len(e.text)
			e.draw()
			fmt.Fprint(e.out, "^C\n")
			e.text, e.at, e.recall = "", 0, len(e.history)
			e.forget()
		default:
			e.press(k)
		}
		if !e.more() {
			e.draw()
		}
	}
}

func (e *editor) newLine() {
	if !e.dumb {
		fmt.Fprint(e.out, "\n")
	}
}

// interject says something above the prompt, and goes on below it.
func (e *editor) interject(text string) {
	if e.dumb {
		fmt.Fprint(e.out, "\n")
		e.remark(text)
		fmt.Fprint(e.out, promptText)
		return
	}
	fmt.Fprint(e.out, e.erase())
	e.remark(text)
}

// remember adds what was sent to the history, but not twice in a row.
func (e *editor) remember(text string) {
	if len(e.history) == 0 || e.history[len(e.history)-1] != text {
		e.history = append(e.history, text)
	}
}

// press does what a key says.
func (e *editor) press(k key) {
	switch k.name {
	case "":
		e.insert(k.text)
	case keyNewLine, keyPasted:
		e.insert("\n")
	case keyBackspace:
		e.cut(e.left(e.at), e.at)
	case keyDelete, keyDeleteOrGo:
		e.cut(e.at, e.right(e.at))
	case keyCutLeft:
		e.cut(e.lineBegin(), e.at)
	case keyCutRight:
		e.cut(e.at, e.lineEnd())
	case keyCutWord:
		e.cut(e.wordLeft(), e.at)
	case keyLeft:
		e.at = e.left(e.at)
	case keyRight:
		e.at = e.right(e.at)
	case keyWordLeft:
		e.at = e.wordLeft()
	case keyWordRight:
		e.at = e.wordRight()
	case keyHome:
		e.at = e.lineBegin()
	case keyEnd:
		e.at = e.lineEnd()
	case keyUp:
		e.recallEntry(e.recall - 1)
	case keyDown:
		e.recallEntry(e.recall + 1)
	case keySuspend: // which it was: what is on show is the shell's
		e.forget()
	case keyClear:
		fmt.Fprint(e.out, "\x1b[H\x1b[2J")
		e.forget()
	}
	// What is on both sides of the cursor may have become one character.
	if at := e.left(e.at); at < e.at && e.right(at) > e.at {
		e.at = e.right(at)
	}
}

func (e *editor) insert(text string) {
	e.text = e.text[:e.at] + text + e.text[e.at:]
	e.at += len(text)
}

func (e *editor) cut(from, to int) {
	e.text, e.at = e.text[:from]+e.text[to:], from
}

// left is where the character before a place begins.
func (e *editor) left(at int) int {
	begin := 0
	for g := uniseg.NewGraphemes(e.text); g.Next(); {
		from, to := g.Positions()
		if to >= at {
			return min(from, at)
		}
		begin = to
	}
	return begin
}

// right is where the character at a place ends.
func (e *editor) right(at int) int {
	cluster, _, _, _ := uniseg.FirstGraphemeClusterInString(e.text[at:], -1)
	return at + len(cluster)
}

func (e *editor) lineBegin() int { return strings.LastIndexByte(e.text[:e.at], '\n') + 1 }

func (e *editor) lineEnd() int {
	if i := strings.IndexByte(e.text[e.at:], '\n'); i >= 0 {
		return e.at + i
	}
	return len(e.text)
}

func (e *editor) wordLeft() int {
	before := strings.TrimRightFunc(e.text[:e.at], unicode.IsSpace)
	return strings.LastIndexFunc(before, unicode.IsSpace) + 1
}

func (e *editor) wordRight() int {
	after := strings.TrimLeftFunc(e.text[e.at:], unicode.IsSpace)
	from := len(e.text) - len(after)
	if i := strings.IndexFunc(after, unicode.IsSpace); i >= 0 {
		return from + i
	}
	return len(e.text)
}

// recallEntry shows an entry of the history; after the latest comes what was
// being written.
func (e *editor) recallEntry(n int) {
	if n < 0 || n > len(e.history) {
		return
	}
	if e.recall == len(e.history) {
		e.pending = e.text
	}
	if e.recall = n; n == len(e.history) {
		e.text = e.pending
	} else {
		e.text = e.history[n]
	}
	e.at = len(e.text)
}

// draw writes the text anew over what it was, as much of it around the cursor
// as the terminal has room for. It breaks lines itself, since terminals differ
// in what they do at their last column.
func (e *editor) draw() {
	if e.dumb {
		return
	}
	columns, height := e.size()
	rows, row, column := e.layout(max(columns-1, 8))
	first := max(0, row-max(height-1, 1)+1)
	last := min(len(rows), first+max(height-1, 1))

	if columns != e.columns {
		e.reflow(columns)
	}
	var out strings.Builder
	out.WriteString(e.erase() + strings.Join(rows[first:last], "\r\n"))
	if e.at < len(e.text) {
		if up := last - 1 - row; up > 0 {
			fmt.Fprintf(&out, "\x1b[%dA", up)
		}
		out.WriteString("\r")
		if column > 0 {
			fmt.Fprintf(&out, "\x1b[%dC", column)
		}
	}
	fmt.Fprint(e.out, out.String())
	e.row, e.column, e.columns, e.above = row-first, column, columns, rows[first:row]
}

// erase is what takes away the rows on show, and leaves the cursor where they began.
func (e *editor) erase() string {
	up := ""
	if e.row > 0 {
		up = fmt.Sprintf("\x1b[%dA", e.row)
	}
	e.forget()
	return up + "\r\x1b[J"
}

// forget says that nothing is on show any more.
func (e *editor) forget() { e.row, e.above, e.column = 0, nil, 0 }

// reflow finds the cursor's row after the terminal got another width: it breaks each
// row that has become too long.
func (e *editor) reflow(columns int) {
	e.row = e.column / max(columns, 1)
	for _, text := range e.above {
		e.row += max(1, (uniseg.StringWidth(text)+columns-1)/max(columns, 1))
	}
}

// layout breaks the text into rows, and says where in them the cursor is.
func (e *editor) layout(width int) (rows []string, row, column int) {
	line, used := promptText, len(promptText)
	breakRow := func(indent string) {
		rows = append(rows, line)
		line, used = indent, len(indent)
	}
	offset := 0
	for g := uniseg.NewGraphemes(e.text); g.Next(); {
		cluster, columns := g.Str(), g.Width()
		if cluster == "\t" {
			cluster, columns = " ", 1
		}
		if cluster != "\n" && used+columns > width {
			breakRow("")
		}
		if offset == e.at {
			row, column = len(rows), used
		}
		if cluster == "\n" {
			breakRow("  ")
		} else {
			line += cluster
			used += columns
		}
		_, offset = g.Positions()
	}
	if e.at == len(e.text) {
		if used >= width {
			breakRow("")
		}
		row, column = len(rows), used
	}
	return append(rows, line), row, column
}
