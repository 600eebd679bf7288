package desk

import (
	"context"
	"time"

	"roundsman/dispatch"
	"roundsman/dispatch/decide"
	"roundsman/internal/access"
	"roundsman/internal/fault"
	"roundsman/internal/ids"
)

// ServiceView is how a ticket stands with its service level.
type ServiceView struct {
	Level  *dispatch.ServiceLevel // nil: none is set for such tickets
	Clocks []dispatch.Clock
	Pauses []dispatch.TicketPause
	Zone   string // of the hours that count
}

// Service says how a ticket stands with its service level now. Code: "ticket_not_found".
func (d *Desk) Service(ctx context.Context, who access.Principal, ticket ids.ID) (v ServiceView, err error) {
	now := d.Clock.Now()
	err = d.read(ctx, who, access.TicketsRead, func(tx dispatch.Tx) error {
		t, err := tx.Ticket(ctx, ticket)
		if err != nil {
			return err
		}
		v, err = serviceOf(ctx, tx, t, now)
		return err
	})
	return v, err
}

func serviceOf(ctx context.Context, tx dispatch.Tx, t dispatch.Ticket, now time.Time) (v ServiceView, err error) {
	levels, err := tx.ListServiceLevels(ctx)
	if err != nil {
		return v, err
	}
	v.Level = dispatch.LevelOf(levels, t)
	h, err := hoursFor(ctx, tx, t)
	if err != nil {
		return v, err
	}
	v.Zone = h.Location.String()
	if v.Pauses, err = tx.ListTicketPauses(ctx, t.ID); err != nil {
		return v, err
	}
	exceptions, err := tx.ExceptionsFor(ctx, t)
	if err != nil {
		return v, err
	}
	v.Clocks = dispatch.Clocks(t, v.Level, exceptions, h, v.Pauses, now)
	return v, nil
}

// hoursFor gives the hours in which a ticket's region gives service.
func hoursFor(ctx context.Context, tx dispatch.Tx, t dispatch.Ticket) (h dispatch.ServiceHours, err error) {
	site, err := tx.Site(ctx, t.SiteID)
	if err != nil {
		return h, err
	}
	return hoursOf(ctx, tx, site.RegionID)
}

func hoursOf(ctx context.Context, tx dispatch.Tx, id ids.ID) (h dispatch.ServiceHours, err error) {
	region, err := tx.Region(ctx, id)
	if err != nil {
		return h, err
	}
	if h.Location, err = region.Location(); err != nil {
		return h, err
	}
	c, holidays, err := tx.CalendarOf(ctx, region.ID)
	if err != nil {
		return h, err
	}
	h.Hours, h.Holidays = dispatch.UsualHours(), holidays
	if c != nil {
		h.Hours = c.Hours
	}
	return h, nil
}

// Pause stops a ticket's clocks for a reason that is not ours. Codes:
// "ticket_not_found", "ticket_resolved", "pause_open".
func (d *Desk) Pause(ctx context.Context, who access.Principal, ticket ids.ID, reason dispatch.PauseReason) (v ServiceView, err error) {
	err = d.handle(ctx, who, handling{ID: ticket, Act: dispatch.DeskPause, Event: "ticket.paused"}, func(tx dispatch.Tx, k *handled) (map[string]any, error) {
		p := dispatch.TicketPause{ID: ids.New(), TicketID: ticket, Reason: reason, BeganAt: k.Now, BeganBy: who.AccountID}
		if err := tx.AddTicketPause(ctx, p); err != nil {
			return nil, err
		}
		v, err = serviceOf(ctx, tx, k.Ticket, k.Now)
		return map[string]any{"pause_id": p.ID, "reason": reason}, err
	}, func(handled) any { return v })
	return v, err
}

// Resume lets a ticket's clocks run again. Codes: "ticket_not_found",
// "ticket_resolved", "pause_missing".
func (d *Desk) Resume(ctx context.Context, who access.Principal, ticket ids.ID) (v ServiceView, err error) {
	err = d.handle(ctx, who, handling{ID: ticket, Act: dispatch.DeskPause, Event: "ticket.resumed"}, func(tx dispatch.Tx, k *handled) (map[string]any, error) {
		p, err := tx.EndTicketPause(ctx, ticket, who.AccountID, k.Now)
		if err != nil {
			return nil, err
		}
		if p == nil {
			return nil, fault.New(fault.Conflict, "pause_missing", "the clocks of this ticket run; there is no pause to be ended")
		}
		v, err = serviceOf(ctx, tx, k.Ticket, k.Now)
		return map[string]any{"pause_id": p.ID, "seconds": int(k.Now.Sub(p.BeganAt).Seconds())}, err
	}, func(handled) any { return v })
	return v, err
}

