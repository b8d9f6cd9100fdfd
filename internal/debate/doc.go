// Package debate is the domain: conversations, turns, stances, and the life of
// a turn from the user's text to a stored reply.
//
// It depends on the standard library only. What it needs of the world it asks
// for through small interfaces (Store, Model, Analyst, Live) and functions
// (clock, ids) that are handed to New.
package debate
