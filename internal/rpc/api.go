package rpc

// This file is the HTTP side of the contract: which paths there are, how large a body may be, and
// how a request is refused in the words of the protocol that it came in.

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"buf.build/go/protovalidate"
	"connectrpc.com/connect"

	"github.com/debate-chatbot/debate-api/internal/debate"
	debatev1 "github.com/debate-chatbot/debate-api/proto/debate/v1"
	"github.com/debate-chatbot/debate-api/proto/debate/v1/debatev1connect"
)

// compressMinBytes keeps short messages, those of a stream and the answers of
// most turns, as they are: compressing them would cost more than it saves.
const compressMinBytes = 8 << 10

// These limits are larger than maxMessageBytes, so that a request only somewhat
// too large is refused by the codec, which says what is allowed.
const (
	// maxBodyBytes bounds what is read of a request.
	maxBodyBytes = 512 << 10
	// maxPicturesBytes bounds one of OpenAI's contract, whose pictures are read past.
	maxPicturesBytes = 32 << 20
	// maxDecompressedBytes bounds what a compressed request can become.
	maxDecompressedBytes = 1 << 20
)

// API is the contract, served from a Service.
type API struct {
	validator protovalidate.Validator
	refusals  *connect.ErrorWriter
	logger    *slog.Logger
	methods   map[string]bool         // the paths of DebateService's, and whether they stream
	routes    map[string]string       // of all other calls: by path, with their methods
	handlers  map[string]http.Handler // of all of these, by pattern

	instruments *instruments // nil where nothing is traced or measured
}

// New makes the API. It fails only if the contract's rules do not compile.
// The options given are added to those of every call of the contract.
func New(service Service, logger *slog.Logger, options ...connect.HandlerOption) (*API, error) {
	validator, err := protovalidate.New()
	if err != nil {
		return nil, fmt.Errorf("compile the rules of the contract: %w", err)
	}
	options = append([]connect.HandlerOption{
		connect.WithCodec(protoCodec),
		connect.WithCodec(jsonCodec),
		connect.WithInterceptors(interceptor{validator}),
		connect.WithCompressMinBytes(compressMinBytes),
		connect.WithReadMaxBytes(maxDecompressedBytes),
		BoundedGzip(),
	}, options...)
	a := &API{
		validator: validator,
		refusals:  connect.NewErrorWriter(options...),
		logger:    logger,
		methods:   make(map[string]bool),
		routes:    make(map[string]string),
		handlers:  make(map[string]http.Handler),
	}
	methods := debatev1.File_debate_v1_debate_proto.Services().ByName("DebateService").Methods()
	for i := range methods.Len() {
		m := methods.Get(i)
		a.methods["/"+debatev1connect.DebateServiceName+"/"+string(m.Name())] = m.IsStreamingServer()
	}
	path, calls := debatev1connect.NewDebateServiceHandler(handler{service: service}, options...)
	a.handlers[path] = a.knownMethods(calls)
	kopi{a, service}.register()
	completions{kopi{a, service}, newRepeats()}.register()
	agents{kopi{a, service}}.register()
	a.handlers["/"] = http.HandlerFunc(a.RefusePath)
	a.handlers[strings.TrimSuffix(path, "/")] = http.HandlerFunc(a.RefusePath) // which would be a redirect
	return a, nil
}

// Routes are the methods and paths of the calls beside DebateService's.
func (a *API) Routes() []string { return slices.Sorted(maps.Values(a.routes)) }

// Register puts the calls of the contract on a mux, and NOT_FOUND on every other
// path. They serve the owner in the request's context (see auth.Require), which
// within sees to, along with whatever else stands around a call.
func (a *API) Register(on *http.ServeMux, within func(http.Handler) http.Handler) {
	for pattern, handler := range a.handlers {
		most := int64(maxBodyBytes)
		if isCompletion(pattern) {
			most = maxPicturesBytes
		}
		on.Handle(pattern, webText(within(a.limitBody(most, handler))))
	}
}

// limitBody refuses a request that is larger than any valid one.
func (a *API) limitBody(most int64, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "no-store")
		if r.ContentLength > most {
			a.Refuse(w, r, errTooLarge)
			return
		}
		if r.Body != nil {
			r.Body = &boundedBody{r.Body, most, r.Context()}
		}
		next.ServeHTTP(w, r)
	})
}

// boundedBody fails with errTooLarge, as the caller is then told it, where a
// body goes on past left.
type boundedBody struct {
	io.ReadCloser
	left int64
	ctx  context.Context // the request's, for an error that few need
}

func (b *boundedBody) Read(p []byte) (int, error) {
	return readBounded(b.ctx, b.ReadCloser, p, &b.left)
}

// readBounded reads some of a reader of which left bytes may be read, and fails past them.
func readBounded(ctx context.Context, from io.Reader, p []byte, left *int64) (int, error) {
	if *left < 0 {
		return 0, connectError(ctx, errTooLarge)
	}
	n, err := from.Read(p[:min(int64(len(p)), *left+1)])
	if *left -= int64(n); *left < 0 {
		return n - 1, connectError(ctx, errTooLarge)
	}
	return n, err
}

// Refuse answers a request with an error in its own protocol, without reading
// more of its body than takeRest does.
func (a *API) Refuse(w http.ResponseWriter, r *http.Request, err error) {
	outcomeOf(r.Context()).refused(r.Context(), a.methodOf(r))
	if debate.ReasonOf(err) == debate.Unauthenticated {
		w.Header().Set("WWW-Authenticate", "Bearer") // RFC 9110, section 11.6.1, asks for it
	}
	if !isRPC(r) {
		a.fail(w, r, err, 0)
		return
	}
	a.writeRPC(w, r, outcomeOf(r.Context()).failed(r.Context(), err))
}