// ServiceLevels lists the times that are given for kinds of ticket.
func (d *Desk) ServiceLevels(ctx context.Context, who access.Principal) (list []dispatch.ServiceLevel, err error) {
	err = d.read(ctx, who, access.TicketsRead, func(tx dispatch.Tx) (err error) {
		list, err = tx.ListServiceLevels(ctx)
		return err
	})
	return list, err
}

// AddServiceLevel gives times for a kind of ticket. Codes: "service_level_taken",
// "service_level_empty", "reference_missing".
func (d *Desk) AddServiceLevel(ctx context.Context, who access.Principal, l dispatch.ServiceLevel) (dispatch.ServiceLevel, error) {
	now := d.Clock.Now()
	if l.ID == ids.Nil {
		l.ID = ids.New()
	}
	l.Version = 1
	err := d.write(ctx, who, access.SetupWrite, func(tx dispatch.Tx) error {
		if err := tx.AddServiceLevel(ctx, l); err != nil {
			return err
		}
		if err := decide.Emit(ctx, tx, now, who, decide.Event{Name: "service_level.added", Kind: "service_level", Subject: l.ID}); err != nil {
			return err
		}
		return tx.Answer(ctx, l)
	})
	return l, err
}

// ChangeServiceLevel changes the times of one that is at the given version. Codes:
// "service_level_not_found", "version_stale", "service_level_empty".
func (d *Desk) ChangeServiceLevel(ctx context.Context, who access.Principal, id ids.ID, version int64, alter func(*dispatch.ServiceLevel)) (l dispatch.ServiceLevel, err error) {
	now := d.Clock.Now()
	err = d.write(ctx, who, access.SetupWrite, func(tx dispatch.Tx) error {
		if l, err = tx.ServiceLevel(ctx, id); err != nil {
			return err
		}
		if l.Version != version {
			return Stale("service level", l.Version)
		}
		alter(&l)
		if l, err = tx.SaveServiceLevel(ctx, l); err != nil {
			return err
		}
		return decide.Emit(ctx, tx, now, who, decide.Event{Name: "service_level.changed", Kind: "service_level", Subject: id})
	})
	return l, err
}

// ServiceCalendar gives the hours in which a region gives service, the usual ones
// at version 0 where it has said nothing. Code: "region_not_found".
func (d *Desk) ServiceCalendar(ctx context.Context, who access.Principal, region ids.ID) (c dispatch.ServiceCalendar, err error) {
	err = d.read(ctx, who, access.TicketsRead, func(tx dispatch.Tx) (err error) {
		c, err = calendarOf(ctx, tx, region)
		return err
	})
	return c, err
}

func calendarOf(ctx context.Context, tx dispatch.Tx, region ids.ID) (dispatch.ServiceCalendar, error) {
	usual := dispatch.ServiceCalendar{RegionID: region, Hours: dispatch.UsualHours()}
	if _, err := tx.Region(ctx, region); err != nil {
		return usual, err
	}
	c, _, err := tx.CalendarOf(ctx, region)
	if c == nil || err != nil {
		return usual, err
	}
	return *c, nil
}

// ChangeServiceCalendar writes the hours in which a region gives service, from the
// given version; 0 is a region that has said nothing. Codes: "region_not_found",
// "version_stale", "bad_hours".
func (d *Desk) ChangeServiceCalendar(ctx context.Context, who access.Principal, region ids.ID, version int64, hours dispatch.Hours, holidays []dispatch.Date) (c dispatch.ServiceCalendar, err error) {
	if err := checkHours(hours); err != nil {
		return c, err
	}
	now := d.Clock.Now()
	err = d.write(ctx, who, access.SetupWrite, func(tx dispatch.Tx) error {
		if c, err = calendarOf(ctx, tx, region); err != nil {
			return err
		}
		if c.Version != version {
			return Stale("service calendar", c.Version)
		}
		c.Hours, c.Holidays = hours, holidays
		if version == 0 {
			c.ID, c.Version = ids.New(), 1
			err = tx.AddCalendar(ctx, c)
		} else {
			c, err = tx.SaveCalendar(ctx, c)
		}
		if err != nil {
			return err
		}
		return decide.Emit(ctx, tx, now, who, decide.Event{Name: "service_calendar.changed", Kind: "region", Subject: region})
	})
	return c, err
}

func checkHours(h dispatch.Hours) error {
	for d := time.Sunday; d <= time.Saturday; d++ {
		last := 0
		for _, s := range h.On(d) {
			if s.From < last || s.From >= s.Until || s.Until > dispatch.MinutesADay {
				return fault.New(fault.Invalid, "bad_hours", "the hours of a day do not overlap, and each ends after it begins; check %s", d).At("/hours", "overlap or end before they begin")
			}
			last = s.Until
		}
	}
	return nil
}
