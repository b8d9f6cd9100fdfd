// Package web holds the page that people debate on: its sources in TypeScript,
// and dist, which `make web` builds from them and which is all that is embedded.
// It knows nothing of how the page is served.
package web

import (
	"embed"
	"io/fs"
)

//go:embed dist
var built embed.FS

// Page is the built page: index.html and the files that it asks for.
func Page() fs.FS {
	dist, err := fs.Sub(built, "dist")
	if err != nil {
		panic(err) // "dist" is a valid path
	}
	return dist
}
