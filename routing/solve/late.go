package solve

import (
	"slices"

	"roundsman/internal/fault"
	"roundsman/routing"
)

// InsertLate gives up to k places for a visit with lateness allowed, for it and
// for others, least lateness first, then cheapest; only those without any when there
// are such. It computes every round whole and is meant for the visit that fits
// nowhere in time.
func (s *Standing) InsertLate(visit, k int) []Insertion {
	found := s.everywhere(visit)
	slices.SortStableFunc(found, func(a, b Insertion) int {
		if d := (a.Late + a.OthersLate) - (b.Late + b.OthersLate); d != 0 {
			return int(d)
		}
		switch {
		case a.Delta < b.Delta:
			return -1
		case a.Delta > b.Delta:
			return 1
		}
		return 0
	})
	found = found[:min(max(0, k), len(found))]
	if inTime := func(x Insertion) bool { return x.Late+x.OthersLate == 0 }; slices.ContainsFunc(found, inTime) {
		// By the true rules somebody is in time whom the bounds had ruled out.
		found = slices.DeleteFunc(found, func(x Insertion) bool { return !inTime(x) })
	}
	return found
}

// everywhere gives all the places for a visit, whoever is late by them.
func (s *Standing) everywhere(visit int) []Insertion {
	c, v := s.c, int32(visit)
	var found []Insertion
	home := s.homeOf(v)
	for r := range s.tracks {
		t := &s.tracks[r]
		if !c.suits[r*c.visits+visit] || (home >= 0 && home != r) {
			continue
		}
		stops := len(t.visits)
		if t.depot >= 0 {
			stops--
		}
		for i := len(c.lanes[r].head); i <= stops; i++ {
			ins, ok := s.exact(r, i, v)
			if !ok && s.terms != nil {
				ins, ok = Insertion{Shift: r, Index: i}, true // bounds may rule out what the true rules allow
			}
			if ok && s.terms.true(visit, &ins) {
				found = append(found, ins)
			}
		}
	}
	return found
}

// ReasonKind says how final a reason is.
type ReasonKind string

// The kinds of reasons, from final to soft.
const (
	Alone    ReasonKind = "impossible" // not in this shift even with nothing else planned
	Crowded  ReasonKind = "no_room"    // alone it would fit, between what stands it does not
	Searched ReasonKind = "search_limit"
)

// The clauses that Reasons has beside those of routing.
const (
	// ClausePromise: the visit's own promise, or that of the Blocker, would be late.
	ClausePromise routing.Clause = "promise_late"
)

// Reason says why a visit is not in one shift.
type Reason struct {
	Shift  int
	Kind   ReasonKind
	Clause routing.Clause // empty for Searched: it fits, the search had not put it there
	Item   int            // skill or kit item, for those clauses
	// Blocker is the stop at which the clause fails in the cheapest place: the
	// visit itself, another visit, or -1 for the way home.
	Blocker int
}

// Reasons says for each shift why a visit that stands nowhere is not in it. It
// tries every place, so what it says is true of the plan as it stands; moving
// others might make room, and only Alone rules a shift out for good.
func (s *Standing) Reasons(visit int) []Reason {
	c := s.c
	out := make([]Reason, len(s.tracks))
	for r := range s.tracks {
		out[r] = s.reason(c, r, visit)
	}
	return out
}

func (s *Standing) reason(c *core, r, visit int) Reason {
	if s.terms != nil {
		if x := s.lonely(r, visit); x.Kind != "" {
			return x
		}
	}
	if x := routing.Suits(c.p, r, visit); x.Refused() {
		return Reason{Shift: r, Kind: Alone, Clause: x.Clause, Item: x.Item, Blocker: visit}
	}
	if home := s.homeOf(int32(visit)); home >= 0 && home != r {
		return Reason{Shift: r, Kind: Crowded, Clause: routing.ClauseTied, Blocker: visit}
	}
	t := &s.tracks[r]
	var nearest Reason
	var least int64
	for i := len(c.lanes[r].head); i <= len(t.visits); i++ {
		round := make([]int, 0, len(t.visits)+1)
		for k, v := range t.visits {
			if k == i {
				round = append(round, visit)
			}
			if v != c.lanes[r].depot {
				round = append(round, int(v))
			}
		}
		if i == len(t.visits) {
			round = append(round, visit)
		}
		b, blocked := s.obstacle(r, round, visit)
		if !blocked {
			return Reason{Shift: r, Kind: Searched, Blocker: visit}
		}
		if d := c.detour(r, t, i, int32(visit)); nearest.Kind == "" || d < least {
			least, nearest = d, b
			nearest.Kind = Crowded
		}
	}
	head := make([]int, 0, len(s.tracks[r].visits)+1)
	for _, v := range c.lanes[r].head {
		head = append(head, int(v))
	}
	if b, blocked := s.blocked(r, append(head, visit), visit, 0); blocked {
		b.Kind = Alone
		return b
	}
	return nearest
}

