package store

import (
	"cmp"
	"context"
	"errors"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"time"

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
	return asText(args).([]any)
}

// statements are those that every turn sends. What one finds out decides
// nothing that comes after it, so that all of a transaction can be sent at once:
// where a turn may not begin, or is not held any more, a column that must have a
// value gets none.
type statements struct {
	// insertConversation reads what it inserts: of openedColumns.
	insertConversation statement
	// countTurn takes the place of one more turn in a conversation, and reads
	// that: of a subject, the time, the id and the owner.
	countTurn statement
	// insertTurn is of begunColumns without the number, then the conversation's
	// id and owner, and the owner and the request id.
	insertTurn statement
	// before reads turns before the one that was just counted, the latest
	// first, down to those that the summary retells, and none of a conversation
	// at a revision: of the conversation's id, the least that are read, twice, the
	// id again, the revision, and the most.
	before statement

	// touch says that a conversation's turns changed, and reads that: of a
	// subject, the time and the id.
	touch statement
	// spendHeld adds to what the key of a held turn used on a day: of the
	// hold, the day, the slot, how many turns, and their tokens.
	spendHeld statement
	// end writes an outcome into a held turn, and reads that: of endedColumns
	// and the hold.
	end statement

	// spend is spendHeld of a key.
	spend statement
	// findRequest reads the turn, the attempt's number and the hash of a
	// request: of the owner's key, user and request id, twice.
	findRequest statement
	// window reads the latest turns of a conversation: of its id, and how many.
	window statement
}

// Columns that are written when a conversation opens, and when a turn begins
// and ends. The others have their defaults.
var (
	openedColumns = []string{
		entconversation.FieldID, entconversation.FieldOwnerKey, entconversation.FieldOwnerUser,
		entconversation.FieldTopic, entconversation.FieldStance, entconversation.FieldTitle, entconversation.FieldLanguage,
		entconversation.FieldDifficulty, entconversation.FieldPersona,
		entconversation.FieldTurnCount, entconversation.FieldRevision, entconversation.FieldCreatedAt, entconversation.FieldUpdatedAt,
	}
	begunColumns = []string{
		entturn.FieldID, entturn.FieldConversationID, entturn.FieldOwnerKey, entturn.FieldOwnerUser,
		entturn.FieldMessage, entturn.FieldCreatedAt, entturn.FieldRequestID, entturn.FieldRequestHash,
		entturn.FieldState, entturn.FieldHolder, entturn.FieldLeaseUntil,
		entturn.FieldNumber,
	}
	endedColumns = []string{
		entturn.FieldState, entturn.FieldKind, entturn.FieldReply, entturn.FieldModel,
		entturn.FieldInputTokens, entturn.FieldOutputTokens, entturn.FieldSideInputTokens, entturn.FieldSideOutputTokens,
		entturn.FieldFailureReason, entturn.FieldFailureMessage, entturn.FieldFinishedAt, entturn.FieldLedger,
	}
)

func writeStatements(name string) statements {
	d := sql.Dialect(name)
	return statements{
		insertConversation: write(d.Insert(entconversation.Table).Columns(openedColumns...).Values(places(len(openedColumns))...).
			Returning(entconversation.Columns...)),
		countTurn:  write(touch(d).Add(entconversation.FieldTurnCount, 1).Where(ownConversation())),
		insertTurn: write(insertTurn(d)),
		before:     write(before(d)),

		touch:     write(touch(d).Where(sql.EQ(entconversation.FieldID, place{}))),
		spendHeld: write(spend(d, d.Select(entturn.FieldOwnerKey).From(d.Table(entturn.Table)).Where(heldTurn()))),
		end:       write(end(d)),

		spend:       write(spend(d, place{})),
		findRequest: write(findRequest(d)),
		window:      write(limited(latestTurns(d, sql.EQ(entturn.FieldConversationID, place{})))),
	}
}

// ofTurns is the texts of those in transactions.
func (s statements) ofTurns() []string {
	return []string{s.insertConversation.text, s.countTurn.text, s.insertTurn.text, s.before.text, s.touch.text, s.spendHeld.text, s.end.text}
}

