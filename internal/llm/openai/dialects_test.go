package openai_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/debate-chatbot/debate-api/internal/debate"
	"github.com/debate-chatbot/debate-api/internal/llm/openai"
	"github.com/debate-chatbot/debate-api/internal/llm/openai/openaitest"
)

func TestEveryFaultlessDialectIsReadWhole(t *testing.T) {
	server := openaitest.New(t)
	client := connect(t, server)
	for _, d := range openaitest.Dialects() {
		server.Chat(d.Answer)
		got := reply(t.Context(), client, golf)
		if got.text != openaitest.Golf || got.err != nil || got.done.Calls != 1 {
			t.Errorf("%s (%s): %q after %d calls, %v", d.Name, d.Source, got.text, got.done.Calls, got.err)
		}
	}
}

// A reply that was cut is never taken as whole, wherever that happened. Whether
// the end is marked twice is the server's: what comes after the text may be lost.
func TestADialectIsBrokenWhereverItIsCut(t *testing.T) {
	server := openaitest.New(t)
	client := connect(t, server)
	for _, d := range openaitest.Dialects() {
		for n := 1; n < len(d.Body); n += 1 + len(d.Body)/60 {
			server.Chat(cut(d.Body[:n]))
			p := golf
			p.Calls = 1
			if got := reply(t.Context(), client, p); got.err == nil && got.text != openaitest.Golf {
				t.Errorf("%s, cut at byte %d of %d: %q is taken as whole", d.Name, n, len(d.Body), got.text)
			}
			server.Chat(good) // the breaker counts failures in a row
			if again := reply(t.Context(), client, golf); again.err != nil {
				t.Fatalf("%s, after byte %d: %v", d.Name, n, again.err)
			}
		}
	}
}

func cut(body string) openaitest.Answer {
	return openaitest.CutAfter(len(body), openaitest.Raw(body))
}

// The kinds of failures, by what a caller is told.
const (
	toldCredit    = "credit"
	toldKey       = "OPENAI_API_KEY"
	toldModel     = `no model "gpt-4o-mini"`
	toldAddress   = "OPENAI_BASE_URL"
	toldElsewhere = "leads on to another one"
	toldRate      = "rate of calls"
	toldContext   = "too long for the model's context"
	toldLoading   = "still loading"
	toldFilter    = "refused to answer"
	toldDown      = "has a failure"
	toldMemory    = "memory of its server"
	toldRequest   = "does not accept the request"
	toldTruncated = "OPENAI_MAX_TOKENS"
	toldMalformed = "cannot be read"
)

