package chat

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"unicode/utf8"

	"golang.org/x/term"
	textencoding "golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// errLeave says that the user is leaving, by Ctrl-C, Ctrl-D or /quit.
var errLeave = errors.New("leaving")

// maxInput bounds a message of a filter. The service takes less, and says so.
const maxInput = 1 << 20

// decoded reads what begins with a byte order mark as that says, in UTF-8 and without the
// mark: PowerShell writes files in UTF-16, and some editors mark UTF-8.
func decoded(r io.Reader) io.Reader {
	return transform.NewReader(r, textencoding.BOMOverride(transform.Nop))
}

func lower(s string) string { return strings.ToLower(strings.TrimSpace(s)) }

// next waits for what read gives, but no longer than ctx lasts, and until Ctrl-C,
// which leaves.
func (s *session) next(ctx context.Context, read func() (string, error)) (string, error) {
	type result struct {
		line string
		err  error
	}
	got := make(chan result, 1)
	go func() {
		line, err := read()
		got <- result{line, err}
	}()
	select {
	case r := <-got:
		return r.line, r.err
	case <-s.interrupts:
		return "", errLeave
	case <-ctx.Done():
		return "", ctx.Err()
	}
}

// whole reads all of an input as one message, unless it is blank; io.EOF is its
// end.
func (s *session) whole(r io.Reader) func() (string, error) {
	return func() (string, error) {
		data, err := io.ReadAll(io.LimitReader(decoded(r), maxInput+1))
		switch {
		case err != nil:
			return "", s.errorf("the input cannot be read: %w", err)
		case len(data) > maxInput:
			return "", s.errorf("the input is longer than %d bytes: a message has at most 8000 characters; with --lines each line is one", maxInput)
		case !utf8.Valid(data):
			return "", s.errorf("the input is not UTF-8: convert it first")
		}
		text := strings.ReplaceAll(string(data), "\r\n", "\n")
		if text = strings.TrimSpace(text); text == "" {
			return "", io.EOF
		}
		return text, nil
	}
}

// lines reads the lines of a filter that are not blank; io.EOF is their end.
func (s *session) lines(r io.Reader) func() (string, error) {
	in := bufio.NewScanner(decoded(r))
	in.Buffer(nil, maxInput)
	number := 0
	return func() (string, error) {
		for in.Scan() {
			number++
			line := in.Text()
			if strings.TrimSpace(line) == "" {
				continue
			}
			if !utf8.ValidString(line) {
				return "", s.errorf("line %d is not UTF-8: convert the input first", number)
			}
			return line, nil
		}
		if errors.Is(in.Err(), bufio.ErrTooLong) {
			return "", s.errorf("line %d is longer than %d bytes: a message is one line of at most 8000 characters", number+1, maxInput)
		}
		if in.Err() != nil {
			return "", s.errorf("the input cannot be read: %w", in.Err())
		}
		return "", io.EOF
	}
}

// prompt is the line editor of a terminal.
type prompt struct {
	language
	editor editor
	file   string
	// kept is how many lines of the history were in the file.
	kept int

	keys       chan key
	interrupts chan os.Signal
	// remarks are shown while a message is being written.
	remarks <-chan string
	// editing says that a message is being written, so that Ctrl-C is the
	// editor's.
	editing atomic.Bool
	restore func() error
	// suspend gives the terminal to the shell for a while.
	suspend func()
}

const (
	bracketedPaste   = "\x1b[?2004h"
	noBracketedPaste = "\x1b[?2004l"
	// maxHistory is how many messages the history keeps.
	maxHistory = 1000
	// lineSeparator stands for a line feed in the history's file, which has a
	// message a line.
	lineSeparator = "\u2028"
	// typedAhead is how many keys are kept of those typed during a reply.
	typedAhead = 1024
)

// openPrompt takes the terminal: nothing that is typed shows until the next
// prompt, a paste comes as one, and Ctrl-C, when nothing is being written, goes
// to interrupts. close gives it back. The prompt can be used
// whatever the error, which is a warning.
func (s *session) openPrompt() (*prompt, error) {
	p := &prompt{language: s.language, file: s.HistoryFile, keys: make(chan key, typedAhead), interrupts: s.interrupts, remarks: s.remarks, restore: func() error { return nil }, suspend: func() {}}
	var before *term.State
	var err error
	if p.editor.dumb = os.Getenv("TERM") == "dumb"; !p.editor.dumb {
		before, err = term.MakeRaw(int(os.Stdin.Fd()))
	}
	switch {
	case err != nil:
		err = s.errorf("the terminal does not let lines be edited: %w", err)
		p.editor.dumb = true
	case !p.editor.dumb:
		terminal := s.Out
		fmt.Fprint(terminal, bracketedPaste)
		p.restore = func() error {
			_, err := fmt.Fprint(terminal, noBracketedPaste)
			return errors.Join(err, term.Restore(int(os.Stdin.Fd()), before))
		}
		p.suspend = func() {
			_ = p.restore()
			giveToShell()
			_, _ = term.MakeRaw(int(os.Stdin.Fd())) // as before; a terminal that is gone ends the input
			fmt.Fprint(terminal, bracketedPaste)
		}
		s.Out = rawWriter{terminal}
		s.screen.out = s.Out
	}
	p.editor.out, p.editor.size = s.Out, s.screen.size
	p.editor.more = func() bool { return len(p.keys) > 0 }
	p.editor.remark = func(text string) { s.screen.remark("%s\n\n", s.word(text)) }
	go p.listen(newKeyReader(os.Stdin))
	return p, errors.Join(err, p.readHistory())
}