// RefusePath answers a request for what is not there.
func (a *API) RefusePath(w http.ResponseWriter, r *http.Request) {
	if isCompletionOutside(r.URL.Path) {
		writeCompletionError(w, noSuchCompletion(r.URL.Path), 0)
		return
	}
	if strings.HasPrefix(r.Header.Get("Content-Type"), "application/grpc") {
		a.refuseMethod(w, r, "this server has no such service") // gRPC's word for it, by which its tools try another way
		return
	}
	a.Refuse(w, r, errNoSuchPath)
}

// RefuseMethod answers a request whose path takes another method.
func (a *API) RefuseMethod(w http.ResponseWriter, r *http.Request, path, takes string) {
	w.Header().Set("Allow", takes)
	path = strings.ReplaceAll(path, "...}", "}") // of a mux's pattern
	a.fail(w, r, debate.Invalid("method", path+" takes "+takes), http.StatusMethodNotAllowed)
}

var errForeignOrigin = debate.Invalid("Origin", "pages of other origins may not call this; CORS_ALLOWED_ORIGINS names those that may")

// RefuseOrigin answers a page that may not call.
func (a *API) RefuseOrigin(w http.ResponseWriter, r *http.Request) {
	a.fail(w, r, errForeignOrigin, http.StatusForbidden)
}

// statusGone is what others, too, answer a caller who has left, or has at least
// ended its side of the connection.
const statusGone = 499

// fail answers with an error of the contract that a path is of, if not of
// DebateService's; status 0 is the reason's own.
func (a *API) fail(w http.ResponseWriter, r *http.Request, err error, status int) {
	if outcomeOf(r.Context()).failed(r.Context(), err).Code() == connect.CodeCanceled {
		w.WriteHeader(statusGone)
		return
	}
	if isCompletion(r.URL.Path) {
		writeCompletionError(w, err, status)
		return
	}
	writeKopiError(w, r, err, status)
}

func (a *API) writeRPC(w http.ResponseWriter, r *http.Request, err *connect.Error) {
	if r.ProtoMajor > 1 {
		takeRest(w, r)
	}
	if writeErr := a.refusals.Write(trailed{w}, r, err); writeErr != nil {
		a.logger.DebugContext(r.Context(), "a refusal was not sent", "error", writeErr)
	}
}

// restBytes of a refused request are read at most, and for restWait.
const (
	restBytes = 64 << 10
	restWait  = time.Second
)

// takeRest reads what is on its way of a request over HTTP/2. What comes after the answer has
// ended its stream is an error of the protocol, and nginx passes that on in place of the answer.
func takeRest(w http.ResponseWriter, r *http.Request) {
	_ = http.NewResponseController(w).SetReadDeadline(time.Now().Add(restWait)) // who cannot have one is no client over HTTP/2
	_, _ = io.CopyN(io.Discard, r.Body, restBytes)
}

// trailed sends the header at once where trailers follow. Without a body between them net/http would
// say that the content's length is 0, and nginx would drop the trailers, in which gRPC has the
// error.
type trailed struct{ http.ResponseWriter }

func (w trailed) WriteHeader(status int) {
	w.ResponseWriter.WriteHeader(status)
	if w.Header().Get("Trailer") != "" {
		_ = http.NewResponseController(w.ResponseWriter).Flush() // who cannot flush sends it later
	}
}

// methodOf names the call that a request is for, as far as there is one: what
// callers make up does not get into the log.
func (a *API) methodOf(r *http.Request) string {
	if _, known := a.methods[r.URL.Path]; known {
		return r.URL.Path
	}
	return cmp.Or(a.routes[r.Pattern], otherMethod)
}

// isRPC tells calls of services from those of the Kopi contract.
func isRPC(r *http.Request) bool {
	service, _, found := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	return found && strings.Contains(strings.TrimPrefix(service, "."), ".") || strings.HasPrefix(r.Header.Get("Content-Type"), "application/grpc")
}

// knownMethods answers calls of methods that do not exist, in the caller's
// protocol, and those whose HTTP method or content type no protocol has, with
// words beside the status.
func (a *API) knownMethods(calls http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		streams, known := a.methods[r.URL.Path]
		if !known {
			a.refuseMethod(w, r, "debate.v1.DebateService has no such method")
			return
		}
		if streams {
			passUnbuffered(w.Header())
		}
		outcomeOf(r.Context()).identify(r.Context(), r.URL.Path)
		recorder := record(w)
		recorder.explains = true
		calls.ServeHTTP(recorder, r)
	})
}

// refuseMethod answers a call that nothing serves, in the caller's protocol.
func (a *API) refuseMethod(w http.ResponseWriter, r *http.Request, text string) {
	err := connect.NewError(connect.CodeUnimplemented, errors.New(text))
	outcomeOf(r.Context()).code = err.Code().String()
	a.writeRPC(w, r, err)
}

// passUnbuffered asks the proxies on the way to pass a stream on as it comes:
// nginx collects answers by default, and those who compress collect them too.
func passUnbuffered(h http.Header) {
	h.Set("X-Accel-Buffering", "no")
	h.Set("Cache-Control", "no-store, no-transform")
}
