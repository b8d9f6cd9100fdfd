//go:build !linux

package subprocess

import "os/exec"

// EndWithParent does nothing here: only Linux ends a program with the one that started it.
func EndWithParent(*exec.Cmd) {}
