package openai

import (
	"bytes"
	"unicode/utf8"
)

// readPlainChunk reads a chunk in the shape that nearly all of a reply's have:
// one choice, and nothing but texts, whole numbers, true, false and null beside
// and in it, or usage; the last of OpenAI's has usage alone. That costs a sixth of
// what encoding/json takes for it. It takes no chunk that the full reading would
// read otherwise, and leaves to that all with escapes in their texts, or with a
// word of an error.
func readPlainChunk(data []byte) (c chunk, ok bool) {
	c, _, ok = readPlain(data)
	return c, ok
}

// readPlain is readPlainChunk, and says where its texts stand that are others in
// the next.
func readPlain(data []byte) (c chunk, at places, ok bool) {
	p := plainReader{rest: data}
	choices, chosen, usual := 0, false, true
	for name := range p.fields {
		switch string(name) {
		case "choices":
			choices++
			p.take('[')
			if chosen = p.next() != ']'; chosen {
				p.readChoice(&c)
			}
			p.take(']')
		case "usage":
			p.readUsage(&c)
		case "error", "x_groq":
			p.takeWord("null")
		case "obfuscation":
			p.at.padding = p.place(p.text())
		case "object":
			usual = p.textOr("") != "error" && usual
		case "id", "created", "model", "service_tier", "system_fingerprint":
			p.skip()
		default: // which may tell an error, where there is no choice
			usual = false
			p.skip()
		}
	}
	p.next()
	whole := choices == 1 && (chosen || usual && c.usage != nil)
	return c, p.at, whole && !p.odd && len(p.rest) == 0
}

// place is where a text stands that was just taken, counted from the end, which
// a plainReader knows: of its first byte, and of the quotation mark after it.
type place struct{ begin, end int }

// places are those of a chunk's content, and of what OpenAI fills it up with.
type places struct{ content, padding place }

func (p *plainReader) place(text []byte) place {
	end := len(p.rest) + 1
	return place{end + len(text), end}
}

// plainReader reads JSON from its beginning on. What it has no part for makes
// it odd, and the rest is not read.
type plainReader struct {
	rest []byte
	odd  bool
	at   places
}

func (p *plainReader) readChoice(c *chunk) {
	native := ""
	for name := range p.fields {
		switch string(name) {
		case "index":
			c.index = p.number()
		case "delta":
			p.readDelta(c)
		case "finish_reason":
			c.finish = p.textOr(c.finish)
		case "native_finish_reason":
			native = p.textOr("")
		case "message", "error":
			p.takeWord("null")
		default:
			p.skip()
		}
	}
	if native != "" { // nearly never
		c.finish = finishOf(c.finish, native)
	}
}

// readUsage reads the counts, and passes by what they are made of.
func (p *plainReader) readUsage(c *chunk) {
	if p.next() == 'n' {
		p.takeWord("null")
		return
	}
	p.odd = p.odd || c.usage != nil
	c.usage = new(usage)
	for name := range p.fields {
		switch string(name) {
		case "prompt_tokens":
			c.usage.PromptTokens = int64(p.number())
		case "completion_tokens":
			c.usage.CompletionTokens = int64(p.number())
		default:
			if p.next() != '{' {
				p.skip()
				break
			}
			for range p.fields {
				p.skip()
			}
		}
	}
}

func (p *plainReader) readDelta(c *chunk) {
	for name := range p.fields {
		switch string(name) {
		case "content":
			if p.next() == 'n' {
				p.takeWord("null")
				break
			}
			text := p.text()
			c.text, p.at.content = string(text), p.place(text)
		case "refusal":
			p.takeWord("null")
		default:
			p.skip()
		}
	}
}

// fields yields the names in an object; each value has to be read before the
// next. Names with capitals are odd: encoding/json takes them for the small ones.
func (p *plainReader) fields(yield func(name []byte) bool) {
	p.take('{')
	for last := p.next() == '}'; !last && !p.odd; last = p.next() != ',' || !p.take(',') {
		name := p.text()
		for _, b := range name {
			p.odd = p.odd || b >= utf8.RuneSelf || 'A' <= b && b <= 'Z'
		}
		if !p.take(':') || !yield(name) {
			return
		}
	}
	p.take('}')
}

// next is the next byte that is no blank, which it leaves there, or 0.
func (p *plainReader) next() byte {
	for len(p.rest) > 0 {
		switch b := p.rest[0]; b {
		case ' ', '\t', '\r', '\n':
			p.rest = p.rest[1:]
		default:
			return b
		}
	}
	return 0
}

// take takes a byte and says whether it was there and all before it was plain.
func (p *plainReader) take(b byte) bool {
	if p.odd = p.odd || p.next() != b || len(p.rest) == 0; !p.odd {
		p.rest = p.rest[1:]
	}
	return !p.odd
}

func (p *plainReader) takeWord(word string) {
	p.next()
	rest, found := bytes.CutPrefix(p.rest, []byte(word))
	p.rest, p.odd = rest, p.odd || !found
}

// skip takes whatever value is plain.
func (p *plainReader) skip() {
	switch b := p.next(); b {
	case '"':
		p.text()
	case 'n':
		p.takeWord("null")
	case 't':
		p.takeWord("true")
	case 'f':
		p.takeWord("false")
	default:
		p.number()
	}
}

// number takes a whole number that fits an int, without a sign.
func (p *plainReader) number() int {
	p.next()
	n, digits := 0, 0
	for digits < len(p.rest) && digits < 18 && '0' <= p.rest[digits] && p.rest[digits] <= '9' {
		n = n*10 + int(p.rest[digits]-'0')
		digits++
	}
	p.odd = p.odd || digits == 0 || digits > 1 && p.rest[0] == '0'
	p.rest = p.rest[digits:]
	return n
}

// textOr is a text, or the given one where there is null.
func (p *plainReader) textOr(missing string) string {
	if p.next() == 'n' {
		p.takeWord("null")
		return missing
	}
	return string(p.text())
}

// text takes a text that stands there as it is meant.
func (p *plainReader) text() []byte {
	if !p.take('"') {
		return nil
	}
	text, rest, found := bytes.Cut(p.rest, []byte{'"'})
	p.rest, p.odd = rest, !found || !utf8.Valid(text)
	for _, b := range text {
		p.odd = p.odd || b < ' ' || b == '\\'
	}
	return text
}
