package server

import (
	_ "embed"
	"net"
	"net/http"
	"net/netip"
	"path"
	"slices"
	"strings"

	"connectrpc.com/connect"
	connectcors "connectrpc.com/cors"
	"connectrpc.com/grpchealth"
	"connectrpc.com/grpcreflect"
	"github.com/rs/cors"

	"github.com/debate-chatbot/debate-api/internal/auth"
	"github.com/debate-chatbot/debate-api/internal/debate"
	"github.com/debate-chatbot/debate-api/internal/rpc"
	"github.com/debate-chatbot/debate-api/proto/debate/v1/debatev1connect"
)

//go:embed openapi/openapi.yaml
var openAPI []byte

// preflightSeconds is how long a browser may remember what it may send.
const preflightSeconds = 2 * 60 * 60

// maxHealthBytes is the largest question about health, which anybody may ask.
const maxHealthBytes = 1 << 10

// maxReflectionBytes is the largest question of a client for the contract.
const maxReflectionBytes = 64 << 10

// middleware stands around a handler.
type middleware func(http.Handler) http.Handler

// within puts layers around a handler, the first of them outermost.
func within(layers ...middleware) func(http.Handler) http.Handler {
	return func(h http.Handler) http.Handler {
		for _, layer := range slices.Backward(layers) {
			h = layer(h)
		}
		return h
	}
}

// routes is the whole tree. Health stands outside of everything that could
// refuse or log it, because balancers ask often and hold no key; the page holds
// nothing of anybody, and is open; the calls, and reflection on them, need a key.
func (s *Server) routes() http.Handler {
	api := s.config.API
	open := []middleware{api.Observe, s.allowOrigins(), s.localOnly}
	keyed := append(slices.Clone(open), s.authenticated, s.limited, atWork)
	public, private := within(open...), within(keyed...)

	mux := http.NewServeMux()
	api.Register(mux, within(append(keyed, s.whenReady, s.ownPages)...))
	s.addPage(mux, public)
	s.addShared(mux, public)
	s.addDocs(mux, public)
	mux.Handle("/openapi.yaml", public(s.get("/openapi.yaml", serveOpenAPI)))
	seen := s.allowOrigins() // pages try a key on them
	mux.Handle("/health", seen(s.get("/health", serveHealth)))
	mux.Handle("/ready", seen(s.get("/ready", s.ready.serveReady)))
	tree, health := grpchealth.NewHandler(s.ready, connect.WithReadMaxBytes(maxHealthBytes), rpc.BoundedGzip())
	mux.Handle(tree, http.MaxBytesHandler(health, maxHealthBytes))
	notFound := api.Observe(http.HandlerFunc(api.RefusePath))
	mux.Handle(trimSlash(tree), notFound)
	if s.config.Reflection {
		addReflection(mux, private, http.HandlerFunc(api.RefusePath))
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-Content-Type-Options", "nosniff")
		if clean := path.Clean(r.URL.Path); clean != r.URL.Path || clean[0] != '/' {
			if clean[0] != '/' || strings.Contains(r.URL.Path+"/", "/./") || strings.Contains(r.URL.Path+"/", "/../") {
				notFound.ServeHTTP(w, r) // the mux would answer a redirect
				return
			}
			r = r.Clone(r.Context()) // base URLs end in a slash, and so do paths that people type
			r.URL.Path, r.URL.RawPath = clean, ""
		}
		mux.ServeHTTP(w, r)
	})
}

// addReflection answers gRPC server reflection, in both of its versions.
func addReflection(mux *http.ServeMux, private func(http.Handler) http.Handler, notFound http.Handler) {
	reflector := grpcreflect.NewStaticReflector(debatev1connect.DebateServiceName, grpchealth.HealthV1ServiceName)
	for _, version := range []func(*grpcreflect.Reflector, ...connect.HandlerOption) (string, http.Handler){
		grpcreflect.NewHandlerV1, grpcreflect.NewHandlerV1Alpha,
	} {
		tree, reflection := version(reflector, connect.WithReadMaxBytes(maxReflectionBytes), rpc.BoundedGzip())
		mux.Handle(tree, private(reflection))
		mux.Handle(trimSlash(tree), private(notFound))
	}
}

