package openai

import (
	"context"
	"encoding/json"
	"io"
	"strings"
	"time"
)

// Model is a model that a server offers.
type Model struct {
	Name string
	// Owner is who a server says owns it; llama.cpp says "llamacpp".
	Owner string
}

// ListModels asks a server which models it has. Those that cannot chat are left
// out where their names say so.
func ListModels(ctx context.Context, baseURL, key string) ([]Model, error) {
	transport := newTransport(1)
	defer transport.base.CloseIdleConnections()
	api, err := connect(baseURL, key, transport)
	if err != nil {
		return nil, err
	}
	var listing exchange
	if _, err = api.ListModels(listing.in(ctx)); listing.answer == nil {
		return nil, public(failed(ctx, err))
	}
	defer func() { _ = listing.answer.Close() }() // nothing is lost with it
	text, err := io.ReadAll(listing.answer)
	if err != nil {
		return nil, public(failed(ctx, err))
	}
	models, ok := readModels(text)
	if !ok {
		return nil, public(&failure{fault: malformed})
	}
	return models, nil
}

// readModels reads a list of models as OpenAI and others write it.
func readModels(text []byte) (models []Model, ok bool) {
	type entry struct {
		ID    string `json:"id"`
		Owner any    `json:"owned_by"`
	}
	var answer struct {
		Data []entry `json:"data"`
	}
	if json.Unmarshal(text, &answer) != nil {
		_ = json.Unmarshal(text, &answer.Data) // Together's is the list alone
	}
	if answer.Data == nil {
		return nil, false
	}
	for _, m := range answer.Data {
		if m.ID == "" || strings.ContainsAny(m.ID, " \t\n\x00\x1b") || strings.Contains(strings.ToLower(m.ID), "embed") {
			continue
		}
		owner, _ := m.Owner.(string)
		models = append(models, Model{m.ID, owner})
	}
	return models, true
}

// localWait is how long a server on this machine has to say what it has.
const localWait = 200 * time.Millisecond

// Local asks servers on this machine which models they have, all at once, and
// returns what each said in time, nothing for one that is not there.
func Local(ctx context.Context, urls ...string) [][]Model {
	ctx, cancel := context.WithTimeout(ctx, localWait)
	defer cancel()
	all := make([][]Model, len(urls))
	type answer struct {
		of     int
		models []Model
	}
	answers := make(chan answer, len(urls))
	for i, url := range urls {
		go func() {
			models, err := ListModels(ctx, url, "")
			if err != nil {
				models = nil // whatever is there, it is none
			}
			answers <- answer{i, models}
		}()
	}
	for range urls {
		select {
		case a := <-answers:
			all[a.of] = a.models
		case <-ctx.Done():
			return all
		}
	}
	return all
}