// told are errors as servers send them, and what a caller is told of each.
var told = []struct {
	name, source string
	status       int
	body         string
	want         string
	calls        int
}{
	{"OpenAI, no quota", "OpenAI's guide to error codes", 429, `{"error":{"message":"You exceeded your current quota, please check your plan and billing details.","type":"insufficient_quota","param":null,"code":"insufficient_quota"}}`, toldCredit, 1},
	{"OpenAI, wrong key", "OpenAI's guide to error codes", 401, `{"error":{"message":"Incorrect API key provided: sk-x.","type":"invalid_request_error","param":null,"code":"invalid_api_key"}}`, toldKey, 1},
	{"OpenAI, no model", "OpenAI's guide to error codes", 404, `{"error":{"message":"The model 'gpt-9' does not exist or you do not have access to it.","type":"invalid_request_error","param":null,"code":"model_not_found"}}`, toldModel, 1},
	{"OpenAI, wrong path", "community forum: Invalid URL", 404, `{"error":{"message":"Invalid URL (POST /chat/completions)","type":"invalid_request_error","param":null,"code":null}}`, toldAddress, 1},
	{"OpenAI, rate", "OpenAI's guide to error codes", 429, `{"error":{"message":"Rate limit reached for gpt-4o in organization o on requests per min (RPM): Limit 3, Used 3, Requested 1. Please try again in 20ms.","type":"requests","param":null,"code":"rate_limit_exceeded"}}`, toldRate, 3},
	{"OpenAI, more than a minute's tokens", "community forum: request too large", 429, `{"error":{"message":"Request too large for gpt-4o in organization o on tokens per min (TPM): Limit 30000, Requested 50000. The input or output tokens must be reduced in order to run successfully.","type":"tokens","param":null,"code":"rate_limit_exceeded"}}`, toldContext, 1},
	{"OpenAI, context", "OpenAI's guide to error codes", 400, `{"error":{"message":"This model's maximum context length is 8192 tokens. However, your messages resulted in 9000 tokens. Please reduce the length of the messages.","type":"invalid_request_error","param":"messages","code":"context_length_exceeded"}}`, toldContext, 1},
	{"OpenAI, country", "OpenAI's guide to error codes", 403, `{"error":{"code":"unsupported_country_region_territory","message":"Country, region, or territory not supported","param":null,"type":"request_forbidden"}}`, "rights", 1},
	{"Azure, filter", "Azure OpenAI's documents on content filtering", 400, `{"error":{"message":"The response was filtered due to the prompt triggering the content management policy.","type":null,"param":"prompt","code":"content_filter","status":400,"innererror":{"code":"ResponsibleAIPolicyViolation"}}}`, toldFilter, 1},
	{"Azure, deployment", "Azure OpenAI's documents", 404, `{"error":{"code":"DeploymentNotFound","message":"The API deployment for this resource does not exist."}}`, toldModel, 1},
	{"Azure, path", "Azure OpenAI's documents", 404, `{"error":{"code":"404","message":"Resource not found"}}`, toldAddress, 1},
	{"Azure, key", "Azure OpenAI's documents", 401, `{"statusCode":401,"message":"Unauthorized. Access token is missing, invalid, audience is incorrect, or have expired."}`, toldKey, 1},
	{"DeepSeek, credit", "continue#9942", 402, `{"error":{"message":"Insufficient Balance","type":"unknown_error","param":null,"code":"invalid_request_error"}}`, toldCredit, 1},
	{"DeepSeek, no model", "DeepSeek's API documents", 400, `{"error":{"message":"Model Not Exist","type":"invalid_request_error","param":null,"code":"invalid_request_error"}}`, toldModel, 1},
	{"OpenRouter, credit", "OpenRouter's documents on errors", 402, `{"error":{"message":"Insufficient credits. Add more using https://openrouter.ai/credits","code":402}}`, toldCredit, 1},
	{"OpenRouter, no model", "OpenRouter's documents", 400, `{"error":{"message":"no-such is not a valid model ID","code":400},"user_id":"u"}`, toldModel, 1},
	{"OpenRouter, key", "OpenRouter's documents", 401, `{"error":{"message":"No cookie auth credentials found","code":401}}`, toldKey, 1},
	{"OpenRouter, moderation", "OpenRouter's documents on errors", 403, `{"error":{"message":"x/y requires moderation. Your input was flagged for \"violence\"","code":403,"metadata":{"reasons":["violence"],"flagged_input":"no credits"}}}`, toldFilter, 1},
	{"Anthropic, credit", "Anthropic's documents on errors", 400, `{"type":"error","error":{"type":"invalid_request_error","message":"Your credit balance is too low to access the Anthropic API. Please go to Plans & Billing."}}`, toldCredit, 1},
	{"Anthropic, overloaded", "Anthropic's documents on errors", 529, `{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}`, toldDown, 3},
	{"Anthropic, context", "Anthropic's documents on errors", 400, `{"type":"error","error":{"type":"invalid_request_error","message":"prompt is too long: 210000 tokens > 200000 maximum"}}`, toldContext, 1},
	{"xAI, credit", "xAI's API", 403, `{"code":"The caller does not have permission to execute the specified operation","error":"Your newly created team doesn't have any credits yet."}`, toldCredit, 1},
	{"xAI, key", "xAI's API", 400, `{"code":"Client specified an invalid argument","error":"Incorrect API key provided: xx. You can obtain an API key from https://console.x.ai."}`, toldKey, 1},
	{"xAI, context", "xAI's API", 400, `{"code":"Client specified an invalid argument","error":"This model's maximum prompt length is 131072 but the request contains 537812 tokens."}`, toldContext, 1},
	{"Gemini, key", "PromptFuzz#42 has the list around it", 400, `[{"error":{"code":400,"message":"API key not valid. Please pass a valid API key.","status":"INVALID_ARGUMENT","details":[{"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"API_KEY_INVALID","domain":"googleapis.com"}]}}]`, toldKey, 1},
	{"Gemini, rate", "Google's documents on rate limits", 429, `[{"error":{"code":429,"message":"You exceeded your current quota, please check your plan and billing details.","status":"RESOURCE_EXHAUSTED","details":[{"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"0.01s"}]}}]`, toldRate, 3},
	{"Gemini, no model", "Google's API", 404, `[{"error":{"code":404,"message":"models/gemini-0 is not found for API version v1main, or is not supported for generateContent.","status":"NOT_FOUND"}}]`, toldModel, 1},
	{"Gemini, context", "Google's API", 400, `[{"error":{"code":400,"message":"The input token count (1200000) exceeds the maximum number of tokens allowed (1048576).","status":"INVALID_ARGUMENT"}}]`, toldContext, 1},
	{"Gemini, overloaded", "Google's API", 503, `[{"error":{"code":503,"message":"The model is overloaded. Please try again later.","status":"UNAVAILABLE"}}]`, toldDown, 3},
	{"Mistral, key", "Mistral's API", 401, `{"message":"Unauthorized","request_id":"r"}`, toldKey, 1},
	{"Mistral, no model", "Mistral's API", 400, `{"object":"error","message":"Invalid model: none","type":"invalid_model","param":null,"code":"1500"}`, toldModel, 1},
	{"Mistral, rate", "Mistral's API", 429, `{"object":"error","message":"Service tier capacity exceeded for this model.","type":"service_tier_capacity_exceeded","param":null,"code":"3505"}`, toldRate, 3},
	{"Mistral, context", "Mistral's API", 400, `{"object":"error","message":"Prompt contains 40000 tokens and 0 draft tokens, too large for model with 32768 maximum context length","type":"invalid_request_error","code":"3051"}`, toldContext, 1},
	{"Groq, too large", "Groq's documents on rate limits", 413, `{"error":{"message":"Request too large for model x in organization o on tokens per minute (TPM): Limit 6000, Requested 7000, please reduce your message size and try again.","type":"tokens","code":"rate_limit_exceeded"}}`, toldContext, 1},
	{"Groq, decommissioned", "Groq's documents on deprecations", 400, `{"error":{"message":"The model x has been decommissioned and is no longer supported.","type":"invalid_request_error","code":"model_decommissioned"}}`, toldModel, 1},
	{"Groq, capacity", "Groq's documents on errors", 498, `{"error":{"message":"Flex tier capacity exceeded","type":"capacity_exceeded"}}`, toldDown, 3},
	{"Ollama, no model", "avante.nvim and many others: try pulling it first", 404, `{"error":{"message":"model \"llama3.2\" not found, try pulling it first","type":"api_error","param":null,"code":null}}`, toldModel, 1},
	{"an error as text", "the case of a bare string", 404, `{"error":"model 'x' not found, try pulling it first"}`, toldModel, 1},
	{"Ollama, memory", "ollama#8597", 500, `{"error":{"message":"model requires more system memory (8.4 GiB) than is available (3.2 GiB)","type":"api_error","param":null,"code":null}}`, toldMemory, 1},
	{"Ollama, wrong path", "ollama's router", 404, `404 page not found`, toldAddress, 1},
	{"Ollama, context", "ollama's server, with truncation off", 400, `{"error":{"message":"the input length exceeds the context length","type":"invalid_request_error"}}`, toldContext, 1},
	{"llama.cpp, context", "llama.cpp#15780, jan#8646", 400, `{"error":{"code":400,"message":"the request exceeds the available context size. try increasing the context size or enable context shift","type":"exceed_context_size_error","n_prompt_tokens":1720,"n_ctx":1536}}`, toldContext, 1},
	{"llama.cpp, context with another status", "llama.cpp#15780, textgen#7257", 500, `{"error":{"code":500,"message":"request (1720 tokens) exceeds the available context size (1536 tokens), try increasing it","type":"exceed_context_size_error"}}`, toldContext, 1},
	{"llama.cpp, path", "a real llama-server", 404, `{"error":{"message":"File Not Found","type":"not_found_error","code":404}}`, toldAddress, 1},
	{"llama.cpp, context in its latest words", "a real llama-server", 400, `{"error":{"code":400,"message":"request (27530 tokens) exceeds the available context size (2048 tokens), try increasing it","type":"exceed_context_size_error","n_prompt_tokens":27530,"n_ctx":2048}}`, toldContext, 1},
	{"llama.cpp, loading", "llama.cpp's server", 503, `{"error":{"code":503,"message":"Loading model","type":"unavailable_error"}}`, toldLoading, 3},
	{"Hugging Face, loading", "text-generation-inference", 503, `{"error":"Model x/y is currently loading","estimated_time":0.01}`, toldLoading, 3},
	{"llama.cpp, key", "llama.cpp's server", 401, `{"error":{"code":401,"message":"Invalid API Key","type":"authentication_error"}}`, toldKey, 1},
	{"vLLM, no model", "vLLM's server", 404, `{"object":"error","message":"The model 'x' does not exist.","type":"NotFoundError","param":null,"code":404}`, toldModel, 1},
	{"vLLM, context", "pi#5930, cline/kanban#504", 400, `{"object":"error","message":"This model's maximum context length is 1500 tokens. However, your request has 1720 input tokens. Please reduce the length of the input messages.","type":"BadRequestError","param":null,"code":400}`, toldContext, 1},
	{"vLLM, path", "FastAPI", 404, `{"detail":"Not Found"}`, toldAddress, 1},
	{"vLLM, key", "vLLM's server", 401, `{"error":"Unauthorized"}`, toldKey, 1},
	{"TGI, context", "text-generation-inference", 422, `{"error":"Input validation error: 'inputs' tokens + 'max_new_tokens' must be <= 4096. Given: 4000 'inputs' tokens and 100 'max_new_tokens'","error_type":"validation"}`, toldContext, 1},
	{"TGI, overloaded", "text-generation-inference", 429, `{"error":"Model is overloaded","error_type":"overloaded"}`, toldRate, 3},
	{"LM Studio, none loaded", "LM Studio's bug tracker", 404, `{"error":{"message":"No models loaded. Please load a model in the developer page or use the 'lms load' command.","type":"invalid_request_error","param":"model","code":"model_not_found"}}`, toldModel, 1},
	{"LM Studio, context", "lmstudio-bug-tracker#237", 400, `{"error":"Trying to keep the first 5000 tokens when context the overflows. However, the model is loaded with context length of only 4096 tokens, which is not enough."}`, toldContext, 1},
	{"LiteLLM, no model", "LiteLLM's proxy", 400, `{"error":{"message":"/chat/completions: Invalid model name passed in model=x. Call /v1/models to view available models for your key.","type":"invalid_request_error","param":"None","code":"400"}}`, toldModel, 1},
	{"LiteLLM, budget", "LiteLLM's proxy: an error within an error", 400, `{"error":{"message":"litellm.BadRequestError: AnthropicException - {\"type\":\"error\",\"error\":{\"type\":\"invalid_request_error\",\"message\":\"Your credit balance is too low\"}}","type":null,"param":null,"code":"400"}}`, toldCredit, 1},
	{"new-api, quota", "new-api's server", 403, `{"error":{"message":"insufficient user quota (request id: 1)","type":"new_api_error","param":"","code":"insufficient_user_quota"}}`, toldCredit, 1},
	{"Cloudflare, no model", "Workers AI's list of errors", 400, `{"errors":[{"message":"AiError: No such model @cf/none or task","code":5007}],"success":false,"result":{},"messages":[]}`, toldModel, 1},
	{"Cloudflare, key", "Cloudflare's API", 401, `{"success":false,"errors":[{"code":10000,"message":"Authentication error"}]}`, toldKey, 1},
	{"Cloudflare, context", "Workers AI's list of errors", 413, `{"errors":[{"message":"AiError: The estimated number of input and maximum output tokens (6000) exceeded this model context window limit (4096).","code":5021}],"success":false}`, toldContext, 1},
	{"Together, context", "Together's API", 422, `{"id":"1","error":{"message":"Input validation error: 'inputs' tokens + 'max_new_tokens' must be <= 4097. Given: 5000 'inputs' tokens and 0 'max_new_tokens'","type":"invalid_request_error","param":"max_tokens","code":null}}`, toldContext, 1},
	{"Together, no model", "Together's API", 404, `{"error":{"message":"Unable to access model none. Please visit https://api.together.ai/models.","type":"invalid_request_error","param":null,"code":"model_not_available"}}`, toldModel, 1},
	{"Bedrock, throttled", "Bedrock's API reference", 429, `{"__type":"ThrottlingException","message":"Too many requests, please wait before trying again."}`, toldRate, 3},
	{"Zhipu, credit", "Zhipu's list of errors", 429, `{"error":{"code":"1113","message":"您的账户已欠费"}}`, toldCredit, 1},
	{"DashScope, credit", "DashScope's list of errors", 400, `{"error":{"code":"Arrearage","message":"Access denied, please make sure your account is in good standing.","type":"Arrearage"}}`, toldCredit, 1},
	{"DashScope, context", "DashScope's list of errors", 400, `{"error":{"code":"invalid_parameter_error","param":null,"message":"Range of input length should be [1, 6000]","type":"invalid_request_error"}}`, toldContext, 1},
	{"SGLang, context", "SGLang's server", 400, `{"object":"error","message":"The input (9000 tokens) is longer than the model's context length (8192 tokens).","type":"BadRequestError","param":null,"code":400}`, toldContext, 1},
	{"llama-cpp-python, context", "llama-cpp-python#416", 400, `{"error":{"message":"This model's maximum context length is 2048 tokens. However, you requested 2285 tokens (2285 in the messages, None in the completion).","type":"invalid_request_error","param":"messages","code":"context_length_exceeded"}}`, toldContext, 1},
	{"rkllama, context", "rkllama#25", 400, `{"error":"prompt gather than max context (prompt: 1299 tokens, max context: 1020)"}`, toldContext, 1},
	{"OpenRouter, no endpoint", "FreeRide#3, nodejs-api-boilerplate#16", 404, `{"error":{"message":"No endpoints found for openrouter/hunter-alpha:free.","code":404}}`, toldModel, 1},
	{"OpenRouter, data policy", "anon-kode#13", 404, `{"error":{"message":"No endpoints found matching your data policy. Check your settings: https://openrouter.ai/settings/privacy","code":404}}`, toldModel, 1},
	{"SiliconFlow, credit", "SiliconFlow's list of errors", 403, `{"code":30001,"message":"Sorry, your account balance is insufficient","data":null}`, toldCredit, 1},
	{"NIM, degraded", "free-claude-code#1012", 400, `{"status":400,"title":"Bad Request","detail":"Function id '3b9748d8': DEGRADED function cannot be invoked"}`, toldDown, 3},
	{"NIM, no model", "free-claude-code#956", 404, `{"status":404,"title":"Not Found","detail":"Function '12345678': Not found for account 'Ab1EzDFj7NoQ'"}`, toldModel, 1},
	{"LM Studio, crashed", "lmstudio-bug-tracker#1347", 400, `{"error":"The model has crashed without additional information. (Exit code: 18446744072635812000)"}`, toldDown, 3},
	{"LM Studio, unloaded", "lmstudio-bug-tracker#1492", 400, `{"error":"Model is unloaded."}`, toldDown, 3},
	{"Ollama, memory of the graphics card", "ollama#9782", 500, `{"error":{"message":"llama runner process has terminated: CUDA error: out of memory","type":"api_error","param":null,"code":null}}`, toldMemory, 1},
	{"a model that was", "HTTP's 410", 410, `{"error":"The model grok-2 is deprecated. Please use grok-4 instead."}`, toldModel, 1},
	{"a proxy's page", "any proxy", 403, `<html><body>Forbidden</body></html>`, "rights", 1},
	{"a request in a form that is not known", "any server", 422, `{"detail":[{"type":"missing","loc":["body","x"],"msg":"Field required"}]}`, toldRequest, 2},
	{"200, code 429", "vercel/ai#2698, litellm#9035", 200, "data: " + `{"error":{"message":"Rate limit exceeded","code":429}}` + "\n\n", toldRate, 3},
	{"200, code 402", "litellm#9035", 200, "data: " + `{"error":{"message":"Insufficient credits","code":402}}` + "\n\n", toldCredit, 1},
	{"200, code as text", "any proxy", 200, "data: " + `{"error":{"message":"x","code":"401"}}` + "\n\n", toldKey, 1},
	{"200, a JSON error", "OpenRouter's documents on errors", 200, `{"error":{"message":"Insufficient credits","code":402}}`, toldCredit, 1},
	{"200, a list", "Gemini, streamed", 200, `[{"error":{"code":429,"message":"x","status":"RESOURCE_EXHAUSTED"}}]`, toldRate, 3},
	{"200, text", "Perplexity's proxy", 200, "data: " + `{"error":"model 'x' not found"}` + "\n\n", toldModel, 1},
	{"200, event: error", "Anthropic's streams, LM Studio", 200, "event: error\ndata: " + `{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}` + "\n\n", toldDown, 3},
	{"200, event: error in words", "LM Studio", 200, "event: error\ndata: The model is loaded with context length of only 4096 tokens\n\n", toldContext, 1},
	{"200, object error", "block/goose#8031: vLLM's shape", 200, "data: " + `{"object":"error","message":"maximum context length is 100 tokens","type":"BadRequestError","code":400}` + "\n\ndata: [DONE]\n\n", toldContext, 1},
	{"200, in the choice", "OpenRouter", 200, "data: " + `{"choices":[{"index":0,"delta":{"content":""},"finish_reason":"error","error":{"code":429,"message":"x"}}]}` + "\n\n", toldRate, 3},
	{"200, x_groq", "Groq's API", 200, "data: " + `{"choices":[{"index":0,"delta":{},"finish_reason":null}],"x_groq":{"id":"r","error":"over capacity: too many requests"}}` + "\n\n", toldRate, 3},
	{"200, base_resp", "MiniMax's API documents", 200, `{"choices":null,"base_resp":{"status_code":1008,"status_msg":"insufficient balance"}}`, toldCredit, 1},
	{"ends with error", "OpenRouter", 200, "data: " + `{"choices":[{"index":0,"delta":{"content":""},"finish_reason":"error"}]}` + "\n\ndata: [DONE]\n\n", toldDown, 3},
	{"ends with insufficient_system_resource", "DeepSeek's API documents", 200, "data: " + `{"choices":[{"index":0,"delta":{},"finish_reason":"insufficient_system_resource"}]}` + "\n\ndata: [DONE]\n\n", toldDown, 3},
	{"ends with MAX_TOKENS", "Gemini", 200, "data: " + `{"choices":[{"index":0,"delta":{},"finish_reason":"MAX_TOKENS"}]}` + "\n\ndata: [DONE]\n\n", toldTruncated, 1},
	{"ends with model_length", "Mistral's API reference", 200, "data: " + `{"choices":[{"index":0,"delta":{},"finish_reason":"model_length"}]}` + "\n\ndata: [DONE]\n\n", toldTruncated, 1},
	{"ends with SAFETY", "Gemini", 200, "data: " + `{"choices":[{"index":0,"delta":{},"finish_reason":"SAFETY"}]}` + "\n\ndata: [DONE]\n\n", toldFilter, 1},
	{"ends with sensitive", "Zhipu's API documents", 200, "data: " + `{"choices":[{"index":0,"delta":{},"finish_reason":"sensitive"}]}` + "\n\ndata: [DONE]\n\n", toldFilter, 1},
	{"200, in fields of its own", "https://github.com/NousResearch/hermes-agent/issues/65631: DeepInfra", 200, "data: " + `{"object":"chat.completion.chunk","choices":null,"error_type":"BadRequestError","error_message":"Requested token count exceeds the model's maximum context length of 16384 tokens. You requested a total of 17000 tokens: 16000 tokens from the input messages and 1000 tokens for the completion."}` + "\n\ndata: [DONE]\n\n", toldContext, 1},
	{"ends with stop, and natively with a failure", "https://github.com/OleksandrChekhovskyi/hax/pull/15: OpenRouter", 200, "data: " + `{"choices":[{"index":0,"delta":{"content":""},"finish_reason":"stop","native_finish_reason":"network_error"}]}` + "\n\ndata: [DONE]\n\n", toldDown, 3},
	{"a proxy's page, with phrases of all kinds", "https://github.com/acheong08/ChatGPT/issues/1485: Cloudflare's 524", 524, `<html><title>524: A timeout occurred</title><p>Rate limit, loading…</p></html>`, toldDown, 3},
	{"a refusal in parts", "OpenAI's API reference", 200, `{"choices":[{"index":0,"message":{"content":[{"type":"refusal","refusal":"No."}]},"finish_reason":"stop"}]}`, toldFilter, 1},
	{"a redirect to https", "RFC 9110, section 15.4", 301, `<html><head><title>301 Moved Permanently</title></head></html>`, toldElsewhere, 1},
	{"a redirect to a login", "RFC 9110, section 15.4", 302, ``, toldElsewhere, 1},
	{"a web page", "a base URL without /v1", 200, `<!doctype html><title>Chat</title>`, toldAddress, 3},
}

