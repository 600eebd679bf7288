package customer

import (
	"context"
	"slices"
	"time"

	"roundsman/dispatch"
	"roundsman/internal/fault"
	"roundsman/internal/ids"
)

// View is what a link shows: one ticket, as its own person may see it.
type View struct {
	Ticket     dispatch.Ticket
	About      string // the template's name
	PersonName string // as they are called
	Language   string // BCP 47
	SiteName   string
	Where      string // inside the site
	Zone       string // IANA
	Visit      *VisitView
	Promise    *dispatch.Promise // of the arrival: the open one, else the last
	Survey     *dispatch.Survey
	May        []Act
}

// VisitView is the visit that is next, or else the last one.
type VisitView struct {
	Visit          dispatch.Visit
	TechnicianName string     // as spoken; "" until somebody is promised or set out
	ETA            *time.Time // as planned now; the promise is the window
	// StopsBefore is how many stops the technician has before this one, on the day
	// itself; nil on others, and once they are there.
	StopsBefore *int
	Presence    *dispatch.Presence
	Duties      []dispatch.Duty     // as they went
	Expected    []dispatch.DutyKind // what is the customer's part, before it went
}

// Act is something that a customer may do now.
type Act string

// The acts of a customer.
const (
	ActReschedule Act = "reschedule"
	ActWithdraw   Act = "withdraw"
	ActChoose     Act = "choose_window" // none is promised at present
	ActPresence   Act = "tell_presence"
	ActArrival    Act = "confirm_arrival"
	ActState      Act = "state_duty"
	ActAnswer     Act = "answer_survey"
)

// View shows a link's ticket.
func (r *Room) View(ctx context.Context, l dispatch.CustomerLink) (out View, err error) {
	now := r.Clock.Now()
	err = r.Store.Read(ctx, func(tx dispatch.Tx) error {
		out, err = view(ctx, tx, l, now)
		return err
	})
	return out, err
}

func view(ctx context.Context, tx dispatch.Tx, l dispatch.CustomerLink, now time.Time) (out View, err error) {
	if out.Ticket, err = tx.Ticket(ctx, l.TicketID); err != nil {
		return out, err
	}
	person, err := tx.Person(ctx, l.PersonID)
	if err != nil {
		return out, err
	}
	template, err := tx.Template(ctx, out.Ticket.TemplateID)
	if err != nil {
		return out, err
	}
	site, err := tx.Site(ctx, out.Ticket.SiteID)
	if err != nil {
		return out, err
	}
	out.PersonName, out.Language, out.About = person.Address(), dispatch.LanguageOf(person.Language), template.Name
	out.SiteName, out.Where, out.Zone = site.Name, person.Where(), site.Zone
	if out.Ticket.Place != nil {
		out.Where = ""
	}
	promises, err := arrivals(ctx, tx, l.TicketID)
	if err != nil {
		return out, err
	}
	if len(promises) > 0 {
		out.Promise = &promises[0]
	}
	visits, err := tx.VisitsOfTicket(ctx, l.TicketID)
	if err != nil {
		return out, err
	}
	if v := current(visits, out.Promise); v != nil {
		if out.Visit, err = visitView(ctx, tx, *v, out.Promise, site, now); err != nil {
			return out, err
		}
		if out.Survey, err = tx.SurveyOf(ctx, v.ID); err != nil {
			return out, err
		}
	}
	out.May = out.may(template, now)
	return out, nil
}

// arrivals are the promises of arrival of a ticket: open ones first, then the newest.
func arrivals(ctx context.Context, tx dispatch.Tx, ticket ids.ID) ([]dispatch.Promise, error) {
	list, _, err := tx.ListPromises(ctx, dispatch.PromiseFilter{TicketID: &ticket, Kinds: []dispatch.PromiseKind{dispatch.ArrivalPromise}}, dispatch.Page{Limit: 20})
	slices.SortStableFunc(list, func(a, b dispatch.Promise) int { return closed(a) - closed(b) })
	return list, err
}

func closed(p dispatch.Promise) int {
	if p.State == dispatch.PromiseOpen {
		return 0
	}
	return 1
}

