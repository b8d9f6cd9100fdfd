package server

import (
	"net/http"
	"time"
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
		control := http.NewResponseController(w)
		if r.Body != nil && r.Body != http.NoBody {
			limit := bodyTimeout
			if isReflection(r.URL.Path) {
				limit = reflectionTimeout
			}
			// The deadline ends with the body: the server lifts it to watch
			// for a caller who leaves. Only a test's writer has none.
			_ = control.SetReadDeadline(time.Now().Add(limit))
		}
		next.ServeHTTP(&timedWriter{ResponseWriter: w, control: control}, r)
	})
}

// timedWriter moves the deadline of the answer on with every write.
type timedWriter struct {
	http.ResponseWriter
	control *http.ResponseController
	moved   time.Time
}

func (w *timedWriter) Write(p []byte) (int, error) {
	w.extend()
	return w.ResponseWriter.Write(p)
}

// Flush is what streams need.
func (w *timedWriter) Flush() {
	w.extend()
	_ = w.control.Flush() // a connection that is gone is found by the next Write
}

// extend moves the deadline, though not for every word of a stream.
func (w *timedWriter) extend() {
	if now := time.Now(); now.Sub(w.moved) > time.Second {
		w.moved = now
		_ = w.control.SetWriteDeadline(now.Add(writeTimeout))
	}
}

// Unwrap is for http.ResponseController.
func (w *timedWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }
