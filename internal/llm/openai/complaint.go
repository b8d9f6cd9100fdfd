package openai

import (
	"bytes"
	"encoding/json"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// complaint is what a server says is wrong, in whatever shape, as far as it
// helps to know what to do. It is never told to anybody.
type complaint struct {
	codes  []string // words that stand for an error
	status int      // of HTTP, where the body has one
	text   string   // everything else, in small letters
	delay  time.Duration
	// context and prompt are tokens, where fields have them.
	context, prompt int
}

// classify is the failure that an error of a server stands for. A status of 0
// is that of an error within an answer that began well.
func classify(status int, body []byte) *failure {
	c := readComplaint(body)
	meant := status
	if status == 0 && c.status != 0 {
		meant = c.status
	}
	f := &failure{fault: byStatus(meant), status: status, delay: c.delay}
	known := false
	for _, word := range c.codes {
		if f.code == "" && plainWord.MatchString(word) {
			f.code = word
		}
		if better, ok := codes[word]; ok && !known {
			f.fault, known = better, true
			if plainWord.MatchString(word) {
				f.code = word
			}
		}
	}
	text := strings.Join(c.codes, " ") + " " + c.text
	f.refused = refusedBy(meant, text)
	if f.refused != 0 && (f.fault == down || !known && f.fault == wrongAddress) {
		f.fault = rejected
	}
	for _, sign := range signs {
		if known && !sign.sure || sign.is == noModel && f.refused != 0 {
			continue
		}
		if slices.Contains(sign.of, f.fault) && sign.pattern.MatchString(text) {
			f.fault = sign.is
			break
		}
	}
	if f.fault == overlong {
		f.context, f.prompt = firstOf(c.context, contextSigns, text), firstOf(c.prompt, promptSigns, text)
	}
	if f.delay == 0 {
		f.delay = delayIn(text)
	}
	return f
}

// byStatus is what a status of HTTP alone says.
func byStatus(status int) fault {
	switch {
	case status == 429:
		return limited
	case status == 401:
		return unauthorized
	case status == 402:
		return quotaExhausted
	case status == 403:
		return forbidden
	case status == http.StatusProxyAuthRequired:
		return proxyLocked
	case status == 413:
		return overlong
	case status == 404, status == 405:
		return wrongAddress
	case status == 410:
		return noModel // it was there once
	case status == 408, status == 424, status == 425, status >= 498, status == 0: // 498 is Groq's, 529 Anthropic's
		return down
	case status >= 400:
		return rejected
	case status >= 300:
		return moved
	default:
		return wrongAddress
	}
}

var plainWord = regexp.MustCompile(`^[a-z][a-z_]{0,63}$`)

// codes are words for an error that say more than the status.
var codes = map[string]fault{
	"context_length_exceeded":              overlong, // OpenAI, Groq
	"exceed_context_size_error":            overlong, // llama.cpp
	"string_above_max_length":              overlong,
	"content_filter":                       filtered, // Azure
	"content_policy_violation":             filtered,
	"responsibleaipolicyviolation":         filtered, // Azure
	"data_inspection_failed":               filtered, // DashScope
	"insufficient_quota":                   quotaExhausted,
	"billing_hard_limit_reached":           quotaExhausted,
	"billing_not_active":                   quotaExhausted,
	"billing_error":                        quotaExhausted, // Anthropic
	"insufficient_balance":                 quotaExhausted,
	"insufficient_user_quota":              quotaExhausted, // new-api
	"credits_exhausted":                    quotaExhausted,
	"arrearage":                            quotaExhausted, // DashScope
	"rate_limit_exceeded":                  limited,
	"rate_limit_error":                     limited, // Anthropic
	"resource_exhausted":                   limited, // Google
	"throttlingexception":                  limited, // Bedrock
	"throttling":                           limited, // DashScope
	"requests_limit_reached":               limited,
	"invalid_api_key":                      unauthorized,
	"authentication_error":                 unauthorized,
	"invalid_authentication_error":         unauthorized,
	"unauthenticated":                      unauthorized, // Google
	"api_key_invalid":                      unauthorized, // Google
	"account_deactivated":                  unauthorized,
	"permission_error":                     forbidden, // Anthropic
	"permission_denied":                    forbidden, // Google
	"unsupported_country_region_territory": forbidden,
	"model_not_found":                      noModel,
	"model_decommissioned":                 noModel, // Groq
	"model_not_available":                  noModel, // Together
	"invalid_model":                        noModel, // Mistral
	"deploymentnotfound":                   noModel, // Azure
	"server_error":                         down,
	"internal_server_error":                down,
	"overloaded_error":                     down, // Anthropic
	"engine_overloaded":                    down,
	"service_unavailable":                  down,
	"modelnotready":                        loading, // Bedrock, SageMaker
	"modelnotreadyexception":               loading,
}

// signs are phrases that say more than the status; the first that is met counts.
var signs = []struct {
	of      []fault // in place of which
	pattern *regexp.Regexp
	is      fault
	sure    bool // also where a code says otherwise
}{
	{[]fault{limited, overlong}, regexp.MustCompile(`request too large|reduce your message size|input (?:or output )?tokens must be reduced`), overlong, true}, // Groq, OpenAI: more than a minute's tokens at once
	{[]fault{rejected, down, wrongAddress, overlong, limited}, regexp.MustCompile(`context (?:length|size|window)|max(?:imum)? context|maximum (?:prompt|model|input|sequence) length|(?:prompt|input|request|message)s? (?:is|are) (?:too long|too large|longer than)|too many (?:input )?tokens|maximum number of (?:input )?tokens|reduce the length|inputs.{1,40}tokens|range of input length|too large for model|exceed.{1,40}(?:input|context|token) limit|tokens? limit exceeded`), overlong, false},
	{[]fault{rejected, down, limited, forbidden, unauthorized}, regexp.MustCompile(`insufficient[ _](?:balance|credit|fund|quota)|credit balance is too low|out of credits?|(?:no|any|more|enough) credits|payment required|credits? (?:are |is |has been |have been )?(?:exhausted|used up|depleted)|spending limit|balance (?:is )?(?:insufficient|not enough|too low)|余额不足|欠费`), quotaExhausted, false},
	{[]fault{rejected, down, forbidden}, regexp.MustCompile(`(?:invalid|incorrect|missing|wrong|no|expired) api[ _-]?key|api[ _-]?key (?:is )?(?:not valid|invalid|missing|expired|required)|no (?:cookie )?auth credentials|unauthorized|authentication (?:fail|required|error)`), unauthorized, false},
	{[]fault{rejected, down, wrongAddress, forbidden}, regexp.MustCompile(`model.{0,120}? (?:not found|does ?n[o']t exist|not exist|is not (?:available|supported|a valid|loaded)|not loaded|(?:is|has been|was) (?:deprecated|decommissioned|removed|retired))|(?:no such|unknown|invalid|unsupported) model|not a valid model|no models? (?:is |are )?loaded|no endpoints (?:found|available)|not found for account|unable to access model|not found, try pulling|deployment (?:for this resource )?does not exist`), noModel, false},
	{[]fault{rejected, down}, regexp.MustCompile(`requires more (?:system )?memory|not enough memory|insufficient memory|out of memory`), noMemory, false},
	{[]fault{rejected}, regexp.MustCompile(`model (?:has |is |was )?(?:crashed|unloaded)|degraded function|process has (?:terminated|exited|crashed)`), down, false}, // LM Studio, NIM
	{[]fault{rejected, down, limited, unreachable}, regexp.MustCompile(`(?:still |currently |is )loading|loading (?:the )?model|model is not ready|warming up|starting up`), loading, false},
	{[]fault{rejected, down, forbidden}, regexp.MustCompile(`content (?:management|filter|policy)|flagged|moderation|inappropriate content|safety (?:system|settings|filter)`), filtered, false},
	{[]fault{down, rejected}, regexp.MustCompile(`rate[ -]?limit|too many requests|quota exceeded|requests per minute`), limited, false},
}

// contextSigns and promptSigns find how many tokens a model takes, and was given.
var (
	contextSigns = compile(
		`context (?:length|size|window)(?: limit)?[^0-9.]{0,40}?([0-9]{3,})`,
		`([0-9]{3,}) (?:tokens? )?max(?:imum)? context`,
		`max(?:imum)? context[^0-9.]{0,20}([0-9]{3,})`,
		`maximum (?:prompt|model|input|sequence) length[^0-9.]{0,20}([0-9]{3,})`,
		`maximum number of (?:input )?tokens[^0-9.]{0,20}([0-9]{3,})`,
		`(?:must be|have|be) (?:<=?|less than|at most) ([0-9]{3,})`,
		`cannot exceed ([0-9]{3,})`,
		`> ([0-9]{3,}) maximum`,
		`\[1, ?([0-9]{3,})\]`,
		`limit:? ([0-9]{3,})`,
	)
	promptSigns = compile(
		`([0-9]+) (?:tokens )?(?:in|from) (?:the |your )?(?:messages|prompt|input)`,
		`([0-9]+) (?:input|prompt) tokens`,
		`(?:request|prompt|input)[^0-9.]{0,30}?\(?([0-9]+) tokens`,
		`([0-9]+) .?inputs.? tokens`,
		`(?:requested|resulted in|contains|given:?|too long:?) (?:about )?([0-9]+)`,
		`(?:token count|prompt|requested tokens) \(?(?:length )?([0-9]+)\)?`,
	)
	// delaySign finds a delay of one or more parts, such as 20s and 1h2m3.5s, and delayPart each of these.
	delaySign = regexp.MustCompile(`(?:try again|retry|wait)[^0-9.]{0,20}((?:[0-9]+(?:\.[0-9]+)? ?(?:` + delayUnits + `)[ ,]{0,2}(?:and )?)+)(?:[^0-9a-z]|$)`)
	delayPart = regexp.MustCompile(`([0-9]+(?:\.[0-9]+)?) ?(` + delayUnits + `)`)
)

// delayUnits are written with the longest first.
const delayUnits = `milliseconds?|ms|seconds?|secs?|s|minutes?|mins?|m|hours?|hrs?|h`

func compile(patterns ...string) []*regexp.Regexp {
	var all []*regexp.Regexp
	for _, p := range patterns {
		all = append(all, regexp.MustCompile(p))
	}
	return all
}

// firstOf is a number, or the first that a pattern finds in text.
func firstOf(known int, patterns []*regexp.Regexp, text string) int {
	if known > 0 {
		return known
	}
	for _, p := range patterns {
		if found := p.FindStringSubmatch(text); found != nil {
			n, _ := strconv.Atoi(found[1]) // 0 if it is beyond an int
			return n
		}
	}
	return 0
}

// delayIn is the delay that a text asks for.
func delayIn(text string) time.Duration {
	found := delaySign.FindStringSubmatch(text)
	if found == nil {
		return 0
	}
	total := 0.0
	for _, part := range delayPart.FindAllStringSubmatch(found[1], -1) {
		n, _ := strconv.ParseFloat(part[1], 64) // digits
		switch unit := part[2]; {
		case unit == "ms", strings.HasPrefix(unit, "milli"):
			n /= 1000
		case unit[0] == 'm':
			n *= 60
		case unit[0] == 'h':
			n *= 3600
		}
		total += n
	}
	return seconds(total)
}

// readComplaint reads an error's body: JSON of any shape, or words.
func readComplaint(body []byte) complaint {
	var c complaint
	var tree any
	if isJSON(body) && json.Unmarshal(body, &tree) == nil {
		c.read("", tree)
		return c
	}
	if !bytes.HasPrefix(bytes.TrimSpace(body), []byte{'<'}) { // a proxy's page has phrases of any kind
		c.say(string(body))
	}
	return c
}

// read walks through a body. What the caller sent, which some servers repeat,
// is passed by.
func (c *complaint) read(name string, v any) {
	switch v := v.(type) {
	case map[string]any:
		for _, name := range slices.Sorted(maps.Keys(v)) {
			c.read(name, v[name])
		}
	case []any:
		for _, one := range v {
			c.read(name, one)
		}
	case string:
		c.readText(name, v)
	case float64:
		c.readNumber(name, v)
	}
}

func (c *complaint) readText(name, text string) {
	switch strings.ToLower(name) {
	case "input", "messages", "prompt", "failed_generation", "flagged_input", "url", "doc_url":
	case "code", "type", "status", "error_type", "reason", "__type", "error_code", "param":
		if n, err := strconv.Atoi(text); err == nil {
			c.readNumber(name, float64(n))
			return
		}
		if !strings.Contains(strings.TrimSpace(text), " ") && text != "" {
			c.codes = append(c.codes, strings.ToLower(text))
			return
		}
		c.say(text)
	case "retrydelay", "retry_after":
		if d, err := time.ParseDuration(text); err == nil {
			c.delay = seconds(d.Seconds())
		}
	default:
		c.say(text)
	}
}

func (c *complaint) say(text string) {
	c.text += strings.ToLower(text) + " "
}

func (c *complaint) readNumber(name string, n float64) {
	switch strings.ToLower(name) {
	case "code", "status", "status_code", "statuscode", "error_code":
		if n >= 400 && n < 600 {
			c.status = int(n)
		} else if n == 1008 || n == 1113 { // MiniMax's and Zhipu's for an empty account
			c.codes = append(c.codes, "insufficient_balance")
		}
	case "n_ctx":
		c.context = int(min(n, 1e9))
	case "n_prompt_tokens":
		c.prompt = int(min(n, 1e9))
	case "retry_after", "estimated_time", "retry_after_seconds":
		c.delay = seconds(n)
	}
}
