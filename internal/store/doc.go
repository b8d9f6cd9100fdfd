// Package store keeps debates in SQLite or PostgreSQL: it is a debate.Store
// over Ent. Ent's types and the databases' errors stay in here.
//
// Every change of turns and their conversation is one transaction, which takes
// the conversation's row first, so that no two of them can wait for each other.
// The two of every turn are written once (statements.go) and, on PostgreSQL, sent
// at once (postgres.go); the rest is left to Ent's builders.
package store
