package day

import (
	"math"
	"slices"
	"testing"
	"time"

	"roundsman/dispatch"
	"roundsman/internal/ids"
	"roundsman/routing"

	"github.com/paulmach/orb"
	"github.com/stretchr/testify/require"
)

// street is a town on one straight street: a place is so many minutes by car
// from its beginning, and a minute is a kilometre. Bicycles take twice as long.
// Nobody gets to or from places beyond minute 1000.
type street struct{}

func (street) Table(mode string, places []orb.Point, _ Driven) *routing.Table {
	t := routing.NewTable(len(places), len(places))
	for i, a := range places {
		for j, b := range places {
			way := math.Abs(a[0] - b[0])
			if i != j && max(a[0], b[0]) > 1000 {
				continue
			}
			seconds := routing.Seconds(way * 60)
			if mode == "bike" {
				seconds *= 2
			}
			t.Set(i, j, routing.Leg{Seconds: seconds, Metres: routing.Metres(way * 1000)})
		}
	}
	return t
}

var space = ids.From(ids.Nil, "town")

// id names a thing of the town; who or what it is goes by its name.
func id(name string) ids.ID { return ids.From(space, name) }

// monday is an ordinary day, in UTC.
const monday = dispatch.Date("2026-06-15")

// clock is a wall-clock time of a day: "09:30".
func clock(d dispatch.Date, zone *time.Location, at string) time.Time {
	t, err := time.Parse("15:04", at)
	if err != nil {
		panic(err)
	}
	return d.At(zone, t.Hour(), t.Minute())
}

// at is a time of that Monday.
func at(s string) time.Time { return clock(monday, time.UTC, s) }

// town builds one day of a horizon.
type town struct {
	Day
}

func newTown(d dispatch.Date, zone *time.Location) *town {
	return &town{Day{Key: dispatch.DayKey{RegionID: id("region"), Date: d}, Zone: zone, Zero: d.Midnight(zone), Version: 7}}
}

type shiftOption func(*Shift)

// tech adds a technician who lives at the street's beginning and works from 8 to
// 17 without a break.
func (w *town) tech(name string, options ...shiftOption) {
	s := Shift{ID: id("shift " + name + string(w.Key.Date)), RoundID: id("round " + name + string(w.Key.Date)), TechnicianID: id(name),
		RoundVersion: 3, Name: name, SpokenName: name, Mode: "car", Skills: map[string]int{},
		Starts: clock(w.Key.Date, w.Zone, "08:00"), Ends: clock(w.Key.Date, w.Zone, "17:00")}
	for _, o := range options {
		o(&s)
	}
	w.Shifts = append(w.Shifts, s)
}

func lives(minute float64) shiftOption { return func(s *Shift) { s.Home = orb.Point{minute, 0} } }
func can(code string, level int) shiftOption {
	return func(s *Shift) { s.Skills[code] = level }
}
func carries(item, model string) shiftOption {
	return func(s *Shift) {
		s.Kit = append(s.Kit, dispatch.KitItem{TechnicianID: s.TechnicianID, ItemID: id(item), ModelID: id(model)})
	}
}
func overtime(minutes int) shiftOption {
	return func(s *Shift) { s.Overtime = time.Duration(minutes) * time.Minute }
}
func lunch(from, until time.Time, minutes int) shiftOption {
	return func(s *Shift) {
		s.BreakFrom, s.BreakUntil, s.Break = from, until, time.Duration(minutes)*time.Minute
	}
}
func off(from, until time.Time) shiftOption {
	return func(s *Shift) { s.Away = append(s.Away, Span{from, until}) }
}
func works(from, until time.Time) shiftOption {
	return func(s *Shift) { s.Starts, s.Ends = from, until }
}

type visitOption func(*Visit)

// visit adds a call of so many minutes at a minute of the street. Its length is
// certain; only the legs vary. It waits unless it is put into a round.
func (w *town) visit(name string, minute float64, minutes int, options ...visitOption) {
	w.Visits = append(w.Visits, describe(name, minute, minutes, options...))
}

func describe(name string, minute float64, minutes int, options ...visitOption) Visit {
	v := Visit{ID: id(name), TicketID: id("ticket " + name), PersonID: id("person " + name), SiteID: id("site " + name),
		Number: 2041, PersonName: name, SiteName: "House " + name, Point: orb.Point{minute, 0}, Minutes: minutes,
		Priority: 3, OpensAt: 7 * 60, ClosesAt: 20 * 60, State: dispatch.VisitWaiting}
	for _, o := range options {
		o(&v)
	}
	return v
}