func TestEveryFaultIsToldByWhatItIs(t *testing.T) {
	t.Parallel()
	for _, test := range told {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			server := openaitest.New(t)
			server.Chat(openaitest.Body(test.status, "application/json", test.body))
			var log safeBuffer
			got := reply(t.Context(), connect(t, server, func(c *openai.Config) {
				c.Log = slog.New(slog.NewTextHandler(&log, nil))
				c.Timeouts.FirstToken = 2 * time.Second // half a second and one for a model that loads
			}), golf)
			var e *debate.Error
			if !asError(got.err, &e) || !strings.Contains(e.Message, test.want) || got.text != "" {
				t.Errorf("told %q, %v; want %q", got.text, got.err, test.want)
			}
			if got.done.Calls != test.calls || len(server.Calls()) != test.calls {
				t.Errorf("%d calls, want %d", got.done.Calls, test.calls)
			}
		})
	}
}

// An error in mid-stream is told the same way, beside what was said.
func TestEveryFaultInMidStreamIsToldByWhatItIs(t *testing.T) {
	for body, want := range map[string]string{
		`{"id":"g1","choices":[{"index":0,"delta":{"content":""},"finish_reason":"error"}],"error":{"code":429,"message":"Rate limit exceeded"}}`: toldRate,
		`{"error":{"message":"Insufficient credits","code":402}}`:                                                                                 toldCredit,
		`{"error":"the model's server broke"}`:                                                                                                    toldDown,
		`{"detail":"boom"}`:                                                                                                                       toldDown,
	} {
		server := openaitest.New(t)
		server.Chat(streams(text("Golf "), openaitest.Event(body)))
		got := reply(t.Context(), connect(t, server), golf)
		var e *debate.Error
		if !asError(got.err, &e) || !strings.Contains(e.Message, want) || got.text != "Golf " || got.done.Calls != 1 {
			t.Errorf("%s: %q, %v after %d calls; want %q", body, got.text, got.err, got.done.Calls, want)
		}
	}
}

