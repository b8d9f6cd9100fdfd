// Package ent is generated from ent/schema, but for this file: `make generate`.
package ent

//go:generate go run -mod=mod entgo.io/ent/cmd/ent generate --feature sql/versioned-migration --target . ./schema
