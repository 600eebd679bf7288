// Package decide is how a what-if is asked and how it is committed: the only
// place that turns stored days into the values of dispatch/day and an outcome
// back into rounds, visits and promises.
//
// Asking reads one snapshot, thinks with no transaction open, and keeps the
// outcome under an id. Committing tries again on the present versions, compares
// what matters, and writes everything in one short transaction that locks
// region-days, rounds, visits and promises in that order and checks the
// versions it was computed on. A day that moved meanwhile costs a retry, never a
// wrong commit.
//
// The desk's promise, the dispatcher's move, the technician's option and a
// published plan all go through Commit; nothing else writes a round.
package decide
