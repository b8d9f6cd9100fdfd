package openai

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
)

// A proxy that wants a name and a password says so in its own answer, or, on the way to an
// https address, in that to CONNECT (RFC 9110, section 15.5.8): neither is about the model's
// key, for which such an answer was taken in inverse-inc/packetfence issue 6277.
func TestALockedProxyIsNotTakenForAWrongKey(t *testing.T) {
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusProxyAuthRequired)
		_, _ = w.Write([]byte("<h1>Proxy Authentication Required</h1><p>authentication required: unauthorized</p>")) // a test's
	}))
	t.Cleanup(proxy.Close)
	for _, model := range []string{"http://model.example/v1/models", "https://model.example/v1/models"} {
		if f, err := failureBy(t, proxy.URL, model); f == nil || f.fault != proxyLocked || !strings.Contains(f.message(), "HTTPS_PROXY") {
			t.Errorf("%s: %v", model, err)
		}
	}
}

// failureBy is what a call fails with by way of a proxy, or of none; nil if it fails with nothing that is known.
func failureBy(t *testing.T, proxy, model string) (*failure, error) {
	t.Helper()
	way := newTransport(1)
	way.base.Proxy = nil
	if proxy != "" {
		address, err := url.Parse(proxy)
		if err != nil {
			t.Fatal(err)
		}
		way.base.Proxy = http.ProxyURL(address)
	}
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, model, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := way.RoundTrip(r)
	if answer != nil {
		_ = answer.Body.Close()
	}
	f, _ := errors.AsType[*failure](err)
	return f, err
}

// A proxy that is switched off, or lets nothing through, was told as a model's server that is
// not there: janhq/jan's issue 2080, "HTTP Proxy - App is stuck at downloading with error".
func TestAProxyThatIsAwayIsNotTakenForTheModelsServer(t *testing.T) {
	closed := httptest.NewServer(http.NotFoundHandler())
	closed.Close()
	refusing := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusForbidden) }))
	t.Cleanup(refusing.Close)
	for _, test := range []struct {
		proxy, model string
		want         fault
	}{
		{closed.URL, "http://model.example/v1/models", proxyDown},
		{closed.URL, "https://model.example/v1/models", proxyDown},
		{strings.Replace(closed.URL, "http:", "socks5:", 1), "https://model.example/v1/models", proxyDown},
		{strings.Replace(closed.URL, "http:", "socks5h:", 1), "http://model.example/v1/models", proxyDown},
		{refusing.URL, "https://model.example/v1/models", proxyDown},
		{"", closed.URL, unreachable},
	} {
		if f, err := failureBy(t, test.proxy, test.model); f == nil || f.fault != test.want || strings.Contains(f.message(), "NO_PROXY") != (test.want == proxyDown) {
			t.Errorf("%s by way of %q: %v", test.model, test.proxy, err)
		}
	}
}
