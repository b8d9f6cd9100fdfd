package store

import (
	"cmp"
	"context"
	"errors"
	"reflect"
	"slices"
	"strings"

	"entgo.io/ent/dialect"
	"entgo.io/ent/dialect/sql"

	"github.com/debate-chatbot/debate-api/ent"
	entattempt "github.com/debate-chatbot/debate-api/ent/attempt"
	entconversation "github.com/debate-chatbot/debate-api/ent/conversation"
	entturn "github.com/debate-chatbot/debate-api/ent/turn"
	entusage "github.com/debate-chatbot/debate-api/ent/usage"
	"github.com/debate-chatbot/debate-api/internal/debate"
)

// statement is SQL with places for values. Ent's builder writes it once: to
// write it for every turn takes as long as to send it.
type statement struct {
	text string
	args []any
}

// place stands for a value where a statement is written.
type place struct{}

func write(q sql.Querier) statement {
	text, args := q.Query()
	return statement{text, args}
}

// with is the statement's arguments: values, in the order of their places.
func (q statement) with(values ...any) []any {
	args := slices.Clone(q.args)
	for i := range args {
		if _, ok := args[i].(place); ok {
			args[i], values = values[0], values[1:]
		}
	}
	return args
}

// statements are those that every turn sends.
type statements struct {
	// findRequest reads the turn, the attempt's number and the hash of a
	// request: of the owner's key, user and request id, twice.
	findRequest statement
	// countTurn takes the place of one more turn in a conversation, and reads
	// that: of the time, the id and the owner.
	countTurn statement
	// touch says that a conversation's turns changed, and reads that: of the
	// time and the id.
	touch statement
	// window reads the latest turns of a conversation: of its id, and how many.
	window statement
	// end writes an outcome into a held turn, and reads that: of the
	// outcome's values, the id, the holder and the attempt.
	end statement
	// spend adds to what a key used on a day: of the key, the day, the slot,
	// how many turns, and their tokens.
	spend statement
}

// outcomeColumns are where an outcome is written, in turns.
var outcomeColumns = []string{
	entturn.FieldState, entturn.FieldReply, entturn.FieldModel,
	entturn.FieldInputTokens, entturn.FieldOutputTokens, entturn.FieldSideInputTokens, entturn.FieldSideOutputTokens,
	entturn.FieldFailureReason, entturn.FieldFailureMessage, entturn.FieldFinishedAt,
}

func outcomeValues(o debate.Outcome) []any {
	reason, message := failureOf(o)
	return []any{
		string(o.State), o.Reply, o.Model,
		o.Usage.InputTokens, o.Usage.OutputTokens, o.SideUsage.InputTokens, o.SideUsage.OutputTokens,
		reason, message, o.Now.UnixMicro(),
	}
}

func writeStatements(name string) statements {
	d := sql.Dialect(name)
	return statements{
		findRequest: write(findRequest(d)),
		countTurn: write(touch(d).Add(entconversation.FieldTurnCount, 1).Where(sql.And(
			sql.EQ(entconversation.FieldID, place{}),
			sql.EQ(entconversation.FieldOwnerKey, place{}), sql.EQ(entconversation.FieldOwnerUser, place{})))),
		touch:  write(touch(d).Where(sql.EQ(entconversation.FieldID, place{}))),
		window: write(window(d)),
		end:    write(end(d)),
		spend:  write(spend(d)),
	}
}

func findRequest(d *sql.DialectBuilder) sql.Querier {
	turns, attempts := d.Table(entturn.Table), d.Table(entattempt.Table)
	asked := func(t *sql.SelectTable) *sql.Predicate { // both tables have these columns
		return sql.And(
			sql.EQ(t.C(entturn.FieldOwnerKey), place{}),
			sql.EQ(t.C(entturn.FieldOwnerUser), place{}),
			sql.EQ(t.C(entturn.FieldRequestID), place{}),
			sql.ExprP(t.C(entturn.FieldRequestID)+" <> ''"),
		)
	}
	return d.Select(turns.C(entturn.FieldID), "1 AS number", turns.C(entturn.FieldRequestHash)).From(turns).Where(asked(turns)).
		UnionAll(d.Select(attempts.C(entattempt.FieldTurnID), attempts.C(entattempt.FieldNumber), attempts.C(entattempt.FieldRequestHash)).
			From(attempts).Where(asked(attempts)))
}

