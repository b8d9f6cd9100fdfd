// Package openai is debate.Model and debate.Analyst over OpenAI and servers
// that speak its chat completions.
//
// It depends on debate, on go-openai for the requests and their types, and on
// libraries for retries, the circuit breaker and the counting of tokens. What
// a provider says never leaves it: callers get errors in words of ours.
package openai
