// Package day is the heart: a horizon of days as plain values, and one pure
// operation on them.
//
//	Try(horizon, now, seed, travel, change) -> outcome
//
// A Change is data: put this visit there, this visit lasts 120 minutes, this
// technician is away, this item leaves the kit. An Outcome is data too: feasible
// or exactly why not, the new times, every promise with its chance of being kept
// before and after, what travel and overtime cost, and whom to tell.
//
// Where a change leaves a round that can't be driven as it stands, or a promise
// below the risk floor, Try repairs: it moves as few visits as it can, promised
// ones first, and what fits nowhere goes back to waiting, unless it is promised:
// a promised visit is never dropped, it becomes late and says so.
//
// Nothing here reads a clock, a database or a network, and nothing is random
// beyond the seed: the same arguments give the same outcome.
//
//   - horizon.go: Day, Shift, Visit, and how they are made from a dispatch.DaySheet
//   - change.go: what may be asked
//   - board.go: a horizon made ready for questions: problems, timetables, chances
//   - try.go, hand.go, repair.go: applying a change
//   - urgent.go: changes that are sought: who comes soonest, who can join
//   - offer.go: the windows that can be offered for a visit
//   - outcome.go, flag.go, matters.go: the answer, what speaks against it, and what
//     matters when it is committed
package day
