// Package claim reads what a message claims, and whose side that is, by rules.
//
// It asks no model and keeps nothing: the same message is always read the same.
package claim
