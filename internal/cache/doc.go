// Package cache keeps in Redis what replicas share and may lose: running
// replies and stop signals (Live, a debate.Live), and what callers did lately
// (Requests, and Concurrency, a debate.Slots).
//
// No call fails for Redis, and none waits longer than callTime for it. One
// call that does not come back in time has all others skip it until a probe
// in the background finds it well; nobody who waits for a turn pays for that.
// A new use of Redis goes through Cache.do, and has to do without it when that
// answers an error.
package cache
