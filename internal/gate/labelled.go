package gate

import "embed"

// Labelled has the labelled messages that neither rules nor training have seen, to
// measure a service by; testdata/README.md says what their fields mean.
//
//go:embed testdata/heldout.jsonl testdata/heldout_fresh.jsonl testdata/asides_heldout.jsonl testdata/asides_fresh.jsonl
var Labelled embed.FS
