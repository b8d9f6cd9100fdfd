package aws

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
)

const (
	// readWait bounds a read of a secret.
	readWait = 3 * time.Second
	// readEvery bounds how often a secret is read again whose password is refused.
	readEvery = 200 * time.Millisecond
)

// Login is the user and the password that a secret of Secrets Manager holds as
// RDS writes them, {"username":"…","password":"…"}, followed through its rotations.
type Login struct {
	manager *secretsmanager.Client
	id      string
	log     *slog.Logger

	mu      sync.Mutex // held while the secret is read: who comes then shares the read
	known   login
	refused string // a password that was not taken
	read    time.Time
}

type login struct{ Username, Password string }

// Login makes that of a secret, by its name or ARN. It reads nothing yet.
func (a *Account) Login(id string, log *slog.Logger) *Login {
	return &Login{manager: a.Secrets(), id: id, log: log}
}

// Get returns the login. It is read once, and again after it was refused: until then
// what is known is right, and neither costs a call nor depends on one. While the
// secret cannot be read what was known stays.
func (l *Login) Get(ctx context.Context) (user, password string, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.known.Password == "" || l.known.Password == l.refused && time.Since(l.read) >= readEvery {
		if err := l.refresh(ctx); err != nil {
			if l.known.Password == "" {
				return "", "", err
			}
			l.log.WarnContext(ctx, "the database refuses the password that is known, and its secret cannot be read", "error", err)
		}
		l.read = time.Now()
	}
	return l.known.Username, l.known.Password, nil
}

// Refused notes that a password was not taken: the secret is read again.
func (l *Login) Refused(password string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.refused = password
}

// refresh reads the version that counts. While a secret is rotated there is a
// moment when the database has the new password already and the secret has it as
// its pending one: where the password that counts was refused, that is tried.
func (l *Login) refresh(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, readWait)
	defer cancel()
	current, err := l.version(ctx, "AWSCURRENT")
	if err != nil {
		return err
	}
	if current.Password == l.refused {
		if pending, err := l.version(ctx, "AWSPENDING"); err == nil { // there is none but while it is rotated
			current = pending
		}
	}
	l.known = current
	return nil
}

// errLogin never repeats what it is about.
var errLogin = errors.New(`it must be {"username":"…","password":"…"}, as RDS makes it`)

func (l *Login) version(ctx context.Context, stage string) (login, error) {
	out, err := l.manager.GetSecretValue(ctx, &secretsmanager.GetSecretValueInput{SecretId: &l.id, VersionStage: &stage})
	if err != nil {
		return login{}, fmt.Errorf("DATABASE_SECRET_NAME: the secret %q cannot be read: %w", l.id, err)
	}
	var found login
	if json.Unmarshal([]byte(sdk.ToString(out.SecretString)), &found) != nil || found.Username == "" || found.Password == "" {
		return login{}, fmt.Errorf("DATABASE_SECRET_NAME: the secret %q: %w", l.id, errLogin)
	}
	return found, nil
}
