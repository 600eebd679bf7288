package day

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"roundsman/dispatch"
	"roundsman/internal/ids"

	"github.com/paulmach/orb"
)

// Horizon is the days that a question touches, by date and then region.
type Horizon struct {
	Days []Day
	// Closures are those of roads that are not over yet.
	Closures []dispatch.Closure
}

// Driven is when the roads of a day are driven: who sets out does so between two
// instants.
type Driven struct {
	Day         dispatch.DayKey
	Zero        time.Time // second 0 of the day's problem
	From, Until time.Time
	Lived       *dispatch.Lived // how much longer ways by car take than the roads say
}

// Driven gives the time from the first shift's begin, or from now on while there is
// work, to the last one's end with overtime.
func (d *Day) Driven(now time.Time) Driven {
	noon := d.Zero.Add(12 * time.Hour)
	out := Driven{Day: d.Key, Zero: d.Zero, From: noon, Until: noon, Lived: d.Lived}
	for i := range d.Shifts {
		s := &d.Shifts[i]
		if i == 0 || s.Starts.Before(out.From) {
			out.From = s.Starts
		}
		if end := s.Ends.Add(s.Overtime); i == 0 || end.After(out.Until) {
			out.Until = end
		}
	}
	if now.After(d.Zero) {
		out.From = latest(now, out.From)
	}
	out.Until = latest(out.From, out.Until)
	return out
}

