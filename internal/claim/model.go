package claim

import (
	"bytes"
	_ "embed"
	"encoding/binary"
	"encoding/gob"
	"math/bits"
	"sync"
)

//go:generate go test -run TestTrain$ . -update

// modelFile is what was learned from testdata.
//
//go:embed learnt.model
var modelFile []byte

// stored is what a model's file begins with; what follows are the weights.
type stored struct {
	Forms  []form
	Common []uint64 // hashes of frequent words
	Unit   float32  // of a weight
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

// small are weights of 8 bits, as a file has them: of each block of slots a bit for each
// that has a weight, and how many weights are before the block; then the weights.
type small struct {
	unit   float32
	blocks []byte
	values []byte
}

const (
	blockSlots = 64
	blockBytes = blockSlots/8 + 4
	allBlocks  = slots / blockSlots * blockBytes
)

func (s *small) sum(slots []uint32) (total float32) {
	for _, slot := range slots {
		block := s.blocks[slot/blockSlots*blockBytes:][:blockBytes]
		set, bit := binary.LittleEndian.Uint64(block), uint64(1)<<(slot%blockSlots)
		if set&bit == 0 {
			continue
		}
		at := binary.LittleEndian.Uint32(block[blockSlots/8:]) + uint32(bits.OnesCount64(set&(bit-1)))
		total += float32(int8(s.values[at])) * s.unit
	}
	return total
}

// trained is the embedded model, which is read once: that takes a millisecond, since the
// weights stay where the binary has them.
var trained = sync.OnceValue(func() *model {
	m, err := readModel(modelFile)
	if err != nil {
		panic("claim: " + err.Error()) // of a file that is compiled in
	}
	return m
})

func readModel(data []byte) (*model, error) {
	var head stored
	file := bytes.NewReader(data)
	if err := gob.NewDecoder(file).Decode(&head); err != nil {
		return nil, err
	}
	data = data[len(data)-file.Len():]
	m := &model{forms: head.Forms, common: make(map[uint64]bool), weights: &small{head.Unit, data[:allBlocks], data[allBlocks:]}}
	for _, h := range head.Common {
		m.common[h] = true
	}
	return m, nil
}
