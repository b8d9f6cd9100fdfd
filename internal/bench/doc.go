// Package bench measures the service as a whole, in a process of its own, against
// other ways to do the same (see docs/performance.md). It has benchmarks only.
//
// TURNS, SYSTEMS, ROUNDS, BEFORE and PROFILES in the environment say what of the turns
// is measured, how often, against which commit, and where the profiles go: see
// docs/performance.md.
package bench
