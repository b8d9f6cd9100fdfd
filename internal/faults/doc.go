// Package faults holds no code but tests: they run the service's own binary as
// real processes, on real PostgreSQL and Redis, and kill, pause, cut off and
// restart what it depends on, and the service itself. docs/reliability.md lists
// what each of them proves.
//
// Clients record what they were told. In the end the record is compared with
// what is stored, as the API and as SQL tell it, and any difference fails.
package faults
