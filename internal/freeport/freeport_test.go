package freeport_test

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/debate-chatbot/debate-api/internal/freeport"
)

// asOther in the environment has the test binary be another process that finds ports.
const asOther = "FREEPORT_AS_OTHER"

func TestMain(m *testing.M) {
	if os.Getenv(asOther) == "" {
		os.Exit(m.Run())
	}
	for range 100 {
		fmt.Println(freeport.Find())
	}
}

func TestAPortIsFreeAndNoConnectionGetsIt(t *testing.T) {
	for range 50 {
		port, err := freeport.Find(10_000)
		if err != nil || port+10_000 >= 26_000 { // from which on the page's tests take theirs
			t.Fatal(port, err)
		}
		for _, p := range []int{port, port + 10_000} {
			l, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", p))
			if err != nil {
				t.Fatal(err)
			}
			defer l.Close()
		}
	}
}

// A program that was killed finds its port free when it is started again, and two packages'
// tests run at the same time.
func TestNobodyFindsAPortThatAnotherHasFound(t *testing.T) {
	found := map[string]bool{}
	for range 200 {
		port, err := freeport.Find()
		if said := fmt.Sprint(port, " ", err); found[said] || err != nil {
			t.Fatalf("found again: %s", said)
		} else {
			found[said] = true
		}
	}
	for range 5 {
		other := exec.Command(os.Args[0])
		other.Env = append(os.Environ(), asOther+"=1")
		out, err := other.Output()
		said := strings.Split(strings.TrimSpace(string(out)), "\n")
		if err != nil || len(said) != 100 {
			t.Fatalf("%v: %q", err, said)
		}
		for _, port := range said {
			if found[port] || !strings.HasSuffix(port, " <nil>") {
				t.Errorf("another process found %s", port)
			}
		}
	}
}
