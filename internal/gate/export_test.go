package gate

// Forget has the gate remember no text, so that the next is read as a new one.
func (g *Gate) Forget() { clear(g.recent[:]) }
