package day

import (
	"slices"
	"time"

	"roundsman/dispatch"
	"roundsman/internal/ids"
)

// spotted is where a visit is, before or after.
type spotted struct {
	day, shift, stop int
	visit            int
}

func spots(days []*sheet) map[ids.ID]spotted {
	m := map[ids.ID]spotted{}
	for i, s := range days {
		for k := range s.rounds {
			for n, st := range s.rounds[k].tt.Stops {
				m[s.day.Visits[st.Visit].ID] = spotted{i, k, n, st.Visit}
			}
		}
	}
	return m
}

// outcome reads the trial out against the board it began from.
func (t *trial) outcome(c Change) Outcome {
	o := Outcome{Kind: c.Kind, At: t.now, ExpiresAt: t.now.Add(dispatch.OutcomeLife), Seed: t.seed,
		Promises: []Impact{}, Moves: []Move{}, After: []RoundAfter{}, Waiting: []dispatch.UnassignedVisit{}, Tell: []Tell{}, Flags: []Flag{},
		Rounds: []dispatch.RoundVersion{}}
	for _, s := range t.Board.days {
		o.Days = append(o.Days, DayVersion{s.day.Key.RegionID, s.day.Key.Date, s.day.Version})
	}
	if c.Kind != KindRetime && len(t.blocked) == 0 {
		t.refuse()
	}
	t.floor(c)
	if len(t.blocked) > 0 {
		o.Blocked = t.blocked
		t.flag(&o)
		return o
	}
	o.Feasible, o.Held = true, t.held
	before, after := spots(t.Board.days), spots(t.days)
	for i, s := range t.days {
		for k := range s.rounds {
			if t.touched[i][k] {
				o.Rounds = append(o.Rounds, dispatch.RoundVersion{ID: s.day.Shifts[k].RoundID, Version: s.day.Shifts[k].RoundVersion})
				o.After = append(o.After, s.after(k))
				t.price(&o, i, k)
			}
		}
	}
	for _, id := range t.concerned() {
		t.compare(&o, id, before, after)
	}
	for _, l := range t.waiting {
		k, _ := t.days[l.day].day.find(l.visit)
		v := &t.days[l.day].day.Visits[k]
		o.Waiting = append(o.Waiting, dispatch.UnassignedVisit{VisitID: v.ID, TicketID: v.TicketID,
			TicketNumber: v.Number, PersonName: v.PersonName, Reasons: l.reasons})
	}
	t.flag(&o)
	return o
}

// refuse says what repair could not mend.
func (t *trial) refuse() {
	for i, s := range t.days {
		for k := range s.rounds {
			if r := s.rounds[k].refusal; t.touched[i][k] && r.Refused() && !t.Board.refused(i, s.day.Shifts[k].RoundID) {
				t.blocked = append(t.blocked, s.clause(k, r))
			}
		}
	}
}

// floor refuses a new promise that is less likely to be kept than may be said.
func (t *trial) floor(c Change) {
	for _, a := range c.Acts {
		if a.Promise == nil || a.Promise.Wanted || len(t.blocked) > 0 {
			continue
		}
		i, _, _, ok := t.where(a.Promise.VisitID)
		if !ok {
			continue
		}
		k, _ := t.days[i].day.find(a.Promise.VisitID)
		if chance := t.days[i].chance[k]; chance < t.floors.Quote {
			t.block("below_floor", "this window would be kept in %.0f of 100 cases; less than %.0f is not promised", 100*chance, 100*t.floors.Quote)
		}
	}
}

// refused says whether a round could not be driven even before.
func (b *Board) refused(i int, roundID ids.ID) bool {
	k, ok := b.days[i].shiftOf(roundID)
	return ok && b.days[i].rounds[k].refusal.Refused()
}

func (t *trial) price(o *Outcome, i, k int) {
	is, was := &t.days[i].rounds[k].tt, &t.Board.days[i].rounds[k].tt
	o.TravelSeconds += int(is.Travel - was.Travel)
	o.TravelMetres += int(is.Metres - was.Metres)
	o.OvertimeSeconds += int(is.Overtime - was.Overtime)
}

// concerned lists the visits of every touched round, before and after, by id.
func (t *trial) concerned() []ids.ID {
	var list []ids.ID
	for i := range t.days {
		for k := range t.touched[i] {
			if !t.touched[i][k] {
				continue
			}
			for _, s := range []*sheet{t.Board.days[i], t.days[i]} {
				for _, v := range s.rounds[k].visits {
					list = append(list, s.day.Visits[v].ID)
				}
			}
		}
	}
	slices.SortFunc(list, func(a, b ids.ID) int { return slices.Compare(a[:], b[:]) })
	return slices.Compact(list)
}

