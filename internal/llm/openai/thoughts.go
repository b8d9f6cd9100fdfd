package openai

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// thoughts cuts out of a text what a model thinks before it speaks, where its
// server leaves that in, marked. The text may come in pieces, and so may marks.
type thoughts struct {
	held  string // not decided yet: the beginning of a mark, perhaps
	until string // the mark that ends the thought at hand, "" outside of one
	any   bool   // there has been one
	// unopened is set for models that begin within a thought whose beginning
	// their template took: all is held until that ends. A text without such an
	// end was none.
	unopened bool
	// misled says that what was taken for text until now was a thought.
	misled bool
	begun  bool // there has been text
	over   bool // the model has ended its turn, and nothing after it counts
}

// markPair is what begins and what ends a part that is cut out.
type markPair struct{ begin, end string }

// thoughtMarks are how thoughts begin and end. Between "<think" and its ">"
// there may be attributes.
var thoughtMarks = []markPair{
	{"<think", "</think>"}, // DeepSeek-R1, QwQ, Qwen3 and most others
	{"<thinking", "</thinking>"},
	{"<thought", "</thought>"},
	{"<thoughts", "</thoughts>"},
	{"<reasoning", "</reasoning>"},
	{"<seed:think", "</seed:think>"},               // Seed-OSS
	{"[think]", "[/think]"},                        // Magistral
	{"◁think▷", "◁/think▷"},                        // Kimi-VL
	{"<|start_thinking|>", "<|end_thinking|>"},     // Command A
	{"<|channel|>analysis", "<|end|>"},             // gpt-oss
	{"<|channel|>commentary", "<|end|>"},           // gpt-oss; calls of tools too, which name them before their text
	{"<|channel>thought", "<channel|>"},            // Gemma 4
	{"<|begin_of_thought|>", "<|end_of_thought|>"}, // Sky-T1
	{"<|thought_start|>", "<|thought_end|>"},
}

// callMarks are those of calls of tools, which some models make though they have none.
var callMarks = []markPair{
	{"<tool_call", "</tool_call>"}, // Hermes, Qwen, GLM
	{"<tool_calls", "</tool_calls>"},
	{"<function_call", "</function_call>"},
	{"<function_calls", "</function_calls>"},
	{"<|tool_calls_section_begin|>", "<|tool_calls_section_end|>"}, // Kimi K2
	{"<｜tool▁calls▁begin｜>", "<｜tool▁calls▁end｜>"},                 // DeepSeek
	{"<|tool_call>", "<tool_call|>"},                               // Gemma 4
}

var cutMarks = slices.Concat(thoughtMarks, callMarks)

// otherEnds end a thought as the mark does that stands with them.
var otherEnds = map[string][]string{
	"<|end|>": {"<|call|>", "<|channel|>final<|message|>"},
}

// frameMarks stand around what is no thought. Servers whose templates do not know them
// leave them in the text, and some let a model go on after its turn, in the user's place.
var frameMarks = []struct {
	ends  bool // the turn of the model
	marks []string
}{
	{false, []string{
		"<|start|>assistant", "<|channel|>final<|message|>", "<|return|>", "<|call|>", "<|end|>", // gpt-oss
		"<|start_response|>", "<|end_response|>", // Command A
		"<|begin_of_solution|>", "<|end_of_solution|>", // Sky-T1
		"<|im_start|>assistant",                         // ChatML: Qwen, Yi, InternLM
		"<|start_header_id|>assistant<|end_header_id|>", // Llama 3
		"<start_of_turn>model", "<|turn>model", "<bos>", // Gemma
		"<|im_assistant|>assistant<|im_middle|>", "<|im_middle|>", // Kimi K2
		"<|header_start|>assistant<|header_end|>", "<|begin_of_text|>", // Llama 4
		"<|start_of_role|>assistant<|end_of_role|>", // Granite
		"<｜assistant｜>", "<｜begin▁of▁sentence｜>",    // DeepSeek
		"<answer>", "</answer>", // Hunyuan, and others after their thoughts
		"]~b]ai",                                            // MiniMax
		"<|assistant|>", "<s>", "</s>", "[inst]", "[/inst]", // Phi, GLM, Llama 2, Mistral
	}},
	{true, []string{
		"<|im_end|>", "<|im_start|>user",
		"<|eot_id|>", "<|eom_id|>", "<|eot|>", "<|eom|>",
		"<end_of_turn>", "<start_of_turn>user", "<turn|>", "<|turn>user",
		"<eos>", "[eos]", "<|eos|>",
		"<|im_user|>",                       // Kimi K2
		"[e~[", "]~b]user", "]<]minimax[>[", // MiniMax
		"[tool_calls]", "<|python_tag|>", // Mistral's and Llama's for calls of tools
		"[|endofturn|]", "<｜user｜>", // EXAONE, DeepSeek
		"<|endoftext|>", "<|end_of_text|>", "<|endofassistant|>", "<|user|>", "<|observation|>",
		"<｜end▁of▁sentence｜>", "<|end▁of▁sentence|>", // DeepSeek
		"<|end_of_turn_token|>", // Command R
	}},
}

// longestMark is how far a mark with attributes may go on.
const longestMark = 256

