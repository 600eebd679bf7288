package desk

import (
	"context"
	"fmt"
	"slices"
	"time"

	"roundsman/dispatch"
	"roundsman/dispatch/day"
	"roundsman/dispatch/decide"
	"roundsman/internal/access"
	"roundsman/internal/fault"
	"roundsman/internal/ids"
)

// NewQuote asks when somebody can come.
type NewQuote struct {
	TicketID ids.ID
	From     *dispatch.Date // absent: today
	Days     int            // how many days to look at, 1 to 5; 0 is 2
	// InsteadOf is the promise of this ticket that another window is sought for.
	InsteadOf *ids.ID
	// WantedStart and WantedEnd are a window that is asked for; both or none.
	WantedStart, WantedEnd *time.Time
	// Preferred is whom the customer would rather see; absent: as the ticket or the
	// person has it.
	Preferred *ids.ID
}

const (
	offersShown = 5
	longestLook = 5
)

// Quote offers up to five arrival windows for a ticket's visit, each from a real
// what-if that a promise commits. Days without an offer say why.
//
// Codes: "ticket_not_found", "ticket_resolved", "ticket_not_on_site",
// "visit_under_way", "promise_taken", "technician_not_found"; with a promise to be
// changed "promise_not_found" and "promise_state"; with a wanted window "bad_window".
func (d *Desk) Quote(ctx context.Context, who access.Principal, n NewQuote) (dispatch.Quote, error) {
	return d.QuoteAs(ctx, Acting{Who: who}, n)
}

// QuoteAs is Quote, also for the customer through their own link.
func (d *Desk) QuoteAs(ctx context.Context, a Acting, n NewQuote) (dispatch.Quote, error) {
	if err := a.require(access.PromisesWrite); err != nil {
		return dispatch.Quote{}, err
	}
	if err := a.sees(n.TicketID, "ticket"); err != nil {
		return dispatch.Quote{}, err
	}
	now := d.Clock.Now()
	if n.WantedStart != nil && (!n.WantedStart.Before(*n.WantedEnd) || !n.WantedEnd.After(now)) {
		return dispatch.Quote{}, fault.New(fault.Invalid, "bad_window", "a window ends after it begins, and later than now").At("/window", "is over, or ends before it begins")
	}
	q, asks, err := d.look(ctx, a.Who, n, now)
	if err != nil {
		return q, err
	}
	err = d.Store.Write(ctx, func(tx dispatch.Tx) error {
		if err := d.keepAll(ctx, tx, asks); err != nil {
			return err
		}
		if err := tx.AddQuote(ctx, q); err != nil {
			return err
		}
		return tx.Answer(ctx, q)
	})
	return q, err
}

// tried is a what-if that became an offer.
type tried struct {
	offer    *dispatch.Offer
	question decide.Question
	outcome  day.Outcome
}

// keepAll stores what-ifs, so that each offer can be promised by its id.
func (d *Desk) keepAll(ctx context.Context, tx dispatch.Tx, asks []tried) error {
	for i := range asks {
		if err := d.Decide.Keep(ctx, tx, asks[i].question, &asks[i].outcome); err != nil {
			return err
		}
		asks[i].offer.OutcomeID = asks[i].outcome.ID
	}
	return nil
}

// describe describes a visit that waits too long to be on a day's sheet; nil for
// one that is on one.
func describe(h day.Horizon, v TicketView, visit dispatch.Visit) *day.Visit {
	if _, _, ok := h.Find(visit.ID); ok {
		return nil
	}
	x := day.FromVisit(visit, v.Ticket, v.Person, v.Site, nil)
	return &x
}

// offered reads an offer out of what was tried.
func offered(c day.Candidate, w day.Wish, now time.Time, loc *time.Location) dispatch.Offer {
	return dispatch.Offer{
		WindowStart: c.WindowStart, WindowEnd: c.WindowEnd, Confidence: c.Confidence,
		TechnicianID: c.Technician.TechnicianID, TechnicianName: c.Technician.Name, PlannedStart: c.Start,
		DetourSeconds: c.DetourSeconds, DetourMetres: c.DetourMetres, Reason: c.Reason,
		Sentence:  dispatch.OfferSentence(c.Technician.SpokenName, c.WindowStart, c.WindowEnd, now, loc, c.Confidence),
		Preferred: w.Preferred != ids.Nil && c.Technician.TechnicianID == w.Preferred,
	}
}

