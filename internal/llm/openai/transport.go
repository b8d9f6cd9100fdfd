package openai

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

const (
	// maxErrorBytes is how much of an error's body is read.
	maxErrorBytes = 64 << 10
	// maxStreamBytes is how much of any other body is: some hundred times the
	// longest reply that the domain takes.
	maxStreamBytes = 16 << 20
	// drainWait is how long a body is read on after its use, so that the
	// connection can be used again.
	drainWait = 50 * time.Millisecond
)

// transport keeps connections, and turns what is no success into a failure, so
// that neither redirects are followed with the key nor bodies of errors go
// anywhere.
type transport struct {
	base *http.Transport
}

func newTransport(connections int) transport {
	return transport{&http.Transport{
		Proxy:               http.ProxyFromEnvironment,
		DialContext:         (&net.Dialer{Timeout: 5 * time.Second, KeepAlive: 30 * time.Second}).DialContext,
		ForceAttemptHTTP2:   true,
		TLSHandshakeTimeout: 5 * time.Second,
		MaxIdleConnsPerHost: connections, // 2 by default, and so a new connection for most calls
		IdleConnTimeout:     90 * time.Second,
		DisableCompression:  true, // it would hold back tokens
		OnProxyConnectResponse: func(_ context.Context, _ *url.URL, _ *http.Request, answer *http.Response) error {
			switch answer.StatusCode {
			case http.StatusOK:
				return nil
			case http.StatusProxyAuthRequired:
				return &failure{fault: proxyLocked, status: answer.StatusCode}
			default:
				return &failure{fault: proxyDown, status: answer.StatusCode}
			}
		},
	}}
}

// exchange is what a call has of its own, besides what go-openai does for it: the
// messages that it sends, as JSON, and the body of the answer, which is read here.
type exchange struct {
	messages []byte // nil where it sends none
	answer   io.ReadCloser
}

type exchangeKey struct{}

func (e *exchange) in(ctx context.Context) context.Context {
	return context.WithValue(ctx, exchangeKey{}, e)
}

// noMessages is where go-openai's request has messages that it was given none of.
var noMessages = []byte(`"messages":null`)

// write puts the messages into a request, and copies none of them.
func (e *exchange) write(r *http.Request) (*http.Request, error) {
	if e == nil || e.messages == nil {
		return r, nil
	}
	rest, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	before, after, _ := bytes.Cut(rest, noMessages)
	name := noMessages[:len(noMessages)-len("null")]
	r = r.WithContext(r.Context()) // a round tripper leaves the caller's as it is
	r.ContentLength = int64(len(before) + len(name) + len(e.messages) + len(after))
	r.GetBody = func() (io.ReadCloser, error) {
		return io.NopCloser(&net.Buffers{before, name, e.messages, after}), nil
	}
	r.Body, err = r.GetBody()
	return r, err
}

// RoundTrip returns a *failure for every answer but 2xx.
func (t transport) RoundTrip(r *http.Request) (*http.Response, error) {
	call, _ := r.Context().Value(exchangeKey{}).(*exchange)
	r, err := call.write(r)
	if err != nil {
		return nil, err
	}
	answer, err := t.base.RoundTrip(r)
	if err != nil {
		if cause := causeOf(r.Context()); cause != nil {
			return nil, cause
		}
		if f, ok := errors.AsType[*failure](err); ok {
			return nil, f
		}
		f := &failure{fault: unreachable, cause: localCause(err)}
		if op, ok := errors.AsType[*net.OpError](f.cause); ok && (op.Op == "proxyconnect" || op.Op == "socks connect") { // as net/http names them
			f.fault = proxyDown
		}
		return nil, f
	}
	if err := unzip(answer); err != nil {
		return nil, &failure{fault: malformed, status: answer.StatusCode}
	}
	if answer.StatusCode/100 == 2 {
		answer.Body = &body{io.LimitReader(answer.Body, maxStreamBytes), answer.Body}
		if call != nil {
			call.messages = nil // the stream, which keeps its request, outlives them by far
			call.answer = answer.Body
			answer.Body = io.NopCloser(strings.NewReader("{}")) // for go-openai
		}
		return answer, nil
	}
	text, err := io.ReadAll(io.LimitReader(answer.Body, maxErrorBytes))
	closeErr := answer.Body.Close()
	if cause := causeOf(r.Context()); cause != nil {
		return nil, cause
	}
	f := classify(answer.StatusCode, text)
	f.delay = cmp.Or(retryAfter(answer.Header, time.Now()), f.delay)
	if err := errors.Join(err, closeErr); err != nil {
		f.cause = localCause(err)
	}
	return nil, f
}

// unzip has an answer read as its server meant it: some compress without being
// asked to.
func unzip(answer *http.Response) error {
	switch strings.ToLower(answer.Header.Get("Content-Encoding")) {
	case "", "identity":
		return nil
	case "gzip", "x-gzip":
		answer.Body = &zipped{whole: answer.Body}
		return nil
	default:
		return errors.Join(errors.ErrUnsupported, answer.Body.Close())
	}
}

// zipped is a compressed body, of which nothing is read before it is asked for.
type zipped struct {
	whole  io.ReadCloser
	reader *gzip.Reader
}

// Read implements io.Reader.
func (z *zipped) Read(p []byte) (int, error) {
	if z.reader == nil {
		reader, err := gzip.NewReader(z.whole)
		if err != nil {
			return 0, err
		}
		z.reader = reader
	}
	return z.reader.Read(p)
}

// Close closes the body.
func (z *zipped) Close() error { return z.whole.Close() }

// localCause is the part of an error of the network that was made on this side: what
// net/http cannot parse, it quotes.
func localCause(err error) error {
	var op *net.OpError
	var certificate *tls.CertificateVerificationError
	switch {
	case errors.As(err, &op):
		return op
	case errors.As(err, &certificate):
		return certificate
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		return io.ErrUnexpectedEOF
	default:
		return nil
	}
}

// retryAfter is the delay that a provider asks for, 0 if it asks for none.
func retryAfter(h http.Header, now time.Time) time.Duration {
	if ms, err := strconv.ParseFloat(h.Get("Retry-After-Ms"), 64); err == nil {
		return seconds(ms / 1000)
	}
	said := h.Get("Retry-After")
	if s, err := strconv.ParseFloat(said, 64); err == nil {
		return seconds(s)
	}
	if at, err := http.ParseTime(said); err == nil {
		return max(0, at.Sub(now))
	}
	return 0
}

// seconds is s as a duration between 0 and a day.
func seconds(s float64) time.Duration {
	if !(s > 0) { // NaN too
		return 0
	}
	return time.Duration(min(s, 86_400) * float64(time.Second))
}

// body is that of an answer, bounded, and read to its end when it is closed.
type body struct {
	io.Reader
	whole io.ReadCloser
}

// Close gives the rest of the body a moment to come.
func (b *body) Close() error {
	cut := time.AfterFunc(drainWait, func() { _ = b.whole.Close() }) // its error comes again below
	defer cut.Stop()
	_, _ = io.CopyN(io.Discard, b.whole, 4<<10) // at worst the connection is not used again
	return b.whole.Close()
}
