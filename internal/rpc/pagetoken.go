package rpc

import (
	"encoding/base64"
	"encoding/binary"
	"hash/fnv"
	"math"
	"time"

	"github.com/google/uuid"

	"github.com/debate-chatbot/debate-api/internal/debate"
)

// A page token is, in base64url: a version, a kind, a hash of the query that
// it goes on with, and a place in the list. It says nothing of its owner: in
// another's hands it is a place in that one's list.
const (
	tokenVersion       = 1
	tokenConversations = 'c'
	tokenTurns         = 't'

	tokenHeadBytes = 2 + 8
)

var errPageToken = debate.Invalid("page_token", "must be the next_page_token of an answer to the same query, or empty for the first page")

// tokenEncoding has one way to write each token.
var tokenEncoding = base64.RawURLEncoding.Strict()

// conversationsToken is the token of the page that begins after a conversation.
func conversationsToken(query string, last debate.ConversationCursor) string {
	id, err := uuid.Parse(last.ID)
	if err != nil {
		return "" // ids are made by the service; without one there is no next page
	}
	token := tokenHead(tokenConversations, query)
	token = binary.BigEndian.AppendUint64(token, uint64(last.UpdatedAt.UnixNano()))
	return tokenEncoding.EncodeToString(append(token, id[:]...))
}

// conversationCursor reads what conversationsToken made for the same query; "" is the beginning.
func conversationCursor(token, query string) (debate.ConversationCursor, error) {
	if token == "" {
		return debate.ConversationCursor{}, nil
	}
	place, err := tokenPlace(token, tokenConversations, query, 8+16)
	if err != nil {
		return debate.ConversationCursor{}, err
	}
	nanos := int64(binary.BigEndian.Uint64(place))
	return debate.ConversationCursor{
		UpdatedAt: time.Unix(0, nanos).UTC(),
		ID:        uuid.UUID(place[8:]).String(),
	}, nil
}

// turnsToken is the token of the page that begins after a turn's number.
func turnsToken(query string, last int) string {
	token := tokenHead(tokenTurns, query)
	return tokenEncoding.EncodeToString(binary.BigEndian.AppendUint32(token, uint32(last)))
}

// turnCursor reads what turnsToken made for the same query; "" is 0.
func turnCursor(token, query string) (int, error) {
	if token == "" {
		return 0, nil
	}
	place, err := tokenPlace(token, tokenTurns, query, 4)
	if err != nil {
		return 0, err
	}
	number := binary.BigEndian.Uint32(place)
	if number == 0 || number > math.MaxInt32 {
		return 0, errPageToken
	}
	return int(number), nil
}

// turnsQuery is what a token of a conversation's turns is bound to.
func turnsQuery(conversationID string, latestFirst bool) string {
	if latestFirst {
		return conversationID + " desc"
	}
	return conversationID + " asc"
}

func tokenHead(kind byte, query string) []byte {
	hash := fnv.New64a()
	_, _ = hash.Write([]byte(query)) // never fails, says hash.Hash
	return hash.Sum([]byte{tokenVersion, kind})
}

// tokenPlace is the part after the head, size bytes long.
func tokenPlace(token string, kind byte, query string, size int) ([]byte, error) {
	raw, err := tokenEncoding.DecodeString(token)
	if err != nil || len(raw) != tokenHeadBytes+size || string(raw[:tokenHeadBytes]) != string(tokenHead(kind, query)) {
		return nil, errPageToken
	}
	return raw[tokenHeadBytes:], nil
}
