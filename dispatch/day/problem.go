package day

import (
	"slices"
	"time"

	"roundsman/internal/ids"
	"roundsman/routing"

	"github.com/paulmach/orb"
)

// Travel looks travel times up that were prepared before; it never computes
// long, and it never fails: where there is no way the table says so.
type Travel interface {
	// Table gives all legs between the places by a mode ("car", "bike", "foot"), for
	// whoever sets out while a day's roads are driven; see Day.Driven. From a place to
	// itself there is always one, of no time.
	Table(mode string, places []orb.Point, d Driven) *routing.Table
}

// vocabulary numbers the words that a problem knows only as indexes.
type vocabulary struct {
	skills map[string]int
	kit    map[kitWord]int
	sites  map[ids.ID]int
	places map[orb.Point]int
	points []orb.Point
	modes  []string
}

func number[K comparable](m map[K]int, k K) int {
	if i, ok := m[k]; ok {
		return i
	}
	m[k] = len(m)
	return m[k]
}

func (w *vocabulary) place(p orb.Point) int {
	i := number(w.places, p)
	if i == len(w.points) {
		w.points = append(w.points, p)
	}
	return i
}

// problem says a day in the language of routing. Visit i of the problem is visit
// i of the day, shift i is shift i. order gives each round's visits with what is
// begun at its head.
func problem(d *Day, now time.Time, l luck, travel Travel) (p *routing.Problem, w *vocabulary, order [][]int) {
	w = &vocabulary{skills: map[string]int{}, kit: map[kitWord]int{}, sites: map[ids.ID]int{}, places: map[orb.Point]int{}}
	p = &routing.Problem{Prices: routing.DefaultPrices()}
	for i := range d.Visits {
		p.Visits = append(p.Visits, d.visit(&d.Visits[i], w))
	}
	d.follow(p)
	d.bar(p)
	order = make([][]int, len(d.Shifts))
	for i := range d.Shifts {
		s, visits := d.shift(i, now, l, w)
		p.Shifts = append(p.Shifts, s)
		d.hold(p, i)
		order[i] = visits
		d.prefer(p, i)
		for n, v := range visits {
			if d.Visits[v].PinShift || d.Visits[v].State.Started() || d.Visits[v].State.Over() {
				p.Visits[v].Allowed = []int{i}
			}
			if pr := d.Visits[v].Promise; pr != nil && d.Visits[v].PlannedStart != nil {
				p.Visits[v].Told = &routing.Told{Shift: i, Start: d.told(p, visits, n, *d.Visits[v].PlannedStart)}
			}
			if at := d.Visits[v].pinned(); at != nil {
				start := d.told(p, visits, n, *at)
				p.Visits[v].Pin = &routing.Pin{Start: &start}
			}
		}
	}
	d.await(p)
	for _, m := range w.modes {
		p.Tables = append(p.Tables, travel.Table(m, w.points, d.Driven(now)))
	}
	for i := range p.Shifts {
		strand(p, i)
	}
	p.Scenarios = l.scenarios(d)
	return p, w, order
}

// strand ends a shift where its technician is when no way leads home from there.
func strand(p *routing.Problem, shift int) {
	if s := &p.Shifts[shift]; routing.Stranded(p, shift) {
		s.End = s.From
	}
}

// prefer notes a shift for the visits that would rather have its technician. Who is
// away the whole shift is preferred by nobody: then any other is as good.
func (d *Day) prefer(p *routing.Problem, shift int) {
	s := &d.Shifts[shift]
	if s.AwayAll() {
		return
	}
	for k := range d.Visits {
		if w := d.Visits[k].Preferred; w != nil && *w == s.TechnicianID {
			p.Visits[k].Preferred = append(p.Visits[k].Preferred, shift)
		}
	}
}

