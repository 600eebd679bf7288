package day

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"roundsman/dispatch"
	"roundsman/internal/ids"
	"roundsman/routing"
)

// Candidate is a window that can be promised: the change that does it, and what
// it does to everyone.
type Candidate struct {
	Change        Change
	Outcome       Outcome
	Day           dispatch.DayKey
	WindowStart   time.Time
	WindowEnd     time.Time
	Confidence    float64
	Technician    Shift
	Start         time.Time // planned arrival
	DetourSeconds int
	DetourMetres  int
	Reason        string
}

// Widest is the widest window that is offered.
const Widest = 4 * time.Hour

// Wish is what windows are sought for.
type Wish struct {
	Visit     ids.ID
	Describe  *Visit // for one that is on none of the days
	Limit     int    // how many windows
	Anew      bool   // instead of the window that is promised for it
	Preferred ids.ID // the technician whom the customer would rather see; Nil: whoever
	// On are the days that are asked for; nil: all. The others are there because the
	// visit is on them now.
	On []dispatch.DayKey
}

// kind says which change an offer is.
func (w Wish) kind() Kind {
	if w.Anew {
		return KindAgain
	}
	return KindPromise
}

// preference is what the technician whom the customer would rather see is worth,
// in minutes of width or detour.
const preference = 30

// Offers finds the best windows for a visit, at most limit, best first. The visit
// may be waiting, planned without a promise, or new (then it is described).
// Days that have nothing to offer say why, technician by technician.
func (b *Board) Offers(visit ids.ID, describe *Visit, limit int) ([]Candidate, []dispatch.Refusal) {
	return b.OffersFor(Wish{Visit: visit, Describe: describe, Limit: limit})
}

// OffersFor finds the best windows for a wish. A preference moves offers of that
// technician forward; it hides none of the others.
func (b *Board) OffersFor(w Wish) ([]Candidate, []dispatch.Refusal) {
	var all []Candidate
	var refused []dispatch.Refusal
	v, barred := b.wanted(w)
	for i := range b.days {
		if w.On != nil && !slices.Contains(w.On, b.days[i].day.Key) {
			continue
		}
		list, why := []Candidate(nil), barred
		if barred == nil {
			list, why = b.offersOn(i, v, w)
		}
		if len(list) == 0 {
			refused = append(refused, dispatch.Refusal{Date: b.days[i].day.Key.Date, Reasons: why})
		}
		all = append(all, list...)
	}
	slices.SortStableFunc(all, func(x, y Candidate) int { return cmp.Compare(b.score(x, w), b.score(y, w)) })
	var best []Candidate
	failed := map[dispatch.DayKey][]dispatch.Clause{}
	for _, c := range all {
		if len(best) == w.Limit {
			break
		}
		if slices.ContainsFunc(best, func(o Candidate) bool { return o.WindowStart.Sub(c.WindowStart).Abs() < time.Hour }) {
			continue // too much like one that is offered already
		}
		o := b.Try(c.Change)
		why := o.Blocked
		if o.Feasible {
			why = b.harm(&o, v.ID)
		}
		if why == nil {
			best = append(best, c.proven(o, v.ID))
		} else if failed[c.Day] == nil {
			failed[c.Day] = why
		}
	}
	for i := range b.days {
		k := b.days[i].day.Key
		if why := failed[k]; why != nil && !slices.ContainsFunc(best, func(c Candidate) bool { return c.Day == k }) {
			refused = append(refused, dispatch.Refusal{Date: k.Date, Reasons: why})
		}
	}
	slices.SortStableFunc(refused, func(x, y dispatch.Refusal) int { return cmp.Compare(x.Date, y.Date) })
	return best, refused
}

// harm says who would pay for an offer with their own promise or place. A round
// that could not be driven before the caller called is no reason to make one.
func (b *Board) harm(o *Outcome, visit ids.ID) []dispatch.Clause {
	for _, im := range o.Promises {
		if im.VisitID != visit && im.ChanceBefore != nil && im.ChanceAfter < min(b.floors.Quote, *im.ChanceBefore) {
			return []dispatch.Clause{{Code: "breaks_promise", Text: "only at the cost of the promise to " + im.PersonName}}
		}
	}
	for _, w := range o.Waiting {
		return []dispatch.Clause{{Code: "takes_place", Text: "only if " + w.PersonName + " gave up their place"}}
	}
	return nil
}

// proven states what the outcome says: that is what will be committed.
func (c Candidate) proven(o Outcome, visit ids.ID) Candidate {
	c.Outcome = o
	for _, im := range o.Promises {
		if im.VisitID == visit {
			c.Confidence, c.Start = im.ChanceAfter, im.ArrivalAfter
		}
	}
	return c
}

// wanted finds the visit that windows are sought for, and says why none may be.
func (b *Board) wanted(w Wish) (Visit, []dispatch.Clause) {
	_, v, ok := b.horizon.Find(w.Visit)
	switch {
	case !ok && w.Describe != nil:
		return *w.Describe, nil
	case !ok:
		return v, []dispatch.Clause{{Code: "visit_missing", Text: "the visit is not on these days"}}
	case v.State.Started() || v.State.Over():
		return v, []dispatch.Clause{{Code: "visit_begun", Text: fmt.Sprintf("the visit to %s is %s", v.PersonName, v.State)}}
	case v.Promise != nil && !w.Anew:
		return v, []dispatch.Clause{{Code: "promise_taken", Text: v.PersonName + " has been promised a window for this visit already"}}
	}
	return v, nil
}