// cut is what can be told of a text after its next piece.
func (t *thoughts) cut(piece string) string {
	if t.begun && t.held == "" && t.until == "" && !t.unopened && !t.over && !mayHaveMark(piece) {
		return piece // as good as always
	}
	if t.over {
		return ""
	}
	text := t.held + piece
	t.held = ""
	if t.holdsBare(text) {
		return ""
	}
	var told strings.Builder
	for text != "" {
		if t.unopened {
			rest, found := afterFold(text, "</think>")
			if !found {
				t.held = text
				break
			}
			t.unopened, t.any, text = false, true, rest
			continue
		}
		if t.until != "" {
			rest, found := afterThought(text, t.until)
			if !found {
				t.held = text[len(text)-min(len(text), longestEnd-1):]
				break
			}
			t.until, text = "", rest
			continue
		}
		if !mayHaveMark(text) { // which is quicker told than where
			told.WriteString(text)
			break
		}
		at := strings.IndexAny(text, "<[]◁")
		told.WriteString(text[:at])
		m := matchMark(text[at:])
		switch {
		case m.partial:
			t.held, text = text[at:], ""
			continue
		case m.length == 0:
			_, n := utf8.DecodeRuneInString(text[at:])
			told.WriteString(text[at : at+n])
			m.length = n
		case m.end:
			if t.over = t.begun || strings.TrimSpace(told.String()) != ""; t.over {
				return told.String()
			}
		case m.unopened && !t.any:
			told.Reset()
			t.any, t.misled = true, true
		case m.until != "":
			t.any, t.until = true, m.until
		}
		text = text[at+m.length:]
	}
	t.begun = t.begun || strings.TrimSpace(told.String()) != ""
	return told.String()
}

// bareMark is what is left of the mark of a thought of gpt-oss without its signs.
const bareMark = "analysis"

// holdsBare notes a thought of gpt-oss whose marks its server took for nothing, "analysisThey
// want …assistantfinalGolf …", and holds what may be the beginning of one.
func (t *thoughts) holdsBare(text string) bool {
	if t.begun || t.any || text == "" {
		return false
	}
	if strings.HasPrefix(bareMark, text) {
		t.held = text
		return true
	}
	if rest, found := strings.CutPrefix(text, bareMark); found && 'A' <= rest[0] && rest[0] <= 'Z' {
		t.any, t.until = true, "assistantfinal"
	}
	return false
}

// mayHaveMark says whether a text has what a mark begins with.
func mayHaveMark(text string) bool {
	return strings.IndexByte(text, '<') >= 0 || strings.IndexByte(text, '[') >= 0 || strings.IndexByte(text, ']') >= 0 || strings.Contains(text, "◁")
}

// rest is what can be told when the text has ended.
func (t *thoughts) rest() string {
	if t.until != "" {
		return ""
	}
	rest := t.held
	t.held = ""
	return rest
}

// withoutThoughts cuts them out of a whole text; unopened says that it began
// within one.
func withoutThoughts(text string) (told string, unopened bool) {
	if !mayHaveMark(text) && !strings.HasPrefix(text, bareMark) {
		return text, false // as good as always, and no copy
	}
	var t thoughts
	told = t.cut(text)
	return told + t.rest(), t.misled
}

// mark is what a text begins with.
type mark struct {
	length   int    // 0 if it begins with no mark
	until    string // the end of the thought that begins here
	unopened bool   // the end of a thought that did not begin
	end      bool   // the end of a turn
	partial  bool   // more of the text is needed to know
}

// matchMark finds the mark that a text begins with.
func matchMark(text string) mark {
	var found mark
	for i, m := range cutMarks {
		begins, partial := hasPrefixFold(text, m.begin)
		found.partial = found.partial || partial
		if begins {
			n, ok := markEnd(text, m.begin)
			switch {
			case ok && strings.HasSuffix(text[:n], "/>"):
				return mark{length: n}
			case ok:
				return mark{length: n, until: m.end}
			case n < 0:
				found.partial = true
			}
		}
		ends, partial := hasPrefixFold(text, m.end)
		found.partial = found.partial || partial
		if ends {
			return mark{length: len(m.end), unopened: i < len(thoughtMarks) && m.end != "<|end|>"}
		}
	}
	for _, of := range frameMarks {
		for _, m := range of.marks {
			begins, partial := hasPrefixFold(text, m)
			found.partial = found.partial || partial
			if begins {
				return mark{length: len(m), end: of.ends}
			}
		}
	}
	return found
}

// markEnd is the length of the mark that text begins with, which for a tag goes
// up to its ">": -1 if that has not come yet, and not ok if it is no tag.
func markEnd(text, begin string) (int, bool) {
	if !strings.HasPrefix(begin, "<") || strings.HasPrefix(begin, "<|") {
		return len(begin), true
	}
	after := text[len(begin):]
	if after == "" {
		return -1, false
	}
	if !strings.ContainsRune("> \t\r\n/", rune(after[0])) {
		return 0, false // <thinker>
	}
	end := strings.IndexByte(after, '>')
	switch {
	case end >= 0 && end < longestMark:
		return len(begin) + end + 1, true
	case end < 0 && len(after) < longestMark:
		return -1, false
	default:
		return 0, false
	}
}

// hasPrefixFold says whether text begins with a prefix, in any case of its
// letters, or could if there were more of it.
func hasPrefixFold(text, prefix string) (has, could bool) {
	n := min(len(text), len(prefix))
	if !strings.EqualFold(text[:n], prefix[:n]) {
		return false, false
	}
	return n == len(prefix), n < len(prefix)
}

// longestEnd is at least as long as any mark that ends a thought.
const longestEnd = 64

// afterThought is what comes after the first mark that ends a thought.
func afterThought(text, until string) (after string, found bool) {
	after, found = afterFold(text, until)
	for _, end := range otherEnds[until] {
		if rest, ok := afterFold(text, end); ok && len(rest) >= len(after) {
			after, found = rest, true
		}
	}
	return after, found
}

// afterFold is what comes after a mark in any case of its letters.
func afterFold(text, mark string) (after string, found bool) {
	for i := 0; i+len(mark) <= len(text); i++ {
		if text[i] == mark[0] && strings.EqualFold(text[i:i+len(mark)], mark) {
			return text[i+len(mark):], true
		}
	}
	return "", false
}