// ---- parameters

// refusing refuses requests that have a word in them, with an error of its own.
func refusing(word string, status int, body string) openaitest.Answer {
	return func(w http.ResponseWriter, r *http.Request) {
		if asked, _ := io.ReadAll(r.Body); bytes.Contains(asked, []byte(word)) {
			openaitest.Body(status, "application/json", body)(w, r)
			return
		}
		good(w, r)
	}
}

var refusals = []struct {
	name, source, word string
	status             int
	body               string
}{
	{"stream_options", "openai-agents-python#442: pydantic with extra fields forbidden", `"stream_options"`, 422, `{"detail":[{"type":"extra_forbidden","loc":["body","stream_options"],"msg":"Extra inputs are not permitted","input":{"include_usage":true}}]}`},
	{"stream_options, in words", "feiskyer/chatgpt-copilot#173", `"stream_options"`, 400, `{"error":{"message":"Unknown parameter: 'stream_options'. (request id: 1)","type":"invalid_request_error"}}`},
	{"seed", "avante.nvim#2347", `"seed"`, 422, `{"detail":[{"type":"extra_forbidden","loc":["body","seed"],"msg":"Extra inputs are not permitted","input":17}]}`},
	{"seed, by Google", "PromptFuzz#42 has the shape", `"seed"`, 400, `[{"error":{"code":400,"message":"Invalid JSON payload received. Unknown name \"seed\": Cannot find field.","status":"INVALID_ARGUMENT"}}]`},
	{"seed, by LlamaEdge", "LlamaEdge#250", `"seed"`, 400, `unknown field seed`},
	{"seed, by LiteLLM", "litellm#3923", `"seed"`, 500, `{"error":{"message":"ollama does not support parameters: {'seed': 1}, for model=llama3. To drop these, set litellm.drop_params=True","type":null,"param":null,"code":500}}`},
	{"seed, by a server that says nothing", "any proxy", `"seed"`, 400, `Bad Request`},
	{"the system role", "vllm#2964: Gemma's template", `"system"`, 400, `{"object":"error","message":"System role not supported","type":"BadRequestError","param":null,"code":400}`},
	{"the system role, with 500", "sglang#892", `"system"`, 500, `{"error":{"code":500,"message":"Jinja Exception: System role not supported","type":"server_error"}}`},
	{"the system role, by Google", "Google's forum: Gemma", `"system"`, 400, `[{"error":{"code":400,"message":"Developer instruction is not enabled for models/gemma-3-27b-it","status":"INVALID_ARGUMENT"}}]`},
	{"the system role, by OpenAI", "OpenAI's forum: o1-mini", `"system"`, 400, `{"error":{"message":"Unsupported value: 'messages[0].role' does not support 'system' with this model.","type":"invalid_request_error","param":"messages[0].role","code":"unsupported_value"}}`},
	{"alternating roles", "Mistral's first template", `"system"`, 400, `{"object":"error","message":"Conversation roles must alternate user/assistant/user/assistant/...","type":"BadRequestError","code":400}`},
	{"temperature", "OpenAI's forum: o-series", `"temperature"`, 400, `{"error":{"message":"Unsupported value: 'temperature' does not support 0.2 with this model. Only the default (1) value is supported.","type":"invalid_request_error","param":"temperature","code":"unsupported_value"}}`},
	{"max_tokens", "OpenAI's forum: o-series", `"max_tokens"`, 400, `{"error":{"message":"Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.","type":"invalid_request_error","param":"max_tokens","code":"unsupported_parameter"}}`},
	{"reasoning_effort", "ollama's server", `"reasoning_effort"`, 400, `{"error":{"message":"\"llama3.2\" does not support thinking","type":"api_error","param":null,"code":null}}`},
	{"streaming", "OpenAI's forum: organizations to be verified", `"stream":true`, 400, `{"error":{"message":"Your organization must be verified to stream this model.","type":"invalid_request_error","param":"stream","code":"unsupported_value"}}`},
}

