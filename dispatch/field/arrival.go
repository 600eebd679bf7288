package field

import (
	"context"
	"time"

	"roundsman/dispatch"
	"roundsman/dispatch/decide"
	"roundsman/internal/access"
	"roundsman/internal/fault"
	"roundsman/internal/ids"

	"github.com/paulmach/orb"
)

// testify keeps the technician's word on the arrival and, where the device stands
// within the site's radius, the device's.
func (f *Field) testify(ctx context.Context, tx dispatch.Tx, a *act, n NewFact) error {
	word := dispatch.Arrival{ID: ids.New(), VisitID: a.visit.ID, Source: dispatch.ByTechnician, AccountID: a.who.AccountID,
		HappenedAt: a.at, SaidAt: n.HappenedAt, ReceivedAt: a.now, Note: n.Note}
	if n.Position == nil {
		return tx.AddArrival(ctx, word)
	}
	placed, inside, err := located(ctx, tx, a.visit, word, *n.Position)
	if err != nil {
		return err
	}
	if err := tx.AddArrival(ctx, placed); err != nil || !inside {
		return err
	}
	placed.ID, placed.Source, placed.Note = ids.New(), dispatch.ByGeofence, ""
	return tx.AddArrival(ctx, placed)
}

// located adds a place to evidence and says whether it is within the site's radius.
func located(ctx context.Context, tx dispatch.Tx, v dispatch.Visit, e dispatch.Arrival, at orb.Point) (dispatch.Arrival, bool, error) {
	site, err := tx.Site(ctx, v.SiteID)
	if err != nil {
		return e, false, err
	}
	policy, err := policyOf(ctx, tx, v)
	if err != nil {
		return e, false, err
	}
	lon, lat, metres := at.Lon(), at.Lat(), dispatch.MetresTo(site, at)
	e.Lon, e.Lat, e.Metres = &lon, &lat, &metres
	return e, metres <= policy.RadiusMetres, nil
}

// policyOf finds the policy of a visit's region and template.
func policyOf(ctx context.Context, tx dispatch.Tx, v dispatch.Visit) (dispatch.VisitPolicy, error) {
	t, err := tx.Ticket(ctx, v.TicketID)
	if err != nil {
		return dispatch.VisitPolicy{}, err
	}
	list, err := tx.ListVisitPolicies(ctx)
	return dispatch.PolicyFor(list, v.RegionID, t.TemplateID), err
}

// Witness is what somebody else than the technician says of an arrival.
type Witness struct {
	HappenedAt time.Time
	Note       string
}

// ArrivalView is the evidence of a visit, with the piece that counts.
type ArrivalView struct {
	List         []dispatch.Arrival
	Counts       *dispatch.Arrival
	Corroborated bool
	Promise      *dispatch.Promise
}

// WitnessArrival keeps the customer's word, told to an agent, that the technician
// has arrived. It settles the promise if nothing has yet, and corrects the verdict
// where it bears out other evidence than that was given by. Codes:
// "visit_not_found", "visit_state", "bad_instants".
func (f *Field) WitnessArrival(ctx context.Context, who access.Principal, visit ids.ID, w Witness) (ArrivalView, error) {
	now := f.Clock.Now()
	if err := who.Require(access.ContactsWrite); err != nil {
		return ArrivalView{}, err
	}
	var out ArrivalView
	err := f.Store.Write(ctx, func(tx dispatch.Tx) error {
		v, err := tx.LockVisit(ctx, visit)
		if err != nil {
			return err
		}
		if err := v.State.Allows(dispatch.ActWitness); err != nil {
			return err
		}
		e := dispatch.Arrival{ID: ids.New(), VisitID: visit, Source: dispatch.ByCustomer, AccountID: who.AccountID,
			HappenedAt: happened(&w.HappenedAt, now), SaidAt: &w.HappenedAt, ReceivedAt: now, Note: w.Note}
		today, err := onShift(ctx, tx, v, e.HappenedAt)
		if err != nil {
			return err
		}
		if !today {
			return fault.New(fault.Invalid, "bad_instants", "this visit is of another day; look which visit the customer means, and when the technician came").
				At("/happened_at", "is not in the visit's shift")
		}
		if err := tx.AddArrival(ctx, e); err != nil {
			return err
		}
		if out, err = evidence(ctx, tx, who, v, now); err != nil {
			return err
		}
		return tx.Answer(ctx, out)
	})
	return out, err
}

// Locate takes a position of the technician's device: within the site's radius it is
// evidence of the arrival. Elsewhere, on another day than the visit's shift, or before
// an arrival that was taken back, it is none, and only the distance is told.
func (f *Field) Locate(ctx context.Context, who access.Principal, visit ids.ID, n NewFact) (ArrivalView, error) {
	now := f.Clock.Now()
	me, err := own(who)
	if err != nil {
		return ArrivalView{}, err
	}
	var out ArrivalView
	err = f.Store.Write(ctx, func(tx dispatch.Tx) error {
		v, err := mine(ctx, tx, me, visit)
		if err != nil {
			return err
		}
		if err := v.State.Allows(dispatch.ActWitness); err != nil {
			return err
		}
		e := dispatch.Arrival{ID: ids.New(), VisitID: visit, Source: dispatch.ByGeofence, AccountID: who.AccountID,
			HappenedAt: happened(n.HappenedAt, now), SaidAt: n.HappenedAt, ReceivedAt: now}
		e, inside, err := located(ctx, tx, v, e, *n.Position)
		if err != nil {
			return err
		}
		today, err := onShift(ctx, tx, v, e.HappenedAt)
		if err != nil {
			return err
		}
		before, err := tx.ArrivalsOf(ctx, visit)
		if err != nil {
			return err
		}
		if inside && today && !dispatch.BeforeMistake(before, e.HappenedAt) {
			if err := tx.AddArrival(ctx, e); err != nil {
				return err
			}
		}
		if out, err = evidence(ctx, tx, who, v, now); err != nil {
			return err
		}
		return tx.Answer(ctx, out)
	})
	return out, err
}

// evidence judges the promise by all evidence, and tells that there is more of it.
func evidence(ctx context.Context, tx dispatch.Tx, who access.Principal, v dispatch.Visit, now time.Time) (out ArrivalView, err error) {
	if out, err = arrivals(ctx, tx, v.ID); err != nil {
		return out, err
	}
	if out.Promise, err = decide.Arrival(ctx, tx, who, v, now); err != nil {
		return out, err
	}
	return out, decide.Emit(ctx, tx, now, who, decide.Event{Name: "visit.arrival_witnessed", Kind: "visit", Subject: v.ID, Technician: v.TechnicianID,
		Data: map[string]any{"ticket_id": v.TicketID, "corroborated": out.Corroborated}})
}

// arrivals reads the evidence of a visit.
func arrivals(ctx context.Context, tx dispatch.Tx, visit ids.ID) (out ArrivalView, err error) {
	if out.List, err = tx.ArrivalsOf(ctx, visit); err != nil {
		return out, err
	}
	if a, sure, ok := dispatch.ArrivalThatCounts(out.List); ok {
		out.Counts, out.Corroborated = &a, sure
	}
	return out, nil
}
