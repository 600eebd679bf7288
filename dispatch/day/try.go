package day

import (
	"fmt"
	"slices"
	"time"

	"roundsman/dispatch"
	"roundsman/internal/ids"
	"roundsman/routing"
)

// Try asks a horizon one question. To ask several of the same horizon, make a
// Board once.
func Try(h Horizon, now time.Time, seed uint64, travel Travel, floors dispatch.Floors, c Change) Outcome {
	return NewBoard(h, now, seed, travel, floors).Try(c)
}

// Try applies a change to a copy of the board, repairs what it breaks, and says
// what it does to everyone. The outcome has no id yet.
func (b *Board) Try(c Change) Outcome {
	t := b.trial(c)
	t.apply(c)
	t.wait()
	if len(t.blocked) == 0 && c.Kind != KindRetime {
		t.repair()
		t.wait()
	}
	return t.outcome(c)
}

// trial is a board being changed. Sheets and rounds are copied when they are
// first written to.
type trial struct {
	*Board
	days    []*sheet
	own     []bool          // the sheet is our copy
	touched [][]bool        // rounds to judge, by day and shift
	fixed   map[ids.ID]bool // visits that the change itself has placed
	dropped map[ids.ID]bool
	blocked []dispatch.Clause
	waiting []lost
	// promises: the change offers a window.
	promises bool
	held     *ids.ID // a visit that the change holds where it is
	prefer   ids.ID  // a place with this technician is looked at in every hour
}

// lost is a visit that found no place.
type lost struct {
	day     int
	visit   ids.ID
	reasons []dispatch.Clause
}

func (b *Board) trial(c Change) *trial {
	t := &trial{Board: b, days: slices.Clone(b.days), own: make([]bool, len(b.days)),
		fixed: map[ids.ID]bool{}, dropped: map[ids.ID]bool{}}
	for _, s := range b.days {
		t.touched = append(t.touched, make([]bool, len(s.rounds)))
	}
	for _, a := range c.Acts {
		switch {
		case a.Put != nil:
			t.fixed[a.Put.VisitID] = true
		case a.Promise != nil:
			t.promises = true
		case a.Last != nil:
			t.fixed[a.Last.VisitID] = true
		case a.Pin != nil:
			t.fixed[a.Pin.VisitID] = true
		case a.Order != nil:
			for _, v := range a.Order.Visits {
				t.fixed[v] = true
			}
		}
	}
	return t
}

func (t *trial) block(code, format string, args ...any) {
	t.blocked = append(t.blocked, dispatch.Clause{Code: code, Text: fmt.Sprintf(format, args...)})
}

func (t *trial) apply(c Change) {
	for _, a := range c.Acts {
		switch {
		case a.Put != nil:
			t.put(a.Put)
		case a.Last != nil:
			t.last(a.Last)
		case a.Release != nil:
			t.release(a.Release)
		case a.Promise != nil:
			t.promise(a.Promise)
		case a.Away != nil:
			t.away(a.Away)
		case a.Gone != nil:
			t.gone(a.Gone)
		case a.Drop != nil:
			t.drop(a.Drop)
		case a.Rounds != nil:
			t.reorder(a.Rounds)
		case a.Retime != nil:
			t.retime(a.Retime)
		case a.Order != nil:
			t.order(a.Order)
		case a.Pin != nil:
			t.pin(a.Pin)
		case a.TakeOut != nil:
			t.takeOut(a.TakeOut)
		case a.Urgency != nil:
			t.urgency(a.Urgency)
		case a.Stretch != nil:
			t.stretch(a.Stretch)
		case a.Rest != nil:
			t.rest(a.Rest)
		}
		if len(t.blocked) > 0 {
			return
		}
	}
}

