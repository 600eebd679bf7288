package day

import (
	"testing"
	"time"

	"roundsman/dispatch"

	"github.com/stretchr/testify/require"
)

// spotAt is a place with a technician at a time of the Monday.
func spotAt(technician, start string) *Spot {
	return &Spot{RoundID: id("round " + technician), TechnicianID: id(technician), TechnicianName: technician, Start: at(start)}
}

// outcomeOf makes an outcome of moves, with the rounds that go with them.
func outcomeOf(moves ...Move) Outcome {
	o := Outcome{Feasible: true, Moves: moves}
	for _, m := range moves {
		if m.To != nil {
			o.After = append(o.After, RoundAfter{RoundID: m.To.RoundID, TechnicianID: m.To.TechnicianID,
				Stops: []StopAfter{{VisitID: m.VisitID, Start: m.To.Start}}})
		}
	}
	return o
}

func move(visit string, from, to *Spot) Move { return Move{VisitID: id(visit), From: from, To: to} }

// stays adds a visit that does not move to an outcome's rounds.
func stays(o Outcome, visit string, s *Spot) Outcome {
	o.After = append(o.After, RoundAfter{RoundID: s.RoundID, TechnicianID: s.TechnicianID, Stops: []StopAfter{{VisitID: id(visit), Start: s.Start}}})
	return o
}

func TestMatters(t *testing.T) {
	t.Parallel()
	seen := outcomeOf(move("Xu", spotAt("Anna", "09:00"), spotAt("Bela", "10:00")))
	crossing := func(o Outcome, floor string) Outcome {
		o.Promises = append([]Impact{}, Impact{VisitID: id("Yi"), Crosses: floor})
		return o
	}
	waits := func(o Outcome, visit string) Outcome {
		o.Waiting = append([]dispatch.UnassignedVisit{}, dispatch.UnassignedVisit{VisitID: id(visit)})
		return o
	}
	held := func(technician, start string) Outcome {
		o := stays(outcomeOf(), "Xu", spotAt(technician, start))
		o.Feasible, o.Held = true, new(id("Xu"))
		return o
	}
	for _, c := range []struct {
		name          string
		seen, present Outcome
		differs       []string
	}{
		{"the same", seen, seen, nil},
		{"not possible any more", seen, Outcome{}, []string{"feasible"}},
		{"possible by now", Outcome{}, seen, []string{"feasible"}},
		{"another technician", seen, outcomeOf(move("Xu", spotAt("Anna", "09:00"), spotAt("Cleo", "10:00"))), []string{"technician"}},
		{"no place any more", seen, outcomeOf(move("Xu", spotAt("Anna", "09:00"), nil)), []string{"technician"}},
		{"stays after all", seen, stays(outcomeOf(), "Xu", spotAt("Anna", "09:00")), []string{"technician"}},
		{"held with another technician", held("Anna", "09:00"), held("Bela", "09:00"), []string{"technician"}},
		{"held at another time", held("Anna", "09:00"), held("Anna", "10:00"), []string{"start"}},
		{"held a little later", held("Anna", "09:00"), held("Anna", "09:05"), nil},
		{"there already", seen, stays(outcomeOf(), "Xu", spotAt("Bela", "10:05")), nil},
		{"dealt with by somebody else", seen, outcomeOf(), nil},
		{"a quarter of an hour later", seen, outcomeOf(move("Xu", spotAt("Anna", "09:00"), spotAt("Bela", "10:15"))), nil},
		{"more than that", seen, outcomeOf(move("Xu", spotAt("Anna", "09:00"), spotAt("Bela", "10:16"))), []string{"start"}},
		{"earlier", seen, outcomeOf(move("Xu", spotAt("Anna", "09:00"), spotAt("Bela", "09:44"))), []string{"start"}},
		{"one more moves", seen, outcomeOf(seen.Moves[0], move("Yi", spotAt("Anna", "11:00"), spotAt("Bela", "11:00"))), []string{"also_moved"}},
		{"one more loses its place", seen, waits(outcomeOf(seen.Moves[0], move("Yi", spotAt("Anna", "11:00"), nil)), "Yi"), []string{"also_moved", "waiting"}},
		{"one more drifts", seen, outcomeOf(seen.Moves[0], move("Yi", spotAt("Anna", "11:00"), spotAt("Anna", "11:09"))), nil},
		{"one more is an hour later", seen, outcomeOf(seen.Moves[0], move("Yi", spotAt("Anna", "11:00"), spotAt("Anna", "12:00"))), []string{"also_moved"}},
		{"it was to be there anyway", stays(seen, "Yi", spotAt("Anna", "12:00")), outcomeOf(seen.Moves[0], move("Yi", spotAt("Anna", "11:00"), spotAt("Anna", "12:00"))), nil},
		{"a promise falls", seen, crossing(seen, "risk"), []string{"floor"}},
		{"a promise falls deeper", crossing(seen, "risk"), crossing(seen, "tell"), []string{"floor"}},
		{"a promise falls as shown", crossing(seen, "risk"), crossing(seen, "risk"), nil},
		{"a promise no longer falls", crossing(seen, "risk"), crossing(seen, ""), nil},
		{"another one waits", waits(seen, "Yi"), waits(seen, "Zoe"), []string{"waiting"}},
		{"nobody waits any more", waits(seen, "Yi"), seen, nil},
	} {
		require.Equal(t, c.differs, Matters(c.seen, c.present), c.name)
	}
}

