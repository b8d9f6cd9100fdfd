package server

import (
	"context"
	"net/http"
	"time"

	"github.com/debate-chatbot/debate-api/internal/auth"
	"github.com/debate-chatbot/debate-api/internal/debate"
)

// Limiter counts the requests of callers.
type Limiter interface {
	// Allow counts a request of the owner. Where it is one too many, wait is
	// the time until one would be taken; else it is 0.
	Allow(ctx context.Context, owner debate.Owner) (wait time.Duration)
}

// limited refuses callers who make too many requests, of whose bodies little is then
// read. It stands right after the key, before anything that costs more.
func (s *Server) limited(next http.Handler) http.Handler {
	limiter := s.config.Limiter
	if limiter == nil {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if wait := limiter.Allow(r.Context(), auth.Owner(r.Context())); wait > 0 {
			s.config.API.Refuse(w, r, &debate.Error{
				Reason:     debate.RateLimited,
				Message:    "too many requests of this API key, or of its user; wait for the time given",
				RetryAfter: wait,
			})
			return
		}
		next.ServeHTTP(w, r)
	})
}