func places(n int) []any { return slices.Repeat([]any{place{}}, n) }

func ownConversation() *sql.Predicate {
	return sql.And(sql.EQ(entconversation.FieldID, place{}),
		sql.EQ(entconversation.FieldOwnerKey, place{}), sql.EQ(entconversation.FieldOwnerUser, place{}))
}

// heldTurn is the running attempt of a hold.
func heldTurn() *sql.Predicate {
	return sql.And(sql.EQ(entturn.FieldID, place{}), sql.EQ(entturn.FieldHolder, place{}), sql.EQ(entturn.FieldAttempt, place{}),
		sql.ExprP(entturn.FieldState+" = 'running'"))
}

func holdOf(h debate.Lease) []any { return []any{h.TurnID, h.Holder, h.Attempt} }

// touch gives a conversation the subject too, if that has a topic and the
// conversation has none.
func touch(d *sql.DialectBuilder) *sql.UpdateBuilder {
	u := d.Update(entconversation.Table)
	for _, column := range []string{entconversation.FieldTopic, entconversation.FieldStance, entconversation.FieldTitle, entconversation.FieldLanguage} {
		u.Set(column, sql.ExprFunc(func(b *sql.Builder) {
			b.WriteString("CASE WHEN ").Ident(entconversation.FieldTopic).WriteString(" = '' AND ").Arg(place{}).WriteString(" <> '' THEN ").
				Arg(place{}).WriteString(" ELSE ").Ident(column).WriteString(" END")
		}))
	}
	return u.Set(entconversation.FieldUpdatedAt, place{}).Add(entconversation.FieldRevision, 1).Returning(entconversation.Columns...)
}

// touching is the first values of touch.
func touching(s debate.Subject, now time.Time) []any {
	return []any{s.Topic, s.Topic, s.Topic, string(s.Stance), s.Topic, s.Title, s.Topic, s.Language, now.UnixMicro()}
}

// insertTurn takes the number from the conversation, if that is the owner's and
// the request id made no attempt before: an index refuses one that made a turn.
func insertTurn(d *sql.DialectBuilder) sql.Querier {
	number := d.Select(entconversation.FieldTurnCount).From(d.Table(entconversation.Table)).Where(sql.And(ownConversation(),
		sql.NotExists(d.Select().From(d.Table(entattempt.Table)).Where(asked(d.Table(entattempt.Table))))))
	values := append(places(len(begunColumns)-1), inParentheses(number))
	return d.Insert(entturn.Table).Columns(begunColumns...).Values(values...)
}

func inParentheses(q sql.Querier) sql.Querier {
	return sql.ExprFunc(func(b *sql.Builder) { b.Wrap(func(b *sql.Builder) { b.Join(q) }) })
}

// asked finds what a request id of an owner made, in turns or in attempts.
func asked(t *sql.SelectTable) *sql.Predicate { // both have these columns
	return sql.And(
		sql.EQ(t.C(entturn.FieldOwnerKey), place{}),
		sql.EQ(t.C(entturn.FieldOwnerUser), place{}),
		sql.EQ(t.C(entturn.FieldRequestID), place{}),
		sql.ExprP(t.C(entturn.FieldRequestID)+" <> ''"),
	)
}

func findRequest(d *sql.DialectBuilder) sql.Querier {
	turns, attempts := d.Table(entturn.Table), d.Table(entattempt.Table)
	return d.Select(turns.C(entturn.FieldID), "1 AS number", turns.C(entturn.FieldRequestHash)).From(turns).Where(asked(turns)).
		UnionAll(d.Select(attempts.C(entattempt.FieldTurnID), attempts.C(entattempt.FieldNumber), attempts.C(entattempt.FieldRequestHash)).
			From(attempts).Where(asked(attempts)))
}

func latestTurns(d *sql.DialectBuilder, where *sql.Predicate) *sql.Selector {
	return d.Select(entturn.Columns...).From(d.Table(entturn.Table)).Where(where).OrderBy(sql.Desc(entturn.FieldNumber))
}

