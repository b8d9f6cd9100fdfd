package chat

// giveToShell does nothing: shells do not take the terminal back there.
func giveToShell() {}
