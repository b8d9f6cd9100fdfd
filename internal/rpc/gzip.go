package rpc

import (
	"compress/gzip"
	"context"
	"io"

	"connectrpc.com/connect"
)

// BoundedGzip inflates no request beyond what is read of it. Connect on its own
// keeps a request's first megabyte, and then inflates all the rest to say how
// long that would have been, which costs a thousand times the sender's bytes.
// Answers are packed fast: a flow sheet of 500 turns waits for that otherwise longer
// than for all the rest.
func BoundedGzip() connect.HandlerOption {
	return connect.WithCompression("gzip",
		func() connect.Decompressor { return new(inflater) },
		func() connect.Compressor {
			z, _ := gzip.NewWriterLevel(io.Discard, gzip.BestSpeed) // a level that there is
			return z
		},
	)
}

// inflater is a gzip.Reader that fails with errTooLarge past
// maxDecompressedBytes.
type inflater struct {
	gzip.Reader
	left int64
}

func (i *inflater) Reset(from io.Reader) error {
	i.left = maxDecompressedBytes
	return i.Reader.Reset(from)
}

func (i *inflater) Read(p []byte) (int, error) {
	return readBounded(context.Background(), &i.Reader, p, &i.left)
}