func promised(from, until time.Time, technician string) visitOption {
	return func(v *Visit) {
		v.Promise = &Standing{ID: id("promise " + v.PersonName), Start: from, End: until, TechnicianID: id(technician)}
	}
}
func urgency(p int) visitOption { return func(v *Visit) { v.Priority = p } }
func needs(code string, level int) visitOption {
	return func(v *Visit) { v.SkillCode, v.SkillLevel = code, level }
}
func uses(model string) visitOption { return func(v *Visit) { m := id(model); v.KitModel = &m } }
func opens(from, until int) visitOption {
	return func(v *Visit) { v.OpensAt, v.ClosesAt = from*60, until*60 }
}
func spread(s float64) visitOption { return func(v *Visit) { v.Spread = s } }
func pinned(v *Visit)              { v.PinShift = true }
func left(t time.Time, leg int) visitOption {
	return func(v *Visit) { v.State, v.DepartedAt, v.LegSeconds = dispatch.VisitEnRoute, &t, leg*60 }
}
func arrived(t time.Time) visitOption {
	return func(v *Visit) { v.State, v.ArrivedAt = dispatch.VisitArrived, &t }
}
func done(from, until time.Time) visitOption {
	return func(v *Visit) {
		v.State, v.ArrivedAt, v.CompletedAt = dispatch.VisitCompleted, &from, &until
	}
}

// round gives a technician their visits, in order.
func (w *town) round(name string, visits ...string) {
	for i := range w.Shifts {
		if w.Shifts[i].Name != name {
			continue
		}
		for _, v := range visits {
			w.Shifts[i].Visits = append(w.Shifts[i].Visits, id(v))
			for k := range w.Visits {
				if w.Visits[k].ID == id(v) && w.Visits[k].State == dispatch.VisitWaiting {
					w.Visits[k].State = dispatch.VisitScheduled
				}
			}
		}
	}
}

// day is the day as the store would give it: sorted, with planned times as they
// were in the morning.
func (w *town) day() Day {
	d := w.Day
	slices.SortFunc(d.Visits, func(a, b Visit) int { return slices.Compare(a.ID[:], b.ID[:]) })
	b := NewBoard(Horizon{Days: []Day{d}}, d.Zero, 1, street{}, dispatch.DefaultFloors())
	for _, r := range b.days[0].rounds {
		for _, st := range r.tt.Stops {
			v := &d.Visits[st.Visit]
			start, end := d.instant(st.Arrive), d.instant(st.End)
			v.PlannedStart, v.PlannedEnd = &start, &end
			if v.LegSeconds == 0 {
				v.LegSeconds, v.LegMetres = int(st.Leg.Seconds), int(st.Leg.Metres)
			}
		}
	}
	return d
}

func (w *town) board(now time.Time) *Board {
	return NewBoard(Horizon{Days: []Day{w.day()}}, now, 1, street{}, dispatch.DefaultFloors())
}

func ask(acts ...Act) Change { return Change{Kind: KindMove, Acts: acts} }

func (w *town) put(visit, technician string, after ...string) Act {
	p := &Put{VisitID: id(visit), Day: w.Key, RoundID: id("round " + technician + string(w.Key.Date))}
	if len(after) > 0 {
		a := id(after[0])
		p.After = &a
	}
	return Act{Put: p}
}

// lines is an outcome's rounds in words: "Anna: Xu 09:00, Yi 10:00".
func lines(o Outcome, zone *time.Location) map[string]string {
	m := map[string]string{}
	for _, r := range o.After {
		text := ""
		for i, s := range r.Stops {
			if i > 0 {
				text += ", "
			}
			text += s.PersonName + " " + s.Start.In(zone).Format("15:04")
		}
		m[r.TechnicianName] = text
	}
	return m
}

func codes(o Outcome) []string { return clauseCodes(o.Blocked) }

func clauseCodes(list []dispatch.Clause) []string {
	var out []string
	for _, c := range list {
		out = append(out, c.Code)
	}
	return out
}

func impact(t testing.TB, o Outcome, person string) Impact {
	t.Helper()
	for _, im := range o.Promises {
		if im.PersonName == person {
			return im
		}
	}
	require.Failf(t, "no impact", "on %s in %+v", person, o.Promises)
	return Impact{}
}

func moveOf(o Outcome, person string) (Move, bool) {
	for _, m := range o.Moves {
		if m.PersonName == person {
			return m, true
		}
	}
	return Move{}, false
}

func told(o Outcome) map[string]string {
	m := map[string]string{}
	for _, t := range o.Tell {
		m[t.PersonName] = t.Why
	}
	return m
}
