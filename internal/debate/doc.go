// Package debate is the domain: conversations, turns, stances, what makes a
// request valid, the errors that a caller may be told, and the ports (Store,
// Model, Analyst, Live, Slots, Observer) through which the rest is reached.
//
// It does nothing by itself and depends on the standard library only.
package debate
