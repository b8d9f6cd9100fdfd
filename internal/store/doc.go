// Package store keeps debates in SQLite or PostgreSQL: it is a debate.Store
// over Ent. Ent's types and the databases' errors stay in here.
//
// Every change of turns and their conversation is one transaction, which takes
// the conversation's row first, so that no two of them can wait for each other.
// The two of every turn are SQL (hotpath.sql), each sent at once on PostgreSQL; the
// rest is left to Ent's builders. Store.retry is what repeats any of it.
package store