// write gives a day's sheet for changing.
func (t *trial) write(i int) *sheet {
	if !t.own[i] {
		old := t.days[i]
		d, p := *old.day, *old.p
		d.Visits, d.Shifts = slices.Clone(d.Visits), slices.Clone(d.Shifts)
		p.Visits, p.Shifts = slices.Clone(p.Visits), slices.Clone(p.Shifts)
		t.days[i] = &sheet{day: &d, p: &p, words: old.words, rounds: slices.Clone(old.rounds), chance: slices.Clone(old.chance)}
		t.own[i] = true
	}
	return t.days[i]
}

// rebuild makes a day's sheet anew after its visits or shifts have changed.
func (t *trial) rebuild(i int, order [][]ids.ID) {
	s := t.write(i)
	for k := range s.day.Shifts {
		s.day.Shifts[k].Visits = order[k]
	}
	t.days[i] = t.prepare(s.day)
}

// reshift reads a shift anew after its absences or its kit have changed.
func (t *trial) reshift(i, shift int) {
	s := t.write(i)
	s.day.Shifts[shift].Visits = t.orderOf(i)[shift]
	var visits []int
	s.p.Shifts[shift], visits = s.day.shift(shift, t.now, t.luck, s.words)
	s.day.hold(s.p, shift)
	strand(s.p, shift)
	t.set(i, shift, visits)
}

func (t *trial) orderOf(i int) [][]ids.ID {
	s := t.days[i]
	out := make([][]ids.ID, len(s.rounds))
	for k, r := range s.rounds {
		for _, v := range r.visits {
			out[k] = append(out[k], s.day.Visits[v].ID)
		}
	}
	return out
}

// set gives a round other visits and evaluates it.
func (t *trial) set(i, shift int, visits []int) {
	s := t.write(i)
	was := s.p
	s.p = s.day.appoint(s.p, visits)
	s.rounds[shift] = evaluate(s.p, shift, visits)
	s.judge(s.p, &s.rounds[shift], s.chance)
	t.touched[i][shift] = true
	if s.p != was && slices.ContainsFunc(visits, func(v int) bool { _, ok := s.day.joined(&s.day.Visits[v]); return ok }) {
		t.retie(i) // whoever is joined waits for another instant
	}
}

// where says in which round of which day a visit is.
func (t *trial) where(visit ids.ID) (day, shift, at int, ok bool) {
	for i, s := range t.days {
		k, found := s.day.find(visit)
		if !found {
			continue
		}
		for j := range s.rounds {
			if at := slices.Index(s.rounds[j].visits, k); at >= 0 {
				return i, j, at, true
			}
		}
	}
	return 0, 0, 0, false
}

func (t *trial) dayOf(k dispatch.DayKey) (int, bool) {
	i := slices.IndexFunc(t.days, func(s *sheet) bool { return s.day.Key == k })
	return i, i >= 0
}

func (t *trial) put(p *Put) {
	to, ok := t.dayOf(p.Day)
	if !ok {
		t.block("day_missing", "the day %s is not part of the question", p.Day.Date)
		return
	}
	v, ok := t.visit(p)
	if !ok {
		return
	}
	if t.overtakes(p, &v) {
		return
	}
	if i, shift, at, in := t.where(v.ID); in {
		t.set(i, shift, slices.Delete(slices.Clone(t.days[i].rounds[shift].visits), at, at+1))
	}
	if _, known := t.days[to].day.find(v.ID); !known {
		order := t.orderOf(to)
		s := t.write(to)
		at, _ := s.day.find(v.ID)
		s.day.Visits = slices.Insert(s.day.Visits, at, v)
		t.rebuild(to, order)
	}
	s := t.days[to]
	shift, ok := s.shiftOf(p.RoundID)
	if !ok {
		t.block("round_missing", "the round is not on that day any more")
		return
	}
	at := len(s.p.Shifts[shift].Frozen)
	if p.After != nil {
		k, known := s.day.find(*p.After)
		if at = slices.Index(s.rounds[shift].visits, k) + 1; !known || at == 0 || at < len(s.p.Shifts[shift].Frozen) {
			t.block("place_moved", "the visit that this one should follow is not in the round any more, or is behind what has begun")
			return
		}
	}
	k, _ := s.day.find(v.ID)
	t.set(to, shift, slices.Insert(slices.Clone(s.rounds[shift].visits), at, k))
	if t.days[to].rounds[shift].refusal.Refused() {
		t.blocked = append(t.blocked, t.obstacles(to, shift, k)...)
	}
}

