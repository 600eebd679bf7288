package dispatch

import (
	"context"
	"slices"
	"time"

	"roundsman/internal/ids"
)

// Measure is what a service level gives a time for.
type Measure string

// The measures of a service level, each from the first contact on.
const (
	Respond Measure = "respond" // until somebody speaks or writes to the person
	Restore Measure = "restore" // until the person can work
	Resolve Measure = "resolve" // until the cause is gone
)

// PauseReason is why a ticket's clocks stand still.
type PauseReason string

// The reasons for a pause. Waiting for ourselves is none.
const (
	WaitingForCustomer  PauseReason = "waiting_for_customer"
	WaitingForVendor    PauseReason = "waiting_for_vendor"
	WaitingForPart      PauseReason = "waiting_for_part"
	CustomerWishedLater PauseReason = "customer_wished_later"
	WasResolved         PauseReason = "was_resolved" // until it was opened again
)

// TicketPause is a time that does not count on a ticket's clocks.
type TicketPause struct {
	ID       ids.ID
	TicketID ids.ID
	Reason   PauseReason
	BeganAt  time.Time
	EndedAt  *time.Time // nil while it lasts
	BeganBy  ids.ID
	EndedBy  *ids.ID
}

// ServiceLevel is the times that are given for a kind of ticket: of a template and
// a priority, of one of the two, or of all. Minutes are nil where none is given.
type ServiceLevel struct {
	ID             ids.ID
	TemplateID     *ids.ID
	Priority       *int
	RespondMinutes *int
	RestoreMinutes *int
	ResolveMinutes *int
	Always         bool // round the clock, not in the region's hours
	Version        int64
}

// Minutes of a measure, nil where the level gives none.
func (l ServiceLevel) Minutes(m Measure) *int {
	switch m {
	case Respond:
		return l.RespondMinutes
	case Restore:
		return l.RestoreMinutes
	default:
		return l.ResolveMinutes
	}
}

// LevelOf chooses the most particular level that fits a ticket: of its template
// and priority, of its template, of its priority, of all; nil when none does.
func LevelOf(levels []ServiceLevel, t Ticket) *ServiceLevel {
	var best *ServiceLevel
	rank := -1
	for i, l := range levels {
		if l.TemplateID != nil && *l.TemplateID != t.TemplateID || l.Priority != nil && *l.Priority != t.Priority {
			continue
		}
		r := 0
		if l.TemplateID != nil {
			r += 2
		}
		if l.Priority != nil {
			r++
		}
		if r > rank {
			best, rank = &levels[i], r
		}
	}
	return best
}

// ServiceHours is when a region gives service. Always is round the clock.
type ServiceHours struct {
	Location *time.Location
	Hours    Hours
	Holidays []Date
	Always   bool
}

// farthestDue is how far ahead a due instant is looked for.
const farthestDue = 750

// open calls yield with the parts of time in which service is given, from an
// instant on, in order, until it gives false.
func (h ServiceHours) open(from time.Time, yield func(from, until time.Time) bool) {
	end := from.AddDate(0, 0, farthestDue)
	if h.Always {
		yield(from, end)
		return
	}
	for d := DateOf(from, h.Location); d.Midnight(h.Location).Before(end); d = d.Add(1) {
		if slices.Contains(h.Holidays, d) {
			continue
		}
		for _, s := range h.Hours.On(d.Weekday()) {
			// An hour that the clocks leap over is not there; one that comes twice is
			// worked twice.
			a, b := d.WallOrNext(h.Location, s.From), d.WallOrNext(h.Location, s.Until)
			if a.Before(from) {
				a = from
			}
			if a.Before(b) && !yield(a, b) {
				return
			}
		}
	}
}

// counted calls yield with the parts of open time that no pause takes away.
func (h ServiceHours) counted(from time.Time, pauses []TicketPause, yield func(from, until time.Time) bool) {
	pauses = slices.Clone(pauses)
	slices.SortFunc(pauses, func(a, b TicketPause) int { return a.BeganAt.Compare(b.BeganAt) })
	h.open(from, func(a, b time.Time) bool {
		for _, p := range pauses {
			if p.EndedAt != nil && !p.EndedAt.After(a) {
				continue
			}
			if !p.BeganAt.Before(b) {
				break
			}
			if p.BeganAt.After(a) && !yield(a, p.BeganAt) {
				return false
			}
			if p.EndedAt == nil {
				return false // nothing counts until it ends
			}
			if a = *p.EndedAt; !a.Before(b) {
				return true
			}
		}
		return yield(a, b)
	})
}

// Due is the instant at which that many counted minutes are over; nil while a
// pause that has not ended keeps them from it, or where no service is given.
func (h ServiceHours) Due(from time.Time, minutes int, pauses []TicketPause) *time.Time {
	left := time.Duration(minutes) * time.Minute
	var due *time.Time
	h.counted(from, pauses, func(a, b time.Time) bool {
		if d := b.Sub(a); d < left {
			left -= d
			return true
		}
		at := a.Add(left)
		due = &at
		return false
	})
	return due
}

