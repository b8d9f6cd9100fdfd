package openaitest

import (
	"bytes"
	"compress/gzip"
	"net/http"
	"strings"
)

// Golf is what every dialect says.
const Golf = "Golf rewards patience."

// Dialect is how a server, or a version of it, streams a reply.
type Dialect struct {
	// Name is the server's, and Source where its manner is known from.
	Name, Source string
	// Answer says Golf, whole.
	Answer Answer
	// Body is what it sends, as it leaves it before any encoding.
	Body string
}

// dialect streams events, one a line, with data: before each and a blank line
// after it.
func dialect(name, source string, events ...string) Dialect {
	return bare(name, source, "data: "+strings.Join(events, "\n\ndata: ")+"\n\n")
}

// bare sends a body as it is.
func bare(name, source, body string, headers ...string) Dialect {
	return Dialect{name, source, Body(http.StatusOK, "text/event-stream", body, headers...), body}
}

const done = "[DONE]"

// said is a chunk as OpenAI makes them, with a finish_reason in JSON.
func said(text, finish string) string {
	return `{"id":"c1","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{"content":"` + text + `"},"finish_reason":` + finish + `}]}`
}

const stop = `{"id":"c1","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}`

// Dialects are the streams that are met. Each body was written for this test.
func Dialects() []Dialect {
	usual := []string{said("Golf ", "null"), said("rewards ", "null"), said("patience.", "null"), stop, done}
	joined := func(separator string) string { return "data: " + strings.Join(usual, separator+"data: ") + separator }
	var zipped bytes.Buffer
	zip := gzip.NewWriter(&zipped)
	_, _ = zip.Write([]byte(joined("\n\n"))) // to memory
	_ = zip.Close()
	endings := func(reason string) []string {
		return []string{said("Golf rewards patience.", "null"), `{"choices":[{"index":0,"delta":{},"finish_reason":` + reason + `}]}`, done}
	}
	return []Dialect{
		dialect("OpenAI", "API reference, chat completion chunks: a role first, usage last, obfuscation beside it",
			`{"id":"c1","object":"chat.completion.chunk","created":1,"model":"gpt-4o-mini","choices":[{"index":0,"delta":{"role":"assistant","content":"","refusal":null},"logprobs":null,"finish_reason":null}],"usage":null,"obfuscation":"x"}`,
			said("Golf ", "null"), said("rewards patience.", "null"), stop,
			`{"id":"c1","object":"chat.completion.chunk","choices":[],"usage":{"prompt_tokens":11,"completion_tokens":7,"total_tokens":18,"prompt_tokens_details":{"cached_tokens":0}}}`, done),
		dialect("Azure", "Azure OpenAI's documents on content filtering: a first chunk without choices, filters' results in the rest",
			`{"id":"","object":"","created":0,"model":"","prompt_filter_results":[{"prompt_index":0,"content_filter_results":{"hate":{"filtered":false,"severity":"safe"}}}],"choices":[]}`,
			`{"id":"c1","choices":[{"index":0,"delta":{"content":"Golf rewards patience."},"finish_reason":null,"content_filter_results":{"hate":{"filtered":false,"severity":"safe"}}}]}`,
			`{"id":"","object":"","choices":[{"index":0,"finish_reason":null,"content_filter_results":{},"content_filter_offsets":{"check_offset":1}}]}`, stop, done),
		dialect("Ollama", "ollama/ollama, openai.go: a role in each chunk, a number as a fingerprint",
			`{"id":"chatcmpl-7","object":"chat.completion.chunk","created":1,"model":"llama3.2","system_fingerprint":"fp_ollama","choices":[{"index":0,"delta":{"role":"assistant","content":"Golf "},"finish_reason":null}]}`,
			`{"id":"chatcmpl-7","choices":[{"index":0,"delta":{"role":"assistant","content":"rewards patience."},"finish_reason":null}]}`,
			`{"id":"chatcmpl-7","choices":[{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":"stop"}]}`,
			`{"id":"chatcmpl-7","choices":[],"usage":{"prompt_tokens":26,"completion_tokens":9,"total_tokens":35}}`, done),
		dialect("Ollama, thinking", "ollama/ollama#11191: thoughts as reasoning",
			`{"choices":[{"index":0,"delta":{"role":"assistant","content":"","reasoning":"I give in."},"finish_reason":null}]}`,
			said("Golf rewards patience.", "null"), stop, done),
		dialect("llama.cpp", "llama.cpp's server: a null content first, timings at the end",
			`{"choices":[{"finish_reason":null,"index":0,"delta":{"role":"assistant","content":null}}],"created":1,"id":"c1","model":"m","object":"chat.completion.chunk"}`,
			said("Golf ", "null"), said("rewards patience.", "null"), stop,
			`{"choices":[],"created":1,"id":"c1","usage":{"completion_tokens":5,"prompt_tokens":9,"total_tokens":14},"timings":{"prompt_n":9,"predicted_per_second":101.5}}`, done),
		dialect("llama.cpp, thinking", "llama.cpp's server, --reasoning-format deepseek",
			`{"choices":[{"index":0,"delta":{"reasoning_content":"I give in."},"finish_reason":null}]}`,
			said("Golf rewards patience.", "null"), stop, done),
		dialect("vLLM", "vllm, chat_completion_stream_generator: stop_reason, token ids, usage in every chunk if asked",
			`{"id":"c1","choices":[{"index":0,"delta":{"role":"assistant","content":""},"logprobs":null,"finish_reason":null}],"prompt_token_ids":null,"usage":{"prompt_tokens":9,"total_tokens":9,"completion_tokens":0}}`,
			said("Golf rewards patience.", "null"),
			`{"id":"c1","choices":[{"index":0,"delta":{"content":""},"logprobs":null,"finish_reason":"stop","stop_reason":128009,"token_ids":null}]}`, done),
		dialect("TGI", "text-generation-inference#2344: eos_token, and the end in the last text",
			`{"object":"chat.completion.chunk","id":"","created":1,"model":"m","system_fingerprint":"2.4","choices":[{"index":0,"delta":{"role":"assistant","content":"Golf rewards "},"logprobs":null,"finish_reason":null}],"usage":null}`,
			`{"object":"chat.completion.chunk","id":"","choices":[{"index":0,"delta":{"role":"assistant","content":"patience."},"logprobs":null,"finish_reason":"eos_token"}],"usage":null}`, done),
		dialect("LM Studio", "LM Studio's documents: a fingerprint that is the model's name", said("Golf rewards patience.", "null"), stop, done),
		bare("OpenRouter", "OpenRouter's documents on streaming: comments while it waits",
			": OPENROUTER PROCESSING\n\n: OPENROUTER PROCESSING\n\n"+
				`data: {"id":"gen-1","provider":"X","choices":[{"index":0,"delta":{"role":"assistant","content":"Golf rewards patience."},"finish_reason":null,"native_finish_reason":null,"logprobs":null}]}`+"\n\n"+
				`data: {"id":"gen-1","choices":[{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":"stop","native_finish_reason":"STOP"}]}`+"\n\n"+
				`data: {"id":"gen-1","choices":[{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null}],"usage":{"prompt_tokens":9,"completion_tokens":5,"cost":0.0001}}`+"\n\ndata: [DONE]\n\n"),
		bare("Gemini", "Google's documents on OpenAI compatibility: CRLF, the end in the last text",
			strings.ReplaceAll("data: "+said("Golf rewards ", "null")+"\n\ndata: "+said("patience.", `"stop"`)+"\n\ndata: [DONE]\n\n", "\n", "\r\n")),
		dialect("Gemini, an empty error beside each chunk", "new-api-horizon#9",
			`{"choices":[{"index":0,"delta":{"content":"Golf rewards patience."},"finish_reason":null}],"error":{"message":"","type":"","param":"","code":null}}`, stop, done),
		dialect("Mistral", "Mistral's API reference: a p beside the chunk, usage in the last one",
			`{"id":"c1","object":"chat.completion.chunk","choices":[{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null}],"p":"ab"}`,
			said("Golf rewards patience.", "null"),
			`{"id":"c1","choices":[{"index":0,"delta":{"content":""},"finish_reason":"stop"}],"usage":{"prompt_tokens":9,"total_tokens":14,"completion_tokens":5}}`, done),
		dialect("Magistral", "big-AGI#873, symfony/ai#2422: content in parts, thoughts among them",
			`{"choices":[{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null}]}`,
			`{"choices":[{"index":0,"delta":{"content":[{"type":"thinking","thinking":[{"type":"text","text":"I give in."}]}]},"finish_reason":null}]}`,
			`{"choices":[{"index":0,"delta":{"content":[{"type":"text","text":"Golf "},{"type":"text","text":"rewards "}]},"finish_reason":null}]}`,
			said("patience.", "null"), stop, done),
		dialect("LiteLLM", "litellm#2195, new-api#378, one-api#1477: stop in each chunk",
			said("Golf ", `"stop"`), said("rewards ", `"stop"`), said("patience.", `"stop"`), done),
		dialect("Groq", "Groq's API reference: usage in x_groq",
			`{"id":"c1","choices":[{"index":0,"delta":{"role":"assistant","content":""},"logprobs":null,"finish_reason":null}],"x_groq":{"id":"req_1"}}`,
			said("Golf rewards patience.", "null"),
			`{"id":"c1","choices":[{"index":0,"delta":{},"finish_reason":"stop"}],"x_groq":{"id":"req_1","usage":{"prompt_tokens":9,"completion_tokens":5,"total_time":0.1}}}`, done),
		bare("DeepSeek", "DeepSeek's API documents: keep-alive comments, thoughts, null content",
			": keep-alive\n\n"+
				`data: {"choices":[{"index":0,"delta":{"role":"assistant","content":null,"reasoning_content":"I give in."},"finish_reason":null}]}`+"\n\n: keep-alive\n\n"+
				"data: "+said("Golf rewards patience.", "null")+"\n\ndata: "+stop+"\n\ndata: [DONE]\n\n"),
		dialect("Cloudflare", "Workers AI's documents: a response beside the choices",
			`{"response":"Golf rewards patience.","p":"abc","choices":[{"index":0,"delta":{"content":"Golf rewards patience."},"finish_reason":null}]}`, stop, done),
		dialect("Together", "Together's API reference: a text beside the delta, numbers as floats",
			`{"id":"c1","choices":[{"index":0.0,"text":"","logprobs":null,"finish_reason":null,"seed":null,"delta":{"token_id":791,"role":"assistant","content":"Golf rewards patience.","tool_calls":null}}],"usage":null}`,
			`{"id":"c1","choices":[{"index":0.0,"delta":{"content":""},"finish_reason":"eos"}],"usage":{"prompt_tokens":9.0,"completion_tokens":5.0,"total_tokens":14.0}}`, done),
		dialect("Fireworks and Anyscale", "langchain#14527: a role alone, then the text", `{"choices":[{"index":0,"delta":{"role":"assistant"},"finish_reason":null}]}`,
			said("Golf rewards patience.", "null"), stop, done),
		dialect("MiniMax", "MiniMax's API documents: the whole message again at the end, base_resp in each chunk",
			`{"choices":[{"index":0,"delta":{"content":"Golf rewards patience."}}],"base_resp":{"status_code":0,"status_msg":""}}`,
			`{"choices":[{"finish_reason":"stop","index":0,"message":{"content":"Golf rewards patience.","role":"assistant"}}],"object":"chat.completion","base_resp":{"status_code":0}}`, done),
		dialect("a message in place of deltas", "lobe-chat#5372", `{"choices":[{"index":0,"message":{"role":"assistant","content":"Golf rewards patience."},"finish_reason":"stop"}]}`, done),
		dialect("think tags", "open-webui#9417, Roo-Code#1087", said("<think>", "null"), said(`\nI give in.\n`, "null"), said("</think>", "null"), said(`\n\nGolf rewards patience.`, "null"), stop, done),
		dialect("think tags, broken", "sglang#4088", said("<thi", "null"), said("nk>I give", "null"), said(" in.</th", "null"), said("ink>Golf rewards patience.", "null"), stop, done),
		dialect("an index that is not 0", "Azure AI inference: gaps in the choices' numbers", `{"choices":[{"index":3,"delta":{"content":"Golf rewards patience."},"finish_reason":null}]}`, `{"choices":[{"index":3,"delta":{},"finish_reason":"stop"}]}`, done),
		dialect("two choices", "n=2 set on a proxy", `{"choices":[{"index":0,"delta":{"content":"Golf rewards patience."},"finish_reason":null},{"index":1,"delta":{"content":"Golf is dull."},"finish_reason":null}]}`,
			`{"choices":[{"index":1,"delta":{"content":" Very."},"finish_reason":"length"}]}`, stop, done),
		dialect("numbers for names", "numeric ids and times as floats", `{"id":17,"created":1.5e9,"model":7,"choices":[{"index":"0","delta":{"content":"Golf rewards patience."},"finish_reason":null}]}`, stop, done),
		dialect("ends with STOP", "spring-ai#4900: Gemini's own word", endings(`"STOP"`)...),
		dialect("ends with eos_token", "text-generation-inference#2344, dstack#2229", endings(`"eos_token"`)...),
		dialect("ends with stop_sequence", "Anthropic's word", endings(`"stop_sequence"`)...),
		dialect("ends with end_turn", "Anthropic's word", endings(`"end_turn"`)...),
		dialect("ends with COMPLETE", "Cohere's word", endings(`"COMPLETE"`)...),
		dialect("ends with a number", "Gemini's enumeration", endings(`1`)...),
		dialect("an end without a delta", "https://github.com/microsoft/agent-framework/pull/5734", said("Golf rewards patience.", "null"), `{"choices":[{"index":0,"delta":null,"finish_reason":"stop"}]}`, done),
		dialect("null in place of chunks", "https://github.com/earendil-works/pi/issues/2468", "null", said("Golf rewards patience.", "null"), "null", stop, done),
		dialect("ends with nothing", "spring-ai#4900", endings(`""`)...),
		dialect("ends with null", "servers that only say [DONE]", endings(`null`)...),
		dialect("ends with tool_calls, though there are none", "vllm#10781", endings(`"tool_calls"`)...),
		bare("no [DONE]", "Azure AI, Gemini: the stream ends after the finish_reason", "data: "+said("Golf rewards patience.", "null")+"\n\ndata: "+stop+"\n\n"),
		bare("no blank line at the end", "llama-cpp-python: the last event is not ended", "data: "+said("Golf rewards patience.", "null")+"\n\ndata: "+stop+"\n\ndata: [DONE]"),
		bare("text after [DONE]", "trailing comments of proxies", joined("\n\n")+": bye\n\n"),
		bare("no space after the colon", "the specification makes it optional", strings.ReplaceAll(joined("\n\n"), "data: ", "data:")),
		bare("CRLF", "servers on ASP.NET", strings.ReplaceAll(joined("\n\n"), "\n", "\r\n")),
		bare("CR", "the specification allows it", strings.ReplaceAll(joined("\n\n"), "\n", "\r")),
		bare("a byte order mark", "servers on .NET", "\xef\xbb\xbf"+joined("\n\n")),
		bare("blank lines first", "proxies that flush early", "\r\n\n \n"+joined("\n\n")),
		bare("single newlines", "servers that leave out the blank line", joined("\n")),
		bare("no line break at all", "opencode#27365, llama.cpp#14268: events that were glued together", strings.ReplaceAll(joined("\n\n"), "}\n\ndata: ", "}data: ")),
		bare("an event in an event", "wahl-chat-app#120: what is framed already is framed again", strings.ReplaceAll(joined("\n\n"), "data: ", "data: data: ")),
		bare("a value a line", "servers that stream newline-delimited JSON", said("Golf ", "null")+"\n"+said("rewards patience.", "null")+"\n"+stop+"\n"),
		bare("events of several lines", "the specification: data of one event over lines",
			"data: {\"choices\":\ndata: [{\"index\":0,\"delta\":{\"content\":\ndata: \"Golf rewards patience.\"},\ndata: \"finish_reason\":null}]}\n\ndata: "+stop+"\n\ndata: [DONE]\n\n"),
		bare("names, ids and retry", "the specification: other fields", "retry: 3000\n\n"+strings.ReplaceAll(joined("\n\n"), "data: {", "event: completion\nid: 7\ndata: {")),
		bare("pings", "Anthropic's streams: event: ping", "event: ping\ndata: {\"type\":\"ping\"}\n\n"+joined("\n\n")),
		bare("empty data", "one-api: data without a value", "data:\n\ndata: \n\n"+joined("\n\n")),
		bare("done in small letters", "proxies that rewrite it", strings.ReplaceAll(joined("\n\n"), "[DONE]", "[done]")),
		{"gzip", "proxies that compress without being asked", Body(http.StatusOK, "text/event-stream", zipped.String(), "Content-Encoding", "gzip"), joined("\n\n")},
		{"a charset", "servers on ASP.NET", Body(http.StatusOK, "text/event-stream; charset=utf-8", joined("\n\n")), joined("\n\n")},
		{"plain text", "servers that name no type", Body(http.StatusOK, "text/plain", joined("\n\n")), joined("\n\n")},
		{"HTTP/1.0", "servers whose answer ends with the connection", closing(joined("\n\n")), joined("\n\n")},
		{"one JSON object", "servers that do not stream: gpt4all#2268", Body(http.StatusOK, "application/json",
			`{"id":"c1","object":"chat.completion","choices":[{"index":0,"message":{"role":"assistant","content":"Golf rewards patience."},"finish_reason":"stop"}],"usage":{"prompt_tokens":9,"completion_tokens":5}}`), ""},
		{"one JSON object, thoughts and parts in it", "Magistral, not streamed", Body(http.StatusOK, "application/json",
			`{"choices":[{"index":0,"message":{"role":"assistant","content":[{"type":"thinking","thinking":[]},{"type":"text","text":"Golf rewards patience."}]},"finish_reason":"stop"}]}`), ""},
	}
}

// closing answers as HTTP/1.0 does: the body ends with the connection.
func closing(body string) Answer {
	return func(w http.ResponseWriter, _ *http.Request) {
		conn, buffer, err := http.NewResponseController(w).Hijack()
		if err != nil {
			panic(err) // not a server of this package
		}
		_, _ = buffer.WriteString("HTTP/1.0 200 OK\r\nContent-Type: text/event-stream\r\n\r\n" + body) // who asked may have gone
		_ = buffer.Flush()
		_ = conn.Close()
	}
}