// visit finds what is to be put, and says why it can't be.
func (t *trial) visit(p *Put) (Visit, bool) {
	for _, s := range t.days {
		if k, ok := s.day.find(p.VisitID); ok {
			v := s.day.Visits[k]
			if v.State.Started() || v.State.Over() {
				t.block("visit_begun", "the visit to %s is %s; what has begun can't be moved", v.PersonName, v.State)
				return Visit{}, false
			}
			return v, true
		}
	}
	if p.New != nil {
		return *p.New, true
	}
	t.block("visit_missing", "the visit is not on these days any more")
	return Visit{}, false
}

// refusedAlone says whether a shift could not take a visit even with nothing
// else in it but what has begun.
func (t *trial) refusedAlone(i, shift, visit int) routing.Refusal {
	s := t.days[i]
	frozen := s.p.Shifts[shift].Frozen
	var alone []int
	for _, f := range frozen {
		alone = append(alone, f.Visit)
	}
	var tt routing.Timetable
	return routing.EvaluateRound(s.p, shift, append(alone, visit), &tt)
}

func (t *trial) last(l *Last) {
	i, shift, _, ok := t.where(l.VisitID)
	if !ok {
		t.block("visit_missing", "the visit is in no round any more")
		return
	}
	s := t.write(i)
	k, _ := s.day.find(l.VisitID)
	v := &s.day.Visits[k]
	if v.State.Over() {
		t.block("visit_over", "the visit to %s is %s; how long it lasts is history", v.PersonName, v.State)
		return
	}
	v.Minutes = l.Minutes
	if v.ArrivedAt != nil {
		spent := t.now.Sub(*v.ArrivedAt)
		v.Minutes += int((spent + time.Minute - 1) / time.Minute)
	}
	if v.State.Started() {
		frozen := slices.Clone(s.p.Shifts[shift].Frozen)
		for f := range frozen {
			if frozen[f].Visit == k {
				again := f > 0 && s.day.Visits[frozen[f-1].Visit].SiteID == v.SiteID
				frozen[f] = s.day.frozen(k, again, t.now, t.luck)
			}
		}
		s.p.Shifts[shift].Frozen = frozen
	}
	s.p.Visits[k].Service = v.service()
	t.set(i, shift, s.rounds[shift].visits)
}

func (t *trial) promise(w *Window) {
	i, shift, _, ok := t.where(w.VisitID)
	if !ok {
		t.block("visit_missing", "the visit is in no round any more")
		return
	}
	s := t.write(i)
	k, _ := s.day.find(w.VisitID)
	if p := s.day.Visits[k].Promise; p != nil && p.ID != ids.Nil {
		t.block("promise_taken", "%s has been promised a window for this visit already", s.day.Visits[k].PersonName)
		return
	}
	s.day.Visits[k].Promise = &Standing{Start: w.Start, End: w.End, TechnicianID: s.day.Shifts[shift].TechnicianID}
	s.p.Visits[k].Promise = &routing.Window{Start: s.day.seconds(w.Start), End: s.day.seconds(w.End)}
	t.set(i, shift, s.rounds[shift].visits)
}

func (t *trial) away(a *Away) {
	found := false
	for i := range t.days {
		for k := range t.days[i].day.Shifts {
			sh := &t.days[i].day.Shifts[k]
			if sh.TechnicianID != a.TechnicianID || !a.From.Before(sh.Ends.Add(sh.Overtime)) || !a.Until.After(sh.Starts) {
				continue
			}
			found = true
			t.write(i).day.Shifts[k].Away = append(slices.Clone(sh.Away), Span{a.From, a.Until})
			t.reshift(i, k)
		}
	}
	if !found {
		t.block("no_shift", "the technician has no shift in that time")
	}
}