// told is when the service of a round's nth visit is to start where somebody
// arrives at an instant: then, and behind it access where that has to be paid, and
// the walk.
func (d *Day) told(p *routing.Problem, visits []int, n int, arrival time.Time) routing.Seconds {
	v := &p.Visits[visits[n]]
	start := max(0, d.seconds(arrival)) + v.Walk
	if n == 0 || p.Visits[visits[n-1]].Site != v.Site {
		start += v.Access
	}
	if len(v.Windows) > 0 {
		start = max(start, v.Windows[0].Start)
	}
	return start
}

// appoint gives the problem with the pins of a round's visits as they are in that
// order: from when on a visit lasts whose arrival is held hangs on who is visited before
// it. Where no pin is another it is the same problem.
func (d *Day) appoint(p *routing.Problem, visits []int) *routing.Problem {
	q := p
	for n, v := range visits {
		at, pin := d.Visits[v].pinned(), p.Visits[v].Pin
		if at == nil || pin == nil || pin.Start == nil {
			continue
		}
		start := d.told(p, visits, n, *at)
		if start == *pin.Start {
			continue
		}
		if q == p {
			c := *p
			c.Visits = slices.Clone(p.Visits)
			q = &c
		}
		q.Visits[v].Pin = &routing.Pin{Shift: pin.Shift, Start: &start}
	}
	return q
}

func (d *Day) visit(v *Visit, w *vocabulary) routing.Visit {
	out := routing.Visit{
		Place:    w.place(v.Point),
		Service:  v.service(),
		Site:     number(w.sites, v.SiteID),
		Access:   routing.Seconds(v.Access / time.Second),
		Walk:     routing.Seconds(v.Walk / time.Second),
		Priority: uint8(min(max(v.Priority, 1), 9)),
	}
	if opens, closes := d.open(v); closes.Sub(opens) < anyHour {
		out.Windows = []routing.Window{*d.window(opens, closes)}
	}
	if v.Promise != nil {
		out.Promise = d.window(v.Promise.Start, v.Promise.End)
	}
	if v.SkillCode != "" {
		out.Skills = []routing.SkillNeed{{Skill: number(w.skills, v.SkillCode), Level: uint8(v.SkillLevel)}}
	}
	out.Kit = d.needs(v, w)
	if at := v.pinned(); at != nil {
		start := d.seconds(*at) + out.Access + out.Walk
		out.Pin = &routing.Pin{Start: &start}
	}
	return out
}

// service is how long the work lasts.
func (v *Visit) service() routing.Seconds {
	return routing.Seconds(time.Duration(v.Minutes) * time.Minute / time.Second)
}

// pinned is the arrival that a visit is held at, nil when it is at none.
func (v *Visit) pinned() *time.Time {
	switch {
	case !v.PinTime:
		return nil
	case v.PinnedStart != nil:
		return v.PinnedStart
	}
	return v.PlannedStart
}

func (d *Day) shift(i int, now time.Time, l luck, w *vocabulary) (routing.Shift, []int) {
	s := &d.Shifts[i]
	home := w.place(s.Home)
	out := routing.Shift{
		Start: home, End: home, From: home, Speed: 100,
		Work:     routing.Window{Start: d.seconds(s.Starts), End: d.seconds(s.Ends)},
		Overtime: routing.Seconds(s.Overtime / time.Second),
	}
	if !slices.Contains(w.modes, s.Mode) {
		w.modes = append(w.modes, s.Mode)
	}
	out.Table = slices.Index(w.modes, s.Mode)
	if now.After(d.Zero) {
		out.Now = d.seconds(now)
	}
	for code, level := range s.Skills {
		if k, ok := w.skills[code]; ok {
			out.Skills = grow(out.Skills, k)
			out.Skills[k] = uint8(level)
		}
	}
	out.Kit = d.carried(i, w)
	visits := d.round(i, now, l, &out, w)
	d.rest(&out, s, now)
	return out, visits
}

