package server

import (
	"embed"
	"net/http"
	"strings"
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

// addDocs lets everybody have /docs, from no other origin than this one.
func (s *Server) addDocs(to *http.ServeMux, public func(http.Handler) http.Handler) {
	files, err := pageFiles(docs, docsPolicy)
	if err != nil {
		panic(err) // it is compiled in
	}
	for at, file := range files {
		at = strings.TrimSuffix(at, "/")
		to.Handle(at, public(s.get(at, file.serve)))
	}
}