func TestEveryFaultOfARefusedParameterCostsOneCallOnce(t *testing.T) {
	temperature := 0.2
	for _, test := range refusals {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			server := openaitest.New(t)
			server.Chat(refusing(test.word, test.status, test.body))
			server.Aside(openaitest.Replies(goodText)) // for those that do not stream
			client := connect(t, server, func(c *openai.Config) {
				c.Options = openai.Options{Temperature: &temperature, MaxTokens: 500, ReasoningEffort: "low"}
			})
			p := golf
			p.Seed = 1 << 40
			for turn, calls := range []int{2, 1, 1} {
				got := reply(t.Context(), client, p)
				if got.err != nil || got.text != goodText || got.done.Calls != calls {
					t.Errorf("turn %d: %q after %d calls, want %d; %v", turn, got.text, got.done.Calls, calls, got.err)
				}
			}
			last := server.Calls()[len(server.Calls())-1]
			if raw, _ := json.Marshal(last.ChatCompletionRequest); bytes.Contains(raw, []byte(test.word)) {
				t.Errorf("%s is still sent: %s", test.word, raw)
			}
			if !strings.Contains(last.Messages[0].Content, golf.Topic) {
				t.Errorf("the rules are lost: %q", last.Messages[0].Content)
			}
			if test.name == "max_tokens" && last.MaxCompletionTokens != 500 {
				t.Errorf("the bound is lost: %+v", last)
			}
		})
	}
}

// DeepSeek's thinking models want their thoughts back with each earlier reply. They are
// not kept: a blank does, and an empty text does not.
// https://github.com/charmbracelet/crush/issues/2754
// https://github.com/NousResearch/hermes-agent/pull/17341
func TestThoughtsThatAreWantedBackAreABlank(t *testing.T) {
	server := openaitest.New(t)
	server.Chat(func(w http.ResponseWriter, r *http.Request) {
		var asked struct {
			Messages []struct {
				Role     string
				Thoughts string `json:"reasoning_content"`
			}
		}
		if err := json.NewDecoder(r.Body).Decode(&asked); err != nil {
			t.Error(err)
		}
		for _, m := range asked.Messages {
			if (m.Role == "assistant") != (m.Thoughts != "") {
				openaitest.Body(400, "application/json", `{"error":{"message":"The `+"`reasoning_content`"+` in the thinking mode must be passed back to the API.","type":"invalid_request_error","param":null,"code":"invalid_request_error"}}`)(w, r)
				return
			}
		}
		good(w, r)
	})
	client := connect(t, server)
	for turn, calls := range []int{1, 2, 1} {
		if got := reply(t.Context(), client, debated(turn)); got.err != nil || got.done.Calls != calls {
			t.Errorf("turn %d: %d calls, want %d; %v", turn, got.done.Calls, calls, got.err)
		}
	}
}

