package server

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/base64"
	"io"
	"io/fs"
	"net/http"
	"path"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/debate-chatbot/debate-api/web"
)

// inlined are the style and the script that a page holds itself.
var inlined = regexp.MustCompile(`(?s)<(style|script)>(.*?)</`)

// pagePolicy lets the page run and show what this server serves and what its HTML
// holds, which is named by its hash, and call this server: nothing else inline,
// nothing of others. Where a browser knows trusted types, no script of the page can
// turn a text into markup either; the one type that it may make is the address of
// its worker.
func pagePolicy(index []byte) string {
	hashes := make(map[string]string)
	for _, m := range inlined.FindAllSubmatch(index, -1) {
		sum := sha256.Sum256(m[2])
		hashes[string(m[1])] += " 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
	}
	return "default-src 'none'; script-src 'self'" + hashes["script"] + "; style-src 'self'" + hashes["style"] +
		"; connect-src 'self'; img-src 'self'; manifest-src 'self'; " +
		"base-uri 'none'; form-action 'none'; frame-ancestors 'none'; " +
		"require-trusted-types-for 'script'; trusted-types worker"
}

// pageTypes are the kinds of file that the page is made of.
var pageTypes = map[string]string{
	".html": "text/html; charset=utf-8",
	".css":  "text/css; charset=utf-8",
	".js":   "text/javascript; charset=utf-8",
	".svg":  "image/svg+xml",
	"":      "text/plain; charset=utf-8",
	".png":  "image/png",

	".webmanifest": "application/manifest+json",
}

// pageFile is a file of the page, as it goes over the wire.
type pageFile struct {
	kind, policy string
	tag          func() string
	text, zipped func() []byte
}

// pageFiles are a page's files by their paths, and what a browser may do with them.
// A file that is compressed already, such as style.css.gz, is unpacked only for
// whoever does not take it so. Nothing of a file is read before a browser asks for it.
func pageFiles(from fs.FS, policy string) (map[string]pageFile, error) {
	files := make(map[string]pageFile)
	err := fs.WalkDir(from, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		read := func() []byte { // each time: the binary has it already
			text, _ := fs.ReadFile(from, name)
			return text
		}
		plain, compressed := strings.CutSuffix(name, ".gz")
		file := pageFile{
			kind:   pageTypes[path.Ext(plain)],
			policy: policy,
			tag: sync.OnceValue(func() string {
				sum := sha256.Sum256(read())
				return base64.RawURLEncoding.EncodeToString(sum[:12])
			}),
			text:   read,
			zipped: sync.OnceValue(func() []byte { return zip(read()) }),
		}
		if compressed {
			file.text, file.zipped = func() []byte { return unzip(read()) }, read
		}
		files["/"+strings.TrimSuffix(plain, "index.html")] = file
		return nil
	})
	return files, err
}

func zip(text []byte) []byte {
	var out bytes.Buffer
	w, _ := gzip.NewWriterLevel(&out, gzip.BestCompression) // which is a level
	_, _ = w.Write(text)                                    // a buffer takes everything
	_ = w.Close()
	return out.Bytes()
}

// unzip is what was compressed; nothing if it was not.
func unzip(data []byte) []byte {
	r, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		return nil
	}
	text, _ := io.ReadAll(r)
	return text
}

// serve answers with the file, or that the browser's copy is still right: it
// has to ask, so that a new version of the service is also a new page.
func (f pageFile) serve(w http.ResponseWriter, r *http.Request) {
	text, tag := f.text, f.tag()
	h := w.Header()
	h.Set("Content-Type", f.kind)
	h.Set("Content-Security-Policy", f.policy)
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("X-Frame-Options", "DENY")
	h.Set("Cache-Control", "no-cache")
	h.Add("Vary", "Accept-Encoding")
	if acceptsGzip(r) {
		text, tag = f.zipped, tag+"-gzip"
		h.Set("Content-Encoding", "gzip")
	}
	h.Set("ETag", `"`+tag+`"`)
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(text()))
}

// acceptsGzip knows how browsers say so; who says it in a longer way gets the
// plain file.
func acceptsGzip(r *http.Request) bool {
	return slices.ContainsFunc(strings.Split(r.Header.Get("Accept-Encoding"), ","), func(encoding string) bool {
		return strings.TrimSpace(encoding) == "gzip"
	})
}

// page is the page that is compiled in, by its paths.
var page = sync.OnceValues(func() (map[string]pageFile, error) {
	index, err := fs.ReadFile(web.Page(), "index.html")
	if err != nil {
		return nil, err
	}
	return pageFiles(web.Page(), pagePolicy(index))
})

// addPage lets everybody have the page, which holds nothing of anybody.
func (s *Server) addPage(to *http.ServeMux, public func(http.Handler) http.Handler) {
	files, err := page()
	if err != nil {
		panic(err) // it is compiled in
	}
	for at, file := range files {
		pattern := at
		if at == "/" {
			pattern = "/{$}"
		}
		to.Handle(pattern, public(s.get(at, file.serve)))
	}
}
