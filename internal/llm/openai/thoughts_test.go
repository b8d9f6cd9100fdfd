package openai

import "testing"

// Thoughts as models mark them; each mark is in the model's own template or in
// its server's documentation.
var thinking = []struct {
	name, text, want string
	misled           bool
}{
	{"none", "Golf rewards patience.", "Golf rewards patience.", false},
	{"think", "<think>\nI give in.\n</think>\n\nGolf rewards patience.", "\n\nGolf rewards patience.", false},
	{"empty, as Qwen3 without thinking", "<think>\n\n</think>\n\nGolf.", "\n\nGolf.", false},
	{"in capitals", "<THINK>no</THINK>Golf.", "Golf.", false},
	{"attributes", `<think budget="8" mode='deep'>{"no":1}</think>Golf.`, "Golf.", false},
	{"never closed", "<think>I give in. Golf.", "", false},
	{"never closed after text", "Golf. <think>I give in.", "Golf. ", false},
	{"two", "<think>a</think>Golf <think>b</think>is slow.", "Golf is slow.", false},
	{"one that speaks of the mark", "<think>I use <think> here</think>Golf.", "Golf.", false},
	{"an end too many", "<think>a</think>Golf</think> is slow.", "Golf is slow.", false},
	{"self-closing", "<think/>Golf.", "Golf.", false},
	{"thinking", "<thinking>a</thinking>Golf.", "Golf.", false},
	{"thought", "<thought>a</thought>Golf.", "Golf.", false},
	{"reasoning", "<reasoning>a</reasoning>Golf.", "Golf.", false},
	{"Seed-OSS", "<seed:think>a</seed:think>Golf.", "Golf.", false},
	{"Magistral", "[THINK]a[/THINK]Golf.", "Golf.", false},
	{"Kimi-VL", "◁think▷a◁/think▷Golf.", "Golf.", false},
	{"Command A", "<|START_THINKING|>a<|END_THINKING|><|START_RESPONSE|>Golf.<|END_RESPONSE|>", "Golf.", false},
	{"gpt-oss", "<|channel|>analysis<|message|>a<|end|><|start|>assistant<|channel|>final<|message|>Golf.<|return|>", "Golf.", false},
	{"gpt-oss, without its marks", "analysisThey say golf. I give in.assistantfinalGolf.", "Golf.", false}, // tinker-cookbook#239
	{"the word alone", "analysis", "analysis", false},
	{"the word in a sentence", "analysis of golf is dull.", "analysis of golf is dull.", false},
	{"ChatML", "<|im_start|>assistant\nGolf.<|im_end|>", "\nGolf.", false}, // obsidian-copilot#2284, lmdeploy#2151
	{"ChatML, going on in the user's place", "Golf.<|im_end|>\n<|im_start|>user\nYou are right.", "Golf.", false},
	{"ChatML, an end too early", "<|im_end|>\nGolf.", "\nGolf.", false},
	{"Llama 3", "<|start_header_id|>assistant<|end_header_id|>\n\nGolf.<|eot_id|>", "\n\nGolf.", false},
	{"Gemma", "Golf.<end_of_turn>\n<start_of_turn>user\nNo.", "Golf.", false},
	{"Mistral", "<s>[INST]Golf.[/INST]</s>", "Golf.", false},
	{"DeepSeek", "Golf.<｜end▁of▁sentence｜>", "Golf.", false},
	{"Command R", "Golf.<|END_OF_TURN_TOKEN|>", "Golf.", false},
	{"a thought, and an end", "<think>a</think>Golf.<|im_end|>", "Golf.", false},
	{"gpt-oss, a call of a tool", `<|channel|>commentary to=functions.find <|constrain|>json<|message|>{"path":"/"}<|call|><|start|>assistant<|channel|>final<|message|>Golf.`, "Golf.", false}, // https://github.com/NVIDIA/TensorRT-LLM/issues/9256
	{"gpt-oss, a thought that has no end", "<|channel|>analysis<|message|>a<|channel|>final<|message|>Golf.", "Golf.", false},                                                                   // https://github.com/vllm-project/vllm/pull/35906
	{"Gemma, its end of a sequence", "Golf.<eos>", "Golf.", false},                                                                                                                              // https://github.com/jundot/omlx/issues/1087
	{"Kimi K2, going on in the user's place", "<|im_assistant|>assistant<|im_middle|>Golf.[EOS]<|im_user|>user<|im_middle|>No.", "Golf.", false},                                                // https://github.com/ggml-org/llama.cpp/pull/14852
	{"MiniMax M3, a call of a tool", `Golf.]<]minimax[>[<tool_call>]<]minimax[>[<invoke name="read">]<]minimax[>[</invoke>`, "Golf.", false},                                                    // https://github.com/MiniMax-AI/MiniMax-M3/issues/31
	{"a call of a tool", `Golf <tool_call>{"name":"find"}</tool_call>rewards.`, "Golf rewards.", false},
	{"an end of a call alone", "Golf.</tool_call>", "Golf.", false},
	{"Mistral, a call of a tool", `Golf.[TOOL_CALLS][{"name":"find"}]`, "Golf.", false},
	{"an answer between marks", "<think>a</think><answer>Golf.</answer>", "Golf.", false},
	{"brackets", "Golf [1] is [calm]] ]", "Golf [1] is [calm]] ]", false},
	{"struck out", "Golf is <s>dull</s> calm.", "Golf is dull calm.", false},
	{"a beginning that the template took", "I give in.</think>Golf.", "Golf.", true},
	{"other tags", "<thinker>a</thinker> <b>[1] a < b, [think about it]", "<thinker>a</thinker> <b>[1] a < b, [think about it]", false},
	{"half a mark at the end", "Golf <thin", "Golf <thin", false},
	{"a tag without an end", "Golf <think", "Golf <think", false},
}