// Servers that only stream refuse side calls in these words.
func TestSideCallsAreStreamedWhereTheServerOnlyStreams(t *testing.T) {
	for source, message := range map[string]string{
		"https://github.com/HKUDS/nanobot/pull/1978":                          "Stream must be set to true",
		"https://github.com/infiniflow/ragflow/issues/8972":                   "parameter.enable_thinking must be set to false for non-streaming calls",
		"https://github.com/alibaba/spring-ai-alibaba/issues/867":             "parameter.enable_thinking必须设置为false才能进行非流式调用",
		"https://github.com/musistudio/claude-code-router/issues/948":         "enable thinking can not be support when `stream=False`.",
		"https://help.aliyun.com/zh/model-studio/error-code (QwQ and others)": "This model only support stream mode, please enable the stream parameter to access the model.",
	} {
		server := openaitest.New(t)
		body, err := json.Marshal(map[string]any{"error": map[string]any{"message": message, "type": "invalid_request_error", "param": nil, "code": "invalid_parameter_error"}})
		if err != nil {
			t.Fatal(err)
		}
		server.Aside(openaitest.Body(400, "application/json", string(body)))
		server.Chat(streams(text(`{"kind":"none"}`), finish("stop"), done))
		client := connect(t, server)
		if _, _, _, err := client.Subject(t.Context(), "hi"); err == nil {
			t.Errorf("%s: answered", source)
		}
		if _, ok, _, err := client.Subject(t.Context(), "hi"); ok || err != nil {
			t.Errorf("%s: %v, %v", source, ok, err)
		}
		if calls := server.Calls(); len(calls) != 2 || !calls[1].Stream || calls[1].ResponseFormat == nil {
			t.Errorf("%s: asked %+v", source, calls)
		}
	}
}

// llama.cpp refuses some formats in words that name none: seen with a real one.
func TestAFormatThatTheServerCannotMakeIsLeftOutFromThenOn(t *testing.T) {
	for _, body := range []string{
		`{"error":{"code":400,"message":"Failed to initialize samplers: std::exception","type":"invalid_request_error"}}`,
		`{"error":{"message":"This response_format type is unavailable now","type":"invalid_request_error","param":null,"code":"invalid_request_error"}}`,
		`{"error":{"message":"Invalid parameter: 'response_format' of type 'json_schema' is not supported with this model.","type":"invalid_request_error","param":null,"code":null}}`,
	} {
		server := openaitest.New(t)
		server.Aside(func(w http.ResponseWriter, r *http.Request) {
			if asked, _ := io.ReadAll(r.Body); bytes.Contains(asked, []byte("response_format")) {
				openaitest.Body(400, "application/json", body)(w, r)
				return
			}
			replies(`{"kind":"none"}`)(w, r)
		})
		client := connect(t, server)
		if _, _, _, err := client.Subject(t.Context(), "hi"); err == nil || strings.Contains(err.Error(), toldModel) {
			t.Errorf("%s: %v", body, err)
		}
		if _, ok, _, err := client.Subject(t.Context(), "hi"); ok || err != nil {
			t.Errorf("%s: %v, %v", body, ok, err)
		}
	}
}

func TestARequestThatIsRefusedForItselfIsNotBlamedOnParametersThatWereTaken(t *testing.T) {
	server := openaitest.New(t)
	client := connect(t, server)
	p := golf
	p.Seed = 1 << 40
	server.Chat(good)
	reply(t.Context(), client, p)
	server.Chat(openaitest.Body(400, "text/plain", "Bad Request"))
	if got := reply(t.Context(), client, p); got.done.Calls != 1 || !strings.Contains(got.err.Error(), toldRequest) {
		t.Errorf("%d calls, %v", got.done.Calls, got.err)
	}
	server.Chat(good)
	reply(t.Context(), client, p)
	if last := server.Calls()[2]; last.Seed == nil || last.StreamOptions == nil {
		t.Errorf("parameters were left out: %+v", last)
	}
}

func TestOptionsAreSentWhereTheyAreSetAndOnlyThere(t *testing.T) {
	server := openaitest.New(t)
	reply(t.Context(), connect(t, server), golf)
	zero := 0.0
	reply(t.Context(), connect(t, server, func(c *openai.Config) {
		c.Options = openai.Options{Temperature: &zero, MaxTokens: 700, ReasoningEffort: "low"}
	}), golf)
	calls := server.Calls()
	//nolint:staticcheck // MaxTokens is deprecated by OpenAI only.
	if c := calls[0]; c.Temperature != 0 || c.MaxTokens != 0 || c.MaxCompletionTokens != 0 || c.ReasoningEffort != "" {
		t.Errorf("sent though not set: %+v", c)
	}
	//nolint:staticcheck // The same.
	if c := calls[1]; c.Temperature == 0 || c.Temperature > 1e-6 || c.MaxTokens != 700 || c.ReasoningEffort != "low" {
		t.Errorf("set but not sent: %+v", c)
	}
}

// ---- contexts

// debated is golf after some exchanges.
func debated(exchanges int) debate.Prompt {
	p := golf
	for n := range exchanges {
		p.Exchanges = append(p.Exchanges, debate.Exchange{Number: n + 1, Message: strings.Repeat("more ", 40), Reply: strings.Repeat("less ", 40)})
	}
	return p
}

// narrow takes so many tokens, and says otherwise so.
func narrow(tokens int, status int, body string) openaitest.Answer {
	return func(w http.ResponseWriter, r *http.Request) {
		raw, _ := io.ReadAll(r.Body)
		if len(raw)/5 > tokens {
			openaitest.Body(status, "application/json", body)(w, r)
			return
		}
		good(w, r)
	}
}

func TestEveryFaultOfASmallContextShrinksThePromptOnce(t *testing.T) {
	for name, body := range map[string]string{
		"llama.cpp": `{"error":{"code":400,"message":"the request exceeds the available context size","type":"exceed_context_size_error","n_prompt_tokens":3300,"n_ctx":2600}}`,
		"vLLM":      `{"object":"error","message":"This model's maximum context length is 2600 tokens. However, your request has 3300 input tokens.","type":"BadRequestError","param":null,"code":400}`,
		"TGI":       `{"error":"Input validation error: 'inputs' tokens + 'max_new_tokens' must be <= 2600. Given: 3300 'inputs' tokens and 1 'max_new_tokens'","error_type":"validation"}`,
		"SGLang":    `{"object":"error","message":"Requested token count exceeds the model's maximum context length of 2600 tokens. You requested a total of 3301 tokens: 3300 tokens from the input messages and 1 tokens for the completion.","type":"BadRequestError","param":null,"code":400}`,
		"LM Studio": `{"error":"Trying to keep the first 3300 tokens when context the overflows. However, the model is loaded with context length of only 2600 tokens, which is not enough."}`,
		"Ollama":    `{"error":{"message":"the input length exceeds the context length","type":"invalid_request_error"}}`,
	} {
		server := openaitest.New(t)
		server.Chat(narrow(2600, 400, body))
		client := connect(t, server)
		for turn, calls := range []int{2, 1} {
			got := reply(t.Context(), client, debated(30+turn))
			if got.err != nil || got.done.Calls != calls {
				t.Errorf("%s, turn %d: %d calls, want %d; %v", name, turn, got.done.Calls, calls, got.err)
			}
		}
		if last := server.Calls()[2]; len(last.Messages) < 4 {
			t.Errorf("%s: no exchange is left of the prompt", name)
		}
	}
}

