// Package claim reads what a message claims, and whose side that is: by a small
// log-linear model over its words, which is trained from testdata by go generate
// and compiled in. It finds where a claim likeliest begins and ends, if there is one,
// and tells from what is in and around that on which side of it the writer is, and
// what they ask; of what is around it, a small network of package classify is asked too.
// Words stay as they were said, and where the claim or the side is in doubt, so does the
// whole statement.
//
// It asks nobody and keeps nothing: the same message is always read the same.
package claim
