package faults

import (
	"debug/buildinfo"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/debate-chatbot/debate-api/internal/store/pgtest"
)

// program is the service's program.
var program string

func TestMain(m *testing.M) { os.Exit(run(m)) }

func run(m *testing.M) int {
	dir, err := os.MkdirTemp("", "faults-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(dir)
	program = filepath.Join(dir, "debate")
	// Without -race, as make runs the tests too, because real time matters here;
	// GOFLAGS=-race reaches both.
	if out, err := exec.Command("go", "build", "-o", program, "github.com/debate-chatbot/debate-api/cmd/debate").CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "go build: %v\n%s", err, out)
		return 1
	}
	// The tests wait more than they work, each for what it stopped, cut off or killed, and has
	// a bound of seconds: by default one runs for each processor.
	flag.Parse()
	if err := flag.Set("test.parallel", "5"); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return pgtest.Main(m)
}

// hasRaceDetector says whether the program was built with -race.
func hasRaceDetector() bool {
	info, err := buildinfo.ReadFile(program)
	if err != nil {
		return false
	}
	for _, s := range info.Settings {
		if s.Key == "-race" {
			return s.Value == "true"
		}
	}
	return false
}
