// Package limit counts in this process what callers do: the requests they make
// in a minute, and the turns they have running. It is what a single replica
// needs, and what several fall back on while they cannot count together.
package limit
