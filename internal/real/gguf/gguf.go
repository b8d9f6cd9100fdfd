// Package gguf writes a tiny model in the format of llama.cpp and Ollama, for
// tests against the real servers. It is no opponent: it knows which word may
// follow which in a few sentences, and says such words by chance.
//
// It is a llama without attention: every token is a place of its own in the
// embedding, so that the output matrix is a table of what follows what.
package gguf

import (
	"bytes"
	"encoding/binary"
	"io"
	"math"
	"regexp"
	"slices"
)

const sentences = `A city without cars is calm . Cars bring people to work , and work pays for the city .
Trains are slow where nobody pays for them . Nobody pays for calm . People need work more than calm .
The claim leaves out who pays . A train is no answer where no train goes . Your point is fair , but it is not the whole .
People who walk need calm , and cars are loud . I hold the other side . Show me one city where that works .`

const template = "{% for m in messages %}<|im_start|>{{ m.role }}\n{{ m.content }}<|im_end|>\n{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"

// The types of tokens and of values, as the format numbers them.
const (
	normal, unknown, control, byteToken = 1, 2, 3, 6

	typeUint32, typeInt32, typeFloat32, typeBool, typeString, typeArray = 4, 5, 6, 7, 8, 9
)

type token struct {
	text  string
	score float32
	kind  int32
}

// vocabulary is the tokens of the model and the words among them, in the order
// of the sentences.
func vocabulary() (tokens []token, said []int) {
	tokens = []token{{"<unk>", 0, unknown}, {"<s>", 0, control}, {"</s>", 0, control}}
	for i := range 256 {
		tokens = append(tokens, token{"<0x" + string("0123456789ABCDEF"[i>>4]) + string("0123456789ABCDEF"[i&15]) + ">", 0, byteToken})
	}
	tokens = append(tokens, token{"<|im_start|>", 0, control}, token{"<|im_end|>", 0, control})
	for c := rune('!'); c <= '~'; c++ {
		tokens = append(tokens, token{string(c), -1000, normal})
	}
	tokens = append(tokens, token{"▁", -1000, normal})
	ids := map[string]int{}
	for i, t := range tokens {
		ids[t.text] = i
	}
	for _, word := range regexp.MustCompile(`[A-Za-z]+|[.,]`).FindAllString(sentences, -1) {
		if word != "." && word != "," {
			word = "▁" + word
		}
		id, ok := ids[word]
		if !ok {
			id = len(tokens)
			ids[word] = id
			tokens = append(tokens, token{word, -float32(id), normal})
		}
		said = append(said, id)
	}
	return tokens, said
}

