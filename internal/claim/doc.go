// Package claim reads what a message claims, and whose side that is: by a small
// log-linear model over its words, which is trained from testdata by go generate
// and compiled in. Of all spans of words within a sentence it takes the likeliest
// to be the claim, or none; tells from what is in and around the span on which
// side of it the writer is, and what they ask; and makes a sentence of it. Where
// that is in doubt, a statement is a claim as it was said.
//
// It asks nobody and keeps nothing: the same message is always read the same.
package claim
