// Package real plays debates against the servers that people really have, where
// the other tests have stand-ins: `make real` runs it. What is small and quick of
// it is a test of the package that it concerns as well.
package real
