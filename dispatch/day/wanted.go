package day

import (
	"cmp"
	"slices"
	"time"

	"roundsman/dispatch"
	"roundsman/internal/ids"
	"roundsman/routing"
)

// release gives up the promise of a visit that has not begun.
func (t *trial) release(r *Release) {
	for i := range t.days {
		k, ok := t.days[i].day.find(r.VisitID)
		if !ok {
			continue
		}
		if v := &t.days[i].day.Visits[k]; v.State.Started() || v.State.Over() {
			t.block("visit_begun", "the visit to %s is %s; its window can't be changed any more", v.PersonName, v.State)
			return
		}
		s := t.write(i)
		s.day.Visits[k].Promise, s.p.Visits[k].Promise = nil, nil
		if at, shift, _, in := t.where(r.VisitID); in && at == i {
			t.set(i, shift, s.rounds[shift].visits)
		}
	}
}

// judged is how many places are tried for a wanted window.
const judged = 8

// Wanted tries a window that somebody asks for, whatever its chance: at the places
// whose arrival lies nearest to it, and gives the one that keeps it most likely.
// Where there is none, the clauses say why.
func (b *Board) Wanted(w Wish, start, end time.Time) (Candidate, []dispatch.Clause) {
	v, barred := b.wanted(w)
	if barred != nil {
		return Candidate{}, barred
	}
	best, found := Candidate{}, false
	var why []dispatch.Clause
	for i := range b.days {
		if w.On != nil && !slices.Contains(w.On, b.days[i].day.Key) {
			continue
		}
		if !slices.ContainsFunc(b.days[i].day.Shifts, func(sh Shift) bool { return sh.Starts.Before(end) && sh.Ends.Add(sh.Overtime).After(start) }) {
			why = append(why, dispatch.Clause{Code: "no_shift", Text: "nobody works at that time"})
			continue
		}
		t, k := b.without(i, v, w)
		s := t.days[i]
		gaps := s.gaps(k)
		if len(gaps) == 0 {
			why = append(why, t.reasons(i, k)...)
			continue
		}
		from, until := s.day.seconds(start), s.day.seconds(end)
		slices.SortStableFunc(gaps, func(x, y place) int { return cmp.Compare(outside(x, from, until), outside(y, from, until)) })
		for _, p := range gaps[:min(judged, len(gaps))] {
			s.fill(&p, k)
			change := t.change(i, k, p, w, Window{VisitID: v.ID, Start: start, End: end, Wanted: true})
			o := b.Try(change)
			if !o.Feasible {
				why = append(why, o.Blocked...)
				continue
			}
			sh := s.day.Shifts[p.shift]
			was := &s.rounds[p.shift].tt
			c := Candidate{Change: change, Day: s.day.Key, WindowStart: start, WindowEnd: end, Technician: sh,
				DetourSeconds: int(p.tt.Travel - was.Travel), DetourMetres: int(p.tt.Metres - was.Metres)}.proven(o, v.ID)
			c.Reason = s.reason(p, slices.IndexFunc(p.tt.Stops, func(x routing.Stop) bool { return x.Visit == k }), c)
			if !found || better(c, best, w.Preferred) {
				best, found = c, true
			}
		}
	}
	if !found {
		return best, why
	}
	return best, nil
}

// outside is how far an arrival lies from a window.
func outside(p place, from, until routing.Seconds) routing.Seconds {
	return max(from-p.arrive, p.arrive-until+1, 0)
}

// better says whether a candidate is likelier kept, or as likely and preferred.
func better(a, b Candidate, preferred ids.ID) bool {
	if a.Confidence != b.Confidence {
		return a.Confidence > b.Confidence
	}
	return preferred != ids.Nil && a.Technician.TechnicianID == preferred && b.Technician.TechnicianID != preferred
}
