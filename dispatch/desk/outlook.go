package desk

import (
	"context"
	"time"

	"roundsman/dispatch"
	"roundsman/internal/access"
	"roundsman/internal/ids"
)

// Outlook answers what somebody asks who waits: what works meanwhile, when they
// hear from us, when somebody comes and how sure that is, when it will be fixed.
type Outlook struct {
	Workaround string // "" when nothing works meanwhile
	NextNews   time.Time
	Overdue    bool         // they should have heard from us
	Arrival    *PromiseView // that stands; nil when none does
	// NoArrival says why nobody is said to come: "not_on_site", "not_promised",
	// "technician_there", "over".
	NoArrival string
	FixedAt   time.Time // or was
	// FixBy says where FixedAt comes from: "resolved", "told", "visit" (its planned
	// end), "service_level", or "next_news": we say more then.
	FixBy string
}

// Outlook gives the answers for a ticket; none of them is ever empty. Code:
// "ticket_not_found".
func (d *Desk) Outlook(ctx context.Context, who access.Principal, ticket ids.ID) (o Outlook, err error) {
	now := d.Clock.Now()
	err = d.read(ctx, who, access.TicketsRead, func(tx dispatch.Tx) error {
		v, err := view(ctx, tx, ticket)
		if err != nil {
			return err
		}
		o = Outlook{Workaround: v.Ticket.Workaround, NextNews: v.Ticket.NextUpdate,
			Overdue: v.Ticket.State != dispatch.TicketResolved && v.Ticket.NextUpdate.Before(now)}
		o.arrival(v)
		s, err := serviceOf(ctx, tx, v.Ticket, now)
		o.fix(v, s, now)
		return err
	})
	return o, err
}

func (o *Outlook) arrival(v TicketView) {
	for i, p := range v.Promises {
		if p.Promise.Kind == dispatch.ArrivalPromise && p.Promise.State == dispatch.PromiseOpen &&
			(o.Arrival == nil || p.Promise.WindowStart.Before(o.Arrival.Promise.WindowStart)) {
			o.Arrival = &v.Promises[i]
		}
	}
	if o.Arrival != nil {
		return
	}
	o.NoArrival = "not_promised"
	switch {
	case v.Ticket.State == dispatch.TicketResolved:
		o.NoArrival = "over"
	case !v.Template.OnSite:
		o.NoArrival = "not_on_site"
	}
	for _, x := range v.Visits {
		if x.State == dispatch.VisitArrived || x.State == dispatch.VisitInProgress {
			o.NoArrival = "technician_there"
		}
	}
}

// fix says when it will be fixed. What has passed without a fix says nothing any
// more; when even the next news is overdue, that is due at once.
func (o *Outlook) fix(v TicketView, s ServiceView, now time.Time) {
	o.FixedAt, o.FixBy = o.NextNews, "next_news"
	if o.FixedAt.Before(now) {
		o.FixedAt = now
	}
	for _, c := range s.Clocks {
		if c.Measure == dispatch.Resolve && c.DueAt != nil && c.State == "running" {
			o.FixedAt, o.FixBy = *c.DueAt, "service_level"
		}
	}
	for _, x := range v.Visits {
		if x.PlannedEnd != nil && !x.State.Over() && x.PlannedEnd.After(now) {
			o.FixedAt, o.FixBy = *x.PlannedEnd, "visit"
		}
	}
	if v.Ticket.FixExpectedAt != nil && v.Ticket.FixExpectedAt.After(now) {
		o.FixedAt, o.FixBy = *v.Ticket.FixExpectedAt, "told"
	}
	if v.Ticket.ResolvedAt != nil {
		o.FixedAt, o.FixBy = *v.Ticket.ResolvedAt, "resolved"
	}
}
