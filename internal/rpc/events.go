package rpc

import (
	"cmp"
	"encoding/binary"
	"net/http"
	"time"

	"github.com/debate-chatbot/debate-api/internal/auth"
	"github.com/debate-chatbot/debate-api/internal/debate"
)

// changeEvent is the data of an event of GET /events.
type changeEvent struct {
	ConversationID string           `json:"conversation_id,omitempty"`
	TurnID         string           `json:"turn_id,omitempty"`
	Number         int              `json:"number,omitempty"`
	Attempt        int              `json:"attempt,omitempty"`
	VerdictID      string           `json:"verdict_id,omitempty"`
	State          debate.TurnState `json:"state,omitempty"`
	Time           time.Time        `json:"time"`
}

// streamChanges answers with what happens to the caller's debates.
func (k kopi) streamChanges(r *http.Request, out *eventStream) error {
	from, err := readChangeCursor(r)
	if err != nil {
		return err
	}
	return k.service.FollowChanges(r.Context(), auth.Owner(r.Context()), from, func(c *debate.Change, after debate.ChangeCursor) error {
		if !out.begun {
			out.text.WriteString("retry: " + reconnectMillis + "\n")
		}
		id := writeChangeCursor(after)
		if c == nil {
			return out.sendLines(heartbeat + "id: " + id + "\n")
		}
		return out.send(string(c.Kind), id, changeEvent{
			c.ConversationID, c.TurnID, c.Number, c.Attempt, c.VerdictID, c.State, c.At,
		})
	})
}

// A cursor of changes is, in base64url: a version, a time in microseconds, and the
// keys of the changes after it that were told. It says nothing of its owner: in
// another's hands it is a place in that one's changes.
const (
	changesVersion   = 1
	changesHeadBytes = 1 + 8
	changeKeyBytes   = 4
)

var errChangeCursor = debate.Invalid("after", "and Last-Event-ID must be the id of an event of GET /events, or left out to begin now")

// readChangeCursor reads the id of the last event, with which a client comes back by
// itself, or else the query's after.
func readChangeCursor(r *http.Request) (debate.ChangeCursor, error) {
	id := cmp.Or(lastEventID(r), r.URL.Query().Get("after"))
	if id == "" {
		return debate.ChangeCursor{}, nil
	}
	raw, err := tokenEncoding.DecodeString(id)
	if err != nil || len(raw) < changesHeadBytes || raw[0] != changesVersion || (len(raw)-changesHeadBytes)%changeKeyBytes != 0 {
		return debate.ChangeCursor{}, errChangeCursor
	}
	c := debate.ChangeCursor{Since: time.UnixMicro(int64(binary.BigEndian.Uint64(raw[1:])))}
	for raw = raw[changesHeadBytes:]; len(raw) > 0; raw = raw[changeKeyBytes:] {
		c.Told = append(c.Told, binary.BigEndian.Uint32(raw))
	}
	return c, nil
}

func writeChangeCursor(c debate.ChangeCursor) string {
	raw := binary.BigEndian.AppendUint64([]byte{changesVersion}, uint64(c.Since.UnixMicro()))
	for _, key := range c.Told {
		raw = binary.BigEndian.AppendUint32(raw, key)
	}
	return tokenEncoding.EncodeToString(raw)
}