// current is the visit that a customer cares about: the one that is promised, else
// one that is not over, else the one that was last.
func current(visits []dispatch.Visit, p *dispatch.Promise) *dispatch.Visit {
	rank := func(v dispatch.Visit) int {
		switch {
		case p != nil && p.State == dispatch.PromiseOpen && p.VisitID == v.ID:
			return 3
		case v.State.Started():
			return 2
		case !v.State.Over():
			return 1
		}
		return 0
	}
	var best *dispatch.Visit
	for i, v := range visits {
		if best == nil || rank(v) > rank(*best) || rank(v) == rank(*best) && rank(v) == 0 && ended(v).After(ended(*best)) {
			best = &visits[i]
		}
	}
	return best
}

func ended(v dispatch.Visit) time.Time {
	for _, at := range []*time.Time{v.CompletedAt, v.ArrivedAt, v.PlannedEnd} {
		if at != nil {
			return *at
		}
	}
	return time.Time{}
}

func visitView(ctx context.Context, tx dispatch.Tx, v dispatch.Visit, p *dispatch.Promise, site dispatch.Site, now time.Time) (out *VisitView, err error) {
	out = &VisitView{Visit: v, Expected: []dispatch.DutyKind{dispatch.DutyBeThere, dispatch.DutyGiveAccess}}
	if v.KitModel != nil {
		out.Expected = append(out.Expected, dispatch.DutyBackUp)
	}
	if out.Duties, err = tx.DutiesOf(ctx, v.ID); err != nil {
		return nil, err
	}
	if out.Presence, err = tx.PresenceOf(ctx, v.ID); err != nil {
		return nil, err
	}
	told := p != nil && p.State == dispatch.PromiseOpen && p.VisitID == v.ID
	who := v.TechnicianID
	if told && !v.State.Started() {
		who = &p.TechnicianID // whom they were told of; whoever comes instead is told first
	}
	if who == nil || v.State == dispatch.VisitCancelled || !told && !v.State.Started() && !v.State.Over() {
		return out, nil
	}
	technician, err := tx.Technician(ctx, *who)
	if err != nil {
		return nil, err
	}
	out.TechnicianName = technician.SpokenName
	if v.RoundID == nil || v.State.Over() || v.ArrivedAt != nil {
		return out, nil
	}
	out.ETA = v.PlannedStart
	out.StopsBefore, err = stopsBefore(ctx, tx, v, site, now)
	return out, err
}

// stopsBefore counts the stops before a visit on the day itself.
func stopsBefore(ctx context.Context, tx dispatch.Tx, v dispatch.Visit, site dispatch.Site, now time.Time) (*int, error) {
	zone, err := time.LoadLocation(site.Zone)
	if err != nil || v.PlannedStart == nil || v.Position == nil || dispatch.DateOf(*v.PlannedStart, zone) != dispatch.DateOf(now, zone) {
		return nil, err
	}
	round, err := tx.VisitsOfRound(ctx, *v.RoundID)
	if err != nil {
		return nil, err
	}
	n := 0
	for _, x := range round {
		if x.ID != v.ID && !x.State.Over() && x.Position != nil && *x.Position < *v.Position {
			n++
		}
	}
	return &n, nil
}

// may lists what the customer may do now.
func (v View) may(template dispatch.Template, now time.Time) []Act {
	out := []Act{}
	if v.Visit == nil {
		return out
	}
	state := v.Visit.Visit.State
	open := v.Promise != nil && v.Promise.State == dispatch.PromiseOpen
	switch {
	case open && !state.Started() && !state.Over():
		out = append(out, ActReschedule, ActWithdraw)
	case !open && !state.Started() && !state.Over() && v.Ticket.MayVisit(template) == nil:
		out = append(out, ActChoose)
	}
	if !state.Over() {
		out = append(out, ActPresence)
	}
	if mayWitness(v.Visit.Visit, v.Promise, now) == nil {
		out = append(out, ActArrival)
	}
	if state.Allows(dispatch.ActDuty) == nil && len(v.Visit.Duties) > 0 {
		out = append(out, ActState)
	}
	if v.Survey != nil && v.Survey.MayAnswer() == nil {
		out = append(out, ActAnswer)
	}
	return out
}

// own reads and locks a visit of the link's ticket. Code: "visit_not_found".
func own(ctx context.Context, tx dispatch.Tx, l dispatch.CustomerLink, visit ids.ID) (dispatch.Visit, error) {
	v, err := tx.LockVisit(ctx, visit)
	if err == nil && v.TicketID != l.TicketID {
		err = fault.New(fault.NotFound, "visit_not_found", "there is no such visit")
	}
	return v, err
}
