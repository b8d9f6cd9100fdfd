package claim

import (
	"bytes"
	_ "embed"
	"encoding/binary"
	"encoding/gob"
	"sync"
)

//go:generate go test -run TestTrain$ . -update

// weightsFile is what was learned from testdata.
//
//go:embed weights.gob
var weightsFile []byte

// stored is a model in its file.
type stored struct {
	Forms  []form
	Common []uint64 // hashes of frequent words
	Unit   float32  // of a weight
	Packed []byte   // of each weight the distance from the slot before, as a varint, and its units
}

// model reads claims.
type model struct {
	weights weights
	forms   []form
	common  map[uint64]bool
}

// weights are what was learned.
type weights interface {
	// sum is that of some slots.
	sum(slots []uint32) float32
}

// small are weights of 8 bits.
type small struct {
	unit float32
	w    [slots]int8
}

func (s *small) sum(slots []uint32) (total float32) {
	for _, slot := range slots {
		total += float32(s.w[slot]) * s.unit
	}
	return total
}

// trained is the embedded model, unpacked once: that takes some milliseconds, and 4 MB.
var trained = sync.OnceValue(func() *model {
	var file stored
	if err := gob.NewDecoder(bytes.NewReader(weightsFile)).Decode(&file); err != nil {
		panic("claim: " + err.Error()) // of a file that is compiled in
	}
	return file.model()
})

func (f *stored) model() *model {
	m, w := &model{forms: f.Forms, common: make(map[uint64]bool)}, &small{unit: f.Unit}
	for _, h := range f.Common {
		m.common[h] = true
	}
	slot := uint64(0)
	for packed := f.Packed; len(packed) > 0; {
		step, n := binary.Uvarint(packed)
		slot += step
		w.w[slot] = int8(packed[n])
		packed = packed[n+1:]
	}
	m.weights = w
	return m
}
