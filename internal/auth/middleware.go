package auth

import (
	"cmp"
	"context"
	"net/http"
	"strings"

	"github.com/debate-chatbot/debate-api/internal/debate"
)

// Keyring finds the name of a key.
type Keyring interface {
	Lookup(ctx context.Context, key string) (name string, ok bool)
}

// Headers that say who is calling.
const (
	KeyHeader  = "X-Api-Key"
	UserHeader = "X-User-Id"
	// azureKeyHeader is where clients made for Azure's OpenAI service send the key.
	azureKeyHeader = "Api-Key"
)

// maxUserBytes is the longest X-User-Id.
const maxUserBytes = 128

var (
	errNoKey    = &debate.Error{Reason: debate.Unauthenticated, Message: "an API key is needed: send it in the header X-API-Key or as Authorization: Bearer"}
	errWrongKey = &debate.Error{Reason: debate.Unauthenticated, Message: "the API key is not known"}
	errTwoKeys  = &debate.Error{Reason: debate.Unauthenticated, Message: "X-API-Key and Authorization hold different keys; send one"}
	errUser     = debate.Invalid(UserHeader, "must be 1 to 128 visible ASCII characters, once")
)

// Require lets requests with a known key through to next, their owner in the
// context. The others are answered by refuse, their bodies unread.
func Require(keys Keyring, refuse func(http.ResponseWriter, *http.Request, error), next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		owner, err := identify(keys, r)
		if err != nil {
			refuse(w, r, err)
			return
		}
		next.ServeHTTP(w, r.WithContext(withOwner(r.Context(), owner)))
	})
}

// identify finds the owner that a request's headers name.
func identify(keys Keyring, r *http.Request) (debate.Owner, error) {
	key, err := presentedKey(r.Header)
	if err != nil {
		return debate.Owner{}, err
	}
	name, ok := keys.Lookup(r.Context(), key)
	switch {
	case !ok && key == "":
		return debate.Owner{}, errNoKey
	case !ok:
		return debate.Owner{}, errWrongKey
	}
	owner := debate.Owner{Key: name}
	if users := r.Header.Values(UserHeader); len(users) > 0 {
		if len(users) > 1 || !validUser(users[0]) {
			return debate.Owner{}, errUser
		}
		owner.User = users[0]
	}
	return owner, nil
}

// presentedKey is the key in either header, else in Azure's, or nothing.
func presentedKey(h http.Header) (string, error) {
	key := h.Get(KeyHeader)
	scheme, token, _ := strings.Cut(h.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return cmp.Or(key, h.Get(azureKeyHeader)), nil
	}
	token = strings.TrimSpace(token)
	if key != "" && key != token {
		return "", errTwoKeys
	}
	return token, nil
}

func validUser(user string) bool {
	return user != "" && len(user) <= maxUserBytes && visible(user)
}

// visible says whether a text is of visible ASCII characters only.
func visible(text string) bool {
	return !strings.ContainsFunc(text, func(c rune) bool { return c < '!' || c > '~' })
}

type ownerKey struct{}

// withOwner puts the caller into a context.
func withOwner(ctx context.Context, owner debate.Owner) context.Context {
	return context.WithValue(ctx, ownerKey{}, owner)
}

// Owner is the caller that a context carries; without one, it is that of a
// server without keys.
func Owner(ctx context.Context) debate.Owner {
	if owner, ok := Known(ctx); ok {
		return owner
	}
	return debate.Owner{Key: DefaultName}
}

// Known is the caller that a context carries, if it does.
func Known(ctx context.Context) (debate.Owner, bool) {
	owner, ok := ctx.Value(ownerKey{}).(debate.Owner)
	return owner, ok
}
