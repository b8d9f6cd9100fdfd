// Package ent is generated from ent/schema, but for this file and the program
// that does it: `make generate`.
package ent

//go:generate go run ./generate
