// Package bench measures the service as a whole, in a process of its own, against
// other ways to do the same (see docs/performance.md). It has benchmarks only.
package bench
