package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"

	entattempt "github.com/debate-chatbot/debate-api/ent/attempt"
	entchange "github.com/debate-chatbot/debate-api/ent/change"
	entconversation "github.com/debate-chatbot/debate-api/ent/conversation"
	entturn "github.com/debate-chatbot/debate-api/ent/turn"
	entusage "github.com/debate-chatbot/debate-api/ent/usage"
	entverdict "github.com/debate-chatbot/debate-api/ent/verdict"
	entvote "github.com/debate-chatbot/debate-api/ent/vote"
	entword "github.com/debate-chatbot/debate-api/ent/word"
)

// Login finds the user and the password for a new connection; its zero value is
// those of the URL.
type Login struct {
	// Get is given an address, host:port, and the user that would log in.
	Get func(ctx context.Context, address, user string) (name, password string, err error)
	// Refused is told of a password of Get's that was not taken. Nil is fine.
	Refused func(password string)
}

// Access says as whom a Store works in PostgreSQL. Its zero value is the URL's
// user for everything.
type Access struct {
	// Owner migrates and owns the tables.
	Owner Login
	// Role, if there is one, does everything else, with no right but to read and
	// write rows of our tables. Migrate makes it.
	Role string
	// RoleLogin is Role's own, with which the owner need not be known here. Where
	// it has none the owner logs in and does SET ROLE, which keeps out mistakes
	// and nobody who means it.
	RoleLogin Login
	// IAM has Migrate let Role in with tokens of AWS's IAM alone.
	IAM bool
}

// pool is the login of the pool's connections, set up in c.
func (a Access) pool(c *pgx.ConnConfig) Login {
	switch {
	case a.Role == "":
		return a.Owner
	case a.RoleLogin.Get != nil:
		c.User, c.Password = a.Role, ""
		return a.RoleLogin
	default:
		c.RuntimeParams["role"] = a.Role
		return a.Owner
	}
}

// ownerDB opens connections of the owner for migrations; it is nil where those of
// the pool are the owner's, or nobody here knows how the owner logs in.
func (a Access) ownerDB(c *pgx.ConnConfig) *sql.DB {
	if a.Role == "" || a.RoleLogin.Get != nil && a.Owner.Get == nil && c.Password == "" {
		return nil
	}
	db := stdlib.OpenDB(*c, stdlib.OptionBeforeConnect(a.Owner.before))
	db.SetMaxIdleConns(0) // migrations are seldom
	return db
}

// loginError is a failure to find out how to log in.
type loginError struct{ error }

func (e loginError) Unwrap() error { return e.error }

// before fills in the user and the password before a connection is made.
func (l Login) before(ctx context.Context, c *pgx.ConnConfig) error {
	if l.Get == nil {
		return nil
	}
	user, password, err := l.Get(ctx, net.JoinHostPort(c.Host, strconv.Itoa(int(c.Port))), c.User)
	if err != nil {
		return loginError{fmt.Errorf("store: no login for the database: %w", err)}
	}
	c.User, c.Password = user, password
	return nil
}

// noteRefused says whether err is that a password was not taken for which there
// may be another by now.
func (a Access) noteRefused(err error) bool {
	connect, ok := errors.AsType[*pgconn.ConnectError](err)
	if !ok || !isRefused(connect) {
		return false
	}
	noted := false
	for _, l := range []Login{a.Owner, a.RoleLogin} {
		if l.Get != nil {
			noted = true
			if l.Refused != nil {
				l.Refused(connect.Config.Password)
			}
		}
	}
	return noted
}

// isRefused says whether a login failed: by SCRAM or MD5, or by PAM as RDS has it
// for IAM's tokens.
func isRefused(err error) bool {
	state := sqlState(err)
	return state == "28P01" || state == "28000"
}

// errMayNotMigrate says that the schema is older than this program, and that who
// connects may not change it.
var errMayNotMigrate = errors.New("store: the database's schema is older than this program, and its user may not change it; run `debate migrate` as the owner of the tables")

// isDenied says whether the user has no right to do something.
func isDenied(err error) bool { return sqlState(err) == "42501" }

// roleLock is held while rights are given: PostgreSQL refuses to change a role or
// a table's rights twice at the same time.
const roleLock = 0x64656261 // "deba"

// giveRole makes Role and gives it its rights, as the owner, unless it has them.
func (s *Store) giveRole(ctx context.Context) error {
	c, err := s.migrations().Conn(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = c.Close() }()
	role := s.access.Role
	tx, err := c.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }() // says nothing new after a commit
	if _, err := tx.ExecContext(ctx, "SELECT pg_advisory_xact_lock($1)", roleLock); err != nil {
		return err
	}
	if err := s.makeRole(ctx, tx); err != nil {
		return fmt.Errorf("store: DATABASE_ROLE %q: %w", role, err)
	}
	if err := tx.Commit(); err != nil {
		return err
	}
	if s.access.IAM {
		if err := s.letInByIAM(ctx, c); err != nil {
			return fmt.Errorf("store: DATABASE_ROLE %q: %w", role, err)
		}
	}
	return nil
}