func limited(q *sql.Selector) sql.Querier {
	b := new(sql.Builder)
	b.SetDialect(q.Dialect())
	return b.Join(q).WriteString(" LIMIT ").Arg(place{})
}

func before(d *sql.DialectBuilder) sql.Querier {
	counted := d.Select().From(d.Table(entconversation.Table)).
		Where(sql.And(sql.EQ(entconversation.FieldID, place{}), sql.NEQ(entconversation.FieldRevision, place{})))
	counted.AppendSelectExpr(sql.ExprFunc(func(b *sql.Builder) {
		through, least := entconversation.FieldSummaryThrough, func() {
			b.Ident(entconversation.FieldTurnCount).WriteString(" - 1 - ").Arg(place{})
		}
		b.WriteString("CASE WHEN ").Ident(through).WriteString(" < ")
		least()
		b.WriteString(" THEN ").Ident(through).WriteString(" ELSE ")
		least()
		b.WriteString(" END")
	}))
	return limited(latestTurns(d, sql.And(sql.EQ(entturn.FieldConversationID, place{}),
		sql.P(func(b *sql.Builder) {
			b.Ident(entturn.FieldNumber).WriteOp(sql.OpGT).Join(inParentheses(counted))
		}))))
}

func end(d *sql.DialectBuilder) sql.Querier {
	u := d.Update(entturn.Table)
	for _, column := range endedColumns {
		u.Set(column, place{})
	}
	return u.Where(heldTurn()).Returning(entturn.Columns...)
}

// endings is the first values of end.
func endings(o debate.Outcome) []any {
	reason, message := failureOf(o)
	return []any{
		string(o.State), string(o.Kind), o.Reply, o.Model,
		o.Usage.InputTokens, o.Usage.OutputTokens, o.SideUsage.InputTokens, o.SideUsage.OutputTokens,
		reason, message, o.Now.UnixMicro(), ledgerOf(o),
	}
}

// ledgerOf is the outcome's ledger as it is stored, NULL for none.
func ledgerOf(o debate.Outcome) *string {
	if o.Ledger == "" {
		return nil
	}
	return (*string)(&o.Ledger)
}

// spend adds to what a key used.
func spend(d *sql.DialectBuilder, key any) sql.Querier {
	if q, ok := key.(sql.Querier); ok {
		key = inParentheses(q)
	}
	day := []string{entusage.FieldOwnerKey, entusage.FieldDay, entusage.FieldSlot}
	sums := []string{entusage.FieldTurns, entusage.FieldInputTokens, entusage.FieldOutputTokens, entusage.FieldSideInputTokens, entusage.FieldSideOutputTokens}
	columns := slices.Concat(day, sums)
	return d.Insert(entusage.Table).Columns(columns...).Values(append([]any{key}, places(len(columns)-1)...)...).
		OnConflict(sql.ConflictColumns(day...), sql.ResolveWith(func(u *sql.UpdateSet) {
			for _, sum := range sums {
				u.Set(sum, sql.Expr(u.Table().C(sum)+" + excluded."+sum))
			}
		}))
}

// usageSlots is over how many rows the turns of a key's day are spread: the
// transactions of one row commit one after the other.
const usageSlots = 16

// spending is the values of spend after the key.
func spending(now time.Time, turns int64, replies, side debate.Usage) []any {
	return []any{
		now.UTC().Format(time.DateOnly), rand.N(usageSlots), turns,
		replies.InputTokens, replies.OutputTokens, side.InputTokens, side.OutputTokens,
	}
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

// nothing reads no rows.
func nothing(rows sql.ColumnScanner) error {
	rows.Next()
	return rows.Err()
}

// query sends a statement to a database or a transaction, and has its rows read.
func query(ctx context.Context, to dialect.ExecQuerier, q statement, values []any, read func(sql.ColumnScanner) error) error {
	var rows sql.Rows
	if err := to.Query(ctx, q.text, q.with(values...), &rows); err != nil {
		return err
	}
	return errors.Join(read(rows), rows.Close())
}
