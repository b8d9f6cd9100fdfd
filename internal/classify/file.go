package classify

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
)

// MarshalBinary is the model as Load reads it: compressed, its weights rounded.
func (m *Model) MarshalBinary() ([]byte, error) {
	var file bytes.Buffer
	z, err := zlib.NewWriterLevel(&file, zlib.BestCompression)
	if err != nil {
		return nil, err
	}
	_, err = z.Write(m.lesson[:])
	for _, weights := range m.parts() {
		most := float32(0)
		for _, w := range weights {
			most = max(most, float32(math.Abs(float64(w))))
		}
		unit := max(most, 1e-9) / math.MaxInt8
		rounded := make([]int8, len(weights))
		for i, w := range weights {
			rounded[i] = int8(math.Round(float64(w / unit)))
		}
		err = errors.Join(err, binary.Write(z, binary.LittleEndian, unit), binary.Write(z, binary.LittleEndian, rounded))
	}
	err = errors.Join(err, z.Close())
	return file.Bytes(), err
}

// Load reads a model that answers questions of so many classes.
func Load(data []byte, questions []int) (*Model, error) {
	z, err := zlib.NewReader(bytes.NewReader(data))
	if err != nil {
		return nil, fmt.Errorf("classify: not a model: %w", err)
	}
	m := newModel(slices.Clone(questions))
	_, err = io.ReadFull(z, m.lesson[:])
	for _, weights := range m.parts() {
		var unit float32
		rounded := make([]int8, len(weights))
		err = errors.Join(err, binary.Read(z, binary.LittleEndian, &unit), binary.Read(z, binary.LittleEndian, rounded))
		for i, w := range rounded {
			weights[i] = float32(w) * unit
		}
	}
	if n, _ := z.Read(make([]byte, 1)); err != nil || n > 0 {
		return nil, errors.Join(errors.New("classify: not a model of these questions"), err)
	}
	return m, nil
}

// parts are the weights in the order of a file.
func (m *Model) parts() (all [][]float32) {
	for _, n := range m.networks {
		all = append(all, n.windows, n.bias, n.answers, n.offset, n.spelled, n.features)
	}
	return all
}
