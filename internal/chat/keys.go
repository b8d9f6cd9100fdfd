package chat

import (
	"bufio"
	"io"
	"strings"
	"time"
	"unicode/utf8"
)

// key is one press of a key: a command of the editor, or text, of which a paste
// has a lot.
type key struct {
	name string // empty for text
	text string
}

// The names of keys that the editor knows.
const (
	keyEnter      = "enter"
	keyNewLine    = "new line"
	keyInterrupt  = "interrupt"
	keyBackspace  = "backspace"
	keyDelete     = "delete"
	keyLeft       = "left"
	keyRight      = "right"
	keyWordLeft   = "word left"
	keyWordRight  = "word right"
	keyHome       = "home"
	keyEnd        = "end"
	keyUp         = "up"
	keyDown       = "down"
	keyCutLeft    = "cut left"
	keyCutRight   = "cut right"
	keyCutWord    = "cut word"
	keyClear      = "clear"
	keyDeleteOrGo = "delete or leave"
	keySuspend    = "suspend"
	keyNone       = "none"
	// keyPasted ends a line of what a terminal pastes as if it were typed.
	keyPasted = "pasted"
	// keyRemark is none: its text is to be shown above the prompt.
	keyRemark = "remark"
)

// controls are the keys that are one byte, as terminals and shells have them.
var controls = map[byte]string{
	'\r': keyEnter, '\n': keyEnter, 0x7f: keyBackspace,
	'A' - '@': keyHome, 'B' - '@': keyLeft, 'C' - '@': keyInterrupt, 'D' - '@': keyDeleteOrGo, 'E' - '@': keyEnd,
	'F' - '@': keyRight, 'H' - '@': keyBackspace, 'K' - '@': keyCutRight, 'L' - '@': keyClear, 'N' - '@': keyDown,
	'P' - '@': keyUp, 'U' - '@': keyCutLeft, 'W' - '@': keyCutWord, 'Z' - '@': keySuspend,
}

// sequences are the keys that send more, after their ESC.
var sequences = map[string]string{
	"[A": keyUp, "[B": keyDown, "[C": keyRight, "[D": keyLeft, "[H": keyHome, "[F": keyEnd,
	"OA": keyUp, "OB": keyDown, "OC": keyRight, "OD": keyLeft, "OH": keyHome, "OF": keyEnd,
	"[1~": keyHome, "[4~": keyEnd, "[7~": keyHome, "[8~": keyEnd, "[3~": keyDelete,
	"[1;5C": keyWordRight, "[1;5D": keyWordLeft, "[1;3C": keyWordRight, "[1;3D": keyWordLeft,
	"b": keyWordLeft, "f": keyWordRight, "\r": keyNewLine, "\n": keyNewLine, "[13;2u": keyNewLine, "[27;2;13~": keyNewLine, "OM": keyEnter, "\x7f": keyCutWord,
}

const (
	// pasteBegin follows an ESC where a terminal pastes, and pasteEnd ends it.
	pasteBegin = "[200~"
	pasteEnd   = "\x1b[201~"
	// maxPaste bounds a paste; the rest is dropped. The service takes less, and
	// says so.
	maxPaste = 1 << 20
	// escapeWait is how long an ESC waits for the rest of its key, which may come in
	// a packet of its own: without it the lines of a paste would be messages each.
	// Nobody who presses ESC alone waits for anything.
	escapeWait = 2 * time.Second
	// pasteGap is how soon text follows an Enter that nobody has typed.
	pasteGap = 10 * time.Millisecond
)

// keyReader reads keys from a terminal's bytes, which may come in any pieces.
type keyReader struct {
	bytes chan byte
	// ahead is what was read to see what follows a key.
	ahead *[]byte
}

// newKeyReader reads on in a goroutine that ends with the input.
func newKeyReader(in io.Reader) keyReader {
	k := keyReader{make(chan byte, 4096), new([]byte)}
	go func() {
		defer close(k.bytes)
		for r := bufio.NewReader(in); ; {
			b, err := r.ReadByte()
			if err != nil {
				return
			}
			k.bytes <- b
		}
	}()
	return k
}

// next waits for the next key; io.EOF is the end of the input.
func (k keyReader) next() (key, error) {
	var b byte
	ok := true
	if ahead := *k.ahead; len(ahead) > 0 {
		b, *k.ahead = ahead[0], ahead[1:]
	} else {
		b, ok = <-k.bytes
	}
	switch {
	case !ok:
		return key{}, io.EOF
	case b == 0x1b:
		return k.sequence()
	case b == '\r' && k.goesOn():
		return key{name: keyPasted}, nil
	case b < ' ' || b == 0x7f:
		if name := controls[b]; name != "" {
			return key{name: name}, nil
		}
		return key{name: keyNone}, nil
	default:
		return k.char(b), nil
	}
}

// goesOn says whether more of a text follows an Enter at once, as where a terminal without bracketed
// paste types what is pasted. A line feed that belongs to the Enter is taken away.
func (k keyReader) goesOn() bool {
	for {
		select {
		case b, ok := <-k.bytes:
			if !ok {
				return false
			}
			if b == '\n' {
				continue
			}
			*k.ahead = append(*k.ahead, b)
			return b >= ' ' && b != 0x7f || b == '\r'
		case <-time.After(pasteGap):
			return false
		}
	}
}

// char is a whole character that begins with a byte.
func (k keyReader) char(first byte) key {
	text := []byte{first}
	for !utf8.FullRune(text) {
		b, ok := <-k.bytes
		if !ok {
			break
		}
		text = append(text, b)
	}
	if !utf8.Valid(text) || plain(string(text)) == "" {
		return key{name: keyNone}
	}
	return key{text: string(text)}
}

// sequence is the key that an ESC begins.
func (k keyReader) sequence() (key, error) {
	var text []byte
	select {
	case b, ok := <-k.bytes:
		if !ok {
			return key{}, io.EOF
		}
		text = append(text, b)
	case <-time.After(escapeWait):
		return key{name: keyNone}, nil
	}
	for (text[0] == '[' || text[0] == 'O') && !isFinal(text) {
		b, ok := <-k.bytes
		if !ok {
			return key{}, io.EOF
		}
		text = append(text, b)
	}
	if string(text) == pasteBegin {
		return k.paste()
	}
	if name := sequences[string(text)]; name != "" {
		return key{name: name}, nil
	}
	if len(text) == 1 && text[0] >= ' ' {
		return k.char(text[0]), nil // ESC and a letter, or Alt and a letter
	}
	return key{name: keyNone}, nil
}

// isFinal says whether a control sequence has its last byte.
func isFinal(text []byte) bool {
	last := text[len(text)-1]
	return len(text) > 1 && last >= '@' && last <= '~' || last < ' ' || len(text) > 32
}

// paste is all that the terminal pastes. Its lines end as the terminal, or the
// system that they were copied on, ends them.
func (k keyReader) paste() (key, error) {
	var text []byte
	tail := "" // the latest bytes, which may be the end
	for tail != pasteEnd {
		b, ok := <-k.bytes
		if !ok {
			return key{}, io.EOF
		}
		if tail += string([]byte{b}); len(tail) > len(pasteEnd) {
			if len(text) < maxPaste {
				text = append(text, tail[0])
			}
			tail = tail[1:]
		}
	}
	pasted := strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(strings.ToValidUTF8(string(text), ""))
	return key{text: strings.TrimRight(plain(pasted), "\n")}, nil
}