// Write writes a model that takes so many tokens.
func Write(to io.Writer, context uint32) error {
	tokens, said := vocabulary()
	find := func(text string) int { return slices.IndexFunc(tokens, func(t token) bool { return t.text == text }) }
	end, stop := find("<|im_end|>"), find(".")
	n := len(tokens)
	d := (n + 63) / 64 * 64
	ff := 64
	const quiet, loud = -6, 10
	scale := float32(math.Sqrt(float64(d))) // the norm makes a row with a single 1 that long
	output := make([]float32, n*d)          // [j][i] is how likely j follows i
	follow := func(i, j int, logit float32) { output[j*d+i] = logit / scale }
	for i := range n {
		for j := range n {
			follow(i, j, quiet)
		}
		follow(i, said[0], loud) // after whatever is not in the sentences
	}
	for k := 0; k+1 < len(said); k++ {
		follow(said[k], said[0], quiet)
	}
	for k := 0; k+1 < len(said); k++ {
		follow(said[k], said[k+1], loud)
	}
	follow(stop, end, loud+1)
	embedding := make([]float32, n*d)
	for i := range n {
		embedding[i*d+i] = 1
	}
	ones := slices.Repeat([]float32{1}, d)
	w := writer{}
	w.text("general.architecture", "llama")
	w.text("general.name", "tiny")
	for name, v := range map[string]uint32{
		"general.file_type": 0, "llama.vocab_size": uint32(n), "llama.context_length": context,
		"llama.embedding_length": uint32(d), "llama.block_count": 1, "llama.feed_forward_length": uint32(ff),
		"llama.attention.head_count": uint32(d / 64), "llama.attention.head_count_kv": uint32(d / 64), "llama.rope.dimension_count": 64,
		"tokenizer.ggml.bos_token_id": 1, "tokenizer.ggml.eos_token_id": uint32(end), "tokenizer.ggml.unknown_token_id": 0,
	} {
		w.key(name, typeUint32, v)
	}
	w.key("llama.attention.layer_norm_rms_epsilon", typeFloat32, float32(1e-6))
	w.key("tokenizer.ggml.add_bos_token", typeBool, true)
	w.text("tokenizer.ggml.model", "llama")
	w.text("tokenizer.ggml.pre", "default")
	w.text("tokenizer.chat_template", template)
	w.vocabulary(tokens)
	w.tensor("token_embd.weight", embedding, d, n)
	w.tensor("output_norm.weight", ones, d)
	w.tensor("output.weight", output, d, n)
	w.tensor("blk.0.attn_norm.weight", ones, d)
	w.tensor("blk.0.ffn_norm.weight", ones, d)
	for _, name := range []string{"attn_q", "attn_k", "attn_v", "attn_output"} {
		w.tensor("blk.0."+name+".weight", make([]float32, d*d), d, d)
	}
	w.tensor("blk.0.ffn_gate.weight", make([]float32, d*ff), d, ff)
	w.tensor("blk.0.ffn_up.weight", make([]float32, d*ff), d, ff)
	w.tensor("blk.0.ffn_down.weight", make([]float32, d*ff), ff, d)
	_, err := to.Write(w.file())
	return err
}

// writer collects the parts of a file.
type writer struct {
	keys, infos, data bytes.Buffer
	nKeys, nTensors   uint64
}

// put appends numbers and booleans to a part. Memory takes all of them.
func put(to *bytes.Buffer, values ...any) {
	for _, v := range values {
		if text, ok := v.(string); ok {
			_ = binary.Write(to, binary.LittleEndian, uint64(len(text)))
			to.WriteString(text)
			continue
		}
		_ = binary.Write(to, binary.LittleEndian, v)
	}
}

func (w *writer) key(name string, kind uint32, value any) {
	w.nKeys++
	put(&w.keys, name, kind, value)
}

func (w *writer) text(name, value string) { w.key(name, typeString, value) }

func (w *writer) vocabulary(tokens []token) {
	w.nKeys += 3
	put(&w.keys, "tokenizer.ggml.tokens", uint32(typeArray), uint32(typeString), uint64(len(tokens)))
	for _, t := range tokens {
		put(&w.keys, t.text)
	}
	put(&w.keys, "tokenizer.ggml.scores", uint32(typeArray), uint32(typeFloat32), uint64(len(tokens)))
	for _, t := range tokens {
		put(&w.keys, t.score)
	}
	put(&w.keys, "tokenizer.ggml.token_type", uint32(typeArray), uint32(typeInt32), uint64(len(tokens)))
	for _, t := range tokens {
		put(&w.keys, t.kind)
	}
}

// alignment of tensors, in bytes.
const alignment = 32

func pad(b *bytes.Buffer) { b.Write(make([]byte, (alignment-b.Len()%alignment)%alignment)) }

func (w *writer) tensor(name string, values []float32, shape ...int) {
	w.nTensors++
	put(&w.infos, name, uint32(len(shape)))
	for _, n := range shape {
		put(&w.infos, uint64(n))
	}
	put(&w.infos, uint32(0), uint64(w.data.Len())) // 32-bit floats, and where
	put(&w.data, values)
	pad(&w.data)
}

func (w *writer) file() []byte {
	var f bytes.Buffer
	f.WriteString("GGUF")
	put(&f, uint32(3), w.nTensors, w.nKeys)
	f.Write(w.keys.Bytes())
	f.Write(w.infos.Bytes())
	pad(&f)
	f.Write(w.data.Bytes())
	return f.Bytes()
}