// A minute after it was shown, every start of a round under way has drifted by a
// minute. That was once taken for visits that move.
func TestWaitingAMinuteChangesNothing(t *testing.T) {
	t.Parallel()
	w := newTown(monday, time.UTC)
	w.tech("Anna")
	w.tech("Bela")
	w.visit("Xu", 10, 30, arrived(at("08:10")))
	w.visit("Yi", 20, 30)
	w.visit("Ida", 30, 30)
	w.visit("Zoe", 40, 30)
	w.round("Anna", "Xu", "Yi", "Ida")
	c := ask(w.put("Zoe", "Anna", "Ida"))
	seen := w.board(at("08:40")).Try(c)
	require.Empty(t, Matters(seen, w.board(at("08:41")).Try(c)))
	require.Empty(t, Matters(seen, w.board(at("08:54")).Try(c)))
	require.Equal(t, []string{"start"}, Matters(seen, w.board(at("08:56")).Try(c)))
}

// Twenty agents at once promise on rounds of visits that nobody was told of; each
// shifts the others' by half an hour. That once refused three promises in four.
func TestAPromiseShiftsWhomNobodyWasTold(t *testing.T) {
	t.Parallel()
	mine := move("Xu", nil, spotAt("Bela", "10:00"))
	mine.Promised = true
	plain, told := move("Yi", spotAt("Bela", "11:00"), spotAt("Bela", "12:00")), move("Zoe", spotAt("Bela", "13:00"), spotAt("Bela", "14:00"))
	told.Promised = true
	offered := func(kind Kind, moves ...Move) Outcome {
		o := outcomeOf(moves...)
		o.Kind = kind
		return o
	}
	require.Empty(t, Matters(offered(KindPromise, mine), offered(KindPromise, mine, plain)))
	require.Empty(t, Matters(offered(KindPromise, mine, plain), offered(KindPromise, mine, move("Yi", spotAt("Bela", "11:00"), spotAt("Cleo", "15:00")))))
	require.Equal(t, []string{"also_moved"}, Matters(offered(KindPromise, mine), offered(KindPromise, mine, told)))
	require.Equal(t, []string{"also_moved"}, Matters(offered(KindMove, mine), offered(KindMove, mine, plain)), "a dispatcher looks at them all")
	later := move("Xu", nil, spotAt("Bela", "10:16"))
	later.Promised = true
	require.Equal(t, []string{"start"}, Matters(offered(KindPromise, mine), offered(KindPromise, later)))
}
