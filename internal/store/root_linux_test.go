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
	// The thread must not end with the test: the servers that it started would be
	// killed with it (prctl's PR_SET_PDEATHSIG means the thread, not the process).
	runtime.LockOSThread()
	t.Cleanup(func() {
		if err := syscall.Setfsuid(os.Getuid()); err != nil {
			t.Error(err)
		}
		runtime.UnlockOSThread()
	})
	if err := syscall.Setfsuid(nobody); err != nil {
		t.Fatal(err)
	}
}

// mountSmall mounts a disk of 1 MB for a test, which is skipped where none can be.
func mountSmall(t *testing.T, dir string) {
	t.Helper()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=1m"); err != nil {
		t.Skipf("no disk can be mounted here: %v", err)
	}
	t.Cleanup(func() { _ = syscall.Unmount(dir, syscall.MNT_DETACH) })
}

// remount lets a mounted disk be read only, or written again.
func remount(t *testing.T, dir string, readOnly bool) {
	t.Helper()
	flags := uintptr(syscall.MS_REMOUNT)
	if readOnly {
		flags |= syscall.MS_RDONLY
	}
	if err := syscall.Mount("", dir, "", flags, ""); err != nil {
		t.Fatal(err)
	}
}
