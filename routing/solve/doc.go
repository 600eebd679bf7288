// Package solve finds good plans for routing problems.
//
// Solve improves a plan by ruin and recreate: strings of neighbouring visits
// leave their rounds and come back where they cost least, with a little
// blindness, accepted like simulated annealing (after Christiaens and Vanden
// Berghe, "Slack induction by string removals", Transportation Science 2020).
// Stand and Insert answer where a visit would fit into a plan that stands. Reasons
// says why a visit is in no round.
//
// The parts: core.go and kit.go are the problem as flat slices of small integers.
// track.go is one round with what makes insertions checkable in constant time,
// refreshed by plain.go (no breaks), lean.go (nothing but windows and load), brief.go
// (way and duty priced, calls at the depot), once.go (one break) or settle.go
// (everything); segment.go knows how long a round lasts with one stop more. try.go
// and scan.go ask where a visit fits, recall.go remembers the answers; where
// technicians are many beside.go asks beside a visit's neighbours only. state.go,
// change.go and tally.go are the plan under search; ruin.go and recreate.go the
// moves. fleet.go, fleet_move.go and fleet_stir.go are plan and moves once more,
// several times faster, where all lanes are alike and nothing but windows and load
// counts; staff.go, staff_time.go and staff_move.go are that for days of field
// support while nobody is late, mend.go searches those on which somebody must be, and
// lodge_late.go says where that makes least late; squad.go, squad_time.go, squad_look.go and
// squad_move.go are for technicians who are paid by their working time. start.go is the
// first plan; hunt.go the annealing; elite.go and team.go its cycles and threads;
// pool.go and partition.go make new plans of rounds seen.
// insert.go and late.go are the answers about a standing plan. bargain.go and
// meet.go search what rounds can't know by themselves: visits in order or at one
// instant, travel by the hour, the chance of being in time.
//
// Everything is deterministic: same problem, start, seed, iterations and threads
// give the same plan. Under a time limit, where it stops, and in how many turns
// it gets there, depends on the machine.
package solve