func touch(d *sql.DialectBuilder) *sql.UpdateBuilder {
	return d.Update(entconversation.Table).Set(entconversation.FieldUpdatedAt, place{}).
		Add(entconversation.FieldRevision, 1).Returning(entconversation.Columns...)
}

func window(d *sql.DialectBuilder) sql.Querier {
	latest := d.Select(entturn.Columns...).From(d.Table(entturn.Table)).
		Where(sql.EQ(entturn.FieldConversationID, place{})).OrderBy(sql.Desc(entturn.FieldNumber))
	b := new(sql.Builder)
	b.SetDialect(latest.Dialect())
	return b.Join(latest).WriteString(" LIMIT ").Arg(place{})
}

func end(d *sql.DialectBuilder) sql.Querier {
	u := d.Update(entturn.Table)
	for _, column := range outcomeColumns {
		u.Set(column, place{})
	}
	return u.Where(sql.And(
		sql.EQ(entturn.FieldID, place{}), sql.EQ(entturn.FieldHolder, place{}), sql.EQ(entturn.FieldAttempt, place{}),
		sql.ExprP(entturn.FieldState+" = 'running'"))).Returning(entturn.Columns...)
}

func spend(d *sql.DialectBuilder) sql.Querier {
	day := []string{entusage.FieldOwnerKey, entusage.FieldDay, entusage.FieldSlot}
	sums := []string{entusage.FieldTurns, entusage.FieldInputTokens, entusage.FieldOutputTokens, entusage.FieldSideInputTokens, entusage.FieldSideOutputTokens}
	columns := slices.Concat(day, sums)
	return d.Insert(entusage.Table).Columns(columns...).Values(slices.Repeat([]any{place{}}, len(columns))...).
		OnConflict(sql.ConflictColumns(day...), sql.ResolveWith(func(u *sql.UpdateSet) {
			for _, sum := range sums {
				u.Set(sum, sql.Expr(u.Table().C(sum)+" + excluded."+sum))
			}
		}))
}

// table is how the columns of a table lie in Ent's type of its rows, which are
// read straight into it.
type table[Row any] struct {
	fields []int // by column
}

var (
	conversationTable = tableOf[ent.Conversation](entconversation.Columns)
	turnTable         = tableOf[ent.Turn](entturn.Columns)
)

// tableOf finds the fields by their JSON names, which Ent makes the columns'.
func tableOf[Row any](columns []string) table[Row] {
	t := table[Row]{make([]int, len(columns))}
	for field := range reflect.TypeFor[Row]().Fields() {
		column, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		if i := slices.Index(columns, column); i >= 0 {
			t.fields[i] = field.Index[0]
		}
	}
	return t
}

// scan reads a row.
func (t table[Row]) scan(rows sql.ColumnScanner) (*Row, error) {
	row := new(Row)
	places, fields := make([]any, len(t.fields)), reflect.ValueOf(row).Elem()
	for i, field := range t.fields {
		places[i] = fields.Field(field).Addr().Interface()
	}
	return row, rows.Scan(places...)
}

// one reads the only row into found; ErrNotFound if there is none.
func (t table[Row]) one(found **Row) func(sql.ColumnScanner) error {
	return func(rows sql.ColumnScanner) (err error) {
		if !rows.Next() {
			return cmp.Or(rows.Err(), error(debate.ErrNotFound))
		}
		*found, err = t.scan(rows)
		return err
	}
}

// all reads every row into found.
func (t table[Row]) all(found *[]*Row) func(sql.ColumnScanner) error {
	return func(rows sql.ColumnScanner) error {
		for rows.Next() {
			row, err := t.scan(rows)
			if err != nil {
				return err
			}
			*found = append(*found, row)
		}
		return rows.Err()
	}
}

// query sends a statement to a database or a transaction, and has its rows read.
func query(ctx context.Context, to dialect.ExecQuerier, q statement, values []any, read func(sql.ColumnScanner) error) error {
	var rows sql.Rows
	if err := to.Query(ctx, q.text, q.with(values...), &rows); err != nil {
		return err
	}
	return errors.Join(read(rows), rows.Close())
}
