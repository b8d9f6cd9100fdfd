package openai

import (
	"errors"
	"fmt"
	"time"

	"github.com/debate-chatbot/debate-api/internal/debate"
)

// fault is what went wrong with a call.
type fault int

const (
	unreachable    fault = iota // no connection, or one that broke before an answer
	down                        // 5xx, or an error that says as much
	loading                     // the model is not in memory yet
	limited                     // 429
	quotaExhausted              // 402, or an error that no waiting helps
	unauthorized                // 401
	forbidden                   // 403
	noModel                     // the server has no such model
	noMemory                    // the model does not fit into its server's memory
	proxyLocked                 // 407: a proxy on the way wants a name and a password
	proxyDown                   // a proxy on the way that cannot be reached, or lets nothing through
	wrongAddress                // a server, but no chat completions at this address
	moved                       // a redirect, which would take the key elsewhere
	rejected                    // any other 4xx
	overlong                    // the prompt exceeds the model's context
	filtered                    // a content filter, or the model's refusal
	malformed                   // an answer that is not in the format
	stalled                     // no sign of life for too long
	empty                       // a whole reply without text
	broken                      // a stream that ended before its reply
	truncated                   // finish_reason "length"
	unmarked                    // thoughts that were told, since their beginning had no mark
	circuitOpen                 // not called: the breaker is open
)

// faults says, of each fault, whether another call may help, whether another
// model may where the call will not, whether it is the provider's and counts
// for its breaker, and what a caller is told.
var faults = [...]struct {
	again    bool
	another  bool
	provider bool
	reason   debate.Reason
	message  string
}{
	unreachable:    {true, true, true, debate.ModelUnavailable, "the model's server cannot be reached; start it, or have its operator check OPENAI_BASE_URL, and retry the turn"},
	down:           {true, true, true, debate.ModelUnavailable, "the model's provider has a failure; retry the turn"},
	loading:        {true, true, false, debate.ModelUnavailable, "the model's server is still loading the model; retry the turn in a minute"},
	limited:        {true, true, true, debate.Overloaded, "the model's provider limits the rate of calls; retry the turn in a while"},
	quotaExhausted: {false, true, true, debate.ModelUnavailable, "the credit with the model's provider is used up; its operator has to add some"},
	unauthorized:   {false, true, true, debate.ModelUnavailable, "the model's provider does not accept the service's key; its operator has to set OPENAI_API_KEY to a valid one"},
	forbidden:      {false, true, true, debate.ModelUnavailable, "the model's provider does not let the service's key use this model; its operator has to change the key's rights, OPENAI_API_KEY or OPENAI_MODEL"},
	noModel:        {false, true, false, debate.ModelUnavailable, "the model's server has no model %q; its operator has to set OPENAI_MODEL to one of those that `debate models` lists"},
	noMemory:       {false, true, false, debate.ModelUnavailable, "the model %q does not fit into the memory of its server; its operator has to choose a smaller one"},
	proxyLocked:    {false, true, true, debate.ModelUnavailable, "the proxy on the way to the model's server asks for a name and a password; its operator has to put them into HTTPS_PROXY, or HTTP_PROXY"},
	proxyDown:      {true, true, true, debate.ModelUnavailable, "the proxy on the way to the model's server cannot be reached, or does not let the call through; its operator has to check HTTPS_PROXY, HTTP_PROXY and NO_PROXY"},
	wrongAddress:   {false, true, false, debate.ModelUnavailable, "there are no chat completions at the model's address; its operator has to check OPENAI_BASE_URL, which mostly ends with /v1"},
	moved:          {false, true, false, debate.ModelUnavailable, "the model's address leads on to another one, where the service's key is not sent; its operator has to set OPENAI_BASE_URL to that one, such as https:// in place of http://"},
	rejected:       {false, true, false, debate.ModelUnavailable, "the model's server does not accept the request; its operator finds why in the service's log and in the server's"},
	overlong:       {true, true, false, debate.InvalidArgument, "the message is too long for the model's context; send a shorter one, or have the model's operator give it a larger context"},
	filtered:       {false, false, false, debate.MessageRefused, "the model's provider refused to answer this message; put it in other words"},
	malformed:      {true, true, true, debate.ModelUnavailable, "the model gave an answer that cannot be read; retry the turn, and if that does not help, have its operator check OPENAI_BASE_URL"},
	stalled:        {true, true, true, debate.ModelUnavailable, "the model gave no sign of life for too long; retry the turn, or have its operator give it more time by FIRST_TOKEN_TIMEOUT"},
	empty:          {true, true, true, debate.ModelUnavailable, "the model gave no reply; retry the turn"},
	broken:         {true, true, true, debate.ModelUnavailable, "the model's reply broke off; retry the turn"},
	truncated:      {false, false, false, debate.ModelUnavailable, "the model's reply was cut at its longest length; retry the turn, or have its operator raise OPENAI_MAX_TOKENS or the model's context"},
	unmarked:       {false, false, false, debate.ModelUnavailable, "the model thought aloud instead of replying; retry the turn"},
	circuitOpen:    {false, true, false, debate.ModelUnavailable, "the model's provider has failed too often just now; retry the turn in a while"},
}

// failure is a call without a whole reply. It holds nothing of what the
// provider wrote but codes that are plain words, and numbers.
type failure struct {
	fault  fault
	status int    // of HTTP, 0 if there was none
	code   string // "" or a plain word
	model  string // that was asked
	delay  time.Duration
	cause  error // of this side: the network, JSON's syntax
	// context and prompt are how many tokens the model takes and was given, by
	// its server's count; 0 if it does not say.
	context, prompt int
	// refused are the parameters of the request that the server does not take.
	refused parameters
	// adapted says that a call now would have another form.
	adapted bool
}

// message is what a caller is told.
func (f *failure) message() string {
	if text := faults[f.fault].message; f.fault != noModel && f.fault != noMemory {
		return text
	}
	return fmt.Sprintf(faults[f.fault].message, f.model)
}

func (f *failure) Error() string {
	text := f.message()
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

// public translates err into the domain's errors; the end of a caller's context stays
// what it is.
func public(err error) error {
	var f *failure
	if !errors.As(err, &f) {
		return err
	}
	return &debate.Error{Reason: faults[f.fault].reason, Message: f.message(), RetryAfter: f.delay, Cause: f}
}

// providerFailed says whether err counts for a breaker.
func providerFailed(err error) bool {
	var f *failure
	return errors.As(err, &f) && faults[f.fault].provider
}