// rawWriter writes to a terminal in raw mode, where a line feed does not return.
type rawWriter struct{ io.Writer }

func (w rawWriter) Write(p []byte) (int, error) {
	_, err := w.Writer.Write(bytes.ReplaceAll(bytes.ReplaceAll(p, []byte("\r\n"), []byte("\n")), []byte("\n"), []byte("\r\n")))
	return len(p), err
}

// listen passes keys on until the input ends.
func (p *prompt) listen(r keyReader) {
	defer close(p.keys)
	for {
		k, err := r.next()
		if err != nil {
			return
		}
		if k.name == keySuspend {
			p.suspend()
		}
		switch {
		case p.editing.Load():
			p.keys <- k
		case k.name == keyInterrupt:
			select {
			case p.interrupts <- os.Interrupt:
			default: // one is on its way
			}
		default:
			select {
			case p.keys <- k:
			default: // whoever types so much ahead does without
			}
		}
	}
}

// fence begins and ends a message of several lines.
const fence = `"""`

// readMessage waits for a message, or for one of several lines between two fences.
func (p *prompt) readMessage(ctx context.Context) (string, error) {
	text, err := p.read(ctx)
	block, fenced := strings.CutPrefix(text, fence)
	if err != nil || !fenced {
		return text, err
	}
	for !strings.HasSuffix(strings.TrimSpace(block), fence) {
		line, err := p.readLine(ctx)
		if err != nil {
			return "", err
		}
		block += "\n" + line
	}
	return strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(block), fence)), nil
}

// read waits for a message that is not blank, but no longer than ctx lasts, and until an
// interrupt from outside, which leaves.
func (p *prompt) read(ctx context.Context) (string, error) {
	for {
		text, err := p.readLine(ctx)
		if err != nil {
			return "", err
		}
		if text = strings.TrimSpace(text); text != "" {
			p.editor.remember(text)
			return text, nil
		}
	}
}

// readLine waits for what is typed up to the next Enter, which may be nothing.
func (p *prompt) readLine(ctx context.Context) (string, error) {
	p.editing.Store(true)
	defer p.editing.Store(false)
	return p.editor.read(func() (key, error) {
		select {
		case k, ok := <-p.keys:
			if !ok {
				return key{}, errLeave
			}
			return k, nil
		case text := <-p.remarks:
			return key{name: keyRemark, text: text}, nil
		case <-p.interrupts:
			return key{}, errLeave
		case <-ctx.Done():
			return key{}, ctx.Err()
		}
	})
}

// readHistory fills the history from its file, if there is one.
func (p *prompt) readHistory() error {
	if p.file == "" {
		return nil
	}
	history, err := readLines(p.file)
	if err != nil {
		p.file = "" // what could not be read must not be overwritten
		return p.errorf("the history of lines is not used: %w", err)
	}
	p.editor.history, p.kept = history, len(history)
	return nil
}

// readLines are the lines of a file of a history, none where there is no file.
func readLines(file string) (history []string, err error) {
	data, err := os.ReadFile(file) //nolint:gosec // the folder is the user's choice
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	for line := range strings.Lines(string(data)) {
		if line = strings.TrimRight(line, "\r\n"); line != "" && utf8.ValidString(line) {
			history = append(history, plain(strings.ReplaceAll(line, lineSeparator, "\n")))
		}
	}
	return history, err
}

// close gives the terminal back and keeps the history, behind what other chats have
// kept since this one began.
func (p *prompt) close() error {
	if err := p.restore(); err != nil {
		return p.errorf("the terminal is not given back: type `reset`: %w", err)
	}
	if p.file == "" {
		return nil
	}
	history, err := readLines(p.file)
	if err == nil {
		err = os.MkdirAll(filepath.Dir(p.file), 0o700)
	}
	if err == nil {
		history = append(history, p.editor.history[p.kept:]...)
		var lines strings.Builder
		for _, text := range history[max(0, len(history)-maxHistory):] {
			lines.WriteString(strings.ReplaceAll(text, "\n", lineSeparator) + "\n")
		}
		err = os.WriteFile(p.file, []byte(lines.String()), 0o600)
	}
	if err != nil {
		return p.errorf("the history of lines is not kept: %w", err)
	}
	return nil
}
