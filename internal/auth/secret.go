package auth

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager/types"
)

// How a secret is followed.
const (
	refreshEvery = time.Minute
	// askEvery bounds how often callers with unknown keys have it read again.
	askEvery  = 5 * time.Second
	fetchWait = 3 * time.Second
	// previousFor is how long keys of the version before still count, from
	// the rotation on.
	previousFor = 24 * time.Hour
	// maxRate is the largest number of requests a minute that can be set.
	maxRate = 1_000_000
)

// SecretsManager is the part of AWS Secrets Manager's client that is needed.
type SecretsManager interface {
	GetSecretValue(context.Context, *secretsmanager.GetSecretValueInput, ...func(*secretsmanager.Options)) (*secretsmanager.GetSecretValueOutput, error)
}

// Secret is the keys that a secret of AWS Secrets Manager holds, followed
// through its rotations. The secret is one key as it is, called DefaultName,
// or {"keys":[{"name":"web","key":"…","rate":600,"daily_tokens":100000}]}, where
// rate is in requests a minute.
type Secret struct {
	manager SecretsManager
	id      string
	log     *slog.Logger

	keys atomic.Pointer[rotation]

	mu    sync.Mutex // held while the secret is read for an unknown key
	asked time.Time
}

// rotation is the keys of the current version and of the one before.
type rotation struct {
	current, previous []secretKey
	until             time.Time // of previous
}

type secretKey struct {
	name        string
	hash        [sha256.Size]byte
	rate        int // requests a minute; 0 is what others have
	dailyTokens int64
}

// OpenSecret reads the keys for the first time; without any it fails.
func OpenSecret(ctx context.Context, manager SecretsManager, id string, log *slog.Logger) (*Secret, error) {
	s := &Secret{manager: manager, id: id, log: log}
	err := s.refresh(ctx)
	if s.keys.Load() == nil {
		return nil, fmt.Errorf("API_KEY_SECRET_NAME: the API keys cannot be read from the secret %q: %w", id, err)
	}
	if err != nil {
		log.WarnContext(ctx, "API keys not read in full", "error", err)
	}
	return s, nil
}

// Run reads the secret again from time to time until ctx ends. While it cannot
// be read the keys stay as they were.
func (s *Secret) Run(ctx context.Context) {
	tick := time.NewTicker(refreshEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			s.tryRefresh(ctx)
		}
	}
}

func (s *Secret) tryRefresh(ctx context.Context) {
	if err := s.refresh(ctx); err != nil && ctx.Err() == nil {
		s.log.WarnContext(ctx, "API keys not read again; those known stay valid", "error", err)
	}
}

// Lookup finds the name of a key. One that is not known may be new: the secret is
// read again for it, though not for every such caller. Who comes while it is
// read waits for that.
func (s *Secret) Lookup(ctx context.Context, key string) (string, bool) {
	hash, ok := hashKey(key)
	if !ok || key == "" {
		return "", false
	}
	if name, ok := s.keys.Load().find(hash, time.Now()); ok {
		return name, true
	}
	s.askAgain(context.WithoutCancel(ctx))
	return s.keys.Load().find(hash, time.Now())
}

// askAgain reads the secret unless that was done a moment ago.
func (s *Secret) askAgain(ctx context.Context) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if time.Since(s.asked) < askEvery {
		return
	}
	s.tryRefresh(ctx)
	s.asked = time.Now()
}

// DailyTokens is the quota of a key by its name, 0 for any number.
func (s *Secret) DailyTokens(name string) int64 { return s.keys.Load().named(name).dailyTokens }

// Rate is how many requests a minute a key may make, by its name; 0 is what
// the others may.
func (s *Secret) Rate(name string) int { return s.keys.Load().named(name).rate }

// named is the current key of a name, and the zero one for a name that is gone.
func (r *rotation) named(name string) secretKey {
	for _, k := range r.current {
		if k.name == name {
			return k
		}
	}
	return secretKey{}
}

// find compares with every key, whichever it is.
func (r *rotation) find(hash [sha256.Size]byte, now time.Time) (string, bool) {
	if name, ok := match(r.current, hash); ok {
		return name, true
	}
	name, ok := match(r.previous, hash)
	if !ok || now.After(r.until) {
		return "", false
	}
	for _, k := range r.current {
		if k.name == name {
			return name, true
		}
	}
	return "", false // a name that is gone is revoked at once
}