// look reads the days and tries the visit at every place. It writes nothing.
func (d *Desk) look(ctx context.Context, who access.Principal, n NewQuote, now time.Time) (dispatch.Quote, []tried, error) {
	q := dispatch.Quote{ID: ids.New(), TicketID: n.TicketID, AskedBy: who.AccountID, At: now, ExpiresAt: now.Add(dispatch.OutcomeLife),
		Offers: []dispatch.Offer{}, Refused: []dispatch.Refusal{}}
	var v TicketView
	var visit dispatch.Visit
	var h day.Horizon
	var asked []dispatch.DayKey
	err := d.Store.Read(ctx, func(tx dispatch.Tx) (err error) {
		if v, err = view(ctx, tx, n.TicketID); err != nil {
			return err
		}
		if visit, err = toPromise(v, n.InsteadOf); err != nil {
			return err
		}
		if err = d.wishOf(ctx, tx, v, &n, &q); err != nil {
			return err
		}
		if asked, err = d.keys(v.Site, visit, n, now); err != nil {
			return err
		}
		keys := slices.Clone(asked)
		if visit.RoundID != nil {
			// A round belongs to its shift's date, also when the visit is after midnight.
			r, err := tx.Round(ctx, *visit.RoundID)
			if err != nil {
				return err
			}
			if k := (dispatch.DayKey{RegionID: r.RegionID, Date: r.Date}); !slices.Contains(keys, k) {
				keys = append(keys, k)
			}
		}
		h, err = decide.Horizon(ctx, tx, keys, now)
		return err
	})
	if err != nil {
		return q, nil, err
	}
	b, err := d.Decide.Ready(ctx, h, now)
	if err != nil {
		return q, nil, err
	}
	loc, err := time.LoadLocation(v.Site.Zone)
	if err != nil {
		return q, nil, fmt.Errorf("time zone of site %s: %w", v.Site.Code, err)
	}
	wish := day.Wish{Visit: visit.ID, Describe: describe(h, v, visit), Limit: offersShown, Anew: n.InsteadOf != nil, On: asked}
	if q.Preferred != nil {
		wish.Preferred = q.Preferred.TechnicianID
	}
	found, refused := b.OffersFor(wish)
	q.Refused = append(q.Refused, refused...)
	ask := func(o *dispatch.Offer, c day.Candidate) tried {
		return tried{o, decide.Question{Who: who, Subject: &n.TicketID, Days: decide.Keys(h), Change: c.Change}, c.Outcome}
	}
	for _, c := range found {
		q.Offers = append(q.Offers, offered(c, wish, now, loc))
	}
	var asks []tried
	for i, c := range found {
		asks = append(asks, ask(&q.Offers[i], c))
	}
	if n.WantedStart != nil {
		c, why := b.Wanted(wish, *n.WantedStart, *n.WantedEnd)
		if why != nil {
			q.Refused = append(q.Refused, dispatch.Refusal{Date: dispatch.DateOf(*n.WantedStart, loc), Reasons: why})
		} else {
			o := offered(c, wish, now, loc)
			q.Wanted = &o
			asks = append(asks, ask(q.Wanted, c))
		}
	}
	preferred(&q, h)
	return q, asks, nil
}

// keys lists the days that a quote looks at: those on which somebody works,
// from the first asked for, that the visit may be on, and the day it is on now.
func (d *Desk) keys(s dispatch.Site, visit dispatch.Visit, n NewQuote, now time.Time) ([]dispatch.DayKey, error) {
	loc, err := time.LoadLocation(s.Zone)
	if err != nil {
		return nil, fmt.Errorf("time zone of site %s: %w", s.Code, err)
	}
	today := dispatch.DateOf(now, loc)
	first := today
	if n.WantedStart != nil {
		// A window that is asked for is on its own day, and offers are those around it.
		date := dispatch.DateOf(*n.WantedStart, loc)
		n.From = &date
	}
	if n.From != nil && *n.From > today {
		first = *n.From
	}
	if visit.EarliestDate != nil && *visit.EarliestDate > first {
		first = *visit.EarliestDate
	}
	days := n.Days
	if days == 0 {
		days = 2
	}
	var out []dispatch.DayKey
	for date := first; len(out) < min(days, longestLook); date = date.Add(1) {
		if date.Working() || len(out) == 0 && date == first && n.From != nil {
			out = append(out, dispatch.DayKey{RegionID: s.RegionID, Date: date})
		}
	}
	return out, nil
}

// toPromise finds the visit of a ticket that a window can be promised for, or the
// one whose window is to be changed.
func toPromise(v TicketView, insteadOf *ids.ID) (dispatch.Visit, error) {
	if err := v.Site.MayBeVisited(); err != nil {
		return dispatch.Visit{}, err
	}
	if err := v.Ticket.MayVisit(v.Template); err != nil {
		return dispatch.Visit{}, err
	}
	if insteadOf != nil {
		return toChange(v, *insteadOf)
	}
	for _, p := range v.Promises {
		if p.Promise.Kind == dispatch.ArrivalPromise && p.Promise.State == dispatch.PromiseOpen {
			return dispatch.Visit{}, fault.New(fault.Conflict, "promise_taken", "a window is promised for this ticket already").With("promise_id", p.Promise.ID)
		}
	}
	for _, x := range v.Visits {
		if !x.State.Over() {
			return x, x.State.Allows(dispatch.ActPromise)
		}
	}
	return dispatch.Visit{}, fault.New(fault.Conflict, "ticket_not_on_site", "this ticket has no visit left to promise; open a new one")
}

// toChange finds the visit of a promise of the ticket that stands.
func toChange(v TicketView, promise ids.ID) (dispatch.Visit, error) {
	i := slices.IndexFunc(v.Promises, func(p PromiseView) bool { return p.Promise.ID == promise && p.Promise.Kind == dispatch.ArrivalPromise })
	if i < 0 {
		return dispatch.Visit{}, fault.New(fault.NotFound, "promise_not_found", "this ticket has no such promise of arrival")
	}
	p := v.Promises[i].Promise
	if err := p.State.Allows(dispatch.PromiseRevise); err != nil {
		return dispatch.Visit{}, err
	}
	x := v.Visits[slices.IndexFunc(v.Visits, func(x dispatch.Visit) bool { return x.ID == p.VisitID })]
	return x, x.State.Allows(dispatch.ActPromise)
}
