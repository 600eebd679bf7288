package day

import (
	"math"
	"math/rand/v2"
	"slices"
	"time"

	"roundsman/internal/ids"
	"roundsman/routing"

	"github.com/paulmach/orb"
)

// Travel looks travel times up that were prepared before; it never computes
// long, and it never fails: where there is no way the table says so.
type Travel interface {
	// Table gives all legs between the places by a mode: "car", "bike", "foot".
	Table(mode string, places []orb.Point) *routing.Table
}

// Samples is how many samples of a day judge a promise.
const Samples = 128

// legSpread is the standard deviation of the logarithm of a leg's duration.
const legSpread = 0.25

// vocabulary numbers the words that a problem knows only as indexes.
type vocabulary struct {
	skills map[string]int
	models map[ids.ID]int
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
func problem(d *Day, now time.Time, seed uint64, travel Travel) (p *routing.Problem, order [][]int) {
	w := &vocabulary{skills: map[string]int{}, models: map[ids.ID]int{}, sites: map[ids.ID]int{}, places: map[orb.Point]int{}}
	p = &routing.Problem{Prices: routing.DefaultPrices()}
	for i := range d.Visits {
		p.Visits = append(p.Visits, d.visit(&d.Visits[i], w))
	}
	order = make([][]int, len(d.Shifts))
	for i := range d.Shifts {
		s, visits := d.shift(i, now, w)
		p.Shifts = append(p.Shifts, s)
		order[i] = visits
		for _, v := range visits {
			if d.Visits[v].PinShift || d.Visits[v].State.Started() || d.Visits[v].State.Over() {
				p.Visits[v].Allowed = []int{i}
			}
			if pr := d.Visits[v].Promise; pr != nil && d.Visits[v].PlannedStart != nil {
				p.Visits[v].Told = &routing.Told{Shift: i, Start: d.seconds(*d.Visits[v].PlannedStart)}
			}
		}
	}
	for _, m := range w.modes {
		p.Tables = append(p.Tables, travel.Table(m, w.points))
	}
	p.Scenarios = scenarios(d, seed)
	return p, order
}

func (d *Day) visit(v *Visit, w *vocabulary) routing.Visit {
	out := routing.Visit{
		Place:    w.place(v.Point),
		Service:  routing.Seconds((time.Duration(v.Minutes)*time.Minute + v.Walk) / time.Second),
		Site:     number(w.sites, v.SiteID),
		Access:   routing.Seconds(v.Access / time.Second),
		Priority: uint8(min(max(v.Priority, 1), 9)),
	}
	opens, closes := d.wall(v.OpensAt), d.wall(v.ClosesAt)
	if closes > opens {
		out.Windows = []routing.Window{{Start: opens, End: closes}}
	}
	if v.Promise != nil {
		out.Promise = &routing.Window{Start: d.seconds(v.Promise.Start), End: d.seconds(v.Promise.End)}
	}
	if v.SkillCode != "" {
		out.Skills = []routing.SkillNeed{{Skill: number(w.skills, v.SkillCode), Level: uint8(v.SkillLevel)}}
	}
	if v.KitModel != nil {
		out.Kit = []routing.KitNeed{{Item: number(w.models, *v.KitModel), Units: 1}}
	}
	if v.PinTime && v.PlannedStart != nil {
		start := d.seconds(*v.PlannedStart) + out.Access
		out.Pin = &routing.Pin{Start: &start}
	}
	return out
}

func (d *Day) shift(i int, now time.Time, w *vocabulary) (routing.Shift, []int) {
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
	for _, item := range s.Kit {
		if k, ok := w.models[item.ModelID]; ok {
			out.Kit = grow(out.Kit, k)
			out.Kit[k]++
		}
	}
	if s.Break > 0 {
		out.Breaks = append(out.Breaks, routing.Break{
			Window:   routing.Window{Start: d.seconds(s.BreakFrom), End: d.seconds(s.BreakUntil)},
			Duration: routing.Seconds(s.Break / time.Second),
			Taken:    !now.Before(s.BreakUntil),
		})
	}
	for _, a := range s.Away {
		d.away(&out, a, now)
	}
	slices.SortFunc(out.Breaks, func(a, b routing.Break) int { return int(a.Window.Start - b.Window.Start) })
	return out, d.round(i, now, &out, w)
}

// away shortens a shift at its ends, or puts a break of that length into it.
func (d *Day) away(s *routing.Shift, a Span, now time.Time) {
	from, until := d.seconds(a.From), d.seconds(a.Until)
	switch {
	case until <= s.Work.Start || from >= s.Work.End+s.Overtime:
	case from <= s.Work.Start:
		s.Work.Start = min(until, s.Work.End)
		if s.Work.Start == s.Work.End {
			s.Overtime = 0
		}
	case until >= s.Work.End:
		s.Work.End, s.Overtime = from, 0
	default:
		s.Breaks = append(s.Breaks, routing.Break{
			Window: routing.Window{Start: from, End: from + 1}, Duration: until - from,
			Taken: !now.Before(a.Until),
		})
	}
	// A break that no longer lies inside the work is not owed.
	s.Breaks = slices.DeleteFunc(s.Breaks, func(b routing.Break) bool {
		return b.Window.Start >= s.Work.End || b.Window.End <= s.Work.Start
	})
}

// round gives the visits of a shift, what is begun first, and freezes that.
func (d *Day) round(i int, now time.Time, s *routing.Shift, w *vocabulary) []int {
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
	for _, k := range begun {
		start, end := d.lived(&d.Visits[k], now)
		s.Frozen = append(s.Frozen, routing.FrozenStop{Visit: k, Start: start, End: end})
		s.From, s.HasLeft = w.place(d.Visits[k].Point), true
	}
	return append(begun, rest...)
}

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

// lived says when a visit that is begun started, or will, and when it ended, or
// is expected to.
func (d *Day) lived(v *Visit, now time.Time) (start, end routing.Seconds) {
	service := time.Duration(v.Minutes) * time.Minute
	at := now
	switch {
	case v.ArrivedAt != nil:
		at = *v.ArrivedAt
	case v.DepartedAt != nil:
		service += v.Walk
		if eta := v.DepartedAt.Add(time.Duration(v.LegSeconds) * time.Second); eta.After(now) {
			at = eta
		}
		service += v.Access
	}
	over := at.Add(service)
	switch {
	case v.CompletedAt != nil:
		over = *v.CompletedAt
	case over.Before(now):
		over = now
	}
	return d.seconds(at), d.seconds(over)
}

func (d *Day) seconds(t time.Time) routing.Seconds {
	return routing.Seconds(t.Sub(d.Zero) / time.Second)
}

func (d *Day) instant(s routing.Seconds) time.Time {
	return d.Zero.Add(time.Duration(s) * time.Second)
}

// wall is the second of a wall-clock time, right also on the days on which
// clocks change.
func (d *Day) wall(minutes int) routing.Seconds {
	return d.seconds(d.Key.Date.At(d.Zone, minutes/60, minutes%60))
}

func grow[T any](s []T, i int) []T {
	for len(s) <= i {
		var zero T
		s = append(s, zero)
	}
	return s
}

// scenarios draws what each visit and the leg to it may take, in per mille of
// the plan. A visit's draws depend on the seed and its id alone, so that two
// plans of one day are judged on the same luck.
func scenarios(d *Day, seed uint64) []routing.Scenario {
	out := make([]routing.Scenario, Samples)
	n := len(d.Visits)
	flat := make([]uint16, 2*n*Samples)
	for k := range out {
		out[k] = routing.Scenario{Service: flat[2*k*n : (2*k+1)*n], Travel: flat[(2*k+1)*n : 2*(k+1)*n]}
	}
	for i := range d.Visits {
		r := rand.New(rand.NewPCG(seed, fold(d.Visits[i].ID)))
		for k := range out {
			out[k].Service[i] = factor(r, d.Visits[i].Spread)
			out[k].Travel[i] = factor(r, legSpread)
		}
	}
	return out
}

// factor draws a log-normal of mean 1, in per mille.
func factor(r *rand.Rand, spread float64) uint16 {
	f := math.Exp(r.NormFloat64()*spread - spread*spread/2)
	return uint16(min(f*1000, math.MaxUint16))
}

func fold(id ids.ID) uint64 {
	var a, b uint64
	for i := range 8 {
		a, b = a<<8|uint64(id[i]), b<<8|uint64(id[8+i])
	}
	return a ^ b
}