// round gives the visits of a shift, what is begun first, and freezes that.
func (d *Day) round(i int, now time.Time, l luck, s *routing.Shift, w *vocabulary) []int {
	var begun, rest []int
	for _, id := range d.Shifts[i].Visits {
		k, ok := d.find(id)
		if !ok {
			continue
		}
		if d.Visits[k].State.Started() || d.Visits[k].State.Over() {
			begun = append(begun, k)
		} else {
			rest = append(rest, k)
		}
	}
	slices.SortStableFunc(begun, func(a, b int) int { return d.Visits[a].begun().Compare(d.Visits[b].begun()) })
	for n, k := range begun {
		again := n > 0 && d.Visits[begun[n-1]].SiteID == d.Visits[k].SiteID
		s.Frozen = append(s.Frozen, d.frozen(k, again, now, l))
		s.From, s.HasLeft = w.place(d.Visits[k].Point), true
	}
	return append(begun, rest...)
}

// frozen is a visit that has begun, as a stop that nobody moves; again says that it
// follows another one at its site.
func (d *Day) frozen(visit int, again bool, now time.Time, l luck) routing.FrozenStop {
	v := &d.Visits[visit]
	out := routing.FrozenStop{Visit: visit}
	inside := v.inside(again)
	out.Start, out.End = d.lived(v, inside, now)
	if v.open() {
		out.Ends = l.ends(v, out.Start+routing.Seconds(inside/time.Second), now)
	}
	return out
}

// open says whether work on a visit has begun, or is about to, and has not ended.
func (v *Visit) open() bool { return v.State.Started() && v.CompletedAt == nil }

// begun is when the technician turned to a visit.
func (v *Visit) begun() time.Time {
	switch {
	case v.DepartedAt != nil:
		return *v.DepartedAt
	case v.ArrivedAt != nil:
		return *v.ArrivedAt
	case v.CompletedAt != nil:
		return *v.CompletedAt
	}
	return time.Time{}
}

// inside is how long parking, check-in and the walk will take once the technician
// is there; nothing once they have arrived.
func (v *Visit) inside(again bool) time.Duration {
	switch {
	case v.ArrivedAt != nil || v.DepartedAt == nil:
		return 0
	case again:
		return v.Walk
	}
	return v.Access + v.Walk
}

// lived says when a visit that is begun started, or will, and when it ended, or
// is expected to.
func (d *Day) lived(v *Visit, inside time.Duration, now time.Time) (start, end routing.Seconds) {
	service := time.Duration(v.Minutes)*time.Minute + inside
	at := now
	switch {
	case v.ArrivedAt != nil:
		at = *v.ArrivedAt
	case v.DepartedAt != nil:
		if eta := v.DepartedAt.Add(time.Duration(v.LegSeconds) * time.Second); eta.After(now) {
			at = eta
		}
	}
	over := at.Add(service)
	switch {
	case v.CompletedAt != nil:
		// Who gave up on the way has never arrived.
		if over = *v.CompletedAt; at.After(over) {
			at = over
		}
	case over.Before(now):
		over = now
	}
	start = max(0, d.seconds(at))
	return start, max(start, d.seconds(over))
}

// seconds counts from the day's zero; what is years away is only far away.
func (d *Day) seconds(t time.Time) routing.Seconds {
	const far = 1 << 27
	return routing.Seconds(min(max(t.Sub(d.Zero)/time.Second, -far), far))
}

// window is an interval of the day. What was over before the day began ends with
// its first second.
func (d *Day) window(start, end time.Time) *routing.Window {
	w := &routing.Window{Start: max(0, d.seconds(start))}
	w.End = max(w.Start+1, d.seconds(end))
	return w
}

func (d *Day) instant(s routing.Seconds) time.Time {
	return d.Zero.Add(time.Duration(s) * time.Second)
}

func grow[T any](s []T, i int) []T {
	for len(s) <= i {
		var zero T
		s = append(s, zero)
	}
	return s
}