func (t *trial) gone(g *Gone) {
	found := false
	for i := range t.days {
		for k := range t.days[i].day.Shifts {
			at := slices.IndexFunc(t.days[i].day.Shifts[k].Kit, func(x dispatch.KitItem) bool { return x.ItemID == g.ItemID })
			if at < 0 {
				continue
			}
			found = true
			s := t.write(i)
			s.day.Shifts[k].Kit = slices.Delete(slices.Clone(s.day.Shifts[k].Kit), at, at+1)
			if g.VisitID != nil {
				if v, ok := s.day.find(*g.VisitID); ok {
					s.day.Visits[v].Equipped = true
				}
			}
			t.reshift(i, k)
		}
	}
	if !found {
		t.block("asset_gone", "the replacement is not in the technician's kit any more")
	}
}

// retime looks at a round again after something has happened in it, and at those in
// which somebody waits for it. Nobody is moved: it says what the plan's times have
// become.
func (t *trial) retime(r *Retime) {
	for i := range t.days {
		if k, ok := t.days[i].shiftOf(r.RoundID); ok {
			t.touched[i][k] = true
			t.pass(i)
		}
	}
}

func (t *trial) drop(d *Drop) {
	i, shift, at, ok := t.where(d.VisitID)
	if !ok {
		return // nothing to take out
	}
	k, _ := t.days[i].day.find(d.VisitID)
	if v := &t.days[i].day.Visits[k]; v.State.Started() || v.State.Over() {
		t.block("visit_begun", "the visit to %s is %s; what has begun can't be taken out", v.PersonName, v.State)
		return
	}
	t.dropped[d.VisitID] = true
	t.set(i, shift, slices.Delete(slices.Clone(t.days[i].rounds[shift].visits), at, at+1))
}

func (t *trial) reorder(r *Reorder) {
	i, ok := t.dayOf(r.Day)
	if !ok {
		t.block("day_missing", "the day %s is not part of the question", r.Day.Date)
		return
	}
	s := t.write(i)
	for _, o := range r.Rounds {
		if _, known := s.shiftOf(o.RoundID); !known && len(o.Visits) > 0 {
			t.block("round_missing", "a round of the plan is not on this day any more; run the plan again")
			return
		}
	}
	was := map[int]bool{}
	for k := range s.rounds {
		for _, v := range s.rounds[k].visits {
			was[v] = true
		}
	}
	placed := map[ids.ID]bool{}
	for k := range s.day.Shifts {
		var visits []int
		for _, o := range r.Rounds {
			if o.RoundID != s.day.Shifts[k].RoundID {
				continue
			}
			for _, id := range o.Visits {
				v, known := s.day.find(id)
				if !known {
					t.block("visit_missing", "a visit of the plan is not on this day any more; run the plan again")
					return
				}
				if placed[id] {
					t.block("visit_twice", "the visit to %s stands twice in these rounds; name each visit once", s.day.Visits[v].PersonName)
					return
				}
				placed[id] = true
				visits = append(visits, v)
				t.fixed[id] = true
			}
		}
		head := s.p.Shifts[k].Frozen
		for f := range head {
			if f >= len(visits) || visits[f] != head[f].Visit {
				t.block("round_begun", "%s has begun with something else by now; run the plan again", s.day.Shifts[k].Name)
				return
			}
		}
		if !slices.Equal(visits, s.rounds[k].visits) {
			t.set(i, k, visits)
			s = t.days[i]
		}
	}
	for k := range s.day.Visits {
		if v := &s.day.Visits[k]; was[k] && !placed[v.ID] && v.Promise != nil {
			t.block("promise_left_out", "%s has been promised a visit that these rounds leave out; run the plan again", v.PersonName)
			return
		}
	}
}