// makeRole makes Role unless it is there, and gives it its rights. It refuses one that could do more.
func (s *Store) makeRole(ctx context.Context, tx *sql.Tx) error {
	role := s.access.Role
	name := pgx.Identifier{role}.Sanitize()
	var exists, canLogin, isOwner, isMaster, maySet bool
	err := tx.QueryRowContext(ctx, `SELECT true, rolcanlogin, rolname = current_user, rolsuper OR rolcreaterole OR pg_has_role(oid, current_user, 'MEMBER'),
		pg_has_role(current_user, oid, CASE WHEN current_setting('server_version_num')::int < 160000 THEN 'MEMBER' ELSE 'SET' END)
		FROM pg_roles WHERE rolname = $1`, role).Scan(&exists, &canLogin, &isOwner, &isMaster, &maySet)
	switch {
	case err != nil && !errors.Is(err, sql.ErrNoRows):
		return err
	case isOwner:
		return errors.New("this is the owner of the tables, who may do anything with them; name another role, which is made")
	case isMaster:
		return errors.New("this role is or can become a master of the database; name another role, which is made")
	}
	var do []string
	if !exists {
		do = append(do, "CREATE ROLE "+name)
	}
	if s.access.IAM && !canLogin {
		do = append(do, "ALTER ROLE "+name+" LOGIN")
	}
	if s.access.RoleLogin.Get == nil && !s.access.IAM && !maySet {
		do = append(do, "GRANT "+name+" TO CURRENT_USER")
	}
	for _, q := range do {
		if _, err := tx.ExecContext(ctx, q); err != nil {
			return fmt.Errorf("%s: %w", q, err)
		}
	}
	return grantRows(ctx, tx, role)
}

// tables are those of the schema.
var tables = []string{entconversation.Table, entturn.Table, entattempt.Table, entusage.Table, entverdict.Table, entvote.Table, entword.Table, entchange.Table}

// grantRows lets a role read and write rows of our tables, those of this version
// of the schema, and see which version that is. What other tables the schema has
// stays out of its reach, later ones too: those of a later version are granted
// with it.
func grantRows(ctx context.Context, tx *sql.Tx, role string) error {
	var granted bool
	err := tx.QueryRowContext(ctx, `SELECT has_schema_privilege($1, current_schema(), 'USAGE') AND has_table_privilege($1, $3, 'SELECT') AND
		bool_and(has_table_privilege($1, t, 'SELECT') AND has_table_privilege($1, t, 'INSERT') AND has_table_privilege($1, t, 'UPDATE') AND has_table_privilege($1, t, 'DELETE'))
		FROM unnest($2::text[]) t`, role, tables, goose.DefaultTablename).Scan(&granted)
	if err != nil || granted {
		return err
	}
	var schema string
	if err := tx.QueryRowContext(ctx, "SELECT current_schema()").Scan(&schema); err != nil {
		return err
	}
	to := " TO " + pgx.Identifier{role}.Sanitize()
	for _, q := range []string{
		"GRANT USAGE ON SCHEMA " + pgx.Identifier{schema}.Sanitize() + to,
		"GRANT SELECT ON " + goose.DefaultTablename + to,
		"GRANT SELECT, INSERT, UPDATE, DELETE ON " + strings.Join(tables, ", ") + to,
	} {
		if _, err := tx.ExecContext(ctx, q); err != nil {
			return fmt.Errorf("%s: %w", q, err)
		}
	}
	return nil
}

// letInByIAM makes the role a member of rds_iam, whose members RDS lets in with
// tokens alone. That holds for members of its members too: an owner who is one of
// the role's would be locked out from then on. So the owner logs in once more,
// and where that fails it is taken back over the connection that is still open.
func (s *Store) letInByIAM(ctx context.Context, c *sql.Conn) error {
	role := s.access.Role
	var member bool
	err := c.QueryRowContext(ctx, "SELECT pg_has_role($1, oid, 'MEMBER') FROM pg_roles WHERE rolname = 'rds_iam'", role).Scan(&member)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return errors.New("DATABASE_IAM_AUTH: the server has no role rds_iam: switch IAM database authentication on")
	case err != nil || member:
		return err
	}
	name := pgx.Identifier{role}.Sanitize()
	exec := func(ctx context.Context, what string) error {
		_, err := c.ExecContext(ctx, what+name)
		return err
	}
	if err := exec(ctx, "GRANT rds_iam TO "); err != nil {
		return fmt.Errorf("GRANT rds_iam: %w", err)
	}
	again, err := s.migrations().Conn(ctx)
	if err == nil {
		return again.Close()
	}
	if !isRefused(err) {
		return err
	}
	undo, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	return errors.Join(fmt.Errorf("GRANT rds_iam would lock the owner out, who is a member of the role: REVOKE %s FROM the owner: %w", name, err),
		exec(undo, "REVOKE rds_iam FROM "))
}