// What the prompt and the longest reply have together is more than the context: the prompt
// is not what is too long.
func TestALongestReplyThatExceedsTheContextIsLeftOutOnce(t *testing.T) {
	for name, body := range map[string]string{
		"vLLM":       `{"object":"error","message":"'max_tokens' or 'max_completion_tokens' is too large: 8000. This model's maximum context length is 8192 tokens and your request has 1000 input tokens (8000 > 8192 - 1000).","type":"BadRequestError","param":null,"code":400}`,
		"vllm#42474": `{"error":{"message":"This model's maximum context length is 8192 tokens. However, you requested 8000 output tokens and your prompt contains at least 1000 input tokens, for a total of at least 9000 tokens.","type":"BadRequestError","param":null,"code":400}}`,
		"ogx#4534":   `{"object":"error","message":"This model's maximum context length is 8192 tokens. However, you requested 9000 tokens (1000 in the messages, 8000 in the completion). Please reduce the length of the messages or completion.","type":"BadRequestError","param":null,"code":400}`,
		"OpenAI":     `{"error":{"message":"max_tokens is too large: 8000. This model supports at most 4096 completion tokens, whereas you provided 8000.","type":"invalid_request_error","param":"max_tokens","code":null}}`,
	} {
		server := openaitest.New(t)
		server.Chat(refusing(`"max_tokens"`, 400, body))
		client := connect(t, server, func(c *openai.Config) { c.Options.MaxTokens = 8000 })
		for turn, calls := range []int{2, 1} {
			if got := reply(t.Context(), client, debated(30)); got.err != nil || got.done.Calls != calls {
				t.Errorf("%s, turn %d: %d calls, want %d; %v", name, turn, got.done.Calls, calls, got.err)
			}
		}
		if calls := server.Calls(); len(calls[2].Messages) != len(calls[0].Messages) {
			t.Errorf("%s: %d messages of %d are left", name, len(calls[2].Messages), len(calls[0].Messages))
		}
	}
}

func TestAReplyThatFillsTheContextLeavesTheNextOneMoreRoom(t *testing.T) {
	server := openaitest.New(t)
	server.Chat(streams(text("Half"), finish("length"), openaitest.Usage(3000, 72), done), good)
	client := connect(t, server)
	if got := reply(t.Context(), client, debated(30)); got.err == nil || !strings.Contains(got.err.Error(), toldTruncated) {
		t.Errorf("a reply that was cut: %v", got.err)
	}
	if got := reply(t.Context(), client, debated(30)); got.err != nil {
		t.Error(got.err)
	}
	if calls := server.Calls(); len(calls[1].Messages) >= len(calls[0].Messages) {
		t.Errorf("%d messages after %d", len(calls[1].Messages), len(calls[0].Messages))
	}
}

// ---- signs of life

func TestLifeWithoutTextIsLife(t *testing.T) {
	slowly := func(step openaitest.Step) []openaitest.Step {
		var steps []openaitest.Step
		for range 6 {
			steps = append(steps, step, openaitest.Wait(100*time.Millisecond))
		}
		return steps
	}
	signs := map[string]openaitest.Step{
		"reasoning_content": openaitest.Event(`{"choices":[{"index":0,"delta":{"reasoning_content":"hm"},"finish_reason":null}]}`),
		"reasoning":         openaitest.Event(`{"choices":[{"index":0,"delta":{"content":"","reasoning":"hm"},"finish_reason":null}]}`),
		"comments":          openaitest.Comments(1),
		"pings":             openaitest.Raw("event: ping\ndata: {\"type\":\"ping\"}\n\n"),
		"empty deltas":      openaitest.Event(`{"choices":[{"index":0,"delta":{"content":""},"finish_reason":null}]}`),
		"a think tag":       text("<think>"),
	}
	for name, sign := range signs {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			last := text("Yes.")
			if name == "a think tag" {
				last = text("</think>Yes.")
			}
			server := openaitest.New(t)
			server.Chat(streams(append(slowly(sign), last, finish("stop"), done)...))
			got := reply(t.Context(), connect(t, server), golf) // which waits for 250 ms
			if got.err != nil || got.text != "Yes." || got.done.Calls != 1 {
				t.Errorf("%q after %d calls, %v", got.text, got.done.Calls, got.err)
			}
			server.Chat(streams(append(append([]openaitest.Step{text("Yes")}, slowly(sign)...), last, finish("stop"), done)...))
			if got := reply(t.Context(), connect(t, server), golf); got.err != nil || got.text != "YesYes." {
				t.Errorf("in the reply: %q, %v", got.text, got.err)
			}
		})
	}
}

func TestLifeWithoutTextIsBoundedByTheCaller(t *testing.T) {
	server := openaitest.New(t)
	server.Chat(streams(openaitest.Murmur))
	ctx, cancel := context.WithTimeout(t.Context(), 600*time.Millisecond)
	defer cancel()
	if got := reply(ctx, connect(t, server), golf); got.done.Calls != 1 || got.err == nil {
		t.Errorf("%d calls, %v", got.done.Calls, got.err)
	}
}

func TestAPauseAfterAFinishReasonIsNoEndWhereEveryChunkHasOne(t *testing.T) {
	t.Parallel()
	chunk := func(text string) openaitest.Step {
		return openaitest.Event(`{"choices":[{"index":0,"delta":{"content":"` + text + `"},"finish_reason":"stop"}]}`)
	}
	server := openaitest.New(t)
	server.Chat(streams(chunk("Golf "), openaitest.Wait(3500*time.Millisecond), chunk("rewards patience."), done))
	if got := reply(t.Context(), connect(t, server), golf); got.err != nil || got.text != openaitest.Golf {
		t.Errorf("%q, %v", got.text, got.err)
	}
}

// Workers AI makes a number of a token of digits, and loses nothing else: cloudflare/ai#651, mastra#18289.
func TestATextThatComesAsANumberIsNotLost(t *testing.T) {
	server := openaitest.New(t)
	server.Chat(streams(text("It costs $"), openaitest.Event(`{"choices":[{"index":0,"delta":{"content":0.005}}],"usage":{"prompt_tokens":0,"completion_tokens":1}}`),
		text(" ["), openaitest.Event(`{"choices":[{"index":0,"delta":{"content":1}}]}`), text("], which is "),
		openaitest.Event(`{"choices":[{"index":0,"delta":{"content":true}}]}`), openaitest.Event(`{"choices":[{"index":0,"delta":{"content":null}}]}`), finish("stop"), done))
	if got := reply(t.Context(), connect(t, server), golf); got.err != nil || got.text != "It costs $0.005 [1], which is true" {
		t.Errorf("%q, %v", got.text, got.err)
	}
}

func TestTextAfterTheFinishReasonCounts(t *testing.T) {
	server := openaitest.New(t)
	server.Chat(streams(text("Golf "), finish("stop"), text("rewards "), finish("stop"), text("patience."), finish("stop"), done))
	if got := reply(t.Context(), connect(t, server), golf); got.err != nil || got.text != openaitest.Golf {
		t.Errorf("%q, %v", got.text, got.err)
	}
	server.Chat(streams(text("Golf "), finish("stop"), text("rewards "), openaitest.Cut))
	if got := reply(t.Context(), connect(t, server), golf); got.err == nil {
		t.Errorf("%q is taken as whole", got.text)
	}
}

// ---- thoughts

