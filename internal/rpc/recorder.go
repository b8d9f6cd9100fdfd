package rpc

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"connectrpc.com/connect"
)

// Recorder is the one writer around that of net/http. It remembers the status,
// moves the deadline of the answer on with every write, and says in words, as an
// error of Connect, what connect answers to a wrong HTTP method or content type with a bare status.
type Recorder struct {
	http.ResponseWriter
	control *http.ResponseController
	timeout time.Duration
	moved   time.Time

	status   int
	explains bool
}

// NewRecorder makes a Recorder. The caller may take no byte of the answer for
// timeout, or for as long as it likes if that is 0.
func NewRecorder(w http.ResponseWriter, timeout time.Duration) *Recorder {
	return &Recorder{ResponseWriter: w, control: http.NewResponseController(w), timeout: timeout}
}

// record is the Recorder that a writer is, or a new one.
func record(w http.ResponseWriter) *Recorder {
	if r, ok := w.(*Recorder); ok {
		return r
	}
	return NewRecorder(w, 0)
}

// WriteHeader remembers the status, and says in words what connect says by that alone.
func (w *Recorder) WriteHeader(status int) {
	if w.status == 0 {
		w.status = status
	}
	text := ""
	if w.explains {
		text = explanation(status, w.Header())
	}
	if text == "" {
		w.ResponseWriter.WriteHeader(status)
		return
	}
	WriteJSON(w.ResponseWriter, status, struct {
		Code    string `json:"code"`
		Message string `json:"message"`
	}{connect.CodeInvalidArgument.String(), text})
}

// explanation puts a status of connect's into words, if it has none.
func explanation(status int, h http.Header) string {
	switch {
	case status == http.StatusMethodNotAllowed && h.Get("Allow") != "":
		return "this call takes " + h.Get("Allow")
	case status == http.StatusUnsupportedMediaType && h.Get("Accept-Post") != "":
		types := h.Get("Accept-Post")
		advice := "for JSON send Content-Type: application/json"
		if !slices.Contains(strings.Split(types, ", "), "application/json") {
			advice = "it streams: plain HTTP has POST /chat with Accept: text/event-stream, and GET /turns/{id}/events"
		}
		return "this call takes the content types " + types + "; " + advice
	default:
		return ""
	}
}

// Write moves the deadline on.
func (w *Recorder) Write(p []byte) (int, error) {
	if w.status == 0 {
		w.status = http.StatusOK
	}
	w.extend()
	return w.ResponseWriter.Write(p)
}

// Flush sends what was written, as streams need it. A connection that is gone is found
// by the next Write.
func (w *Recorder) Flush() {
	w.extend()
	_ = w.control.Flush()
}

// extend moves the deadline, though not for every word of a stream.
func (w *Recorder) extend() {
	if w.timeout == 0 {
		return
	}
	if now := time.Now(); now.Sub(w.moved) > time.Second {
		w.moved = now
		_ = w.control.SetWriteDeadline(now.Add(w.timeout)) // only a test's writer has none
	}
}

// Unwrap is for http.ResponseController.
func (w *Recorder) Unwrap() http.ResponseWriter { return w.ResponseWriter }
