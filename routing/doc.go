// Package routing is the mathematics of technicians' rounds: what a planning
// problem is, what a plan is, what a plan costs and whether it is allowed.
//
// It knows places, seconds and shifts; it knows nothing of tickets, people,
// HTTP or SQL. Places are indexes into travel tables, instants are seconds
// after the problem's own zero, and all costs are integers, so that the same
// input gives the same answer on every machine.
//
// The parts are apart on purpose: data (problem.go, travel.go, plan.go),
// evaluation (evaluate.go), and an independent judge (check.go) that shares no
// code with the evaluation. Moves and search live in routing/solve, real road
// networks in routing/roads.
package routing
