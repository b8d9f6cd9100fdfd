package store

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"entgo.io/ent/dialect"
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

// OpenPostgres prepares a pool for a URL such as postgres://user:password@host:5432/name,
// and logs in as the URL says unless access says otherwise. It connects when it is first used.
func OpenPostgres(databaseURL string, access Access) (*Store, error) {
	c, err := pgxpool.ParseConfig(databaseURL)
	if err != nil {
		// The parser's error can repeat the URL, and with it the password.
		return nil, errors.New("store: DATABASE_URL is not a PostgreSQL URL; it looks like postgres://user:password@host:5432/name")
	}
	keepOwnParameters(c.ConnConfig)
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
		c.ConnConfig.DescriptionCacheCapacity = 0 // 24 kB a connection, for another mode
	}
	pool, err := pgxpool.NewWithConfig(context.Background(), c)
	if err != nil {
		return nil, fmt.Errorf("store: the pool of connections: %w", err)
	}
	s := open(dialect.Postgres, stdlib.OpenDBFromPool(pool), postgresSender{pool})
	s.pool, s.access, s.owner = pool, access, owner
	return s, nil
}

// othersParameters occur in URLs that were written for other libraries, and have no effect here. pgx
// would hand them to the server, which refuses what it does not know.
var othersParameters = []string{
	"gsslib", "krbsrvname", "gssdelegation", "keepalives", "keepalives_idle", "keepalives_interval", "keepalives_count", "tcp_user_timeout",
	"sslcompression", "fallback_application_name", "load_balance_hosts", // libpq
	"pgbouncer", "connection_limit", "pool_timeout", "socket_timeout", "statement_cache_size", // Prisma
	"supa", "workaround", "uselibpqcompat", // Supabase for Vercel, node-postgres
	"prepareThreshold", "preferQueryMode", "reWriteBatchedInserts", "ApplicationName", // JDBC
	"prepared_statement_cache_size", "statement_cache_mode", "binary_parameters", "pool_size", // asyncpg, old pgx, lib/pq, Ecto
}

// keepOwnParameters removes them, and does what of them can be done here.
func keepOwnParameters(c *pgx.ConnConfig) {
	p := c.RuntimeParams
	if p["pgbouncer"] == "true" && c.DefaultQueryExecMode == pgx.QueryExecModeCacheStatement {
		c.DefaultQueryExecMode = pgx.QueryExecModeExec
	}
	for _, name := range []string{"schema", "currentSchema"} { // Prisma, JDBC
		if schema := p[name]; schema != "" && schema != "public" {
			p["search_path"] = schema
		}
		delete(p, name)
	}
	if p["gssencmode"] != "require" {
		delete(p, "gssencmode")
	}
	for _, name := range othersParameters {
		delete(p, name)
	}
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
