package store

import (
	"context"
	"slices"
	"strings"
	"unicode/utf8"

	"entgo.io/ent/dialect"
)

// asText is a statement's arguments with every string made what columns take:
// UTF-8 without NUL, which PostgreSQL refuses (SQLSTATE 22021) and with it the reply
// beside it. What is no text becomes U+FFFD, in ids too, which then are not found.
// Everything that is stored or looked for goes through here.
func asText(args any) any {
	values, ok := args.([]any)
	if !ok {
		return args
	}
	changed := false
	for i, v := range values {
		said, ok := v.(string)
		if !ok || isText(said) {
			continue
		}
		if !changed {
			values, changed = slices.Clone(values), true
		}
		values[i] = text(said)
	}
	return values
}

func isText(s string) bool { return utf8.ValidString(s) && strings.IndexByte(s, 0) < 0 }

// text is a string as columns take it.
func text(s string) string {
	if isText(s) {
		return s
	}
	return strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\x00", "\uFFFD")
}

// textDriver is a driver whose statements are of text.
type textDriver struct{ dialect.Driver }

// Query sends a query of text.
func (d textDriver) Query(ctx context.Context, query string, args, v any) error {
	return d.Driver.Query(ctx, query, asText(args), v)
}

// Exec sends a statement of text.
func (d textDriver) Exec(ctx context.Context, query string, args, v any) error {
	return d.Driver.Exec(ctx, query, asText(args), v)
}

// Tx begins a transaction whose statements are of text.
func (d textDriver) Tx(ctx context.Context) (dialect.Tx, error) {
	tx, err := d.Driver.Tx(ctx)
	if err != nil {
		return nil, err
	}
	return textTx{tx}, nil
}

type textTx struct{ dialect.Tx }

// Query sends a query of text.
func (t textTx) Query(ctx context.Context, query string, args, v any) error {
	return t.Tx.Query(ctx, query, asText(args), v)
}

// Exec sends a statement of text.
func (t textTx) Exec(ctx context.Context, query string, args, v any) error {
	return t.Tx.Exec(ctx, query, asText(args), v)
}
