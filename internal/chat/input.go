package chat

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"unicode/utf8"

	"github.com/peterh/liner"
)

// errLeave says that the user is leaving, by Ctrl-C, Ctrl-D or /quit.
var errLeave = errors.New("leaving")

// errTerminal says that there is nothing to read lines from any more.
var errTerminal = errors.New("the terminal cannot be read")

// maxLine bounds a line of a filter. The service takes less, and says so.
const maxLine = 1 << 20

func lower(s string) string { return strings.ToLower(strings.TrimSpace(s)) }

// next is what read gives; the end of ctx does not wait for it, and neither
// does Ctrl-C, which leaves.
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

// lines reads the lines of a filter that are not blank; io.EOF is their end.
func lines(r io.Reader) func() (string, error) {
	in := bufio.NewScanner(r)
	in.Buffer(nil, maxLine)
	number := 0
	return func() (string, error) {
		for in.Scan() {
			number++
			if strings.TrimSpace(in.Text()) == "" {
				continue
			}
			if !utf8.ValidString(in.Text()) {
				return "", fmt.Errorf("line %d is not UTF-8: convert the input first", number)
			}
			return in.Text(), nil
		}
		if errors.Is(in.Err(), bufio.ErrTooLong) {
			return "", fmt.Errorf("line %d is longer than %d bytes: a message is one line of at most 8192", number+1, maxLine)
		}
		if in.Err() != nil {
			return "", fmt.Errorf("the input cannot be read: %w", in.Err())
		}
		return "", io.EOF
	}
}

// prompt is the line editor of a terminal.
type prompt struct {
	editor *liner.State
	file   string
}

// openPrompt takes the terminal: nothing that is typed shows until the next
// prompt. close gives it back.
func openPrompt(historyFile string) (*prompt, error) {
	p := &prompt{editor: liner.NewLiner(), file: historyFile}
	p.editor.SetCtrlCAborts(true)
	p.editor.SetMultiLineMode(true)
	if historyFile == "" {
		return p, nil
	}
	f, err := os.Open(historyFile) //nolint:gosec // the user's own choice of file
	if errors.Is(err, os.ErrNotExist) {
		return p, nil
	}
	if err == nil {
		_, err = p.editor.ReadHistory(f)
		_ = f.Close() // only read
	}
	if err != nil {
		p.file = "" // what could not be read must not be overwritten
		return p, fmt.Errorf("the history of lines is not used: %w", err)
	}
	return p, nil
}

// read is one line that is not blank.
func (p *prompt) read() (string, error) {
	for {
		line, err := p.editor.Prompt("> ")
		switch {
		case errors.Is(err, liner.ErrPromptAborted), errors.Is(err, io.EOF):
			return "", errLeave
		case err != nil:
			return "", fmt.Errorf("%w: %w", errTerminal, err)
		}
		if line = strings.TrimSpace(line); line != "" {
			p.editor.AppendHistory(line)
			return line, nil
		}
	}
}

// close gives the terminal back and keeps the history.
func (p *prompt) close() error {
	if err := p.editor.Close(); err != nil {
		return fmt.Errorf("the terminal is not given back: type `reset`: %w", err)
	}
	if p.file == "" {
		return nil
	}
	err := os.MkdirAll(filepath.Dir(p.file), 0o700)
	if err != nil {
		return fmt.Errorf("the history of lines is not kept: %w", err)
	}
	f, err := os.OpenFile(p.file, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
	if err != nil {
		return fmt.Errorf("the history of lines is not kept: %w", err)
	}
	_, err = p.editor.WriteHistory(f)
	if err = errors.Join(err, f.Close()); err != nil {
		return fmt.Errorf("the history of lines is not kept: %w", err)
	}
	return nil
}
