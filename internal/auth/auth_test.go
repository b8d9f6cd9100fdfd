package auth_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/debate-chatbot/debate-api/internal/auth"
	"github.com/debate-chatbot/debate-api/internal/debate"
)

const key = "correct-horse-battery"

func TestWhoACallerIs(t *testing.T) {
	tests := []struct {
		name   string
		header http.Header
		owner  debate.Owner
		refuse debate.Reason
	}{
		{"X-API-Key", http.Header{"X-Api-Key": {key}}, debate.Owner{Key: "default"}, ""},
		{"bearer", http.Header{"Authorization": {"Bearer " + key}}, debate.Owner{Key: "default"}, ""},
		{"bearer in any case", http.Header{"Authorization": {"bearer  " + key}}, debate.Owner{Key: "default"}, ""},
		{"as clients of Azure's service send it", http.Header{"Api-Key": {key}}, debate.Owner{Key: "default"}, ""}, // brainlid/langchain pull request 93
		{"with Azure's header for somebody else", http.Header{"Authorization": {"Bearer " + key}, "Api-Key": {"other"}}, debate.Owner{Key: "default"}, ""},
		{"wrong in Azure's", http.Header{"Api-Key": {"wrong"}}, debate.Owner{}, debate.Unauthenticated},
		{"both, the same", http.Header{"X-Api-Key": {key}, "Authorization": {"Bearer " + key}}, debate.Owner{Key: "default"}, ""},
		{"a user", http.Header{"X-Api-Key": {key}, "X-User-Id": {"ana@example"}}, debate.Owner{Key: "default", User: "ana@example"}, ""},
		{"both, different", http.Header{"X-Api-Key": {key}, "Authorization": {"Bearer other"}}, debate.Owner{}, debate.Unauthenticated},
		{"none", http.Header{}, debate.Owner{}, debate.Unauthenticated},
		{"another scheme", http.Header{"Authorization": {"Basic " + key}}, debate.Owner{}, debate.Unauthenticated},
		{"wrong", http.Header{"X-Api-Key": {"wrong"}}, debate.Owner{}, debate.Unauthenticated},
		{"a part of it", http.Header{"X-Api-Key": {key[:10]}}, debate.Owner{}, debate.Unauthenticated},
		{"more than it", http.Header{"X-Api-Key": {key + "x"}}, debate.Owner{}, debate.Unauthenticated},
		{"huge", http.Header{"X-Api-Key": {strings.Repeat("k", 1<<20)}}, debate.Owner{}, debate.Unauthenticated},
		{"an empty user", http.Header{"X-Api-Key": {key}, "X-User-Id": {""}}, debate.Owner{}, debate.InvalidArgument},
		{"a long user", http.Header{"X-Api-Key": {key}, "X-User-Id": {strings.Repeat("u", 129)}}, debate.Owner{}, debate.InvalidArgument},
		{"a user with a space", http.Header{"X-Api-Key": {key}, "X-User-Id": {"a b"}}, debate.Owner{}, debate.InvalidArgument},
		{"a user beyond ASCII", http.Header{"X-Api-Key": {key}, "X-User-Id": {"añа"}}, debate.Owner{}, debate.InvalidArgument},
		{"two users", http.Header{"X-Api-Key": {key}, "X-User-Id": {"a", "b"}}, debate.Owner{}, debate.InvalidArgument},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var owner debate.Owner
			var refused error
			h := auth.Require(auth.NewStatic(key),
				func(_ http.ResponseWriter, _ *http.Request, err error) { refused = err },
				http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { owner = auth.Owner(r.Context()) }))
			r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/", unreadable{t})
			r.Header = tt.header
			h.ServeHTTP(httptest.NewRecorder(), r)
			if owner != tt.owner || debate.ReasonOf(refused) != tt.refuse {
				t.Errorf("got %+v, %v; want %+v, %s", owner, refused, tt.owner, tt.refuse)
			}
			if refused != nil && strings.Contains(refused.Error(), key) {
				t.Error("the refusal shows the key")
			}
		})
	}
}

// unreadable fails the test when a body is touched.
type unreadable struct{ t *testing.T }

func (u unreadable) Read([]byte) (int, error) {
	u.t.Error("the body was read")
	return 0, nil
}

func TestWithoutKeysEverybodyIsDefault(t *testing.T) {
	if name, ok := (auth.Open{}).Lookup(t.Context(), ""); !ok || name != "default" {
		t.Errorf("got %q, %v", name, ok)
	}
	if _, ok := new(auth.Static).Lookup(t.Context(), ""); ok {
		t.Error("an empty set of keys let somebody in")
	}
}

func TestCheckingAKeyDoesNotAllocate(t *testing.T) {
	keys, long := auth.NewStatic(key), strings.Repeat("k", 200)
	for _, k := range []string{key, "wrong", long} {
		if n := testing.AllocsPerRun(100, func() { keys.Lookup(t.Context(), k) }); n > 0 {
			t.Errorf("a key of %d bytes: %v allocations", len(k), n)
		}
	}
}

func BenchmarkLookup(b *testing.B) {
	keys := auth.NewStatic(key)
	b.ReportAllocs()
	for b.Loop() {
		keys.Lookup(b.Context(), key)
	}
}

// FuzzCaller: whatever the headers hold, there is an owner of a known key, or
// a refusal that repeats nothing of them.
func FuzzCaller(f *testing.F) {
	f.Add(key, "", "")
	f.Add("", "Bearer "+key, "ana")
	f.Add(key, "bEaReR\t"+key, "a b")
	f.Add("sentinel-guess", "Basic c2VudGluZWw=", "\x00")
	f.Add(key, "Bearer sentinel-guess", "ana\u00a0")
	keys := auth.NewStatic(key)
	f.Fuzz(func(t *testing.T, apiKey, authorization, user string) {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", http.NoBody)
		for name, value := range map[string]string{auth.KeyHeader: apiKey, "Authorization": authorization, auth.UserHeader: user} {
			if value != "" {
				r.Header.Set(name, value)
			}
		}
		let := false
		auth.Require(keys, func(_ http.ResponseWriter, _ *http.Request, err error) {
			if debate.ReasonOf(err) != debate.Unauthenticated && debate.ReasonOf(err) != debate.InvalidArgument {
				t.Errorf("refused with %v", err)
			}
			for _, secret := range []string{apiKey, authorization} {
				if len(secret) > 12 && strings.Contains(err.Error(), secret) {
					t.Errorf("%q is shown: %v", secret, err)
				}
			}
		}, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			let = true
			owner := auth.Owner(r.Context())
			if owner.Key != auth.DefaultName || owner.User != user || strings.ContainsFunc(user, func(c rune) bool { return c < '!' || c > '~' }) {
				t.Errorf("%q, %q, %q are %+v", apiKey, authorization, user, owner)
			}
		})).ServeHTTP(httptest.NewRecorder(), r)
		if let && apiKey != key && !strings.HasSuffix(strings.TrimSpace(authorization), key) {
			t.Errorf("%q, %q were let in", apiKey, authorization)
		}
	})
}
