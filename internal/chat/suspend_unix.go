//go:build unix

package chat

import (
	"os"
	"os/signal"
	"syscall"
	"time"
)

// shellWait is for a stop to take effect; where there is no shell to come back to, none does.
const shellWait = 100 * time.Millisecond

// giveToShell hands the terminal to the shell that began the program, with all that the
// shell began with it, until the shell lets it go on.
func giveToShell() {
	goesOn := make(chan os.Signal, 1)
	signal.Notify(goesOn, syscall.SIGCONT)
	defer signal.Stop(goesOn)
	_ = syscall.Kill(0, syscall.SIGTSTP) // its own group may always be told
	select {
	case <-goesOn:
	case <-time.After(shellWait):
	}
}
