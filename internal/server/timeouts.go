package server

import (
	"net/http"
	"time"

	"github.com/debate-chatbot/debate-api/internal/rpc"
)

const (
	// bodyTimeout is how long a request's body may take to arrive.
	bodyTimeout = 20 * time.Second
	// reflectionTimeout is that of clients who ask about the contract on one
	// stream, for as long as somebody explores it.
	reflectionTimeout = 10 * time.Minute
	// writeTimeout is how long a caller may take no byte of the answer.
	writeTimeout = 30 * time.Second
)

// withTimeouts drops callers that send their request, or take the answer, too slowly.
func withTimeouts(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Body != nil && r.Body != http.NoBody {
			limit := bodyTimeout
			if isReflection(r.URL.Path) {
				limit = reflectionTimeout
			}
			// The deadline ends with the body: the server lifts it to watch
			// for a caller who leaves. Only a test's writer has none.
			_ = http.NewResponseController(w).SetReadDeadline(time.Now().Add(limit))
		}
		next.ServeHTTP(rpc.NewRecorder(w, writeTimeout), r)
	})
}
