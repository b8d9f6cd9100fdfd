// Package subprocess starts the programs that tests run beside themselves.
package subprocess

import (
	"os/exec"
	"syscall"
)

// EndWithParent has the kernel kill a program, not yet started, when the thread that starts it ends: a test that is
// killed leaves no server behind. Elsewhere than on Linux nobody does, and only a test's cleanup ends it.
func EndWithParent(cmd *exec.Cmd) {
	if cmd.SysProcAttr == nil {
		cmd.SysProcAttr = new(syscall.SysProcAttr)
	}
	cmd.SysProcAttr.Pdeathsig = syscall.SIGKILL
}
