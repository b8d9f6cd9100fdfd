package store

import (
	"os"
	"runtime"
	"syscall"
	"testing"
)

// leaveRoot has the rest of a test use files as a user without privileges, whom
// their permissions bind, and gives that user some.
func leaveRoot(t *testing.T, paths ...string) {
	t.Helper()
	const nobody = 65534
	for _, path := range paths {
		if err := os.Chown(path, nobody, nobody); err != nil {
			t.Fatal(err)
		}
	}
	runtime.LockOSThread() // for good: it ends with the test's goroutine
	if err := syscall.Setfsuid(nobody); err != nil {
		t.Fatal(err)
	}
}
