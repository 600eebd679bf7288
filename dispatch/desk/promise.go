package desk

import (
	"context"
	"time"

	"roundsman/dispatch"
	"roundsman/dispatch/day"
	"roundsman/dispatch/decide"
	"roundsman/internal/access"
	"roundsman/internal/fault"
	"roundsman/internal/ids"
)

// NewPromise makes an offered window a promise.
type NewPromise struct {
	OutcomeID ids.ID
	ContactID *ids.ID
	Wording   string // what was said; absent: the offer's sentence
	// Force is why a window is promised although it is less likely kept than may be
	// said; absent: it is not. It wants the right to.
	Force string
}

// PromiseView is a promise with who comes and when, and its ledger where asked.
type PromiseView struct {
	Promise          dispatch.Promise
	PersonName       string
	TechnicianName   string
	TechnicianSpoken string
	ETA              *time.Time // as planned now; the promise is the window
	Entries          []dispatch.Entry
}

// Promise commits the outcome of an offer: the visit goes into the round and its
// window into the ledger, in one transaction.
//
// Codes: "below_floor" for a wanted window that is too unlikely, unless it is forced
// by somebody who may; "outcome_not_found"; "promise_taken" when the ticket has one by now;
// "outcome_changed", "outcome_expired", "outcome_used" and "day_busy" when the
// window is gone, each with fresh windows as member "feasible_windows".
func (d *Desk) Promise(ctx context.Context, who access.Principal, n NewPromise) (PromiseView, error) {
	return d.PromiseAs(ctx, Acting{Who: who}, n)
}

// PromiseAs is Promise, also for the customer through their own link. Code besides:
// "outcome_not_found" for an offer of another ticket than the link's.
func (d *Desk) PromiseAs(ctx context.Context, a Acting, n NewPromise) (PromiseView, error) {
	if err := a.require(access.PromisesWrite); err != nil {
		return PromiseView{}, err
	}
	if err := d.offeredTo(ctx, a, n.OutcomeID); err != nil {
		return PromiseView{}, decide.Repeated(ctx, d.Store, err)
	}
	var out PromiseView
	dec, err := d.Decide.Commit(ctx, decide.Commit{Who: a.Who, Outcome: n.OutcomeID, Kind: day.KindPromise,
		Before: func(_ context.Context, _ dispatch.Tx, dec decide.Decision) error {
			return d.mayPromise(a.Who, dec, n.Force)
		},
		After: func(ctx context.Context, tx dispatch.Tx, dec decide.Decision) (err error) {
			if out, err = d.promised(ctx, tx, a.Who, n, dec); err != nil {
				return err
			}
			return tx.Answer(ctx, out)
		},
	})
	if err != nil {
		return out, d.withWindows(ctx, a, nil, dec, err)
	}
	return out, nil
}

// offeredTo hides from a link the offers of other tickets, before anything is tried
// that could tell of them.
func (d *Desk) offeredTo(ctx context.Context, a Acting, outcome ids.ID) error {
	if a.Link == nil {
		return nil
	}
	return d.Store.Read(ctx, func(tx dispatch.Tx) error {
		o, err := tx.Outcome(ctx, outcome)
		if err != nil {
			return err
		}
		if o.SubjectID == nil {
			return a.sees(ids.Nil, "outcome")
		}
		return a.sees(*o.SubjectID, "outcome")
	})
}

func (d *Desk) promised(ctx context.Context, tx dispatch.Tx, who access.Principal, n NewPromise, dec decide.Decision) (PromiseView, error) {
	t, err := tx.LockTicket(ctx, *dec.Record.SubjectID)
	if err != nil {
		return PromiseView{}, err
	}
	if err := t.May(dispatch.DeskPromise); err != nil {
		return PromiseView{}, err
	}
	w := windowOf(dec.Change)
	p, err := decide.MakePromise(ctx, tx, who, dec, decide.Made{Ticket: t, VisitID: w.VisitID, Start: w.Start, End: w.End,
		Wording: n.Wording, Forced: d.unlikely(dec), Note: n.Force})
	if err != nil {
		return PromiseView{}, err
	}
	if err := d.promisedUntil(ctx, tx, t, w.End, n.ContactID); err != nil {
		return PromiseView{}, err
	}
	return one(ctx, tx, p.ID)
}

// chanceOf is how likely the window of a decision is kept.
func chanceOf(dec decide.Decision) float64 {
	visit := windowOf(dec.Change).VisitID
	for _, im := range dec.Outcome.Promises {
		if im.VisitID == visit && im.PromiseID == nil {
			return im.ChanceAfter
		}
	}
	return 0
}

// unlikely says whether the window of a decision is below what may be promised.
func (d *Desk) unlikely(dec decide.Decision) bool { return chanceOf(dec) < d.Decide.Floors.Quote }

