package rpc

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strings"
)

// The codes of JSON-RPC's errors.
const (
	codeParseError     = -32700
	codeInvalidRequest = -32600
	codeMethodNotFound = -32601
)

// rpcErrors makes JSON-RPC errors of what the library refuses in plain text: a
// client learns from the code whether to try in another way.
type rpcErrors struct {
	http.ResponseWriter
	asked  []byte // the body of the request
	status int    // of a refusal, else 0
	text   bytes.Buffer
}

func (w *rpcErrors) WriteHeader(status int) {
	if status >= http.StatusBadRequest && strings.HasPrefix(w.Header().Get("Content-Type"), "text/plain") {
		w.status = status
		return
	}
	w.ResponseWriter.WriteHeader(status)
}

func (w *rpcErrors) Write(p []byte) (int, error) {
	if w.status != 0 {
		return w.text.Write(p)
	}
	return w.ResponseWriter.Write(p)
}

func (w *rpcErrors) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// finish sends the refusal, if there is one.
func (w *rpcErrors) finish() {
	if w.status == 0 {
		return
	}
	var asked struct {
		ID json.RawMessage `json:"id"`
	}
	var answer struct {
		Version string          `json:"jsonrpc"`
		ID      json.RawMessage `json:"id"`
		Error   struct {
			Code    int    `json:"code"`
			Message string `json:"message"`
		} `json:"error"`
	}
	answer.Version, answer.Error.Code, answer.Error.Message = "2.0", codeInvalidRequest, strings.TrimSpace(w.text.String())
	if !json.Valid(w.asked) {
		answer.Error.Code = codeParseError
	}
	_ = json.Unmarshal(w.asked, &asked) // of a list of requests there is no one id
	answer.ID = asked.ID
	if len(asked.ID) > 0 && strings.Contains(answer.Error.Message, "not handled") {
		answer.Error.Code, w.status = codeMethodNotFound, http.StatusOK // an answer to this request, not a fault of the transport
	}
	WriteJSON(w.ResponseWriter, w.status, answer)
}
