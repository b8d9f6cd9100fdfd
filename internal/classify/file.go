package classify

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"slices"
)

// MarshalBinary is a trained model as Load reads it: its weights rounded, and the rows of
// all networks side by side.
func (m *Model) MarshalBinary() ([]byte, error) {
	file := bytes.NewBuffer(m.lesson[:])
	write := func(unit float32, rounded []byte) error {
		return errors.Join(binary.Write(file, binary.LittleEndian, unit), binary.Write(file, binary.LittleEndian, rounded))
	}
	var err error
	for _, n := range m.networks {
		for _, weights := range n.small() {
			err = errors.Join(err, write(rounded(weights)))
		}
		err = errors.Join(err, write(rounded(n.spelled.learnt)), write(n.features.unit, nil))
	}
	err = errors.Join(err, write(rounded(m.alarms.learnt)), write(0, m.features))
	return file.Bytes(), err
}

// rounded is weights as signed bytes, and what 1 stands for.
func rounded(weights []float32) (unit float32, bytes []byte) {
	most := float32(0)
	for _, w := range weights {
		most = max(most, float32(math.Abs(float64(w))))
	}
	unit = max(most, 1e-9) / math.MaxInt8
	bytes = make([]byte, len(weights))
	for i, w := range weights {
		bytes[i] = byte(int8(math.Round(float64(w / unit))))
	}
	return unit, bytes
}

// Load reads a model that answers questions of so many classes. It takes a millisecond:
// most weights stay where data has them, which must not change after.
func Load(data []byte, questions []int) (*Model, error) {
	m := newModel(slices.Clone(questions))
	if len(data) != m.size() {
		return nil, fmt.Errorf("classify: not a model of these questions: it has %d bytes, not %d", len(data), m.size())
	}
	data = data[copy(m.lesson[:], data):]
	read := func(n int) (unit float32, rounded []byte) {
		unit, rounded = math.Float32frombits(binary.LittleEndian.Uint32(data)), data[4:][:n:n]
		data = data[4+n:]
		return unit, rounded
	}
	for _, n := range m.networks {
		for _, weights := range n.small() {
			unit, rounded := read(len(weights))
			for i, b := range rounded {
				weights[i] = float32(int8(b)) * unit
			}
		}
		n.spelled.unit, n.spelled.rounded = read(pieces * spelling)
		n.features.unit, _ = read(0)
	}
	m.alarms.unit, m.alarms.rounded = read(buckets)
	_, m.features = read(buckets * networks * m.outputs)
	m.hearSilence()
	return m, nil
}

// size is that of a model's file, in bytes.
func (m *Model) size() int {
	n := len(m.lesson)
	for _, network := range m.networks {
		for _, weights := range network.small() {
			n += 4 + len(weights)
		}
		n += 4 + pieces*spelling + 4
	}
	return n + 4 + buckets + 4 + buckets*networks*m.outputs
}

func (m *network) small() [][]float32 {
	return [][]float32{m.windows, m.bias, m.answers, m.offset, m.combine, m.threshold, m.combined}
}