// mayPromise holds a wanted window to the floor, unless it is forced with a reason
// by somebody who may. Codes: "below_floor", "scope_missing".
func (d *Desk) mayPromise(who access.Principal, dec decide.Decision, force string) error {
	if !d.unlikely(dec) {
		return nil
	}
	if force != "" {
		return who.Require(access.PromisesForce)
	}
	chance := chanceOf(dec)
	return fault.New(fault.Conflict, "below_floor", "this window would be kept in %d of 100 cases; less than %d is not promised: offer one of the feasible windows",
		dispatch.Percent(chance), dispatch.Percent(d.Decide.Floors.Quote)).With("chance", chance)
}

func windowOf(c day.Change) day.Window {
	for _, a := range c.Acts {
		if a.Promise != nil {
			return *a.Promise
		}
	}
	return day.Window{}
}

// withWindows adds what can be promised now to a refusal, so that the agent can
// go on speaking.
func (d *Desk) withWindows(ctx context.Context, a Acting, insteadOf *ids.ID, dec decide.Decision, err error) error {
	f := fault.Of(err)
	if f == nil || dec.Record.SubjectID == nil {
		return err
	}
	switch f.Code {
	case "outcome_changed", "outcome_expired", "outcome_used", "day_busy", "below_floor":
	default:
		return err
	}
	q, qerr := d.QuoteAs(dispatch.WithAct(ctx, nil), a, NewQuote{TicketID: *dec.Record.SubjectID, InsteadOf: insteadOf})
	if qerr != nil {
		return f // the refusal stands, without windows: the ticket can't be quoted any more
	}
	return f.With("feasible_windows", q.Offers)
}

// PromiseByID gives a promise with its ledger. Code: "promise_not_found".
func (d *Desk) PromiseByID(ctx context.Context, who access.Principal, id ids.ID) (PromiseView, error) {
	var v PromiseView
	err := d.read(ctx, who, access.PromisesRead, func(tx dispatch.Tx) (err error) {
		v, err = one(ctx, tx, id)
		return err
	})
	return v, err
}

// Promises lists promises, newest first.
func (d *Desk) Promises(ctx context.Context, who access.Principal, f dispatch.PromiseFilter, p dispatch.Page) (list []PromiseView, next string, err error) {
	err = d.read(ctx, who, access.PromisesRead, func(tx dispatch.Tx) (err error) {
		var found []dispatch.Promise
		if found, next, err = tx.ListPromises(ctx, f, p); err != nil {
			return err
		}
		list, err = dress(ctx, tx, found)
		return err
	})
	return list, next, err
}

// one reads a promise with everything around it.
func one(ctx context.Context, tx dispatch.Tx, id ids.ID) (PromiseView, error) {
	p, err := tx.Promise(ctx, id)
	if err != nil {
		return PromiseView{}, err
	}
	list, err := dress(ctx, tx, []dispatch.Promise{p})
	if err != nil {
		return PromiseView{}, err
	}
	list[0].Entries, err = tx.Entries(ctx, id)
	return list[0], err
}

func views(ctx context.Context, tx dispatch.Tx, f dispatch.PromiseFilter) ([]PromiseView, error) {
	list, _, err := tx.ListPromises(ctx, f, dispatch.Page{Limit: 50})
	if err != nil {
		return nil, err
	}
	return dress(ctx, tx, list)
}

// dress adds names and planned arrivals to promises, in a fixed number of queries.
func dress(ctx context.Context, tx dispatch.Tx, list []dispatch.Promise) ([]PromiseView, error) {
	var people, technicians, visits []ids.ID
	for _, p := range list {
		people, technicians, visits = append(people, p.PersonID), append(technicians, p.TechnicianID), append(visits, p.VisitID)
	}
	ps, err := tx.PeopleByID(ctx, people)
	if err != nil {
		return nil, err
	}
	ts, err := tx.TechniciansByID(ctx, technicians)
	if err != nil {
		return nil, err
	}
	vs, err := tx.VisitsByID(ctx, visits)
	if err != nil {
		return nil, err
	}
	person, technician, visit := map[ids.ID]dispatch.Person{}, map[ids.ID]dispatch.Technician{}, map[ids.ID]dispatch.Visit{}
	for _, p := range ps {
		person[p.ID] = p
	}
	for _, t := range ts {
		technician[t.ID] = t
	}
	for _, v := range vs {
		visit[v.ID] = v
	}
	out := make([]PromiseView, 0, len(list))
	for _, p := range list {
		v := PromiseView{Promise: p, PersonName: person[p.PersonID].Name,
			TechnicianName: technician[p.TechnicianID].Name, TechnicianSpoken: technician[p.TechnicianID].SpokenName}
		if x := visit[p.VisitID]; !x.State.Over() && x.ArrivedAt == nil {
			v.ETA = x.PlannedStart
		}
		out = append(out, v)
	}
	return out, nil
}
