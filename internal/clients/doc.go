// Package clients tests the service with programs that others wrote: the clients
// of docs/clients.md, run from that page, packages of npm, and linters.
package clients
