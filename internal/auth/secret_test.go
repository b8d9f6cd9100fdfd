package auth

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/debate-chatbot/debate-api/internal/aws/awstest"
)

// startManager starts a Secrets Manager with the keys that count.
func startManager(t *testing.T, current string) (*awstest.Secrets, SecretsManager) {
	s := awstest.Start(t)
	s.Put("keys", "AWSCURRENT", current)
	return s, s.Client()
}

func openSecret(t *testing.T, client SecretsManager) *Secret {
	t.Helper()
	s, err := OpenSecret(t.Context(), client, "keys", slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func (s *Secret) expect(t *testing.T, key, want string) {
	t.Helper()
	name, ok := s.Lookup(context.Background(), key)
	if ok != (want != "") || name != want {
		t.Errorf("key %.6s… is %q (%v), want %q", key, name, ok, want)
	}
}

const twoKeys = `{"keys":[{"name":"web","key":"web-key-1","daily_tokens":500},{"name":"app","key":"app-key-1","rate":3}]}`

func TestSecretHoldsOneKeyOrNamedOnes(t *testing.T) {
	_, client := startManager(t, "a-plain-key\n")
	openSecret(t, client).expect(t, "a-plain-key", "default")
	_, client = startManager(t, twoKeys)
	s := openSecret(t, client)
	s.expect(t, "web-key-1", "web")
	s.expect(t, "app-key-1", "app")
	s.expect(t, "other-key", "")
	s.expect(t, "", "")
	if s.DailyTokens("web") != 500 || s.DailyTokens("app") != 0 || s.DailyTokens("nobody") != 0 {
		t.Error("daily tokens are not those of the secret")
	}
	if s.Rate("web") != 0 || s.Rate("app") != 3 || s.Rate("nobody") != 0 {
		t.Error("rates are not those of the secret")
	}
}

func TestRotationDropsNoCaller(t *testing.T) {
	manager, client := startManager(t, twoKeys)
	s := openSecret(t, client)
	manager.Put("keys", "AWSPREVIOUS", twoKeys)
	manager.Put("keys", "AWSCURRENT", `{"keys":[{"name":"web","key":"web-key-2"}]}`)
	s.expect(t, "web-key-2", "web") // read at once, for the unknown key
	s.expect(t, "web-key-1", "web") // the one before still counts
	s.expect(t, "app-key-1", "")    // a name that is gone does not
	manager.Age("keys", "AWSCURRENT", 25*time.Hour)
	s.tryRefresh(t.Context())
	s.expect(t, "web-key-1", "")
	s.expect(t, "web-key-2", "web")
}

func TestARevocationDoesNotWaitForTheVersionBefore(t *testing.T) {
	manager, client := startManager(t, twoKeys)
	s := openSecret(t, client)
	manager.Put("keys", "AWSCURRENT", `{"keys":[{"name":"web","key":"web-key-2"}]}`)
	manager.Set(func(m *awstest.Secrets) { m.Broken = "AWSPREVIOUS" })
	for range 2 {
		s.tryRefresh(t.Context())
		s.expect(t, "web-key-2", "web")
		s.expect(t, "web-key-1", "web") // it was known
		s.expect(t, "app-key-1", "")
	}
}

func TestANewKeyIsKnownToAllWhoComeWithItAtOnce(t *testing.T) {
	manager, client := startManager(t, twoKeys)
	s := openSecret(t, client)
	manager.Put("keys", "AWSCURRENT", `{"keys":[{"name":"web","key":"web-key-2"}]}`)
	manager.Set(func(m *awstest.Secrets) { m.Slow = 50 * time.Millisecond })
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() { s.expect(t, "web-key-2", "web") })
	}
	wg.Wait()
	manager.Set(func(m *awstest.Secrets) {
		if m.Reads > 4 {
			t.Errorf("twenty callers made %d reads", m.Reads)
		}
	})
}

func TestUnknownKeysDoNotHammerTheManager(t *testing.T) {
	manager, client := startManager(t, twoKeys)
	s := openSecret(t, client)
	for range 100 {
		s.expect(t, "guess-guess", "")
	}
	manager.Set(func(m *awstest.Secrets) {
		if m.Reads > 4 {
			t.Errorf("a hundred guesses made %d reads", m.Reads)
		}
	})
}

