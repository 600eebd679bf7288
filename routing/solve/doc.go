// Package solve finds good plans for routing problems.
//
// Solve improves a plan by ruin and recreate: strings of neighbouring visits
// leave their rounds and come back where they cost least, with a little
// blindness, accepted like simulated annealing (after Christiaens and Vanden
// Berghe, "Slack induction by string removals", Transportation Science 2020).
// Stand and Insert answer where a visit would fit into a plan that stands, the
// base of quoting. Reasons says why a visit fits nowhere.
//
// The parts: core.go is the problem as flat slices of small integers; track.go
// one round with what makes insertions checkable in constant time; try.go that
// check; insert.go and reasons.go the answers about a standing plan; state.go
// the plan under search; ruin.go and recreate.go the moves; solve.go acceptance,
// stopping and the result.
//
// Everything is deterministic: same problem, start, seed and iterations give
// the same plan. A time limit stops at an iteration that depends on the machine.
package solve
