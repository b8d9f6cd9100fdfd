package openai

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strings"
)

// errDone is the end of a stream that its server marked as such.
var errDone = errors.New("openai: [DONE]")

// answer reads what a server answers a completion with: server-sent events, or
// one JSON value, whichever was asked for.
type answer struct {
	source *source
	events *events  // nil before the first byte, and of one JSON value
	chunks [][]byte // of the latest event
	told   int      // how many of them were
	first  bool
}

func newAnswer(body io.Reader) *answer {
	return &answer{source: &source{body: body}, first: true}
}

// next waits for a chunk, which the next one overwrites. The error is a
// *failure that the server told, errDone or io.EOF at the end of the stream, or
// why it broke off.
func (a *answer) next() ([]byte, error) {
	for a.told == len(a.chunks) {
		if a.first {
			a.first = false
			if err := a.begin(); err != nil {
				return nil, err
			}
			continue
		}
		if a.events == nil && len(a.chunks) > 1 {
			return nil, io.EOF // of a stream with a JSON value a line
		}
		if a.events == nil {
			return nil, errDone // one JSON value was all
		}
		isError, data, err := a.events.next()
		switch {
		case err != nil:
			return nil, a.looseError(err)
		case isError:
			return nil, classify(0, data)
		}
		a.chunks, a.told = appendChunks(a.chunks[:0], data), 0
	}
	data := a.chunks[a.told]
	a.told++
	if isLast(data) {
		return nil, errDone
	}
	return data, nil
}

// begin finds out what kind of answer it is.
func (a *answer) begin() error {
	const bom = "\xef\xbb\xbf"
	body := bufio.NewReaderSize(a.source, 64) // larger reads pass it by
	if start, _ := body.Peek(len(bom)); string(start) == bom {
		_, _ = body.Discard(len(bom))
	}
	for {
		start, err := body.Peek(1)
		switch {
		case err != nil:
			return err
		case start[0] == ' ' || start[0] == '\t' || start[0] == '\r' || start[0] == '\n':
			_, _ = body.Discard(1)
			continue
		case start[0] == '{' || start[0] == '[':
			whole, err := io.ReadAll(body)
			if err != nil {
				return err
			}
			a.chunks = [][]byte{whole}
			return nil
		case start[0] == '<':
			return &failure{fault: malformed} // a page of HTML
		}
		a.events = newEvents(body)
		return nil
	}
}

// looseError is what the server said outside of events before the stream
// ended, if that was an error, and else err.
func (a *answer) looseError(err error) error {
	if c, _ := readChunk(a.events.loose); c.failed != nil {
		return c.failed
	}
	return err
}

// events reads server-sent events as their specification has them, but that the
// end of the stream ends an event too: some servers leave out its blank line.
// It is not go-sse's reader, which hands events on and cannot be asked for the
// next: to turn that round costs more than there is to do with most of them.
type events struct {
	lines *bufio.Scanner
	data  []byte // of the latest
	loose []byte // the latest JSON object that stood outside of events
}

func newEvents(body io.Reader) *events {
	lines := bufio.NewScanner(body)
	lines.Buffer(nil, maxStreamBytes)
	lines.Split(scanLine)
	return &events{lines: lines}
}

// next waits for an event with data, or of the type error. The data is
// overwritten by the next one's. The error is io.EOF after the last event.
func (e *events) next() (isError bool, data []byte, err error) {
	e.data = e.data[:0]
	for e.lines.Scan() {
		line := e.lines.Bytes()
		if len(line) == 0 && (isError || len(e.data) > 0) {
			return isError, e.data, nil
		}
		name, value, _ := bytes.Cut(line, []byte{':'})
		value = bytes.TrimPrefix(value, []byte{' '})
		switch string(name) {
		case "data":
			e.data = append(append(e.data, value...), '\n')
		case "event":
			isError = string(value) == "error"
		default:
			if line = bytes.TrimSpace(line); len(line) > 0 && line[0] == '{' {
				e.loose = append(e.loose[:0], line...)
			}
		}
	}
	switch err := e.lines.Err(); {
	case err != nil:
		return false, nil, err
	case isError || len(e.data) > 0:
		return isError, e.data, nil
	default:
		return false, nil, io.EOF
	}
}

// scanLine is a bufio.SplitFunc for lines that LF, CRLF or CR ends, or the end
// of the stream.
func scanLine(data []byte, atEOF bool) (advance int, line []byte, err error) {
	line, _, found := bytes.Cut(data, []byte{'\n'})
	if cr := bytes.IndexByte(line, '\r'); cr >= 0 {
		switch {
		case cr+1 < len(line), cr+1 == len(data) && atEOF:
			return cr + 1, line[:cr], nil
		case found:
			return cr + 2, line[:cr], nil
		default:
			return 0, nil, nil // LF may follow
		}
	}
	switch {
	case found:
		return len(line) + 1, line, nil
	case atEOF && len(line) > 0:
		return len(line), line, nil
	default:
		return 0, nil, nil
	}
}

// appendChunks appends the JSON values in the data of an event: one, but for servers
// that leave out the blank lines between events.
func appendChunks(all [][]byte, data []byte) [][]byte {
	text := bytes.TrimSpace(data)
	switch {
	case len(text) == 0:
		return all
	case bytes.IndexByte(text, '\n') < 0 || json.Valid(text):
		return append(all, text)
	}
	for line := range bytes.Lines(text) {
		if line = bytes.TrimSpace(line); len(line) > 0 {
			all = append(all, line)
		}
	}
	return all
}

// part makes of data that is no JSON value the values that are in it, to be read next,
// and says whether it is made of nothing else. Some servers lose the line breaks between
// events, or make an event of what is one already.
func (a *answer) part(data []byte) bool {
	var parts [][]byte
	for rest := data; ; {
		for {
			after, framed := bytes.CutPrefix(bytes.TrimSpace(rest), []byte("data:"))
			if rest = after; !framed {
				break
			}
		}
		if len(rest) == 0 {
			break
		}
		if isLast(rest) {
			parts = append(parts, rest)
			break
		}
		value := json.NewDecoder(bytes.NewReader(rest))
		var one json.RawMessage
		if value.Decode(&one) != nil || !isJSON(one) {
			return false
		}
		parts, rest = append(parts, one), rest[value.InputOffset():]
	}
	a.chunks, a.told = append(parts, a.chunks[a.told:]...), 0
	return true
}

// isLast says whether data is the mark of the end.
func isLast(data []byte) bool {
	return len(data) <= len("[DONE]") && strings.EqualFold(strings.Trim(string(data), "[]"), "done")
}

// source is the body of an answer while it comes in.
type source struct {
	body io.Reader
	// idle is called before each wait for more of it, alive after each that
	// brought some.
	idle, alive func()
}

// Read implements io.Reader.
func (s *source) Read(p []byte) (int, error) {
	if s.idle != nil {
		s.idle()
	}
	n, err := s.body.Read(p)
	if n > 0 && s.alive != nil {
		s.alive()
	}
	return n, err
}
