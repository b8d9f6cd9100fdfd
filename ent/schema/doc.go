// Package schema says what is stored: conversations, their turns, attempts at
// turns that were retried, and what API keys used by day. Times are Unix
// microseconds in UTC, the same in every dialect and cheap to compare.
package schema
