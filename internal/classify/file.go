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

// MarshalBinary is a trained model as Load reads it: compressed, its weights rounded.
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

// Load reads a model that answers questions of so many classes. It takes some ten
// milliseconds, and a byte for each weight.
func Load(data []byte, questions []int) (*Model, error) {
	z, err := zlib.NewReader(bytes.NewReader(data))
	if err != nil {
		return nil, fmt.Errorf("classify: not a model: %w", err)
	}
	m := newModel(slices.Clone(questions))
	_, err = io.ReadFull(z, m.lesson[:])
	read := func(n int) (unit float32, rounded []byte) {
		part := make([]byte, 4+n)
		_, bad := io.ReadFull(z, part)
		err = errors.Join(err, bad)
		return math.Float32frombits(binary.LittleEndian.Uint32(part)), part[4:]
	}
	for _, n := range m.networks {
		for _, weights := range n.small() {
			unit, rounded := read(len(weights))
			for i, b := range rounded {
				weights[i] = float32(int8(b)) * unit
			}
		}
		for _, t := range n.tables() {
			t.unit, t.rounded = read(t.rows * t.width)
		}
	}
	if n, _ := z.Read(make([]byte, 1)); err != nil || n > 0 {
		return nil, errors.Join(errors.New("classify: not a model of these questions"), err)
	}
	return m, nil
}

// parts are the weights of a model that was trained, in the order of a file.
func (m *Model) parts() (all [][]float32) {
	for _, n := range m.networks {
		all = append(all, n.small()...)
		for _, t := range n.tables() {
			all = append(all, t.learnt)
		}
	}
	return all
}

func (m *network) small() [][]float32 {
	return [][]float32{m.windows, m.bias, m.answers, m.offset, m.combine, m.threshold, m.combined}
}

func (m *network) tables() []*table { return []*table{&m.spelled, &m.features} }
