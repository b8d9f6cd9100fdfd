package main

import (
	"strings"
	"testing"
)

func TestTablesTakeThePlaceOfThoseWithTheirTitles(t *testing.T) {
	const printed = `goos: linux
18 words, unary, debates of 20 turns, 32 clients
|                    | CPU ms a turn | of its servers | turns/s | CPU ÷ least | turns/s ÷ least |
| least              | 0.30 | 0.63 | 1232 | 1.00 | 1.00 |
| ancestor, synced   | 0.31 | 0.07 | 1360 | 0.93 | 1.40 |

PASS
`
	const want = `before

**18 words, unary, debates of 20 turns, 32 clients**

|  | CPU ms a turn | of its servers | turns/s | CPU ÷ least | turns/s ÷ least |
|---|---|---|---|---|---|
| least | 0.30 | 0.63 | 1232 | 1.00 | 1.00 |
| ancestor, synced | 0.31 | 0.07 | 1360 | 0.93 | 1.40 |

after
`
	panels, err := read(strings.NewReader(printed))
	if err != nil {
		t.Fatal(err)
	}
	old := strings.ReplaceAll(strings.ReplaceAll(want, "0.30", "9.99"), "| ancestor, synced |", "| another |")
	got, missing := replaced(old, panels)
	if got != want || len(missing) > 0 {
		t.Errorf("%v missing, and\n%s", missing, got)
	}
	if got, missing := replaced("nothing\n", panels); got != "nothing\n" || len(missing) != 1 {
		t.Errorf("%v missing, and\n%s", missing, got)
	}
	if rows := panels[0].rows; len(rows) != 2 || rows[1] != (row{"ancestor, synced", 0.31, 0.07}) {
		t.Errorf("%+v", rows)
	}
}
