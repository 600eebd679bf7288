// Package control holds the use cases of the dispatcher: the day with its rounds
// and what waits, plan runs, what is moved, pinned, split or hastened by hand,
// absences, and the sweep of what is due.
package control
