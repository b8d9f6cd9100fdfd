// Package openai is debate.Model and debate.Analyst over OpenAI and servers
// that speak its chat completions.
//
// It depends on debate, and on libraries for retries and the circuit breaker. What a
// provider says never leaves it: callers get errors in words of ours.
package openai