// lonely says why a visit in company can't be inserted by itself.
func (s *Standing) lonely(r, visit int) Reason {
	v := &s.terms.p.Visits[visit]
	if x := routing.Suits(s.terms.p, r, visit); x.Refused() {
		return Reason{Shift: r, Kind: Alone, Clause: x.Clause, Item: x.Item, Blocker: visit}
	}
	for _, u := range v.After {
		if !s.stands(u) {
			return Reason{Shift: r, Kind: Crowded, Clause: routing.ClauseAfter, Blocker: u}
		}
	}
	if routing.Suits(s.c.p, r, visit).Refused() { // barred, for want of those it meets
		return Reason{Shift: r, Kind: Crowded, Clause: routing.ClauseMeet, Blocker: visit}
	}
	return Reason{}
}

// stands says whether a visit is in a round.
func (s *Standing) stands(visit int) bool {
	return slices.ContainsFunc(s.tracks, func(t track) bool { return slices.Contains(t.visits, int32(visit)) })
}

// obstacle says what stands in the way of a visit put into a round: in the round by
// itself, else by what others wait for. Bounds between shifts have no say in it, for
// they rule out what somebody who may wait longer would allow.
func (s *Standing) obstacle(r int, round []int, visit int) (Reason, bool) {
	if s.terms == nil {
		return s.blocked(r, round, visit, routing.Seconds(s.tracks[r].late))
	}
	if x, blocked := s.blocked(r, round, visit, s.terms.tts[r].Late); blocked {
		return x, true
	}
	return s.terms.blocked(r, slices.Index(round, visit), visit)
}

// blocked says what stands in the way of a round, whoever its visits are in company
// with. More lateness than late counts as standing in the way, and so does the visit's
// own, even where others are less late for it.
func (s *Standing) blocked(r int, round []int, visit int, late routing.Seconds) (Reason, bool) {
	p := s.c.p
	if s.terms != nil {
		p = s.terms.p
	}
	x := routing.EvaluateRound(p, r, round, &s.times)
	if x.Refused() {
		return Reason{Shift: r, Clause: x.Clause, Item: x.Item, Blocker: x.Visit}, true
	}
	if late >= s.times.Late && lateness(s.times.Stops, visit) == 0 {
		return Reason{}, false
	}
	blocker := visit
	for _, st := range s.times.Stops {
		if st.Late > 0 && (st.Visit == visit || blocker == visit) {
			blocker = st.Visit
			if st.Visit == visit {
				break
			}
		}
	}
	return Reason{Shift: r, Clause: ClausePromise, Blocker: blocker}, true
}

// blocked says what stands in the way of a visit before stop i of a round, in it or in
// the rounds of others. Lateness counts as it does for a round by itself.
func (t *terms) blocked(r, i, visit int) (Reason, bool) {
	after := t.with(r, i, visit)
	tts, score, err := routing.Evaluate(t.p, after)
	if err != nil {
		x := Reason{Shift: r, Clause: routing.ClauseMeet, Blocker: visit}
		clause, _ := fault.Of(err).Members["clause"].(string)
		if blocker, ok := fault.Of(err).Members["visit"].(int); ok && clause != "" {
			x.Clause, x.Blocker = routing.Clause(clause), blocker
		}
		return x, true
	}
	for p := range score.Late {
		if score.Late[p] > t.score.Late[p] {
			return Reason{Shift: r, Clause: ClausePromise, Blocker: lateIn(tts, visit)}, true
		}
	}
	if lateness(tts[r].Stops, visit) > 0 {
		return Reason{Shift: r, Clause: ClausePromise, Blocker: visit}, true
	}
	return Reason{}, false
}

// lateness is how late a visit of a round is.
func lateness(stops []routing.Stop, visit int) routing.Seconds {
	for _, st := range stops {
		if st.Visit == visit {
			return st.Late
		}
	}
	return 0
}

// lateIn gives who is late in a plan, the visit itself first.
func lateIn(tts []routing.Timetable, visit int) int {
	blocker := visit
	for _, tt := range tts {
		for _, st := range tt.Stops {
			if st.Late > 0 && st.Visit == visit {
				return visit
			}
			if st.Late > 0 {
				blocker = st.Visit
			}
		}
	}
	return blocker
}

// detour is what putting a visit before stop i adds in travel seconds; a way
// that is missing counts as very long.
func (c *core) detour(r int, t *track, i int, v int32) int64 {
	l := &c.lanes[r]
	from, to := int32(l.Place), l.end
	if i > len(l.head) {
		from = c.place[t.visits[i-1]]
	}
	if i < len(t.visits) {
		to = c.place[t.visits[i]]
	}
	return int64(l.leg(from, c.place[v])) + int64(l.leg(c.place[v], to)) - int64(l.leg(from, to))
}

// Reasons is Stand and Standing.Reasons in one. The error is one of Stand, or
// plan_malformed for a visit that isn't in the problem.
func Reasons(p *routing.Problem, plan *routing.Plan, visit int) ([]Reason, error) {
	s, err := Stand(p, plan)
	if err != nil {
		return nil, err
	}
	if visit < 0 || visit >= len(p.Visits) {
		return nil, fault.New(fault.Invalid, "plan_malformed", "there is no visit %d to give reasons for", visit)
	}
	return s.Reasons(visit), nil
}
