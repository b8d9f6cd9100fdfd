// Package store keeps debates in SQLite or PostgreSQL: it is a debate.Store
// over Ent. Ent's types and the databases' errors stay in here.
//
// Every change of turns and their conversation is one transaction, which takes
// the conversation's row first, so that no two of them can wait for each other.
package store