// match finds a key by its hash, in the same time whichever it is.
func match(keys []secretKey, hash [sha256.Size]byte) (string, bool) {
	found := -1
	for i := range keys {
		equal := subtle.ConstantTimeCompare(hash[:], keys[i].hash[:])
		found = subtle.ConstantTimeSelect(equal, i, found)
	}
	if found < 0 {
		return "", false
	}
	return keys[found].name, true
}

// refresh reads the current version of the secret, and the one before for as long as that counts.
func (s *Secret) refresh(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, fetchWait)
	defer cancel()
	current, err := s.version(ctx, "AWSCURRENT")
	if err != nil {
		return err
	}
	next := &rotation{}
	if next.current, err = parseKeys(aws.ToString(current.SecretString)); err != nil {
		return err
	}
	if rotated := aws.ToTime(current.CreatedDate); time.Since(rotated) < previousFor {
		next.until = rotated.Add(previousFor)
		if next.previous, err = s.previous(ctx); err != nil {
			// What the new version revokes must not wait for the one before:
			// what was known of that serves.
			next.previous = s.knownBefore(next.current)
			s.keys.Store(next)
			return fmt.Errorf("the version before: %w", err)
		}
	}
	s.keys.Store(next)
	return nil
}

// knownBefore is what was known of the version before the current one.
func (s *Secret) knownBefore(current []secretKey) []secretKey {
	known := s.keys.Load()
	switch {
	case known == nil:
		return nil
	case slices.Equal(known.current, current):
		return known.previous
	default:
		return known.current
	}
}

// previous reads the keys of the version before, none if there is no such version
// or it holds no keys.
func (s *Secret) previous(ctx context.Context) ([]secretKey, error) {
	before, err := s.version(ctx, "AWSPREVIOUS")
	if _, ok := errors.AsType[*types.ResourceNotFoundException](err); ok {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	keys, err := parseKeys(aws.ToString(before.SecretString))
	if err != nil {
		s.log.WarnContext(ctx, "the previous version of the API keys is not readable and does not count", "error", err)
		return nil, nil
	}
	return keys, nil
}

func (s *Secret) version(ctx context.Context, stage string) (*secretsmanager.GetSecretValueOutput, error) {
	return s.manager.GetSecretValue(ctx, &secretsmanager.GetSecretValueInput{SecretId: &s.id, VersionStage: &stage})
}

// errKeys never repeats what it is about.
var errKeys = errors.New(`it must be one key of 8 to 512 visible ASCII characters, or {"keys":[{"name":"web","key":"…","rate":600,"daily_tokens":0}]} with keys and names that differ, and numbers that are not negative`)

// parseKeys reads a secret's text: one key, or the list of the form that Secret tells.
func parseKeys(text string) ([]secretKey, error) {
	text = strings.TrimSpace(text)
	if !strings.HasPrefix(text, "{") {
		if !usable(text) {
			return nil, errKeys
		}
		return []secretKey{{name: DefaultName, hash: sha256.Sum256([]byte(text))}}, nil
	}
	var list struct {
		Keys []struct {
			Name, Key   string
			Rate        int
			DailyTokens int64 `json:"daily_tokens"`
		}
	}
	if json.Unmarshal([]byte(text), &list) != nil || len(list.Keys) == 0 {
		return nil, errKeys
	}
	var keys []secretKey
	seen := make(map[string]bool)
	for _, k := range list.Keys {
		if !usable(k.Key) || !validUser(k.Name) || k.Rate < 0 || k.Rate > maxRate || k.DailyTokens < 0 || seen["name "+k.Name] || seen["key "+k.Key] {
			return nil, errKeys
		}
		seen["name "+k.Name], seen["key "+k.Key] = true, true
		keys = append(keys, secretKey{k.Name, sha256.Sum256([]byte(k.Key)), k.Rate, k.DailyTokens})
	}
	return keys, nil
}

// usable says whether a key can be sent in a header and is hard to guess.
func usable(key string) bool {
	return len(key) >= 8 && len(key) <= maxKeyBytes && visible(key)
}
