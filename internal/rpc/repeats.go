package rpc

import (
	"crypto/rand"
	"crypto/sha256"
	"net/http"

	lru "github.com/hashicorp/golang-lru/v2"

	"github.com/debate-chatbot/debate-api/internal/debate"
)

// retryCountHeader is where OpenAI's libraries say how often they have sent the same
// request before. They do so by themselves, after a timeout or a lost connection too,
// and without an id.
const retryCountHeader = "X-Stainless-Retry-Count"

// rememberedRequests is of how many requests the ids are kept, in this process.
const rememberedRequests = 4096

// repeats finds the ids of requests that are sent again, so that these join the turns
// that they began.
type repeats struct {
	ids *lru.Cache[repeatKey, string]
}

type repeatKey struct {
	owner debate.Owner
	body  [sha256.Size]byte
}

// repeated is a request with the id that it, and each of its repetitions, has.
type repeated struct {
	key repeatKey
	id  string
}

func newRepeats() *repeats {
	ids, err := lru.New[repeatKey, string](rememberedRequests)
	if err != nil {
		panic(err) // of a number that is not positive
	}
	return &repeats{ids}
}

// of is a request with its id: a new one unless it says that it is sent again.
func (r *repeats) of(owner debate.Owner, body []byte, h http.Header) repeated {
	again := h.Get(retryCountHeader)
	if again == "" {
		return repeated{}
	}
	key := repeatKey{owner, sha256.Sum256(body)}
	if id, known := r.ids.Get(key); known && again != "0" {
		return repeated{key, id}
	}
	id := "repeat-" + rand.Text()
	r.ids.Add(key, id)
	return repeated{key, id}
}

// forget has the next repetition begin anew.
func (r *repeats) forget(one repeated) { r.ids.Remove(one.key) }
