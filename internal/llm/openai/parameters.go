package openai

// This file knows the parameters of calls that servers refuse, and how they say so.

import (
	"regexp"
	"strings"
)

// parameters are parts of a request that a server may not take.
type parameters uint32

const (
	seedParameter parameters = 1 << iota
	streamOptionsParameter
	responseFormatParameter
	temperatureParameter
	maxTokensParameter
	maxCompletionTokensParameter
	reasoningEffortParameter
	systemRole
	streaming
	// The next two are no fields: what a request is without one.
	onePiece    // an answer that is not streamed
	bareReplies // the model's earlier replies without its thoughts
)

// parameterNames are how servers name them when they refuse one.
var parameterNames = []struct {
	parameters
	name    string
	pattern *regexp.Regexp
}{
	{seedParameter, "seed", regexp.MustCompile(`\bseed\b(?:[^-:/]|$)`)},
	{streamOptionsParameter, "stream_options", regexp.MustCompile(`\bstream_options\b|\binclude_usage\b`)},
	{responseFormatParameter, "response_format", regexp.MustCompile(`\bresponse_?format\b|\bjson_schema\b|\bstructured outputs?\b|\bresponseschema\b|\bresponse_schema\b|\bjson mode\b`)},
	{temperatureParameter, "temperature", regexp.MustCompile(`\btemperature\b`)},
	{maxTokensParameter, "max_tokens", regexp.MustCompile(`\bmax_tokens\b|\bmaxtokens\b`)},
	{maxCompletionTokensParameter, "max_completion_tokens", regexp.MustCompile(`\bmax_completion_tokens\b`)},
	{reasoningEffortParameter, "reasoning_effort", regexp.MustCompile(`\breasoning_effort\b|\breasoning\.effort\b|\breasoning effort\b|\bdoes not support thinking\b`)},
	{systemRole, "the system role", regexp.MustCompile(`\bsystem[ _]?(?:role|message|prompt|instruction)s?\b|\bdeveloper instruction|'system'|"system"|roles must alternate|messages\[0\]\.role`)},
	{streaming, "stream", regexp.MustCompile(`\bto stream this model\b|\bstream(?:ing)? (?:is |mode is )?(?:not|un)[ -]?(?:supported|allowed|available)|\bdo(?:es)? not support stream|^stream |\bunsupported_value stream\b|\bstream unsupported`)},
	{onePiece, "an answer in one piece", regexp.MustCompile(`\bnon-?_?stream|非流式|\bonly supports? stream|\bstream(?:ing)? ?(?:=|must be|has to be|is required|parameter)|\bmust (?:have|set|use) stream`)},
	{bareReplies, "replies without reasoning_content", regexp.MustCompile(`\breasoning[_ ]content\b.{0,60}\b(?:must be (?:passed|sent|provided|included)|(?:is )?(?:missing|required))`)},
}

var refusal = regexp.MustCompile(`not (?:currently )?(?:support|permit|allow|enabled|available|accept|implement|recogni|known|expected)|n't support|unsupported|unavailable|unknown|unrecogni|unexpected|extra[ _]|forbidden|cannot find field|invalid|must alternate|only|additional propert|must be`)

// refusedBy are the parameters that a text says are not taken.
func refusedBy(status int, text string) parameters {
	if status/100 != 4 && status/100 != 5 && status != 0 || status == 401 || status == 402 || status == 403 || status == 429 {
		return 0
	}
	if status != 400 && status != 422 && !refusal.MatchString(text) {
		return 0
	}
	var all parameters
	for _, p := range parameterNames {
		if p.pattern.MatchString(text) {
			all |= p.parameters
		}
	}
	if all&maxTokensParameter != 0 && strings.Contains(text, "use 'max_completion_tokens'") {
		all &^= maxCompletionTokensParameter
	}
	return all
}

// String names them for the log.
func (p parameters) String() string {
	var names []string
	for _, one := range parameterNames {
		if p&one.parameters != 0 {
			names = append(names, one.name)
		}
	}
	return strings.Join(names, ", ")
}