// Used is how much counted time is between two instants.
func (h ServiceHours) Used(from, until time.Time, pauses []TicketPause) time.Duration {
	var sum time.Duration
	h.counted(from, pauses, func(a, b time.Time) bool {
		if !a.Before(until) {
			return false
		}
		if b.After(until) {
			b = until
		}
		sum += b.Sub(a)
		return true
	})
	return sum
}

// Clock is how a ticket stands with one measure.
type Clock struct {
	Measure   Measure
	Minutes   int
	StartedAt time.Time
	DueAt     *time.Time // nil while it is paused
	MetAt     *time.Time // when it stopped
	// State: "running", "paused"; "met" or "missed" once it stopped; "overdue" when
	// it runs and its time is over.
	State       string
	Used        time.Duration
	ExceptionID *ids.ID // the approved exception that its minutes come from
}

// Clocks says how a ticket stands with its service level. An approved exception
// that covers it takes the place of the level's minutes.
func Clocks(t Ticket, level *ServiceLevel, exceptions []Exception, h ServiceHours, pauses []TicketPause, now time.Time) []Clock {
	var out []Clock
	for _, m := range []struct {
		of   Measure
		stop *time.Time
	}{{Respond, t.RespondedAt}, {Restore, t.RestoredAt}, {Resolve, t.ResolvedAt}} {
		var minutes *int
		if level != nil {
			h.Always = level.Always
			minutes = level.Minutes(m.of)
		}
		var by *ids.ID
		if x := covering(exceptions, t, m.of); x != nil {
			minutes, by = x.Minutes(m.of), &x.ID
		}
		if minutes == nil {
			continue
		}
		c := Clock{Measure: m.of, Minutes: *minutes, StartedAt: t.OpenedAt, MetAt: m.stop, ExceptionID: by}
		at := now
		if m.stop != nil {
			at = *m.stop
		}
		counting := pausesUntil(pauses, m.stop)
		c.DueAt, c.Used = h.Due(t.OpenedAt, *minutes, counting), h.Used(t.OpenedAt, at, counting)
		c.State = clockState(c, counting, at)
		out = append(out, c)
	}
	return out
}

func clockState(c Clock, pauses []TicketPause, at time.Time) string {
	late := c.DueAt != nil && at.After(*c.DueAt)
	switch {
	case c.MetAt != nil && late:
		return "missed"
	case c.MetAt != nil:
		return "met"
	case late:
		return "overdue"
	case slices.ContainsFunc(pauses, func(p TicketPause) bool { return p.EndedAt == nil }):
		return "paused"
	}
	return "running"
}

// pausesUntil cuts pauses at the instant at which a clock stopped.
func pausesUntil(pauses []TicketPause, stop *time.Time) []TicketPause {
	if stop == nil {
		return pauses
	}
	var out []TicketPause
	for _, p := range pauses {
		if !p.BeganAt.Before(*stop) {
			continue
		}
		if p.EndedAt == nil || p.EndedAt.After(*stop) {
			p.EndedAt = stop
		}
		out = append(out, p)
	}
	return out
}

// ServiceCalendar is the hours in which a region gives service.
type ServiceCalendar struct {
	ID       ids.ID
	RegionID ids.ID
	Hours    Hours
	Holidays []Date // beside those of the region's own calendar
	Version  int64
}

// UsualHours are those of a region that has said nothing: Monday to Friday, 8 to 18.
func UsualHours() Hours {
	var h Hours
	for d := time.Monday; d <= time.Friday; d++ {
		h = append(h, Span{Weekday: d, From: 8 * 60, Until: 18 * 60})
	}
	return h
}

// Services are service levels, calendars, pauses and exceptions.
type Services interface {
	ListServiceLevels(ctx context.Context) ([]ServiceLevel, error)
	// AddServiceLevel stores one; code "service_level_taken".
	AddServiceLevel(ctx context.Context, l ServiceLevel) error
	SaveServiceLevel(ctx context.Context, l ServiceLevel) (ServiceLevel, error)
	ServiceLevel(ctx context.Context, id ids.ID) (ServiceLevel, error)
	// CalendarOf gives a region's hours, nil when it has said nothing, and all its
	// holidays, also those of its own calendar.
	CalendarOf(ctx context.Context, region ids.ID) (c *ServiceCalendar, holidays []Date, err error)
	AddCalendar(ctx context.Context, c ServiceCalendar) error
	SaveCalendar(ctx context.Context, c ServiceCalendar) (ServiceCalendar, error)
	AddTicketPause(ctx context.Context, p TicketPause) error
	// EndTicketPause ends the one that lasts; nil when none does.
	EndTicketPause(ctx context.Context, ticket, by ids.ID, at time.Time) (*TicketPause, error)
	ListTicketPauses(ctx context.Context, ticket ids.ID) ([]TicketPause, error)
	AddException(ctx context.Context, x Exception) error
	Exception(ctx context.Context, id ids.ID) (Exception, error)
	LockException(ctx context.Context, id ids.ID) (Exception, error)
	SaveException(ctx context.Context, x Exception) (Exception, error)
	// ListExceptions gives them newest first, those of one state or all.
	ListExceptions(ctx context.Context, state ExceptionState, p Page) (list []Exception, next string, err error)
	// ExceptionsFor gives the approved ones that cover a ticket.
	ExceptionsFor(ctx context.Context, t Ticket) ([]Exception, error)
}
