package rpc

import (
	"cmp"
	"context"
	"crypto/rand"
	"log/slog"
	"net/http"
	"time"

	"connectrpc.com/connect"

	"github.com/debate-chatbot/debate-api/internal/auth"
	"github.com/debate-chatbot/debate-api/internal/debate"
)

// RequestIDHeader carries a name for the request, the caller's own or a new
// one, that the log and the response have too.
const RequestIDHeader = "X-Request-Id"

// outcome is what is known of a request for its line in the log. It is filled
// by whoever handles the request, in its goroutine.
type outcome struct {
	method string
	key    string
	code   string
	err    error
}

// otherMethod is that of a request for no call that there is.
const otherMethod = "other"

type outcomeKey struct{}

// outcomeOf is the outcome to fill; outside of Observe it is thrown away.
func outcomeOf(ctx context.Context) *outcome {
	if o, ok := ctx.Value(outcomeKey{}).(*outcome); ok {
		return o
	}
	return new(outcome)
}

// identify says which call it is, and whose.
func (o *outcome) identify(ctx context.Context, method string) {
	o.method, o.key = method, auth.Owner(ctx).Key
}

// refused notes which call was refused, and whose, where that is known.
func (o *outcome) refused(ctx context.Context, method string) {
	if o.method != otherMethod {
		return // it got as far as its handler
	}
	owner, _ := auth.Known(ctx)
	o.method, o.key = method, owner.Key
}

// succeeded says that the call ended well.
func (o *outcome) succeeded() { o.code, o.err = "ok", nil }

// failed says that the call ended with an error, and translates that. A caller
// who left is no fault of ours, and has no reason.
func (o *outcome) failed(ctx context.Context, err error) *connect.Error {
	out := connectError(ctx, err)
	o.code, o.err = out.Code().String(), err
	if callerGone(ctx, err) != nil {
		o.err = nil
	}
	return out
}

// reason is why the call failed, if it did.
func (o *outcome) reason() debate.Reason {
	if o.err == nil {
		return ""
	}
	return domainError(o.err).Reason
}

// levelOf is the level at which a call is logged that failed for a reason, or for none.
func levelOf(reason debate.Reason) slog.Level {
	switch reason {
	case debate.Internal:
		return slog.LevelError
	case debate.StoreUnavailable, debate.ModelUnavailable, debate.Overloaded:
		return slog.LevelWarn
	default: // the caller's own doing, or the course of things
		return slog.LevelInfo
	}
}

// Observe gives every request an id and a line in the log: request id, key
// name, method, code and latency, never a word of what was said. The same goes
// to traces and metrics where there are any. It stands outside of everything
// that may refuse a request.
func (a *API) Observe(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		began := time.Now()
		id := r.Header.Get(RequestIDHeader)
		if id == "" || len(id) > 64 || debate.ValidateRequestID(id) != nil {
			id = rand.Text()
		}
		o := &outcome{method: otherMethod}
		recorder := record(w)
		recorder.Header().Set(RequestIDHeader, id)
		ctx := r.Context()
		if a.instruments != nil {
			ctx = a.instruments.begin(r, a.methodOf(r))
		}
		defer func() {
			// An answer of trailers alone has a header that nobody wrote.
			status, took := cmp.Or(recorder.status, http.StatusOK), time.Since(began)
			a.log(ctx, o, id, status, took)
			if a.instruments != nil {
				a.instruments.end(ctx, o, id, status, took)
			}
		}()
		next.ServeHTTP(recorder, r.WithContext(context.WithValue(ctx, outcomeKey{}, o)))
	})
}

// log writes the line of a request.
func (a *API) log(ctx context.Context, o *outcome, id string, status int, took time.Duration) {
	attrs := []slog.Attr{
		slog.String("request_id", id), slog.String("key", o.key), slog.String("method", o.method),
		slog.String("code", o.code), slog.Int("status", status), slog.Float64("latency_ms", float64(took.Microseconds())/1000),
	}
	reason := o.reason()
	level := levelOf(reason)
	if o.err != nil {
		attrs = append(attrs, slog.String("reason", string(reason)))
		// The text of a caller's own fault may quote what the caller said.
		if level > slog.LevelInfo {
			attrs = append(attrs, slog.Any("error", o.err))
		}
	}
	a.logger.LogAttrs(ctx, level, "call", attrs...)
}