func latest(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// Day is one region on one date.
type Day struct {
	Key     dispatch.DayKey
	Zone    *time.Location
	Zero    time.Time // local midnight: second 0 of the day's problem
	Version int64     // of the inputs that are not rounds
	Holiday bool      // sites that keep holidays are closed
	Lived   *dispatch.Lived
	Shifts  []Shift // by technician's name, then id
	Visits  []Visit // in rounds and waiting, by id
}

// Shift is one technician's working time with their round.
type Shift struct {
	ID, RoundID, TechnicianID ids.ID
	RoundVersion              int64
	Published                 bool
	Name, SpokenName          string
	Home                      orb.Point
	Mode                      string
	Starts, Ends              time.Time
	Overtime                  time.Duration
	BreakFrom, BreakUntil     time.Time
	Break                     time.Duration
	Skills                    map[string]int
	Kit                       []dispatch.KitItem
	Away                      []Span
	Visits                    []ids.ID // the round, in order
}

// AwayAll says whether one absence covers the whole shift.
func (s Shift) AwayAll() bool {
	return slices.ContainsFunc(s.Away, func(a Span) bool { return !a.From.After(s.Starts) && !a.Until.Before(s.Ends) })
}

// Span is the half-open interval [From, Until).
type Span struct{ From, Until time.Time }

// Visit is one call, with what planning needs to know of it.
type Visit struct {
	ID         ids.ID        `json:"id"`
	TicketID   ids.ID        `json:"ticket_id"`
	PersonID   ids.ID        `json:"person_id"`
	SiteID     ids.ID        `json:"site_id"`
	Number     int64         `json:"number"`
	PersonName string        `json:"person_name"`
	SiteName   string        `json:"site_name"`
	Point      orb.Point     `json:"point"`  // where a car stops
	Access     time.Duration `json:"access"` // parking, the way to the door and check-in, once per call
	Walk       time.Duration `json:"walk"`   // floors and corridors, each visit
	Minutes    int           `json:"minutes"`
	Spread     float64       `json:"spread"`
	SkillCode  string        `json:"skill_code,omitempty"`
	SkillLevel int           `json:"skill_level,omitempty"`
	KitModel   *ids.ID       `json:"kit_model,omitempty"`
	Equipped   bool          `json:"equipped,omitempty"` // begun, and takes nothing more out of the kit
	// Follows is the visit that this one was cut off, and then it has to be over first;
	// or, with a time that both have, the one that this one joins.
	Follows *ids.ID `json:"follows,omitempty"`
	// FollowsOn is the day on which that one is planned, and RestOn the first on which
	// something is that was cut off this one.
	FollowsOn *dispatch.Date `json:"follows_on,omitempty"`
	RestOn    *dispatch.Date `json:"rest_on,omitempty"`
	Priority  int            `json:"priority"`
	OpensAt   int            `json:"opens_at"`  // minutes after local midnight
	ClosesAt  int            `json:"closes_at"` // service starts before
	Opening
	State    dispatch.VisitState `json:"state"`
	PinTime  bool                `json:"pin_time,omitempty"`
	PinShift bool                `json:"pin_shift,omitempty"`
	// PinnedStart is the arrival that PinTime holds; the planned one where absent.
	PinnedStart *time.Time `json:"pinned_start,omitempty"`
	Promise     *Standing  `json:"promise,omitempty"`
	// Preferred is the technician whom the customer would rather see: the ticket's
	// word before the person's. It costs a little to send another, and bars nobody.
	Preferred *ids.ID `json:"preferred,omitempty"`
	// As planned now:
	PlannedStart *time.Time `json:"planned_start,omitempty"`
	PlannedEnd   *time.Time `json:"planned_end,omitempty"`
	LegSeconds   int        `json:"leg_seconds,omitempty"`
	LegMetres    int        `json:"leg_metres,omitempty"`
	// As it happened:
	DepartedAt  *time.Time `json:"departed_at,omitempty"`
	ArrivedAt   *time.Time `json:"arrived_at,omitempty"`
	CompletedAt *time.Time `json:"completed_at,omitempty"`
}

// Opening is where the days of a site are not all alike; see dispatch.Site.
type Opening struct {
	Hours         dispatch.Hours  `json:"hours,omitempty"`
	ClosedOn      []dispatch.Date `json:"closed_on,omitempty"`
	KeepsHolidays bool            `json:"keeps_holidays,omitempty"`
}

// Standing is a promise that stands.
type Standing struct {
	ID           ids.ID    `json:"id"`
	Start        time.Time `json:"start"`
	End          time.Time `json:"end"`
	TechnicianID ids.ID    `json:"technician_id"`
	// Chance is what was last stored of it, nil when nothing was; AtRisk that its
	// holder has been told of the risk.
	Chance *float64 `json:"chance,omitempty"`
	AtRisk bool     `json:"at_risk,omitempty"`
}

// FromSheet makes a day of what the store gives. It fails only on a time zone
// that does not exist.
func FromSheet(s dispatch.DaySheet) (Day, error) {
	loc, err := s.Region.Location()
	if err != nil {
		return Day{}, err
	}
	d := Day{
		Key:     dispatch.DayKey{RegionID: s.Day.RegionID, Date: s.Day.Date},
		Zone:    loc,
		Zero:    s.Day.Date.Midnight(loc).UTC(),
		Version: s.Day.Version,
		Holiday: s.Holiday,
		Lived:   dispatch.NewLived(loc, s.Day.Date, s.Holiday, s.Lived),
	}
	technicians := byID(s.Technicians, func(t dispatch.Technician) ids.ID { return t.ID })
	rounds := byID(s.Rounds, func(r dispatch.Round) ids.ID { return r.ShiftID })
	for _, sh := range s.Shifts {
		t, ok := technicians[sh.TechnicianID]
		if !ok {
			return Day{}, fmt.Errorf("shift %s has no technician on the sheet", sh.ID)
		}
		r, ok := rounds[sh.ID]
		if !ok {
			return Day{}, fmt.Errorf("shift %s has no round on the sheet", sh.ID)
		}
		shift := Shift{
			ID: sh.ID, RoundID: r.ID, TechnicianID: t.ID, RoundVersion: r.Version, Published: r.PublishedAt != nil,
			Name: t.Name, SpokenName: t.SpokenName, Home: t.Home, Mode: t.Mode,
			Starts: sh.StartsAt, Ends: sh.EndsAt, Overtime: time.Duration(sh.OvertimeMinutes) * time.Minute,
			BreakFrom: sh.BreakFrom, BreakUntil: sh.BreakUntil, Break: time.Duration(sh.BreakMinutes) * time.Minute,
			Skills: map[string]int{},
		}
		for _, k := range s.Skills[t.ID] {
			shift.Skills[k.Code] = k.Level
		}
		for _, k := range s.Kits {
			if k.TechnicianID == t.ID {
				shift.Kit = append(shift.Kit, k)
			}
		}
		for _, a := range s.Absences {
			if a.TechnicianID == t.ID {
				shift.Away = append(shift.Away, Span{a.From, a.Until})
			}
		}
		for _, v := range s.Visits {
			if v.RoundID != nil && *v.RoundID == r.ID {
				shift.Visits = append(shift.Visits, v.ID)
			}
		}
		d.Shifts = append(d.Shifts, shift)
	}
	slices.SortFunc(d.Shifts, func(a, b Shift) int {
		return cmp.Or(cmp.Compare(a.Name, b.Name), slices.Compare(a.ID[:], b.ID[:]))
	})
	promises := byID(s.Promises, func(p dispatch.Promise) ids.ID { return p.VisitID })
	parts := byID(s.Parts, func(p dispatch.Parts) ids.ID { return p.VisitID })
	preferred := byID(s.Preferences, func(p dispatch.Preference) ids.ID { return p.SubjectID })
	for _, list := range [][]dispatch.Visit{s.Visits, s.Waiting} {
		for _, v := range list {
			out := FromVisit(v, s.Tickets[v.TicketID], s.People[v.PersonID], s.Sites[v.SiteID], promises)
			out.FollowsOn, out.RestOn = parts[v.ID].First, parts[v.ID].Rest
			out.Equipped = slices.Contains(s.Equipped, v.ID)
			for _, subject := range []ids.ID{v.PersonID, v.TicketID} {
				if p, ok := preferred[subject]; ok {
					out.Preferred = &p.WhomID
				}
			}
			d.Visits = append(d.Visits, out)
		}
	}
	slices.SortFunc(d.Visits, func(a, b Visit) int { return slices.Compare(a.ID[:], b.ID[:]) })
	return d, nil
}

// FromVisit joins a visit with the nouns around it. promises is by visit.
func FromVisit(v dispatch.Visit, t dispatch.Ticket, p dispatch.Person, s dispatch.Site, promises map[ids.ID]dispatch.Promise) Visit {
	out := Visit{
		ID: v.ID, TicketID: v.TicketID, PersonID: v.PersonID, SiteID: v.SiteID,
		Number: t.Number, PersonName: p.Name, SiteName: s.Name, Point: s.Reached(),
		Access: time.Duration(s.EntryMinutes()) * time.Minute, Walk: dispatch.InsideWay(p.Floor),
		Minutes: v.Minutes, Spread: v.Spread, SkillCode: v.SkillCode, SkillLevel: v.SkillLevel,
		KitModel: v.KitModel, Priority: v.Priority, OpensAt: s.OpensAt, ClosesAt: s.ClosesAt,
		Opening: Opening{Hours: s.Hours, ClosedOn: s.ClosedOn, KeepsHolidays: s.KeepsHolidays},
		State:   v.State, Follows: v.FollowsID, PinTime: v.PinTime, PinShift: v.PinShift, PinnedStart: v.PinnedStart,
		PlannedStart: v.PlannedStart, PlannedEnd: v.PlannedEnd,
		DepartedAt: v.DepartedAt, ArrivedAt: v.ArrivedAt, CompletedAt: v.CompletedAt,
	}
	if v.LegSeconds != nil {
		out.LegSeconds = *v.LegSeconds
	}
	if v.LegMetres != nil {
		out.LegMetres = *v.LegMetres
	}
	if pr, ok := promises[v.ID]; ok && pr.State == dispatch.PromiseOpen {
		out.Promise = &Standing{ID: pr.ID, Start: pr.WindowStart, End: pr.WindowEnd, TechnicianID: pr.TechnicianID,
			Chance: pr.Chance, AtRisk: pr.AtRiskSince != nil}
	}
	return out
}

// open says between which instants service may start at a visit's site. A closed
// day gives an interval that nobody is in time for: the first second of the day.
func (d *Day) open(v *Visit) (opens, closes time.Time) {
	site := dispatch.Site{OpensAt: v.OpensAt, ClosesAt: v.ClosesAt, Hours: v.Hours, ClosedOn: v.ClosedOn, KeepsHolidays: v.KeepsHolidays}
	from, until, ok := site.Open(d.Key.Date, d.Holiday)
	if ok && until <= from {
		return d.Zero, d.Zero.Add(anyHour)
	}
	opens, closes = d.Key.Date.WallOrNext(d.Zone, from), d.Key.Date.WallOrNext(d.Zone, until)
	if !ok || !closes.After(opens) { // closed, or the clocks skip all of its hours
		return d.Zero, d.Zero.Add(time.Second)
	}
	return opens, closes
}

// anyHour is beyond the end of every shift that begins on a day.
const anyHour = 48 * time.Hour

// Places lists every distinct point that the horizon's rounds may touch, in the
// order of days, shifts and visits.
func (h Horizon) Places() []orb.Point {
	var out []orb.Point
	seen := map[orb.Point]bool{}
	add := func(p orb.Point) {
		if !seen[p] {
			seen[p] = true
			out = append(out, p)
		}
	}
	for i := range h.Days {
		for j := range h.Days[i].Shifts {
			add(h.Days[i].Shifts[j].Home)
		}
		for j := range h.Days[i].Visits {
			add(h.Days[i].Visits[j].Point)
		}
	}
	return out
}

// Modes lists the modes of travel in use.
func (h Horizon) Modes() []string {
	var out []string
	for i := range h.Days {
		for j := range h.Days[i].Shifts {
			if m := h.Days[i].Shifts[j].Mode; !slices.Contains(out, m) {
				out = append(out, m)
			}
		}
	}
	slices.Sort(out)
	return out
}

// Find gives a visit and the index of its day; ok is false when it is in none.
func (h Horizon) Find(visit ids.ID) (dayIndex int, v Visit, ok bool) {
	for i := range h.Days {
		if k, found := h.Days[i].find(visit); found {
			return i, h.Days[i].Visits[k], true
		}
	}
	return 0, Visit{}, false
}

func (d *Day) find(visit ids.ID) (int, bool) {
	return slices.BinarySearchFunc(d.Visits, visit, func(v Visit, id ids.ID) int { return slices.Compare(v.ID[:], id[:]) })
}

func byID[T any](list []T, id func(T) ids.ID) map[ids.ID]T {
	m := make(map[ids.ID]T, len(list))
	for _, v := range list {
		m[id(v)] = v
	}
	return m
}
