package store

import (
	"cmp"
	"context"
	"database/sql"
	_ "embed"
	"errors"
	"math/rand/v2"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"entgo.io/ent/dialect"
	entsql "entgo.io/ent/dialect/sql"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/debate-chatbot/debate-api/ent"
	entconversation "github.com/debate-chatbot/debate-api/ent/conversation"
	entturn "github.com/debate-chatbot/debate-api/ent/turn"
	"github.com/debate-chatbot/debate-api/internal/debate"
)

//go:embed hotpath.sql
var hotpathSQL string

// statement is one of hotpath.sql, and the names of its values by their places.
type statement struct {
	text  string
	names []string
}

var (
	hotpath = readStatements(hotpathSQL)

	openConversation  = hotpath["open_conversation"]
	takeSubject       = hotpath["take_subject"]
	countTurn         = hotpath["count_turn"]
	turnsBefore       = hotpath["turns_before"]
	insertTurn        = hotpath["insert_turn"]
	touchConversation = hotpath["touch_conversation"]
	spendHeld         = hotpath["spend_held"]
	endTurn           = hotpath["end_turn"]

	annotateConversation = hotpath["annotate_conversation"]
	annotateTurn         = hotpath["annotate_turn"]
	annotateAttempt      = hotpath["annotate_attempt"]

	spend       = hotpath["spend"]
	findRequest = hotpath["find_request"]
	usedRequest = hotpath["used_request"]
	latestTurns = hotpath["latest_turns"]
	renewTurn   = hotpath["renew_turn"]
)

// readStatements reads statements by their names. Every value has a place of its
// own, even if it is there twice: PostgreSQL finds a type for each.
func readStatements(file string) map[string]statement {
	const title = "-- name: "
	columns := strings.NewReplacer("{conversations}", strings.Join(entconversation.Columns, ", "), "{turns}", strings.Join(entturn.Columns, ", "))
	value := regexp.MustCompile(`@\w+`)
	all := make(map[string]statement)
	for _, part := range strings.Split(file, title)[1:] {
		name, text, _ := strings.Cut(part, "\n")
		text = regexp.MustCompile(`(?m)^--.*\n`).ReplaceAllString(text, "")
		var s statement
		s.text = value.ReplaceAllStringFunc(strings.Trim(columns.Replace(text), ";\n"), func(v string) string {
			s.names = append(s.names, v[1:])
			return "$" + strconv.Itoa(len(s.names))
		})
		all[name] = s
	}
	return all
}

// values are the parameters of a transaction's statements, by name.
type values map[string]any

// of lists the parameters of a statement by their places.
func (v values) of(s statement) []any {
	args := make([]any, len(s.names))
	for i, name := range s.names {
		args[i] = v[name]
	}
	return asText(args).([]any)
}

// rows is what both pgx and database/sql answer.
type rows interface {
	Next() bool
	Scan(to ...any) error
	Err() error
}

// query is a statement and what reads its rows, nil where it has none.
type query struct {
	statement
	read func(rows) error
}

// sender carries out a transaction of statements that decide nothing for each
// other. An error says that nothing was carried out, unless it mayBeDone.
type sender interface {
	send(ctx context.Context, v values, queries ...query) error
}

// postgresSender sends all of it at once, with neither BEGIN nor COMMIT: to
// PostgreSQL, what comes before one Sync is a transaction.
type postgresSender struct{ pool *pgxpool.Pool }

func (p postgresSender) send(ctx context.Context, v values, queries ...query) error {
	c, err := p.pool.Acquire(ctx)
	if err != nil {
		return notExecuted{err}
	}
	defer c.Release()
	var batch pgx.Batch
	for _, q := range queries {
		batch.Queue(q.text, v.of(q.statement)...)
	}
	sent := c.SendBatch(ctx, &batch)
	var failed error // of what was read, which its statement does not know of
	for _, q := range queries {
		answer, err := sent.Query()
		if err == nil && q.read != nil && failed == nil {
			failed = q.read(answer)
		}
		if answer.Close(); answer.Err() != nil {
			break // Close says it too
		}
	}
	if err := sent.Close(); err != nil && (failed == nil || errors.Is(failed, err)) {
		return commitUnknown{err}
	}
	return failed
}

// sqliteSender carries out what waits for the only connection as one transaction of SQLite's, which takes as long
// to begin and to commit one as to carry it out. It prepares each statement once, for the same reason.
type sqliteSender struct {
	db       *sql.DB
	mu       sync.Mutex // of what waits
	waiting  []*transaction
	busy     sync.Mutex // while some are carried out
	prepared map[string]*sql.Stmt
}

// transaction is one that is sent.
type transaction struct {
	ctx     context.Context //nolint:containedctx // of who waits for it
	values  values
	queries []query
	done    bool
	err     error
}

func (l *sqliteSender) send(ctx context.Context, v values, queries ...query) error {
	t := &transaction{ctx: ctx, values: v, queries: queries}
	l.mu.Lock()
	l.waiting = append(l.waiting, t)
	l.mu.Unlock()

	l.busy.Lock() // for as long as what came before takes, each of which has an end
	defer l.busy.Unlock()
	if !t.done { // by who was here before
		l.carryOutAll(l.takeWaiting())
	}
	return t.err
}

func (l *sqliteSender) takeWaiting() []*transaction {
	l.mu.Lock()
	defer l.mu.Unlock()
	all := l.waiting
	l.waiting = nil
	return all
}

