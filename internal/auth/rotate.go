package auth

import (
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"strings"
)

// newKey makes a key of 32 random bytes.
func newKey() string {
	var random [32]byte
	_, _ = rand.Read(random[:]) // never fails
	return hex.EncodeToString(random[:])
}

// Rotate writes the next version of a secret, in the form that OpenSecret takes: a new key in place
// of each, and all else as it was, names, rates, quotas and what else is written there.
func Rotate(current string) (string, error) {
	if _, err := parseKeys(current); err != nil {
		return "", err
	}
	if !strings.HasPrefix(strings.TrimSpace(current), "{") {
		return newKey(), nil
	}
	var whole map[string]any
	decoder := json.NewDecoder(strings.NewReader(current))
	decoder.UseNumber()
	if decoder.Decode(&whole) != nil {
		return "", errKeys
	}
	for name, list := range whole {
		keys, ok := list.([]any)
		if !strings.EqualFold(name, "keys") || !ok {
			continue
		}
		for _, k := range keys {
			key, _ := k.(map[string]any)
			for field := range key {
				if strings.EqualFold(field, "key") {
					key[field] = newKey()
				}
			}
		}
	}
	next, err := json.Marshal(whole)
	if err != nil {
		return "", errKeys
	}
	return string(next), CheckRotated(current, string(next))
}

var errRotated = errors.New("the new version of the API keys must have the names, rates and quotas of the current one, and another key for each")

// CheckRotated says whether callers with a current key go on being who they are
// when next takes its place. Its errors tell no key.
func CheckRotated(current, next string) error {
	old, err := parseKeys(current)
	if err != nil {
		return err
	}
	keys, err := parseKeys(next)
	if err != nil {
		return err
	}
	if len(old) != len(keys) {
		return errRotated
	}
	for i, k := range keys {
		if _, known := match(old, k.hash); known || k.name != old[i].name || k.rate != old[i].rate || k.dailyTokens != old[i].dailyTokens {
			return errRotated
		}
	}
	return nil
}
