package rpc

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"testing"
)

func TestABombIsNotInflatedBeyondWhatIsRead(t *testing.T) {
	var bomb bytes.Buffer
	z := gzip.NewWriter(&bomb)
	_, _ = z.Write(make([]byte, 64<<20))
	_ = z.Close()
	in := new(inflater)
	for range 2 { // it is used again
		if err := in.Reset(bytes.NewReader(bomb.Bytes())); err != nil {
			t.Fatal(err)
		}
		n, err := io.Copy(io.Discard, in)
		if n != maxDecompressedBytes || !errors.Is(err, errTooLarge) {
			t.Errorf("inflated %d bytes, %v", n, err)
		}
	}
	for _, size := range []int{0, 3000, maxDecompressedBytes} {
		var good bytes.Buffer
		z = gzip.NewWriter(&good)
		_, _ = z.Write(make([]byte, size))
		_ = z.Close()
		if err := in.Reset(&good); err != nil {
			t.Fatal(err)
		}
		if data, err := io.ReadAll(in); err != nil || len(data) != size {
			t.Errorf("a good one of %d: %d bytes, %v", size, len(data), err)
		}
	}
}
