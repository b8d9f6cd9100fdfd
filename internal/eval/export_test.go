package eval

import "sync"

// Measuring is a measurer that all tests share, who change nothing of it.
var Measuring = sync.OnceValues(NewMeasurer)

// Third takes the measures by every third debate, objection, danger and aside, and by all openings
// and debates that opponents are compared in.
func (m Measurer) Third() *Measurer {
	m.debates, m.keys, m.dangers, m.asides = third(m.debates), third(m.keys), third(m.dangers), third(m.asides)
	return &m
}

func third[T any](all []T) (some []T) {
	for i := 0; i < len(all); i += 3 {
		some = append(some, all[i])
	}
	return some
}
