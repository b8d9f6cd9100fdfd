package server

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"connectrpc.com/connect"
	"connectrpc.com/grpchealth"

	"github.com/debate-chatbot/debate-api/internal/debate"
	"github.com/debate-chatbot/debate-api/internal/rpc"
	"github.com/debate-chatbot/debate-api/proto/debate/v1/debatev1connect"
)

const (
	// prepareEvery is how long to wait before the database is tried again.
	prepareEvery = time.Second
	// pingEvery is how often the database is looked at. Requests to /ready
	// read the latest answer, so that many of them are no burden.
	pingEvery = 5 * time.Second
	pingWait  = 2 * time.Second
	// firstTryWait is how long a call waits for the first try to prepare.
	firstTryWait = 5 * time.Second
)

// readiness is whether calls can be served. Once they could, an outage of the
// database is shown and not acted on: taking every replica out of service at
// once would help nobody.
type readiness struct {
	prepare, ping func(context.Context) error
	log           *slog.Logger

	tried chan struct{} // closed after the first try to prepare

	mu       sync.Mutex
	prepared bool
	draining bool
	database string
}

// newReadiness is ready at once where there is nothing to wait for.
func newReadiness(prepare, ping func(context.Context) error, log *slog.Logger) *readiness {
	r := &readiness{prepare: prepare, ping: ping, log: log, tried: make(chan struct{}), database: databaseNotReached}
	if prepare == nil && ping == nil {
		r.prepared, r.database = true, databaseOK
	}
	return r
}

// What is told of the database.
const (
	databaseOK          = "ok"
	databaseNotReached  = "not reached yet"
	databaseUnreachable = "unreachable"
	databaseUnusable    = "cannot be served from; the log says why"
)

// watch prepares the database and then looks at it from time to time, until
// ctx ends.
func (r *readiness) watch(ctx context.Context) {
	prepared := r.tryPrepare(ctx)
	close(r.tried)
	for ; !prepared; prepared = r.tryPrepare(ctx) {
		if !sleep(ctx, prepareEvery) {
			return
		}
	}
	for sleep(ctx, pingEvery) {
		r.look(ctx)
	}
}

// tryPrepare reports whether the database is prepared and answers.
func (r *readiness) tryPrepare(ctx context.Context) bool {
	err := call(ctx, r.prepare)
	if err == nil {
		err = r.pinged(ctx)
	}
	if ctx.Err() != nil {
		return false
	}
	state := stateAfter(err)
	r.mu.Lock()
	changed := r.database != state
	r.database, r.prepared = state, err == nil
	r.mu.Unlock()
	if err != nil && changed {
		r.log.ErrorContext(ctx, "not ready; the database is tried again", "state", state, "error", causeOf(err))
	}
	return err == nil
}

// stateAfter is what to tell of the database after a call of it: of trouble
// that will not pass by itself, what it is.
func stateAfter(err error) string {
	e, known := errors.AsType[*debate.Error](err)
	known = known && e.Reason == debate.StoreUnavailable
	switch {
	case err == nil:
		return databaseOK
	case known && e.RetryAfter == 0:
		return e.Message
	case known, errors.Is(err, context.DeadlineExceeded):
		return databaseUnreachable
	default:
		return databaseUnusable
	}
}

// causeOf is an error without what callers are told, who can repeat their call.
func causeOf(err error) error {
	if public, ok := errors.AsType[*debate.Error](err); ok && public.Cause != nil {
		return public.Cause
	}
	return err
}

// look notes whether the database answers.
func (r *readiness) look(ctx context.Context) {
	err := r.pinged(ctx)
	if ctx.Err() != nil {
		return
	}
	state := stateAfter(err)
	r.mu.Lock()
	changed := r.database != state
	r.database = state
	r.mu.Unlock()
	switch {
	case changed && err != nil:
		r.log.WarnContext(ctx, "the database cannot be used", "state", state, "error", causeOf(err))
	case changed:
		r.log.InfoContext(ctx, "the database can be used again")
	}
}

func (r *readiness) pinged(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, pingWait)
	defer cancel()
	return call(ctx, r.ping)
}

func call(ctx context.Context, f func(context.Context) error) error {
	if f == nil {
		return nil
	}
	return f(ctx)
}

// sleep reports whether the time passed before ctx ended.
func sleep(ctx context.Context, d time.Duration) bool {
	select {
	case <-ctx.Done():
		return false
	case <-time.After(d):
		return true
	}
}

func (r *readiness) drain() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.draining = true
}

// readyBody is what /ready answers.
type readyBody struct {
	Status   string `json:"status"`
	Database string `json:"database"`
}

// state is what /ready says, and whether calls should come here.
func (r *readiness) state() (readyBody, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	body := readyBody{"ready", r.database}
	switch {
	case r.draining:
		body.Status = "draining"
	case !r.prepared:
		body.Status = "starting"
	}
	return body, body.Status == "ready"
}

func (r *readiness) databaseAnswers() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.database == databaseOK
}

func (r *readiness) serveReady(w http.ResponseWriter, _ *http.Request) {
	body, ready := r.state()
	status := http.StatusOK
	if !ready {
		status = http.StatusServiceUnavailable
	}
	rpc.WriteJSON(w, status, body)
}

// errNotServing has the code that an AWS load balancer reads: it judges by the
// status of the call alone and would take NOT_SERVING, which comes with OK, for
// healthy. Whoever else asks (kubelet, Envoy, grpc_health_probe) counts a failed
// call as unhealthy too.
var errNotServing = connect.NewError(connect.CodeUnavailable, errors.New("not serving: starting or draining; /ready says more"))

// Check answers gRPC's health service, whose calls fail with UNAVAILABLE while calls
// should not come here.
func (r *readiness) Check(_ context.Context, request *grpchealth.CheckRequest) (*grpchealth.CheckResponse, error) {
	switch request.Service {
	case "", debatev1connect.DebateServiceName:
	default:
		return nil, connect.NewError(connect.CodeNotFound, errors.New("no such service; ask for "+debatev1connect.DebateServiceName))
	}
	if _, ready := r.state(); !ready {
		return nil, errNotServing
	}
	return &grpchealth.CheckResponse{Status: grpchealth.StatusServing}, nil
}

var errNotPrepared = &debate.Error{
	Reason:     debate.StoreUnavailable,
	Message:    "the service is starting and has not reached its database; repeat the call with the same request_id",
	RetryAfter: prepareEvery,
}

// gate refuses calls until the database can be served from. Those that come
// with the start wait for the first try.
func (r *readiness) gate(refuse func(http.ResponseWriter, *http.Request, error), next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		if !r.isPrepared() {
			ctx, cancel := context.WithTimeout(req.Context(), firstTryWait)
			select {
			case <-r.tried:
			case <-ctx.Done():
			}
			cancel()
			if !r.isPrepared() {
				refuse(w, req, errNotPrepared)
				return
			}
		}
		next.ServeHTTP(w, req)
	})
}

func (r *readiness) isPrepared() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.prepared
}
