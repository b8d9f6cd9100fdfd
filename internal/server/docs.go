package server

import (
	"embed"
	"net/http"
	"strings"

	"github.com/debate-chatbot/debate-api/internal/rpc"
)

// docs is /openapi.yaml rendered for readers: Swagger UI as it is published (but
// compressed), with its licence, and a page that begins it.
//
//go:embed docs
var docs embed.FS

// docsPolicy is pagePolicy for Swagger UI, which styles elements one by one and
// makes markup of descriptions; those are this server's own.
const docsPolicy = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; " +
	"base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

const docsPath = "/docs"

// addDocs lets everybody have /docs, from no other origin than this one.
func (s *Server) addDocs(to *http.ServeMux, public func(http.Handler) http.Handler) {
	files, err := pageFiles(docs, docsPolicy)
	if err != nil {
		panic(err) // it is compiled in
	}
	for at, file := range files {
		at = strings.TrimSuffix(at, "/")
		serve := file.serve
		if at == docsPath {
			serve = unslashed(serve)
		}
		to.Handle(at, public(s.get(at, serve)))
	}
}

// unslashed sends who asks for /docs/ to /docs, from which the links of its page lead to where
// they should, also below a path that a proxy takes off.
func unslashed(serve http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if root := rpc.Root(r); root != "./" {
			w.Header().Set("Location", root+docsPath[1:])
			w.WriteHeader(http.StatusMovedPermanently)
			return
		}
		serve(w, r)
	}
}