// carryOutAll carries out transactions as one, or each by itself where that was not done: what goes wrong with one,
// such as that its caller has left, is not the others' fault.
func (l *sqliteSender) carryOutAll(all []*transaction) {
	err := l.carryOut(all...)
	var nothingDone notExecuted
	apart := len(all) > 1 && errors.As(err, &nothingDone)
	for _, t := range all {
		if apart {
			err = l.carryOut(t)
		}
		t.done, t.err = true, err
	}
}

// carryOut carries out transactions as one, for as long as the first may take.
func (l *sqliteSender) carryOut(all ...*transaction) error {
	ctx := all[0].ctx
	if err := l.prepare(ctx, all); err != nil {
		return notExecuted{err}
	}
	tx, err := l.db.BeginTx(ctx, nil)
	if err != nil {
		return notExecuted{err}
	}
	defer func() { _ = tx.Rollback() }() // does nothing after a commit
	// A statement that has begun takes as long as it takes, which is not long: the lock is held. To have each end with
	// ctx, the driver and database/sql would start two goroutines for it.
	running := context.WithoutCancel(ctx)
	for _, t := range all {
		for _, q := range t.queries {
			if err := q.run(running, tx.StmtContext(running, l.prepared[q.text]), t.values); err != nil {
				return notExecuted{err}
			}
		}
	}
	switch err := tx.Commit(); {
	case err == nil:
		return nil
	case errors.Is(err, sql.ErrTxDone), errors.Is(err, ctx.Err()): // database/sql rolls back for a context that has ended
		return notExecuted{err}
	default:
		return commitUnknown{err}
	}
}

// prepare prepares the statements, before the transaction has the only connection.
func (l *sqliteSender) prepare(ctx context.Context, all []*transaction) (err error) {
	for _, t := range all {
		for _, q := range t.queries {
			if l.prepared[q.text] != nil {
				continue
			}
			if l.prepared[q.text], err = l.db.PrepareContext(ctx, q.text); err != nil { //nolint:sqlclosecheck // kept for as long as the store
				return err
			}
		}
	}
	return nil
}

// run sends a query as one that is prepared.
func (q query) run(ctx context.Context, prepared *sql.Stmt, v values) error {
	if q.read == nil {
		_, err := prepared.ExecContext(ctx, v.of(q.statement)...)
		return err
	}
	answer, err := prepared.QueryContext(ctx, v.of(q.statement)...)
	if err != nil {
		return err
	}
	defer func() { _ = answer.Close() }() // what went wrong was said by the rows
	if err := q.readAll(answer); err != nil {
		return err
	}
	return answer.Err()
}

func (q query) readAll(answer rows) error {
	if q.read != nil {
		return q.read(answer)
	}
	answer.Next()
	return answer.Err()
}

// on sends a query apart from others, to a database or in a transaction of Ent's.
func (q query) on(ctx context.Context, to dialect.ExecQuerier, v values) error {
	var answer entsql.Rows
	if err := to.Query(ctx, q.text, v.of(q.statement), &answer); err != nil {
		return err
	}
	return errors.Join(q.readAll(answer), answer.Close())
}

// transact carries out a transaction, again where it certainly was not.
func (s *Store) transact(ctx context.Context, v values, queries ...query) error {
	return s.retry(ctx, func(ctx context.Context) error { return s.sendOnce(ctx, v, queries...) })
}

func (s *Store) sendOnce(ctx context.Context, v values, queries ...query) error {
	err := s.sender.send(ctx, v, queries...)
	if err == nil {
		s.trouble.Store(nil)
	}
	return err
}

// withSubject adds what a conversation takes for its subject.
func (v values) withSubject(s debate.Subject) values {
	v["topic"], v["stance"], v["title"], v["language"] = s.Topic, string(s.Stance), s.Title, s.Language
	return v
}

// withSpending adds what a key used.
func (v values) withSpending(now time.Time, turns int64, replies, side debate.Usage) values {
	v["day"], v["slot"], v["turns"] = now.UTC().Format(time.DateOnly), rand.N(usageSlots), turns
	v["input_tokens"], v["output_tokens"] = replies.InputTokens, replies.OutputTokens
	v["side_input_tokens"], v["side_output_tokens"] = side.InputTokens, side.OutputTokens
	return v
}

// usageSlots is over how many rows the turns of a key's day are spread: the
// transactions of one row commit one after the other.
const usageSlots = 16

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
func (t table[Row]) scan(from rows) (*Row, error) {
	row := new(Row)
	to, fields := make([]any, len(t.fields)), reflect.ValueOf(row).Elem()
	for i, field := range t.fields {
		to[i] = fields.Field(field).Addr().Interface()
	}
	return row, from.Scan(to...)
}

// one reads the only row into found; ErrNotFound if there is none.
func (t table[Row]) one(found **Row) func(rows) error {
	return func(from rows) (err error) {
		if !from.Next() {
			return cmp.Or(from.Err(), error(debate.ErrNotFound))
		}
		*found, err = t.scan(from)
		return err
	}
}

// all reads every row into found.
func (t table[Row]) all(found *[]*Row) func(rows) error {
	return func(from rows) error {
		*found = []*Row{}
		for from.Next() {
			row, err := t.scan(from)
			if err != nil {
				return err
			}
			*found = append(*found, row)
		}
		return from.Err()
	}
}
