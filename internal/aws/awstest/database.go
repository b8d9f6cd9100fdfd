package awstest

import (
	"context"
	"crypto/tls"
	"encoding/pem"
	"errors"
	"io"
	"net"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgproto3"
)

// Database plays RDS before a PostgreSQL server: it takes TLS only, lets one user
// in by tokens of IAM alone, and passes all others on to show their passwords to
// the server.
type Database struct {
	// Addr is where it listens, and what tokens must be for.
	Addr string
	// RootCert is the file of the certificate to trust.
	RootCert string

	server, user string
	tls          *tls.Config
}

// StartDatabase starts one before a server that trusts the user. It ends with the
// test.
func StartDatabase(t testing.TB, server, user string) *Database {
	t.Helper()
	web := httptest.NewTLSServer(nil) // for its certificate, of 127.0.0.1
	t.Cleanup(web.Close)
	d := &Database{server: server, user: user, tls: web.TLS.Clone(), RootCert: filepath.Join(t.TempDir(), "root.pem")}
	d.tls.NextProtos = nil
	if err := os.WriteFile(d.RootCert, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: web.Certificate().Raw}), 0o600); err != nil {
		t.Fatal(err)
	}
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	d.Addr = l.Addr().String()
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer func() { _ = conn.Close() }()
				_ = d.serve(conn) // the client sees how it ended
			}()
		}
	}()
	return d
}

func (d *Database) serve(conn net.Conn) error {
	plain := pgproto3.NewBackend(conn, conn)
	if first, err := plain.ReceiveStartupMessage(); err != nil {
		return err
	} else if _, ok := first.(*pgproto3.SSLRequest); !ok {
		return refuse(plain, "no pg_hba.conf entry for host, no encryption")
	}
	if _, err := conn.Write([]byte("S")); err != nil {
		return err
	}
	safe := tls.Server(conn, d.tls)
	client := pgproto3.NewBackend(safe, safe)
	first, err := client.ReceiveStartupMessage()
	if err != nil {
		return err
	}
	hello, ok := first.(*pgproto3.StartupMessage)
	if !ok {
		return errors.New("no startup message")
	}
	if hello.Parameters["user"] == d.user {
		client.Send(&pgproto3.AuthenticationCleartextPassword{})
		if err := client.Flush(); err != nil {
			return err
		}
		shown, err := client.Receive()
		if err != nil {
			return err
		}
		password, ok := shown.(*pgproto3.PasswordMessage)
		if !ok {
			return errors.New("no password message")
		}
		query, err := CheckToken(password.Password, "rds-db", d.Addr, time.Now())
		if err != nil || query.Get("Action") != "connect" || query.Get("DBUser") != d.user {
			return refuse(client, `PAM authentication failed for user "`+d.user+`"`)
		}
	}
	return d.pass(safe, hello)
}

// pass has the server go on with a client.
func (d *Database) pass(client net.Conn, hello *pgproto3.StartupMessage) error {
	server, err := (&net.Dialer{}).DialContext(context.Background(), "tcp", d.server)
	if err != nil {
		return err
	}
	defer func() { _ = server.Close() }()
	text, err := hello.Encode(nil)
	if err != nil {
		return err
	}
	if _, err := server.Write(text); err != nil {
		return err
	}
	go func() {
		defer func() { _ = server.Close() }()
		_, _ = io.Copy(server, client)
	}()
	_, err = io.Copy(client, server)
	return err
}

func refuse(client *pgproto3.Backend, why string) error {
	client.Send(&pgproto3.ErrorResponse{Severity: "FATAL", Code: "28000", Message: why})
	return client.Flush()
}