// compare writes what happens to one visit and its promise.
func (t *trial) compare(o *Outcome, id ids.ID, before, after map[ids.ID]spotted) {
	b, was := before[id]
	a, is := after[id]
	var v Visit
	var from, to *Spot
	if was {
		s := t.Board.days[b.day]
		v, from = s.day.Visits[b.visit], s.spot(b)
		if o.Kind == KindRetime && v.PlannedStart != nil && !v.State.Over() {
			from.Start = *v.PlannedStart // what the plan said, not what it has become
		}
	}
	if is {
		s := t.days[a.day]
		v, to = s.day.Visits[a.visit], s.spot(a)
	}
	if moved(from, to) {
		o.Moves = append(o.Moves, Move{VisitID: id, PersonName: v.PersonName, Number: v.Number, From: from, To: to, Promised: v.Promise != nil})
	}
	if v.Promise == nil || v.ArrivedAt != nil || t.dropped[id] {
		return
	}
	im := Impact{VisitID: id, PersonID: v.PersonID, PersonName: v.PersonName, Number: v.Number,
		WindowStart: v.Promise.Start, WindowEnd: v.Promise.End}
	if v.Promise.ID != ids.Nil {
		p := v.Promise.ID
		im.PromiseID = &p
	}
	if from != nil {
		im.ArrivalBefore, im.TechnicianBefore = &from.Start, &from.TechnicianID
	}
	if im.PromiseID != nil {
		chance := 0.0 // in no round
		if was {
			chance = t.Board.days[b.day].chance[b.visit]
		}
		if o.Kind == KindRetime && v.Promise.Chance != nil {
			chance = *v.Promise.Chance // nothing is moved: it is time that has passed
		}
		im.ChanceBefore = &chance
	}
	if to != nil {
		im.ArrivalAfter, im.TechnicianAfter, im.TechnicianName = to.Start, to.TechnicianID, to.TechnicianName
		im.ChanceAfter = t.days[a.day].chance[a.visit]
	} else {
		im.ArrivalAfter = v.Promise.End
	}
	im.Crosses = t.crosses(im)
	if im.PromiseID == nil || moved(from, to) || im.ChanceBefore == nil || *im.ChanceBefore != im.ChanceAfter {
		o.Promises = append(o.Promises, im)
	}
	if why := t.why(im, v, from, to); why != "" {
		o.Tell = append(o.Tell, Tell{PersonID: v.PersonID, PersonName: v.PersonName, VisitID: id, PromiseID: im.PromiseID, Why: why})
	}
}

// crosses names the lowest floor that a chance falls through.
func (t *trial) crosses(im Impact) string {
	was := 1.0
	if im.ChanceBefore != nil {
		was = *im.ChanceBefore
	}
	for _, f := range []struct {
		name string
		at   float64
	}{{"tell", t.floors.Tell}, {"risk", t.floors.Risk}, {"quote", t.floors.Quote}} {
		if im.ChanceAfter < f.at && was >= f.at {
			return f.name
		}
	}
	return ""
}

// why says whether somebody who holds a promise has to hear of the change.
func (t *trial) why(im Impact, v Visit, from, to *Spot) string {
	switch {
	case im.PromiseID == nil:
		return ""
	case to == nil, im.Crosses == "tell":
		return "late"
	case im.Crosses == "risk" && !v.Promise.AtRisk: // told once
		return "at_risk"
	case v.Promise.AtRisk && im.ChanceAfter >= t.floors.Quote:
		// As sure as what may be promised anew: somewhat above the risk floor, so that
		// a chance about there is not told to and fro.
		return "recovered"
	case v.Promise.TechnicianID != to.TechnicianID && (from == nil || from.TechnicianID != to.TechnicianID):
		return "technician_changed"
	}
	return ""
}

// moved says whether a visit is somewhere else: in another round, or a minute or
// more away.
func moved(from, to *Spot) bool {
	if from == nil || to == nil {
		return from != to
	}
	return from.RoundID != to.RoundID || from.Start.Sub(to.Start).Abs() >= time.Minute
}

func (s *sheet) spot(p spotted) *Spot {
	sh := &s.day.Shifts[p.shift]
	return &Spot{RoundID: sh.RoundID, TechnicianID: sh.TechnicianID, TechnicianName: sh.Name,
		Start: s.arrival(p.shift, p.stop)}
}

// arrival is when the technician of a round is with its nth person. Who is there
// before a pinned start waits outside.
func (s *sheet) arrival(shift, stop int) time.Time {
	st := &s.rounds[shift].tt.Stops[stop]
	v := &s.day.Visits[st.Visit]
	at := s.day.instant(st.Arrive)
	if pin := v.pinned(); pin != nil && pin.After(at) && stop >= len(s.p.Shifts[shift].Frozen) && !s.rounds[shift].refusal.Refused() {
		return *pin
	}
	return at
}

func (s *sheet) after(shift int) RoundAfter {
	sh, tt := &s.day.Shifts[shift], &s.rounds[shift].tt
	out := RoundAfter{RoundID: sh.RoundID, ShiftID: sh.ID, TechnicianID: sh.TechnicianID, TechnicianName: sh.Name,
		Date: s.day.Key.Date, Leaves: s.day.instant(tt.Leave), Returns: s.day.instant(tt.Return), Stops: []StopAfter{}}
	head := len(s.p.Shifts[shift].Frozen)
	for n, st := range tt.Stops {
		v := &s.day.Visits[st.Visit]
		x := StopAfter{VisitID: v.ID, PersonName: v.PersonName, SiteName: v.SiteName, Number: v.Number, Minutes: v.Minutes,
			Leave: s.day.instant(st.Leave), Start: s.arrival(shift, n), End: s.day.instant(st.End),
			LegSeconds: int(st.Leg.Seconds), LegMetres: int(st.Leg.Metres), Started: n < head}
		if x.Started {
			x.LegSeconds, x.LegMetres = v.LegSeconds, v.LegMetres
		}
		out.Stops = append(out.Stops, x)
	}
	return out
}
