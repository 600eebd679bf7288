package day

import (
	"slices"
	"time"

	"roundsman/dispatch"
	"roundsman/internal/ids"
)

// Comparison sets two plans of the same days side by side: as they stand, or as a
// change would make them.
type Comparison struct {
	From, To Side
	// Visits are those whose place differs, by the earlier start.
	Visits []Difference
	// Promises are those whose chance, arrival or technician differs.
	Promises []Impact
	Churn    Churn
}

// Side sums one plan up.
type Side struct {
	TravelSeconds, TravelMetres, OvertimeSeconds int
	Assigned, Waiting                            int
	AtRisk                                       int // promises below the risk floor
}

// Churn is what going from the one to the other asks of people.
type Churn struct {
	Moved       int // visits that start elsewhere, or at another time by more than the threshold
	Technicians int // of them with somebody else
	Promised    int // of them to somebody who holds a promise
	Minutes     int // by which starts differ, of visits that have a place on both sides
}

// Difference is one visit whose place differs, and why.
type Difference struct {
	Move
	// Cause is "placed", "left_out", "technician_away", "other_technician",
	// "reordered" (another stop is before it), or "shifted" (something before it has
	// changed).
	Cause string
	// Behind is the visit that it follows on the other side, where that is the cause.
	Behind *ids.ID
}

// Compare sets the days under one change beside the days under another; nil is as
// they stand. Where a change can't be made any more, blocked says why.
func (b *Board) Compare(from, to *Change) (c Comparison, blocked []dispatch.Clause) {
	was, blocked := b.under(from)
	if len(blocked) > 0 {
		return c, blocked
	}
	is, blocked := b.under(to)
	if len(blocked) > 0 {
		return c, blocked
	}
	before, after := spots(was.days), spots(is.days)
	c = Comparison{From: was.side(before), To: is.side(after), Visits: []Difference{}, Promises: []Impact{}}
	var all []ids.ID
	for _, m := range []map[ids.ID]spotted{before, after} {
		for id := range m {
			all = append(all, id)
		}
	}
	slices.SortFunc(all, func(x, y ids.ID) int { return slices.Compare(x[:], y[:]) })
	for _, id := range slices.Compact(all) {
		c.differ(was, is, id, before, after)
	}
	slices.SortStableFunc(c.Visits, func(x, y Difference) int { return x.earlier().Compare(y.earlier()) })
	return c, nil
}

// under gives the days under a change.
func (b *Board) under(change *Change) (*trial, []dispatch.Clause) {
	if change == nil {
		return b.trial(Change{}), nil
	}
	t := b.trial(*change)
	t.apply(*change)
	if len(t.blocked) == 0 {
		t.wait()
		t.repair()
		t.wait()
		t.refuse()
	}
	return t, t.blocked
}

func (t *trial) side(placed map[ids.ID]spotted) (s Side) {
	for _, d := range t.days {
		for i := range d.rounds {
			tt := &d.rounds[i].tt
			s.TravelSeconds += int(tt.Travel)
			s.TravelMetres += int(tt.Metres)
			s.OvertimeSeconds += int(tt.Overtime)
		}
		for i := range d.day.Visits {
			v := &d.day.Visits[i]
			if _, ok := placed[v.ID]; ok {
				s.Assigned++
			} else {
				s.Waiting++
			}
			if v.Promise != nil && d.chance[i] < t.floors.Risk {
				s.AtRisk++
			}
		}
	}
	return s
}

// differ notes one visit if its place differs.
func (c *Comparison) differ(was, is *trial, id ids.ID, before, after map[ids.ID]spotted) {
	b, had := before[id]
	a, has := after[id]
	var v Visit
	var from, to *Spot
	var chanceBefore, chanceAfter float64
	if had {
		s := was.days[b.day]
		v, from, chanceBefore = s.day.Visits[b.visit], s.spot(b), s.chance[b.visit]
	}
	if has {
		s := is.days[a.day]
		v, to, chanceAfter = s.day.Visits[a.visit], s.spot(a), s.chance[a.visit]
	}
	if v.Promise != nil && v.ArrivedAt == nil && (moved(from, to) || chanceBefore != chanceAfter) {
		promise := v.Promise.ID
		im := Impact{PromiseID: &promise, VisitID: id, PersonID: v.PersonID, PersonName: v.PersonName, Number: v.Number,
			WindowStart: v.Promise.Start, WindowEnd: v.Promise.End, ChanceBefore: &chanceBefore, ChanceAfter: chanceAfter, ArrivalAfter: v.Promise.End}
		if from != nil {
			im.ArrivalBefore, im.TechnicianBefore = &from.Start, &from.TechnicianID
		}
		if to != nil {
			im.ArrivalAfter, im.TechnicianAfter, im.TechnicianName = to.Start, to.TechnicianID, to.TechnicianName
		}
		im.Crosses = is.crosses(im)
		c.Promises = append(c.Promises, im)
	}
	if !moved(from, to) {
		return
	}
	d := Difference{Move: Move{VisitID: id, PersonName: v.PersonName, Number: v.Number, From: from, To: to, Promised: v.Promise != nil}}
	c.Churn.count(&d.Move)
	switch {
	case from == nil:
		d.Cause = "placed"
	case to == nil:
		d.Cause = "left_out"
	case from.TechnicianID != to.TechnicianID:
		d.Cause = "other_technician"
		if was.days[b.day].away(b.shift, from.Start) {
			d.Cause = "technician_away"
		}
	default:
		d.Cause = "shifted"
		x, y := was.days[b.day].behind(b), is.days[a.day].behind(a)
		if (x == nil) != (y == nil) || x != nil && *x != *y {
			d.Cause, d.Behind = "reordered", y
		}
	}
	c.Visits = append(c.Visits, d)
}

// away says whether a shift's technician is away at an instant.
func (s *sheet) away(shift int, at time.Time) bool {
	return absent(&s.p.Shifts[shift]) || slices.ContainsFunc(s.day.Shifts[shift].Away, func(a Span) bool {
		return !at.Before(a.From) && at.Before(a.Until)
	})
}

// behind is the visit that stands before another in its round; nil for the first.
func (s *sheet) behind(p spotted) *ids.ID {
	if p.stop == 0 {
		return nil
	}
	id := s.day.Visits[s.rounds[p.shift].tt.Stops[p.stop-1].Visit].ID
	return &id
}

func (c *Churn) count(m *Move) {
	if m.From != nil && m.To != nil {
		c.Minutes += int(m.From.Start.Sub(m.To.Start).Abs() / time.Minute)
	}
	if !m.notable() {
		return
	}
	c.Moved++
	if m.From != nil && m.To != nil && m.From.TechnicianID != m.To.TechnicianID {
		c.Technicians++
	}
	if m.Promised {
		c.Promised++
	}
}

// earlier is the sooner of a difference's two starts.
func (d *Difference) earlier() time.Time {
	switch {
	case d.From == nil:
		return d.To.Start
	case d.To == nil || d.From.Start.Before(d.To.Start):
		return d.From.Start
	}
	return d.To.Start
}
