package rpc

import (
	"errors"
	"html"
	"io"
	"net/http"
	"strings"
	"unicode"
	"unicode/utf8"
)

// errorPolicy lets an error's page have the style of the shared ones, and nothing else.
const errorPolicy = "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// isPerson says whether somebody reads the answer in a browser's window: programs do not
// name HTML among what they accept.
func isPerson(r *http.Request) bool {
	return strings.Contains(r.Header.Get("Accept"), "text/html")
}

// Root leads from the address that a browser shows up to the service, which may be below
// a path that a proxy takes off.
func Root(r *http.Request) string {
	asked := r.RequestURI
	if !strings.HasPrefix(asked, "/") { // a proxy's form of it, with the host
		asked = r.URL.EscapedPath()
	}
	asked, _, _ = strings.Cut(asked, "?")
	if up := strings.Count(asked, "/") - 1; up > 0 {
		return strings.Repeat("../", up)
	}
	return "./"
}

// writeErrorPage shows an error to a person, who followed a link or typed an address.
func writeErrorPage(w http.ResponseWriter, r *http.Request, err error, status int) {
	heading, text := "This did not work", domainError(err).Message
	switch {
	case errors.Is(err, errNoSuchPath):
		heading, text = "Not found", "there is no page at this address"
	case status == http.StatusNotFound:
		heading = "Not found"
	case status == http.StatusTooManyRequests:
		heading = "One moment"
	}
	first, size := utf8.DecodeRuneInString(text)
	text = string(unicode.ToUpper(first)) + text[size:] + "."
	root := html.EscapeString(Root(r))
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Security-Policy", errorPolicy)
	w.Header().Set("Referrer-Policy", "no-referrer")
	w.WriteHeader(status)
	_, _ = io.WriteString(w, `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">`+
		`<meta name="robots" content="noindex"><title>`+heading+`</title><link rel="icon" href="`+root+`icon.svg" type="image/svg+xml"><link rel="stylesheet" href="`+root+`s/style.css"></head>`+
		`<body><main><h1>`+heading+`</h1><p>`+html.EscapeString(text)+`</p><p><a href="`+root+`">State a view, and hear the other side</a></p></main></body></html>`) // whoever is gone cannot be told
}
