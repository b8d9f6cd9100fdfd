// Package turn runs the life of a turn, from the user's text to a stored reply:
// begin, generate, commit, publish, and what comes after.
//
// What it needs of the world it asks for through the ports of package debate
// (Store, Model, Analyst, Live, Slots, Observer), which are handed to New.
package turn
