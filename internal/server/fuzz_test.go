package server

import (
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/debate-chatbot/debate-api/internal/auth"
	"github.com/debate-chatbot/debate-api/internal/rpc"
)

// FuzzHost: without keys only names of this machine are local, however they are
// written.
func FuzzHost(f *testing.F) {
	for _, host := range []string{"localhost", "LOCALHOST:80", "127.0.0.1:9", "[::1]:8080", "::1", "[[::1]]", "localhost.evil.example", "127.0.0.1.evil.example", "evil.example:localhost", "0x7f.1", "[::ffff:127.0.0.1]", "localhost\x00.evil", "localhost.", "debate.localhost", "127.1", "127.evil.example", "[fe80::1%lo]", "", ":80"} {
		f.Add(host)
	}
	f.Fuzz(func(t *testing.T, host string) {
		if !isLocal(host) {
			return
		}
		name := host
		if n, _, err := net.SplitHostPort(host); err == nil {
			name = n
		}
		name = strings.Trim(name, "[]")
		last := name[strings.LastIndexByte(strings.TrimSuffix(name, "."), '.')+1:]
		numbers := strings.HasPrefix(name, "127.") && strings.Trim(name, "0123456789.") == ""
		if ip, err := netip.ParseAddr(name); !numbers && !strings.EqualFold(strings.TrimSuffix(last, "."), "localhost") && (err != nil || !ip.Unmap().IsLoopback()) {
			t.Errorf("%q is taken for this machine", host)
		}
	})
}

var slashes = regexp.MustCompile("/+")

// FuzzPath: without a key nothing but what is open to all is answered with
// anything but an error, and nothing is ever a redirect.
func FuzzPath(f *testing.F) {
	for _, path := range []string{"/", "/health", "/ready", "/chat", "//chat", "/../chat", "/CHAT", "/conversations/x", "/health/../chat", "/grpc.health.v1.Health/../chat", "/debate.v1.DebateService/Chat", "/openapi.yaml", "/health/", "//ready", "*", "", "/%2e", "/\x00"} {
		f.Add(http.MethodGet, path, "application/json")
		f.Add(http.MethodPost, path, "application/grpc")
	}
	api, err := rpc.New(nil, slog.New(slog.DiscardHandler)) // whoever reaches the domain panics
	if err != nil {
		f.Fatal(err)
	}
	handler := New(Config{API: api, Keys: auth.NewStatic("a-good-key"), Reflection: true}).Handler()
	open := map[string]bool{"": true, "/health": true, "/ready": true, "/openapi.yaml": true}
	f.Fuzz(func(t *testing.T, method, path, kind string) {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/", strings.NewReader("{}"))
		r.Method, r.URL = method, &url.URL{Path: path}
		r.Header.Set("Content-Type", kind)
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, r)
		if w.Code >= 300 && w.Code < 400 || w.Header().Get("Location") != "" {
			t.Errorf("%s %q is a redirect: %d", method, path, w.Code)
		}
		failed := w.Code >= 400 || w.Header().Get("Grpc-Status") != "" && w.Header().Get("Grpc-Status") != "0" || strings.HasPrefix(w.Header().Get("Content-Type"), "application/grpc-web") || strings.HasPrefix(w.Header().Get("Content-Type"), "application/connect+")
		if !failed && !open[slashes.ReplaceAllString(strings.TrimRight(path, "/"), "/")] && !strings.HasPrefix(path, "/grpc.health.v1.Health/") {
			t.Errorf("%s %q as %q without a key: %d %s", method, path, kind, w.Code, w.Body)
		}
	})
}
