package desk

import (
	"context"
	"slices"
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
// Codes: "outcome_not_found"; "promise_taken" when the ticket has one by now;
// "outcome_changed", "outcome_expired", "outcome_used" and "day_busy" when the
// window is gone, each with fresh windows as member "feasible_windows".
func (d *Desk) Promise(ctx context.Context, who access.Principal, n NewPromise) (PromiseView, error) {
	if err := who.Require(access.PromisesWrite); err != nil {
		return PromiseView{}, err
	}
	var out PromiseView
	dec, err := d.Decide.Commit(ctx, decide.Commit{Who: who, Outcome: n.OutcomeID, Kind: day.KindPromise,
		After: func(ctx context.Context, tx dispatch.Tx, dec decide.Decision) (err error) {
			if out, err = d.promised(ctx, tx, who, n, dec); err != nil {
				return err
			}
			return tx.Answer(ctx, out)
		},
	})
	if err != nil {
		return out, d.withWindows(ctx, who, dec, err)
	}
	return out, nil
}

func (d *Desk) promised(ctx context.Context, tx dispatch.Tx, who access.Principal, n NewPromise, dec decide.Decision) (PromiseView, error) {
	t, err := tx.LockTicket(ctx, *dec.Record.SubjectID)
	if err != nil {
		return PromiseView{}, err
	}
	if err := t.MayResolve(); err != nil {
		return PromiseView{}, err
	}
	w := windowOf(dec.Change)
	p, err := decide.MakePromise(ctx, tx, who, dec, decide.Made{Ticket: t, VisitID: w.VisitID, Start: w.Start, End: w.End, Wording: n.Wording})
	if err != nil {
		return PromiseView{}, err
	}
	t.State, t.NextUpdate = dispatch.TicketPlanned, w.End
	if _, err := tx.SaveTicket(ctx, t); err != nil {
		return PromiseView{}, err
	}
	if n.ContactID != nil {
		if err := tx.NoteContact(ctx, *n.ContactID, &t.ID, "promised"); err != nil {
			return PromiseView{}, err
		}
	}
	return one(ctx, tx, p.ID)
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
func (d *Desk) withWindows(ctx context.Context, who access.Principal, dec decide.Decision, err error) error {
	f := fault.Of(err)
	if f == nil || dec.Record.SubjectID == nil {
		return err
	}
	switch f.Code {
	case "outcome_changed", "outcome_expired", "outcome_used", "day_busy":
	default:
		return err
	}
	q, qerr := d.Quote(dispatch.WithAct(ctx, nil), who, NewQuote{TicketID: *dec.Record.SubjectID})
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

// WithdrawPromise takes a promise back in the customer's name; the visit waits
// again. Codes: "promise_not_found", "version_stale", "promise_state", "visit_under_way",
// "day_busy" while the visit is being planned.
func (d *Desk) WithdrawPromise(ctx context.Context, who access.Principal, id ids.ID, version int64, reason string) (PromiseView, error) {
	now := d.Clock.Now()
	var out PromiseView
	err := d.write(ctx, who, access.PromisesWrite, func(tx dispatch.Tx) error {
		seen, err := tx.Promise(ctx, id)
		if err != nil {
			return err
		}
		visits, err := lockVisits(ctx, tx, seen.TicketID)
		if err != nil {
			return err
		}
		visit := visits[slices.IndexFunc(visits, func(v dispatch.Visit) bool { return v.ID == seen.VisitID })]
		p, err := tx.LockPromise(ctx, id)
		if err != nil {
			return err
		}
		if p.Version != version {
			return Stale("promise", p.Version)
		}
		if visit.State.Started() {
			return fault.New(fault.Conflict, "visit_under_way", "the technician is on the way or there; the promise can't be withdrawn any more")
		}
		if p, err = decide.Settle(ctx, tx, who, p, dispatch.PromiseWithdrawn, reason, now); err != nil {
			return err
		}
		if visit.RoundID != nil {
			if err := decide.Leave(ctx, tx, who, visit, dispatch.VisitWaiting, "withdrawn", now); err != nil {
				return err
			}
		}
		t, err := tx.LockTicket(ctx, p.TicketID)
		if err != nil {
			return err
		}
		t.State, t.NextUpdate = dispatch.TicketOpen, now.Add(dispatch.NextNews)
		if _, err := tx.SaveTicket(ctx, t); err != nil {
			return err
		}
		if out, err = one(ctx, tx, id); err != nil {
			return err
		}
		return tx.Answer(ctx, out)
	})
	return out, err
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
