package gate

import "embed"

// Labelled has the labelled messages that neither rules nor training have seen, to
// measure a service by; testdata/README.md says what their fields mean.
//
//go:embed heldout/messages.jsonl heldout/fresh.jsonl heldout/asides.jsonl heldout/asides_fresh.jsonl
var Labelled embed.FS
