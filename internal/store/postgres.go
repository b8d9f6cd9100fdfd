package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"strings"
	"time"

	"entgo.io/ent/dialect"
	entsql "entgo.io/ent/dialect/sql"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
)

// Pool limits of a replica. PostgreSQL's own default allows 100 connections;
// three replicas with their migrations stay below it.
const (
	maxConns        = 24
	maxConnIdleTime = 5 * time.Minute
	maxConnLifetime = 30 * time.Minute // spreads over new readers and writers after a failover
)

// OpenPostgres prepares a pool for a URL such as
// postgres://user:password@host:5432/name. It connects when it is first used.
func OpenPostgres(databaseURL string) (*Store, error) {
	return OpenPostgresAs(databaseURL, Access{})
}

// OpenPostgresAs is OpenPostgres for who does not log in as the URL says.
func OpenPostgresAs(databaseURL string, access Access) (*Store, error) {
	c, err := pgxpool.ParseConfig(databaseURL)
	if err != nil {
		// The parser's error can repeat the URL, and with it the password.
		return nil, errors.New("store: DATABASE_URL is not a PostgreSQL URL; it looks like postgres://user:password@host:5432/name")
	}
	c.MaxConnIdleTime, c.MaxConnLifetime = maxConnIdleTime, maxConnLifetime
	if !strings.Contains(databaseURL, "pool_max_conns") {
		c.MaxConns = maxConns
	}
	if c.ConnConfig.ConnectTimeout == 0 {
		c.ConnConfig.ConnectTimeout = 3 * time.Second
	}
	if c.ConnConfig.ValidateConnect == nil { // by target_session_attrs
		// A standby, or a writer that was demoted, refuses writes: connect past it.
		c.ConnConfig.ValidateConnect = pgconn.ValidateConnectTargetSessionAttrsReadWrite
	}
	if c.ConnConfig.RuntimeParams["application_name"] == "" {
		c.ConnConfig.RuntimeParams["application_name"] = "debate-api"
	}
	owner := access.ownerDB(c.ConnConfig.Copy())
	c.BeforeConnect = access.pool(c.ConnConfig).before
	if c.ConnConfig.DefaultQueryExecMode == pgx.QueryExecModeCacheStatement {
		c.AfterConnect = configureSession
	}
	pool, err := pgxpool.NewWithConfig(context.Background(), c)
	if err != nil {
		return nil, fmt.Errorf("store: the pool of connections: %w", err)
	}
	s := open(pgDriver{pool}, stdlib.OpenDBFromPool(pool))
	s.pool, s.access, s.owner = pool, access, owner
	return s, nil
}

// configureSession has each statement planned once a connection, for any values,
// which TestEveryStatementUsesAnIndex looks at: to plan it anew for those that are
// sent takes longer the more there is stored. And it has lists read from their
// index up to their limit: the plan for any owner would gather and sort all that
// there is, even a million rows. Neither is for a session that is shared with
// others behind PgBouncer, where nothing is prepared either.
func configureSession(ctx context.Context, c *pgx.Conn) error {
	_, err := c.Exec(ctx, "SET plan_cache_mode = force_generic_plan; SET enable_sort = off")
	return err
}

// pgDriver is Ent's driver over pgx itself. Between them database/sql would
// send BEGIN and COMMIT apart: each is one more time to the database and back
// while the turn waits.
type pgDriver struct{ pool *pgxpool.Pool }

func (d pgDriver) Dialect() string { return dialect.Postgres }

func (d pgDriver) Close() error {
	d.pool.Close()
	return nil
}

func (d pgDriver) Query(ctx context.Context, query string, args, v any) error {
	return queryInto(v, args, func(values []any) (pgx.Rows, error) { return d.pool.Query(ctx, query, values...) })
}

func (d pgDriver) Exec(ctx context.Context, query string, args, v any) error {
	return execInto(v, args, func(values []any) (pgx.Rows, error) { return d.pool.Query(ctx, query, values...) })
}

// Tx takes a connection. The first statement will begin the transaction.
func (d pgDriver) Tx(ctx context.Context) (dialect.Tx, error) {
	c, err := d.pool.Acquire(ctx)
	if err != nil {
		return nil, err
	}
	return &pgTx{ctx: ctx, conn: c}, nil
}

// pgTx is a transaction whose statements travel together where they can: BEGIN
// goes with the first. What is sent with the first up to the one that was
// announced as the last needs neither BEGIN nor COMMIT: to PostgreSQL, what
// comes before one Sync is a transaction.
type pgTx struct {
	ctx  context.Context // of Commit, which is given none
	conn *pgxpool.Conn

	begun, last bool
	early       []early          // to be sent before the next statement
	whole       pgx.BatchResults // the answers to all of it, sent at once
}

// early is a statement that waits for the next, and what reads its rows.
type early struct {
	query  string
	values []any
	read   func(entsql.ColumnScanner) error
}

func (t *pgTx) ahead(query string, values []any, read func(entsql.ColumnScanner) error) {
	t.early = append(t.early, early{query, values, read})
}

func (t *pgTx) Query(ctx context.Context, query string, args, v any) error {
	return queryInto(v, args, func(values []any) (pgx.Rows, error) { return t.send(ctx, query, values) })
}

func (t *pgTx) Exec(ctx context.Context, query string, args, v any) error {
	return execInto(v, args, func(values []any) (pgx.Rows, error) { return t.send(ctx, query, values) })
}