func TestThoughtsAreCutOutWhereverTheTextIsBroken(t *testing.T) {
	for _, test := range thinking {
		got, misled := withoutThoughts(test.text)
		if got != test.want || misled != test.misled {
			t.Errorf("%s: %q, misled %v; want %q, %v", test.name, got, misled, test.want, test.misled)
		}
		if test.misled {
			continue // what was told cannot be taken back
		}
		for i := range test.text {
			var c thoughts
			got := c.cut(test.text[:i])
			got += c.cut(test.text[i:])
			if got += c.rest(); got != test.want {
				t.Errorf("%s, broken at byte %d: %q, want %q", test.name, i, got, test.want)
			}
		}
		var c thoughts
		got = ""
		for _, r := range test.text {
			got += c.cut(string(r))
		}
		if got += c.rest(); got != test.want {
			t.Errorf("%s, letter by letter: %q, want %q", test.name, got, test.want)
		}
	}
}

func TestTextIsToldAsSoonAsItCannotBeAMark(t *testing.T) {
	var c thoughts
	if got := c.cut("a < b"); got != "a < b" {
		t.Errorf("told %q", got)
	}
	if got := c.cut(" <thi"); got != " " {
		t.Errorf("told %q", got)
	}
	if got := c.cut("n>"); got != "<thin>" {
		t.Errorf("told %q", got)
	}
}

func TestATextThatBeginsWithinAThoughtIsHeldUntilItsEnd(t *testing.T) {
	c := thoughts{unopened: true}
	if got := c.cut("I give in.") + c.cut("</thi"); got != "" {
		t.Errorf("told %q", got)
	}
	if got := c.cut("nk>Golf") + c.cut("."); got != "Golf." {
		t.Errorf("told %q", got)
	}
	c = thoughts{unopened: true}
	if got := c.cut("Golf is") + c.cut(" slow."); got != "" {
		t.Errorf("told %q", got)
	}
	if got := c.rest(); got != "Golf is slow." {
		t.Errorf("in the end %q", got)
	}
}