// score weighs a window in minutes: its width, twice the detour, and a little
// for each minute that the customer has to wait; somebody else than whom the
// customer would rather see costs a little more.
func (b *Board) score(c Candidate, w Wish) float64 {
	other := 0.0
	if w.Preferred != ids.Nil && c.Technician.TechnicianID != w.Preferred {
		other = preference
	}
	return other + c.WindowEnd.Sub(c.WindowStart).Minutes() + 2*float64(c.DetourSeconds)/60 + 0.05*c.WindowStart.Sub(b.now).Minutes()
}

func (b *Board) offersOn(i int, v Visit, w Wish) ([]Candidate, []dispatch.Clause) {
	t, k := b.without(i, v, w)
	var out []Candidate
	for _, p := range t.places(i, k, guardQuote) {
		if c, ok := t.candidate(i, k, p, w); ok {
			out = append(out, c)
		}
	}
	if len(out) == 0 {
		return nil, t.reasons(i, k)
	}
	return out, nil
}

// without is a trial on which the visit is known to a day and in no round, and k
// is its index there.
func (b *Board) without(i int, v Visit, w Wish) (t *trial, k int) {
	t = b.trial(Change{})
	t.prefer = w.Preferred
	if w.Anew {
		t.release(&Release{VisitID: v.ID})
		v.Promise = nil
	}
	if d, shift, at, in := t.where(v.ID); in {
		// It is planned already, but nobody was told: look at every place as if it
		// were not.
		t.set(d, shift, slices.Delete(slices.Clone(t.days[d].rounds[shift].visits), at, at+1))
	}
	if _, known := t.days[i].day.find(v.ID); !known {
		order := t.orderOf(i)
		s := t.write(i)
		at, _ := s.day.find(v.ID)
		s.day.Visits = slices.Insert(s.day.Visits, at, v)
		t.rebuild(i, order)
	}
	k, _ = t.days[i].day.find(v.ID)
	return t, k
}

// candidate computes the window of a place: from near the 10 % quantile of the
// arrival, at which the technician waits, to beyond the 95 % one, in quarters of
// an hour, while the site is open.
func (t *trial) candidate(i, visit int, p place, w Wish) (Candidate, bool) {
	s := t.days[i]
	stop := slices.IndexFunc(p.tt.Stops, func(x routing.Stop) bool { return x.Visit == visit })
	arrivals := s.arrivals(&p.tt, stop)
	early, late := arrivals[len(arrivals)/10], arrivals[len(arrivals)*95/100]
	const quarter = 15 * time.Minute
	start := s.day.instant(early).Truncate(quarter)
	if soon := t.now.Add(5 * time.Minute).Truncate(5 * time.Minute); start.Before(soon) {
		start = soon
	}
	end := s.day.instant(late).Add(quarter).Truncate(quarter)
	opens, closes := s.day.open(&s.day.Visits[visit])
	if start.Before(opens) {
		start = opens
	}
	if end.Sub(start) < 2*quarter {
		end = start.Add(2 * quarter)
	}
	if end.After(closes) {
		end = closes
	}
	if end.Sub(start) > Widest || !start.Before(end) {
		return Candidate{}, false
	}
	kept := 0
	for _, at := range arrivals {
		if s.day.instant(at).Before(end) {
			kept++
		}
	}
	v := &s.day.Visits[visit]
	sh := &s.day.Shifts[p.shift]
	was := &s.rounds[p.shift].tt
	c := Candidate{
		Day: s.day.Key, WindowStart: start, WindowEnd: end, Confidence: share(kept, len(arrivals)),
		Technician: *sh, Start: s.day.instant(p.tt.Stops[stop].Arrive),
		DetourSeconds: int(p.tt.Travel - was.Travel), DetourMetres: int(p.tt.Metres - was.Metres),
	}
	if c.Confidence < t.floors.Quote {
		return Candidate{}, false
	}
	c.Change = t.change(i, visit, p, w, Window{VisitID: v.ID, Start: start, End: end})
	c.Reason = s.reason(p, stop, c)
	return c, true
}

// change puts a visit at a place and promises a window for it.
func (t *trial) change(i, visit int, p place, w Wish, window Window) Change {
	s := t.days[i]
	put := &Put{VisitID: s.day.Visits[visit].ID, New: w.Describe, Day: s.day.Key, RoundID: s.day.Shifts[p.shift].RoundID}
	if at := p.at; at > len(s.p.Shifts[p.shift].Frozen) {
		after := s.day.Visits[p.visits[at-1]].ID
		put.After = &after
	}
	acts := []Act{{Put: put}, {Promise: &window}}
	if w.Anew {
		acts = append([]Act{{Release: &Release{VisitID: window.VisitID}}}, acts...)
	}
	return Change{Kind: w.kind(), Acts: acts}
}

// reason says in a few words why there.
func (s *sheet) reason(p place, stop int, c Candidate) string {
	from, to := "home", "home"
	if stop > 0 {
		from = s.day.Visits[p.tt.Stops[stop-1].Visit].SiteName
	}
	if stop+1 < len(p.tt.Stops) {
		to = s.day.Visits[p.tt.Stops[stop+1].Visit].SiteName
	}
	switch minutes := (c.DetourSeconds + 59) / 60; {
	case minutes <= 0:
		return fmt.Sprintf("%s is there already: no detour", c.Technician.Name)
	default:
		return fmt.Sprintf("on %s's way from %s to %s: %d min of detour", c.Technician.Name, from, to, minutes)
	}
}
