package classify

import (
	"math"
	"math/rand/v2"
	"testing"
)

// Four filters are added and compared at once, which must be the same as one by one.
func TestLanesHoldTheStrongestOfEachFilter(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 200 {
		words := make([][width]lanes, 2+random.IntN(6)) // the first two are before the text
		var added [][width][networks * filters]int
		for w := range words {
			var one [width][networks * filters]int
			for place := range width {
				for f := range one[place] {
					n := random.IntN(2*mostAdded) - mostAdded
					switch random.IntN(8) {
					case 0:
						n = 0
					case 1:
						n = 20 * mostAdded
					case 2:
						n = -20 * mostAdded
					}
					words[w][place].set(place, f, n)
					one[place][f] = min(max(n, -mostAdded), mostAdded)
				}
			}
			added = append(added, one)
		}
		read := window{before: [width - 1]*[width]lanes{&words[0], &words[1]}}
		for w := range words[2:] {
			read.next(&words[2+w])
		}
		for network := range networks {
			for f, got := range read.pooled(network) {
				f += network * filters
				want := 0
				for w := range words[2:] {
					want = max(want, added[w][0][f]+added[w+1][1][f]+added[w+2][2][f])
				}
				if got != float32(want)*filterUnit {
					t.Fatalf("filter %d of %d words has %v, want %v", f, len(words)-2, got/filterUnit, want)
				}
			}
		}
	}
}

func TestRowsAddUpWhateverTheirWidthAndNumber(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	for _, outputs := range []int{2, 22, 28, maxWidth} {
		n := networks * outputs
		m := &Model{outputs: outputs, features: make([]byte, buckets*n)}
		for i := range m.features {
			m.features[i] = byte(random.IntN(256))
			if i < len(m.features)/2 {
				m.features[i] = math.MaxInt8
			}
		}
		for _, many := range []int{0, 1, mostRows, mostRows + 1, 3*mostRows + 7} {
			var rows rowSums
			got, want := make([]int32, n), make([]int32, n)
			for range many {
				row := uint16(random.IntN(buckets / (1 + many%2)))
				m.add(&rows, got, row)
				for i, b := range m.features[int(row)*n:][:n] {
					want[i] += int32(int8(b))
				}
			}
			rows.carry(got)
			for i := range want {
				if got[i] != want[i] {
					t.Fatalf("%d rows of %d add up to %d at %d, want %d", many, n, got[i], i, want[i])
				}
			}
		}
	}
}