// send sends a statement with all that is to travel with it.
func (t *pgTx) send(ctx context.Context, query string, values []any) (pgx.Rows, error) {
	var b pgx.Batch
	whole := t.last && !t.begun
	if !t.begun && !whole {
		b.Queue("begin")
	}
	for _, e := range t.early {
		b.Queue(e.query, e.values...)
	}
	b.Queue(query, values...)
	switch {
	case whole:
		t.whole = t.conn.SendBatch(ctx, &b)
		rows, err := t.answer(t.whole)
		return wholeRows{rows}, err
	case b.Len() == 1:
		return t.conn.Query(ctx, query, values...)
	}
	sent := t.conn.SendBatch(ctx, &b)
	rows, err := t.answer(sent)
	if err != nil {
		_ = sent.Close() // its error is the same
	}
	return batchRows{rows, sent}, err
}

// answer is that to a batch's statement, which follows those to BEGIN and to
// what was sent ahead.
func (t *pgTx) answer(sent pgx.BatchResults) (pgx.Rows, error) {
	if !t.begun && t.whole == nil {
		t.begun = true
		if _, err := sent.Exec(); err != nil {
			return nil, err
		}
	}
	ahead := t.early
	t.early = nil
	for _, e := range ahead {
		rows, err := start(sent.Query())
		if err != nil {
			return nil, t.broke(err)
		}
		read := e.read(rows)
		if err := rows.Close(); err != nil {
			return nil, t.broke(err)
		}
		if read != nil {
			return nil, read
		}
	}
	rows, err := sent.Query()
	return rows, t.broke(err)
}

// broke is an error of the database or the way there: of a transaction that was
// sent as a whole it does not say what became of that.
func (t *pgTx) broke(err error) error {
	if err == nil || t.whole == nil {
		return err
	}
	return commitUnknown{err}
}

// Commit commits what was begun.
func (t *pgTx) Commit() error {
	defer t.conn.Release()
	switch {
	case t.whole != nil:
		return t.whole.Close() // the answer to Sync
	case !t.begun:
		return nil
	}
	done, err := t.conn.Exec(t.ctx, "commit")
	if err == nil && done.String() == "ROLLBACK" {
		err = pgx.ErrTxCommitRollback // a statement had failed
	}
	return err
}

// Rollback takes back what was begun.
func (t *pgTx) Rollback() error {
	defer t.conn.Release() // closes a connection that still is in a transaction
	if t.whole != nil {
		_ = t.whole.Close() // its error is that of a statement
	}
	if !t.begun || t.conn.Conn().IsClosed() || t.conn.Conn().PgConn().TxStatus() == 'I' {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(t.ctx), time.Second)
	defer cancel()
	_, err := t.conn.Exec(ctx, "rollback")
	return err
}

// batchRows are the rows of a batch's last statement.
type batchRows struct {
	pgx.Rows
	sent pgx.BatchResults
}

func (r batchRows) Close() {
	r.Rows.Close()
	_ = r.sent.Close() // its error is that of the rows
}

// wholeRows are the last rows of a transaction that was sent as a whole.
type wholeRows struct{ pgx.Rows }

func (r wholeRows) Err() error {
	if err := r.Rows.Err(); err != nil {
		return commitUnknown{err}
	}
	return nil
}

// queryInto runs a query as Ent asks its driver to: v is the rows to fill.
func queryInto(v, args any, query func(values []any) (pgx.Rows, error)) error {
	into, ok := v.(*entsql.Rows)
	values, listed := args.([]any)
	if !ok || !listed {
		return fmt.Errorf("store: arguments in %T, rows into %T", args, v)
	}
	rows, err := start(query(values))
	if err == nil {
		*into = entsql.Rows{ColumnScanner: rows}
	}
	return err
}

// execInto is the same of a statement without rows: v is nil or the result to
// fill.
func execInto(v, args any, exec func(values []any) (pgx.Rows, error)) error {
	var rows entsql.Rows
	if err := queryInto(&rows, args, exec); err != nil {
		return err
	}
	if err := rows.Close(); err != nil {
		return err
	}
	if result, ok := v.(*sql.Result); ok {
		*result = driver.RowsAffected(rows.ColumnScanner.(*scanner).CommandTag().RowsAffected())
	}
	return nil
}

// start goes up to the first row: an error of the statement comes no earlier.
func start(rows pgx.Rows, err error) (*scanner, error) {
	if err != nil {
		return nil, err
	}
	s := &scanner{Rows: rows, columns: namesOf(rows.FieldDescriptions())}
	s.peeked, s.more = true, rows.Next()
	if err := rows.Err(); err != nil {
		rows.Close()
		return nil, err
	}
	return s, nil
}

func namesOf(fields []pgconn.FieldDescription) []string {
	names := make([]string, len(fields))
	for i, f := range fields {
		names[i] = f.Name
	}
	return names
}

// scanner is rows as Ent reads them.
type scanner struct {
	pgx.Rows
	columns      []string // noted before the last row, with which the connection may go to others
	peeked, more bool     // Next was called ahead, and what it said
}

func (s *scanner) Next() bool {
	if s.peeked {
		s.peeked = false
		return s.more
	}
	return s.Rows.Next()
}

func (s *scanner) Close() error {
	s.Rows.Close()
	return s.Err()
}

func (s *scanner) Columns() ([]string, error) { return s.columns, nil }

func (*scanner) ColumnTypes() ([]*sql.ColumnType, error) { return nil, errors.ErrUnsupported }
func (*scanner) NextResultSet() bool                     { return false }
