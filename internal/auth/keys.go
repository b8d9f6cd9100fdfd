// Package auth says who is calling: it turns the API key of a request into an
// owner, and refuses the others before anything of their request is read.
package auth

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
)

// DefaultName is the owner of what is done with a single or an absent key.
const DefaultName = "default"

// maxKeyBytes bounds what is hashed for a caller who may be anybody.
const maxKeyBytes = 512

// Static is one key, called DefaultName, of which only the hash is kept. The zero value
// knows nobody.
type Static struct{ hash [sha256.Size]byte }

// NewStatic makes it of the key.
func NewStatic(key string) *Static { return &Static{sha256.Sum256([]byte(key))} }

// Lookup finds the name of a key. It takes the same time however much of the key is right.
func (s *Static) Lookup(_ context.Context, key string) (name string, ok bool) {
	hash, ok := hashKey(key)
	if !ok || subtle.ConstantTimeCompare(hash[:], s.hash[:]) == 0 {
		return "", false
	}
	return DefaultName, true
}

// hashKey hashes a key without allocating; ok is false for one that is too
// long to be any.
func hashKey(key string) (hash [sha256.Size]byte, ok bool) {
	if len(key) > maxKeyBytes {
		return hash, false
	}
	var buffer [maxKeyBytes]byte
	n := copy(buffer[:], key)
	return sha256.Sum256(buffer[:n]), true
}

// Open lets everybody in under DefaultName, for a server that only this
// machine can reach.
type Open struct{}

// Lookup knows every key, and the absent one.
func (Open) Lookup(context.Context, string) (string, bool) { return DefaultName, true }
