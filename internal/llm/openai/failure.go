package openai

import (
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"time"

	"github.com/debate-chatbot/debate-api/internal/debate"
	goopenai "github.com/sashabaranov/go-openai"
)

// fault is what went wrong with a call.
type fault int

const (
	unreachable    fault = iota // no connection, or one that broke before an answer
	down                        // 5xx, or an error that says as much
	limited                     // 429
	quotaExhausted              // 429 that no waiting helps
	unauthorized                // 401, 403
	rejected                    // any other 4xx
	overlong                    // the prompt exceeds the model's context
	filtered                    // a content filter, or the model's refusal
	malformed                   // an answer that is not in the format
	stalled                     // no text in time, or none for too long
	empty                       // a whole reply without text
	broken                      // a stream that ended before its reply
	truncated                   // finish_reason "length"
	circuitOpen                 // not called: the breaker is open
)

// faults says, of each fault, whether another call may help, whether it is the
// provider's and counts for its breaker, and what a caller is told.
var faults = [...]struct {
	again    bool
	provider bool
	reason   debate.Reason
	message  string
}{
	unreachable:    {true, true, debate.ModelUnavailable, "the model cannot be reached; retry the turn"},
	down:           {true, true, debate.ModelUnavailable, "the model's provider has a failure; retry the turn"},
	limited:        {true, true, debate.Overloaded, "the model's provider limits the rate of calls; retry the turn in a while"},
	quotaExhausted: {false, true, debate.ModelUnavailable, "the account with the model's provider has no quota left; its operator has to renew it"},
	unauthorized:   {false, true, debate.ModelUnavailable, "the model's provider does not accept the service's key; its operator has to replace it"},
	rejected:       {false, false, debate.ModelUnavailable, "the model's provider does not accept the request; its operator has to check the model's name and address"},
	overlong:       {true, false, debate.InvalidArgument, "the message is too long for the model; send a shorter one"},
	filtered:       {false, false, debate.MessageRefused, "the model's provider refused to answer this message; put it in other words"},
	malformed:      {true, true, debate.ModelUnavailable, "the model gave an answer that cannot be read; retry the turn"},
	stalled:        {true, true, debate.ModelUnavailable, "the model fell silent; retry the turn"},
	empty:          {true, true, debate.ModelUnavailable, "the model gave no reply; retry the turn"},
	broken:         {true, true, debate.ModelUnavailable, "the model's reply broke off; retry the turn"},
	truncated:      {false, false, debate.ModelUnavailable, "the model's reply was cut at its longest length; retry the turn"},
	circuitOpen:    {false, false, debate.ModelUnavailable, "the model's provider has failed too often just now; retry the turn in a while"},
}

// failure is a call without a whole reply. It holds nothing of what the
// provider wrote but codes that are plain words.
type failure struct {
	fault  fault
	status int    // of HTTP, 0 if there was none
	code   string // "" or a plain word
	delay  time.Duration
	cause  error // of this side: the network, JSON's syntax
}

func (f *failure) Error() string {
	text := faults[f.fault].message
	if f.status != 0 {
		text += fmt.Sprintf(" (HTTP %d)", f.status)
	}
	if f.code != "" {
		text += " (" + f.code + ")"
	}
	if f.cause != nil {
		text += ": " + f.cause.Error()
	}
	return text
}

func (f *failure) Unwrap() error { return f.cause }

// public is err as the domain defines it; the end of a caller's context stays
// what it is.
func public(err error) error {
	var f *failure
	if !errors.As(err, &f) {
		return err
	}
	told := faults[f.fault]
	return &debate.Error{Reason: told.reason, Message: told.message, RetryAfter: f.delay, Cause: f}
}

// providerFailed says whether err counts for a breaker.
func providerFailed(err error) bool {
	var f *failure
	return errors.As(err, &f) && faults[f.fault].provider
}

var plainWord = regexp.MustCompile(`^[a-z][a-z_]{0,63}$`)

// codes are those that say more than the status.
var codes = map[string]fault{
	"context_length_exceeded":      overlong,
	"string_above_max_length":      overlong,
	"content_filter":               filtered,
	"content_policy_violation":     filtered,
	"insufficient_quota":           quotaExhausted,
	"billing_hard_limit_reached":   quotaExhausted,
	"rate_limit_exceeded":          limited,
	"invalid_api_key":              unauthorized,
	"authentication_error":         unauthorized,
	"invalid_authentication_error": unauthorized,
	"server_error":                 down,
	"overloaded_error":             down,
}

// classify is the failure that an error of the provider stands for. A status of
// 0 is that of an error within a stream.
func classify(status int, e *goopenai.APIError) *failure {
	f := &failure{fault: down, status: status}
	switch {
	case status == 429:
		f.fault = limited
	case status == 401 || status == 403:
		f.fault = unauthorized
	case status == 413:
		f.fault = overlong
	case status == 408 || status >= 500 || status == 0:
	case status >= 400:
		f.fault = rejected
	case status >= 300:
		f.fault = malformed
	}
	if e == nil {
		return f
	}
	for _, word := range []string{fmt.Sprint(e.Code), e.Type} {
		if !plainWord.MatchString(word) || word == "nil" {
			continue
		}
		if f.code == "" {
			f.code = word
		}
		if better, ok := codes[word]; ok {
			f.code, f.fault = word, better
			break
		}
	}
	return f
}

// readError is the provider's error in a JSON object, nil if there is none.
func readError(object []byte) *goopenai.APIError {
	var answer goopenai.ErrorResponse
	_ = json.Unmarshal(object, &answer) // HTML, say: the status has to do
	return answer.Error
}