func TestKnownKeysOutliveAnOutage(t *testing.T) {
	manager, client := startManager(t, twoKeys)
	s := openSecret(t, client)
	manager.Set(func(m *awstest.Secrets) { m.Away = true })
	s.tryRefresh(t.Context())
	s.expect(t, "web-key-1", "web")
	manager.Set(func(m *awstest.Secrets) { m.Away = false })
	manager.Put("keys", "AWSCURRENT", `{"keys":[]}`)
	s.tryRefresh(t.Context())
	s.expect(t, "web-key-1", "web")
}

func TestStartWithoutKeysFailsAndTellsNoKey(t *testing.T) {
	for _, bad := range []string{"", "short", "with space in it", `{"keys":[]}`, `{"keys":[{"name":"a","key":"short"}]}`,
		`{"keys":[{"name":"","key":"long-enough"}]}`, `{"keys":[{"name":"a","key":"long-enough"},{"name":"a","key":"long-enough-2"}]}`,
		`{"keys":[{"name":"a","key":"long-enough","rate":-1}]}`, `{"keys":[{"name":"a","key":"long-enough","rate":1000001}]}`, `{"keys":[{"name":"a","key":"long-enough","rate":"9"}]}`,
		`{"keys":[{"name":"a","key":"long-enough","daily_tokens":-1}]}`, `{"keys":"hidden-hidden"`} {
		_, client := startManager(t, bad)
		_, err := OpenSecret(t.Context(), client, "keys", slog.New(slog.DiscardHandler))
		if err == nil {
			t.Errorf("%q was taken", bad)
			continue
		}
		if !strings.Contains(err.Error(), "API_KEY_SECRET_NAME") || len(bad) > 8 && strings.Contains(err.Error(), "long-enough") || strings.Contains(err.Error(), "hidden") {
			t.Errorf("%q: %v", bad, err)
		}
	}
}

func FuzzParseKeys(f *testing.F) {
	f.Add(twoKeys)
	f.Add("a-plain-key")
	f.Add(`{"keys":[{"name":"web","key":"sentinel-key","rate":-1}]}`)
	f.Add(`{"KEYS":[{"Name":"web","KEY":"sentinel-key","Rate":1e3}],"keys":null}`)
	f.Fuzz(func(t *testing.T, text string) {
		keys, err := parseKeys(text)
		if err != nil {
			if !errors.Is(err, errKeys) {
				t.Errorf("%q: %v may tell a key", text, err)
			}
			return
		}
		if len(keys) == 0 {
			t.Errorf("%q holds no key and was taken", text)
		}
		names := make(map[string]bool)
		for _, k := range keys {
			if names[k.name] || !validUser(k.name) || k.rate < 0 || k.dailyTokens < 0 {
				t.Errorf("%q: %+v", text, k)
			}
			names[k.name] = true
		}
	})
}

// twenty holds as many named keys.
func twenty() *Secret {
	s := &Secret{log: slog.New(slog.DiscardHandler), asked: time.Now()}
	r := &rotation{until: time.Now().Add(time.Hour)}
	for n := range 20 {
		text := fmt.Sprintf("a-key-of-some-length-%d", n)
		hash, _ := hashKey(text)
		r.current = append(r.current, secretKey{name: fmt.Sprint("name-", n), hash: hash})
		before, _ := hashKey("before-" + text)
		r.previous = append(r.previous, secretKey{name: fmt.Sprint("name-", n), hash: before})
	}
	s.keys.Store(r)
	return s
}

func TestCheckingANamedKeyDoesNotAllocate(t *testing.T) {
	s := twenty()
	for key, name := range map[string]string{"a-key-of-some-length-7": "name-7", "before-a-key-of-some-length-9": "name-9", "a-key-that-is-none": ""} {
		s.expect(t, key, name)
		if n := testing.AllocsPerRun(100, func() { s.Lookup(t.Context(), key) }); n > 0 && name != "" || n > 1 {
			t.Errorf("%s: %v allocations", key, n)
		}
	}
}

func BenchmarkSecretLookup(b *testing.B) {
	s := twenty()
	for name, key := range map[string]string{"current": "a-key-of-some-length-19", "previous": "before-a-key-of-some-length-19"} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				s.Lookup(b.Context(), key)
			}
		})
	}
}