func TestThoughtsWithoutABeginningAreToldAtMostOnce(t *testing.T) {
	// A model whose template opens the thought: vllm#12999.
	thinks := streams(text("I give in."), openaitest.Wait(20*time.Millisecond), text("</think>"), text("Golf rewards patience."), finish("stop"), done)
	server := openaitest.New(t)
	server.Chat(thinks)
	client := connect(t, server)
	if got := reply(t.Context(), client, golf); got.err == nil {
		t.Errorf("%q is taken as a reply", got.text)
	}
	if got := reply(t.Context(), client, golf); got.err != nil || got.text != openaitest.Golf {
		t.Errorf("%q, %v", got.text, got.err)
	}
	// A side answer, of which nothing is told, is as good a lesson.
	client = connect(t, server)
	server.Aside(openaitest.Replies(`They mean {"kind":"claim"}.</think>{"kind":"none","language":"de"}`))
	if subject, ok, _, err := client.Subject(t.Context(), "hallo"); ok || err != nil || subject.Language != "de" {
		t.Errorf("%+v, %v, %v", subject, ok, err)
	}
	if got := reply(t.Context(), client, golf); got.err != nil || got.text != openaitest.Golf {
		t.Errorf("%q, %v", got.text, got.err)
	}
}

func TestThoughtsAreNotInSideAnswersAndNotSentBack(t *testing.T) {
	server := openaitest.New(t)
	server.Aside(openaitest.Replies("<think>Is it {\"kind\":\"none\"}? {</think>\n{\"kind\":\"claim\",\"motion\":\"Golf\",\"user_side\":\"for\",\"language\":\"en\"}"))
	client := connect(t, server)
	if subject, ok, _, err := client.Subject(t.Context(), "golf"); !ok || err != nil || subject.Topic != "Golf" {
		t.Errorf("%+v, %v, %v", subject, ok, err)
	}
	p := golf
	p.Exchanges = []debate.Exchange{{Number: 1, Message: "slow", Reply: "<think>I give in.</think>It is calm."}}
	reply(t.Context(), client, p)
	calls := server.Calls()
	if sent := calls[len(calls)-1].Messages[2].Content; sent != "It is calm." {
		t.Errorf("sent back: %q", sent)
	}
}

// Vybn#2895, agentsdk-go#97: a space without width stands for a content that is empty.
func TestAReplyThatNobodyCouldSeeIsNone(t *testing.T) {
	server := openaitest.New(t)
	server.Chat(streams(text("\u200b"), text("\ufeff \n"), finish("stop"), done), good)
	if got := reply(t.Context(), connect(t, server), golf); got.err != nil || got.text != goodText || got.done.Calls != 2 {
		t.Errorf("%q after %d calls, %v", got.text, got.done.Calls, got.err)
	}
}

func TestAModelThatOnlyThinksGivesNoReply(t *testing.T) {
	server := openaitest.New(t)
	server.Chat(streams(text("<think>I give in."), finish("stop"), done), good)
	if got := reply(t.Context(), connect(t, server), golf); got.err != nil || got.text != goodText || got.done.Calls != 2 {
		t.Errorf("%q after %d calls, %v", got.text, got.done.Calls, got.err)
	}
}

// ---- several servers

func TestAFallbackMayLiveElsewhereAndIsNotShownTheKey(t *testing.T) {
	server := openaitest.New(t)
	server.Chat(refuses(402, "x", "x"))
	var seen http.Header
	mux := http.NewServeMux()
	mux.HandleFunc("POST /v1/chat/completions", func(w http.ResponseWriter, r *http.Request) {
		seen = r.Header.Clone()
		good(w, r)
	})
	elsewhere := openaitest.Serve(t, mux)
	client := connect(t, server, fallbacks("@cf/llama3.2@"+elsewhere+"/v1"))
	got := reply(t.Context(), client, golf)
	if got.err != nil || got.done.Model != "@cf/llama3.2" || got.done.Calls != 2 || seen.Get("Authorization") != "" {
		t.Errorf("%+v, headers %v", got, seen)
	}
}

func TestAModerationEndpointThatIsNotThereIsAskedOnce(t *testing.T) {
	server := openaitest.New(t)
	server.Judge(openaitest.Body(404, "text/plain", "404 page not found"))
	client := connect(t, server, moderated)
	if _, err := client.Moderate(t.Context(), "Golf"); err == nil {
		t.Error("no error")
	}
	if got, err := client.Moderate(t.Context(), "Golf"); got != debate.Safe || err != nil || len(server.Judged()) != 1 {
		t.Errorf("verdict %q, %v, %d judged", got, err, len(server.Judged()))
	}
}

func TestSideAnswersHoldNoCharactersThatNothingCanStore(t *testing.T) {
	server := openaitest.New(t)
	server.Aside(openaitest.Body(200, "application/json", `{"choices":[{"message":{"content":"{\"kind\":\"claim\",\"motion\":\"Go\\u0000\\u202elf \\ud800is\\u0007 slow\",\"user_side\":\"for\",\"language\":\"en\"}"},"finish_reason":"stop"}]}`))
	subject, ok, _, err := connect(t, server).Subject(t.Context(), "golf")
	if !ok || err != nil || strings.ContainsAny(subject.Topic, "\x00\x07") || !strings.HasPrefix(subject.Topic, "Golf") {
		t.Errorf("%q, %v, %v", subject.Topic, ok, err)
	}
	server.Aside(openaitest.Replies("They said\x00 much.\nAnd more."))
	if s, _, err := connect(t, server).Summarize(t.Context(), debate.Conversation{Topic: "Golf", Stance: debate.Con}, nil); s != "They said much.\nAnd more." || err != nil {
		t.Errorf("%q, %v", s, err)
	}
}

// Azure's pages show the address of a deployment with the version of the API in a query,
// and its deployments take a key in a header of their own alone.
// https://github.com/cline/cline/issues/444
// https://github.com/clusterzx/paperless-ai/issues/246
func TestAnAddressOfAzureIsTakenAsItIsShown(t *testing.T) {
	var asked *http.Request
	url := openaitest.Serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked = r
		good(w, r)
	}))
	for base, want := range map[string]struct{ path, query, key, bearer string }{
		"/openai/deployments/gpt-4o/chat/completions?api-version=2024-10-21": {"/openai/deployments/gpt-4o/chat/completions", "api-version=2024-10-21", "k", ""},
		"/openai/v1?api-version=preview":                                     {"/openai/v1/chat/completions", "api-version=preview", "", "Bearer k"},
		"/openai/v1/":                                                        {"/openai/v1/chat/completions", "", "", "Bearer k"},
	} {
		client, err := openai.New(openai.Config{BaseURL: url + base, Key: "k", Models: []string{"gpt-4o"}})
		if err != nil {
			t.Fatal(err)
		}
		got := reply(t.Context(), client, golf)
		client.Close()
		if got.err != nil || asked.URL.Path != want.path || asked.URL.RawQuery != want.query || asked.Header.Get("Api-Key") != want.key || asked.Header.Get("Authorization") != want.bearer {
			t.Errorf("%s: asked %s with %v, %v", base, asked.URL, asked.Header, got.err)
		}
	}
}
