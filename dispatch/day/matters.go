package day

import (
	"slices"
	"time"

	"roundsman/dispatch"
	"roundsman/internal/ids"
)

// Matters says what differs between the outcome that somebody saw and the one
// that the present gives, as far as it matters:
//
//   - "feasible": the one can be done, the other can't
//   - "technician": a visit that was to move or to be held would now go to somebody
//     else, or nowhere
//   - "start": it would start later or earlier by more than dispatch.MoveThreshold
//   - "also_moved": a visit would move that was not shown to
//   - "floor": a promise would fall through a floor that was not shown
//   - "waiting": a visit would lose its place that was not shown to
//
// Nothing means that the decision stands. Starts that drift by less than the
// threshold, as they do while time passes, are no difference. A promise is offered
// to a caller, who sees the window and what it does to other promises: where it
// puts visits that nobody has been told of is no difference either.
func Matters(seen, present Outcome) []string {
	if seen.Feasible != present.Feasible {
		return []string{"feasible"}
	}
	var out []string
	told := func(m Move) bool { return m.Promised || seen.Kind != KindPromise && seen.Kind != KindAgain }
	was, is := seats(seen), seats(present)
	for _, m := range seen.Moves {
		if !m.notable() || !told(m) {
			continue
		}
		if d := differ(m.VisitID, was, is); d != "" {
			out = append(out, d)
		}
	}
	if seen.Held != nil {
		if d := differ(*seen.Held, was, is); d != "" {
			out = append(out, d)
		}
	}
	shown := map[ids.ID]bool{}
	for _, m := range seen.Moves {
		shown[m.VisitID] = shown[m.VisitID] || m.notable()
	}
	for _, m := range present.Moves {
		if !m.notable() || !told(m) || shown[m.VisitID] {
			continue
		}
		if _, known := was[m.VisitID]; !known || differ(m.VisitID, was, is) != "" {
			out = append(out, "also_moved")
		}
	}
	crossed := map[ids.ID]string{}
	for _, p := range seen.Promises {
		crossed[p.VisitID] = p.Crosses
	}
	for _, p := range present.Promises {
		if p.Crosses != "" && p.Crosses != crossed[p.VisitID] {
			out = append(out, "floor")
		}
	}
	for _, w := range present.Waiting {
		if !slices.ContainsFunc(seen.Waiting, func(x dispatch.UnassignedVisit) bool { return x.VisitID == w.VisitID }) {
			out = append(out, "waiting")
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// seat is with whom and when a visit would be; the zero seat is nowhere.
type seat struct {
	technician ids.ID
	start      time.Time
}

// seats gives where every visit of the rounds that change would be.
func seats(o Outcome) map[ids.ID]seat {
	m := map[ids.ID]seat{}
	for _, mv := range o.Moves {
		if mv.To == nil {
			m[mv.VisitID] = seat{}
		}
	}
	for _, r := range o.After {
		for _, s := range r.Stops {
			m[s.VisitID] = seat{r.TechnicianID, s.Start}
		}
	}
	for _, mv := range o.Moves {
		if mv.To != nil {
			m[mv.VisitID] = seat{mv.To.TechnicianID, mv.To.Start}
		}
	}
	return m
}

// differ compares a visit's seats. One that the present does not touch has been
// dealt with by somebody else since: this decision does nothing to it.
func differ(visit ids.ID, was, is map[ids.ID]seat) string {
	a := was[visit]
	b, touched := is[visit]
	switch {
	case !touched:
		return ""
	case a.technician != b.technician:
		return "technician"
	case a.start.Sub(b.start).Abs() > dispatch.MoveThreshold:
		return "start"
	}
	return ""
}

// notable says whether a move is more than drift.
func (m Move) notable() bool {
	return m.From == nil || m.To == nil || m.From.TechnicianID != m.To.TechnicianID ||
		m.From.Start.Sub(m.To.Start).Abs() > dispatch.MoveThreshold
}
