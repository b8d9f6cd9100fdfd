package rpc

import (
	"encoding/base64"
	"io"
	"net/http"
	"strings"
)

const (
	grpcWeb     = "application/grpc-web"
	grpcWebText = grpcWeb + "-text"
)

// webText lets gRPC-Web's text mode call, in which both bodies are base64: Google's client
// streams in no other, and connect speaks the binary one only.
func webText(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		codec, isText := strings.CutPrefix(r.Header.Get("Content-Type"), grpcWebText)
		if !isText || codec != "" && codec[0] != '+' && codec[0] != ';' {
			next.ServeHTTP(w, r)
			return
		}
		r = r.Clone(r.Context())
		r.Header.Set("Content-Type", grpcWeb+codec)
		r.ContentLength = -1
		r.Body = struct {
			io.Reader
			io.Closer
		}{base64.NewDecoder(base64.StdEncoding, r.Body), r.Body}
		text := &textWriter{ResponseWriter: w}
		next.ServeHTTP(text, r)
		text.begin() // of an answer without a body
	})
}

// textWriter encodes what is written, each piece by itself and padded, as the protocol has it.
type textWriter struct {
	http.ResponseWriter
	begun bool
}

// WriteHeader names the mode.
func (w *textWriter) WriteHeader(status int) {
	w.begun = true
	h := w.Header()
	if codec, ok := strings.CutPrefix(h.Get("Content-Type"), grpcWeb); ok {
		h.Set("Content-Type", grpcWebText+codec)
	}
	h.Del("Content-Length")
	w.ResponseWriter.WriteHeader(status)
}

func (w *textWriter) Write(p []byte) (int, error) {
	w.begin()
	if !strings.HasPrefix(w.Header().Get("Content-Type"), grpcWebText) {
		return w.ResponseWriter.Write(p) // not in the protocol, such as a path's refusal
	}
	if _, err := io.WriteString(w.ResponseWriter, base64.StdEncoding.EncodeToString(p)); err != nil {
		return 0, err
	}
	return len(p), nil
}

func (w *textWriter) begin() {
	if !w.begun {
		w.WriteHeader(http.StatusOK)
	}
}

// Flush sends what was written, as streams need it; a connection that is gone is found by the next Write.
func (w *textWriter) Flush() {
	w.begin()
	_ = http.NewResponseController(w.ResponseWriter).Flush()
}

// Unwrap is for http.ResponseController.
func (w *textWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }
