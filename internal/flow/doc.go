// Package flow folds the ledgers of a debate into its points and what became of
// each, judges a debate by them, finds quotations, and writes debates down as
// documents. It calls no model and keeps nothing.
package flow
