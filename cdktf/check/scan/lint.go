package main

import (
	"context"
	"fmt"

	"github.com/moby/buildkit/client/llb"
	"github.com/moby/buildkit/client/llb/sourceresolver"
	"github.com/moby/buildkit/frontend/dockerfile/dockerfile2llb"
	"github.com/opencontainers/go-digest"
)

// lint runs the linter of the engine itself, as `docker build --check` would, without an engine
// and without base images. Its warnings count as HIGH: there is no reason for any.
func lint(ctx context.Context, text []byte) ([]finding, error) {
	results, err := dockerfile2llb.DockerfileLint(ctx, text, dockerfile2llb.ConvertOpt{
		MetaResolver: noImages{},
		SourceMap:    &llb.SourceMap{Definition: &llb.Definition{}, Filename: "Dockerfile", Language: "Dockerfile", Data: text},
	})
	if err != nil {
		return nil, err
	}
	if results.Error != nil {
		return nil, fmt.Errorf("it does not build: %s", results.Error.Message)
	}
	var found []finding
	for _, w := range results.Warnings {
		found = append(found, finding{w.RuleName, "HIGH", "Dockerfile", w.Detail})
	}
	return found, nil
}

// noImages knows nothing of base images: none is there.
type noImages struct{}

func (noImages) ResolveImageConfig(_ context.Context, ref string, _ sourceresolver.Opt) (string, digest.Digest, []byte, error) {
	return ref, digest.FromString(ref), []byte(`{"architecture":"amd64","os":"linux","config":{}}`), nil
}