// authenticated lets callers with a key through, or, where there are none,
// everybody.
func (s *Server) authenticated(next http.Handler) http.Handler {
	if s.config.Keys == nil {
		return auth.Require(auth.Open{}, s.config.API.Refuse, next)
	}
	return auth.Require(s.config.Keys, s.config.API.Refuse, next)
}

// whenReady refuses calls until the database can be served from.
func (s *Server) whenReady(next http.Handler) http.Handler {
	return s.ready.gate(s.config.API.Refuse, next)
}

// trimSlash is a tree's path without its slash, which a mux would redirect.
func trimSlash(tree string) string { return strings.TrimSuffix(tree, "/") }

func isReflection(path string) bool { return strings.HasPrefix(path, "/grpc.reflection.") }

// get serves one path to GET and HEAD.
func (s *Server) get(path string, serve http.HandlerFunc) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			s.config.API.RefuseMethod(w, r, path, http.MethodGet)
			return
		}
		serve(w, r)
	})
}

func serveHealth(w http.ResponseWriter, _ *http.Request) {
	rpc.WriteJSON(w, http.StatusOK, struct {
		Status string `json:"status"`
	}{"ok"})
}

func serveOpenAPI(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/yaml")
	w.Header().Set("Cache-Control", "no-cache")
	_, _ = w.Write(openAPI) // whoever is gone cannot be told
}

// allowOrigins lets pages of the configured origins call, and no others.
// There are no cookies, so a page can do only what its user has a key for.
func (s *Server) allowOrigins() middleware {
	if origins := s.origins(); origins != nil {
		return origins.Handler
	}
	return func(next http.Handler) http.Handler { return next }
}

// origins are those whose pages may call; nil if there are none.
func (s *Server) origins() *cors.Cors {
	if len(s.config.Origins) == 0 {
		return nil
	}
	return cors.New(cors.Options{
		AllowedOrigins: s.config.Origins,
		AllowedMethods: connectcors.AllowedMethods(),
		// Any: those of the protocols and of the key, and what a page's tracer
		// adds to each call, such as traceparent and baggage.
		AllowedHeaders: []string{"*"},
		ExposedHeaders: append(connectcors.ExposedHeaders(), "Retry-After", rpc.RequestIDHeader),
		MaxAge:         preflightSeconds,
		// An allowed page may call a service on its reader's own machine, of which Chrome asks.
		AllowPrivateNetwork: true,
	})
}

// ownPages refuses calls of /mcp by pages of other origins, as the Model Context Protocol demands.
// Of the other calls no such page could read the answer.
func (s *Server) ownPages(next http.Handler) http.Handler {
	protection := http.NewCrossOriginProtection()
	protection.SetDenyHandler(http.HandlerFunc(s.config.API.RefuseOrigin))
	origins, guarded := s.origins(), protection.Handler(next)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == rpc.AgentsPath && (origins == nil || !origins.OriginAllowed(r)) {
			guarded.ServeHTTP(w, r)
			return
		}
		next.ServeHTTP(w, r)
	})
}

var errForeignHost = debate.Invalid("Host", "without an API key this server answers only to localhost, 127.0.0.1 and [::1]; set API_KEY to serve other names")

// localOnly refuses foreign host names where no key is asked for: a web page
// could otherwise point a name of its own at this machine and read along.
func (s *Server) localOnly(next http.Handler) http.Handler {
	if s.config.Keys != nil {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !isLocal(r.Host) {
			s.config.API.Refuse(w, r, errForeignHost)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// isLocal knows the names that never lead to another machine: localhost and
// what is under it (RFC 6761), and loopback addresses, in the short forms too
// that callers pass on as they were typed (127.1).
func isLocal(host string) bool {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	host = strings.TrimSuffix(strings.TrimPrefix(host, "["), "]")
	if ip, err := netip.ParseAddr(host); err == nil {
		return ip.Unmap().IsLoopback()
	}
	name := strings.ToLower(strings.TrimSuffix(host, "."))
	return name == "localhost" || strings.HasSuffix(name, ".localhost") ||
		strings.HasPrefix(name, "127.") && strings.Trim(name, "0123456789.") == ""
}
