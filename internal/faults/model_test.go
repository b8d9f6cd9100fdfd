package faults

import (
	"encoding/json"
	"fmt"
	"hash/fnv"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	goopenai "github.com/sashabaranov/go-openai"

	"github.com/debate-chatbot/debate-api/internal/llm/openai/openaitest"
)

// model stands in for OpenAI. What it says follows from what it is asked, so
// that a reply can be told from every other one wherever it turns up.
type model struct {
	*openaitest.Server
	// before, unless nil, is told of each piece of a reply before it is sent.
	before atomic.Pointer[func(piece int)]
}

func newModel(t *testing.T) *model {
	m := &model{Server: openaitest.New(t)}
	m.Chat(m.answer)
	m.Aside(openaitest.Replies(`{"holds":true,"figures":[],"points":[]}`)) // to the check after a reply
	return m
}

func (m *model) answer(w http.ResponseWriter, r *http.Request) {
	var asked goopenai.ChatCompletionRequest
	if err := json.NewDecoder(r.Body).Decode(&asked); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	said := userMessages(asked)
	pieces, apart := script(said[len(said)-1])
	var steps []openaitest.Step
	for i, piece := range pieces {
		steps = append(steps, openaitest.Wait(apart), func(func(string), *http.Request) {
			if before := m.before.Load(); before != nil {
				(*before)(i)
			}
		}, openaitest.Text(piece))
	}
	openaitest.Streams(append(steps, openaitest.Finish("stop"), openaitest.Usage(11, 7), openaitest.Done)...)(w, r)
}

// reminder is what a prompt has behind the user's latest message.
var reminder = regexp.MustCompile(`\n\n\[Reminder, .*\]$`)

// userMessages are what the user said, as it stands in a prompt.
func userMessages(asked goopenai.ChatCompletionRequest) (said []string) {
	for _, m := range asked.Messages {
		if m.Role == goopenai.ChatMessageRoleUser {
			said = append(said, reminder.ReplaceAllString(m.Content, ""))
		}
	}
	return said
}

// line is what a client says to be answered in n pieces, some time apart from
// each other.
func line(id string, n int, apart time.Duration) string {
	return fmt.Sprintf("Cats are better than dogs, because of %s. (%d pieces, %s apart)", id, n, apart)
}

var lineForm = regexp.MustCompile(`because of (\S+)\. \((\d+) pieces, (\S+) apart\)$`)

// script is the answer to a line.
func script(message string) (pieces []string, apart time.Duration) {
	m := lineForm.FindStringSubmatch(message)
	if m == nil {
		return []string{"I was asked something else."}, 0
	}
	n, _ := strconv.Atoi(m[2])
	apart, _ = time.ParseDuration(m[3])
	h := fnv.New64a()
	_, _ = h.Write([]byte(m[1]))
	words := []string{"Cats", "schlafen", "naïve", "猫は", "«never»", "🐕", "argue"}
	for i := range n {
		pieces = append(pieces, fmt.Sprintf("%s%d-%x ", words[(h.Sum64()+uint64(i))%uint64(len(words))], i, h.Sum64()&0xffff))
	}
	pieces[n-1] += "."
	return pieces, apart
}

// replyTo is the whole answer to a line.
func replyTo(message string) string {
	pieces, _ := script(message)
	return strings.Join(pieces, "")
}
