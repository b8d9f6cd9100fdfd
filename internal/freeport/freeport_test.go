package freeport_test

import (
	"fmt"
	"net"
	"testing"

	"github.com/debate-chatbot/debate-api/internal/freeport"
)

func TestAPortIsFreeAndNoConnectionGetsIt(t *testing.T) {
	for range 50 {
		port, err := freeport.Find(10_000)
		if err != nil || port+10_000 >= 32_768 {
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
