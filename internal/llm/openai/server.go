package openai

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
)

// server is where models are, and the key that it wants to see.
type server struct {
	base *url.URL // of its addresses
	key  string
	http http.Client
}

// newServer makes a server without a call. An empty base is OpenAI's.
func newServer(base, key string, through transport) (*server, error) {
	if base == "" {
		base = "https://api.openai.com/v1"
	}
	u, err := url.Parse(base)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return nil, errors.New("openai: the base URL must be http:// or https:// with a host, such as https://api.openai.com/v1")
	}
	// The address of the calls themselves is pasted as often.
	u.Path = strings.TrimSuffix(strings.TrimRight(u.Path, "/"), "/chat/completions")
	return &server{u, key, http.Client{Transport: through}}, nil
}

// The kinds of answers that are asked for.
const (
	wholeAnswer    = "application/json"
	streamedAnswer = "text/event-stream"
)

// post sends JSON to a path and returns the body of the answer, if that is a success:
// else the error is a *failure.
func (s *server) post(ctx context.Context, path, accept string, body []byte) (io.ReadCloser, error) {
	return s.send(ctx, http.MethodPost, path, accept, bytes.NewReader(body))
}

func (s *server) send(ctx context.Context, method, path, accept string, body io.Reader) (io.ReadCloser, error) {
	r, err := http.NewRequestWithContext(ctx, method, s.base.JoinPath(path).String(), body)
	if err != nil {
		return nil, err
	}
	r.Header.Set("Accept", accept)
	if body != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	if s.key != "" {
		r.Header.Set("Authorization", "Bearer "+s.key)
	}
	answer, err := s.http.Do(r)
	if err != nil {
		return nil, err
	}
	return answer.Body, nil
}
