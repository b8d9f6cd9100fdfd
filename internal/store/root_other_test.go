//go:build !linux

package store

import "testing"

// What follows needs Linux: tests of disks and of who may use files are skipped elsewhere.

func leaveRoot(t *testing.T, _ ...string) {
	t.Helper()
	t.Skip("only Linux has one thread leave root")
}

func mountSmall(t *testing.T, _ string) {
	t.Helper()
	t.Skip("only Linux mounts a disk in memory so")
}

func remount(t *testing.T, _ string, _ bool) {
	t.Helper()
	t.Fatal("nothing was mounted")
}
