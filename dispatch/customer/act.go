package customer

import (
	"context"
	"time"

	"roundsman/dispatch"
	"roundsman/dispatch/decide"
	"roundsman/internal/access"
	"roundsman/internal/fault"
	"roundsman/internal/ids"
)

// act does something to a visit of the link's ticket, tells of it, and shows the
// ticket as it is then.
func (r *Room) act(ctx context.Context, l dispatch.CustomerLink, visit ids.ID, a dispatch.VisitAct, event string,
	do func(tx dispatch.Tx, v dispatch.Visit, now time.Time) (map[string]any, error),
) (out View, err error) {
	now := r.Clock.Now()
	err = r.Store.Write(ctx, func(tx dispatch.Tx) error {
		v, err := own(ctx, tx, l, visit)
		if err != nil {
			return err
		}
		if a != "" {
			if err := v.State.Allows(a); err != nil {
				return err
			}
		}
		data, err := do(tx, v, now)
		if err != nil {
			return err
		}
		if event != "" {
			data["ticket_id"], data["by"] = v.TicketID, "customer"
			if err := decide.Emit(ctx, tx, now, access.Principal{}, decide.Event{Name: event, Kind: "visit", Subject: v.ID, Technician: v.TechnicianID, Data: data}); err != nil {
				return err
			}
		}
		if out, err = view(ctx, tx, l, now); err != nil {
			return err
		}
		return tx.Answer(ctx, out)
	})
	return out, err
}

// NewPresence is what the customer says about being there.
type NewPresence struct {
	Kind       dispatch.PresenceKind
	CallNumber string // E.164
	BackAt     *time.Time
}

// TellPresence keeps whether the customer will be there, before the visit or during
// it. Codes: "visit_not_found", "visit_state".
func (r *Room) TellPresence(ctx context.Context, l dispatch.CustomerLink, visit ids.ID, n NewPresence) (View, error) {
	return r.act(ctx, l, visit, dispatch.ActForetell, "visit.presence_told", func(tx dispatch.Tx, _ dispatch.Visit, now time.Time) (map[string]any, error) {
		return map[string]any{"presence": n.Kind}, tx.PutPresence(ctx, dispatch.Presence{VisitID: visit, Kind: n.Kind,
			CallNumber: n.CallNumber, BackAt: n.BackAt, ToldAt: now})
	})
}

// earlyWitness is how long before the promised window somebody may be said to have
// come who did not say that they set out.
const earlyWitness = time.Hour

// mayWitness says whether the customer's word on an arrival is taken: not days
// before anybody was to come, for it would keep a promise that nobody has kept yet.
// Codes: "visit_state", "arrival_too_early".
func mayWitness(v dispatch.Visit, p *dispatch.Promise, now time.Time) error {
	if err := v.State.Allows(dispatch.ActWitness); err != nil {
		return err
	}
	if v.State == dispatch.VisitScheduled && p != nil && now.Before(p.WindowStart.Add(-earlyWitness)) {
		return fault.New(fault.Conflict, "arrival_too_early", "nobody is expected yet; tell us once the technician is with you").With("from", p.WindowStart.Add(-earlyWitness))
	}
	return nil
}

// ConfirmArrival keeps the customer's word that the technician is with them, now or
// since an instant of the last day. It bears on the promise as any other evidence.
// Codes: "visit_not_found", "visit_state", "arrival_too_early", "bad_instants".
func (r *Room) ConfirmArrival(ctx context.Context, l dispatch.CustomerLink, visit ids.ID, at *time.Time) (View, error) {
	return r.act(ctx, l, visit, dispatch.ActWitness, "visit.arrival_witnessed", func(tx dispatch.Tx, v dispatch.Visit, now time.Time) (map[string]any, error) {
		p, err := decide.LastPromise(ctx, tx, v)
		if err != nil {
			return nil, err
		}
		if err := mayWitness(v, p, now); err != nil {
			return nil, err
		}
		e := dispatch.Arrival{ID: ids.New(), VisitID: visit, Source: dispatch.ByCustomer, HappenedAt: now, SaidAt: at, ReceivedAt: now}
		if at != nil {
			e.HappenedAt = *at
		}
		if e.HappenedAt.After(now) || e.HappenedAt.Before(now.Add(-24*time.Hour)) {
			return nil, fault.New(fault.Invalid, "bad_instants", "say since when the technician is there: not later than now, and within the last day").At("/happened_at", "is out of bounds")
		}
		if err := tx.AddArrival(ctx, e); err != nil {
			return nil, err
		}
		list, err := tx.ArrivalsOf(ctx, visit)
		if err != nil {
			return nil, err
		}
		_, sure, _ := dispatch.ArrivalThatCounts(list)
		_, err = decide.Arrival(ctx, tx, access.Principal{}, v, now)
		return map[string]any{"corroborated": sure}, err
	})
}

// StateDuty keeps the customer's own word on their part, beside ours. Codes:
// "visit_not_found", "visit_state", "duty_not_found".
func (r *Room) StateDuty(ctx context.Context, l dispatch.CustomerLink, visit ids.ID, duty dispatch.DutyKind, statement string) (View, error) {
	return r.act(ctx, l, visit, dispatch.ActDuty, "visit.duty_stated", func(tx dispatch.Tx, _ dispatch.Visit, _ time.Time) (map[string]any, error) {
		_, err := tx.StateDuty(ctx, visit, duty, statement)
		return map[string]any{"duty": duty}, err
	})
}

// Answers are what a person says of a visit: marks from 1 to 5, 5 the best.
type Answers struct {
	Treatment int // how they were treated
	Outcome   int // what came of it
	Comment   string
}

// Answer keeps the person's answer to the survey of a visit. Codes:
// "visit_not_found", "survey_not_found", "survey_answered".
func (r *Room) Answer(ctx context.Context, l dispatch.CustomerLink, visit ids.ID, a Answers) (View, error) {
	return r.act(ctx, l, visit, "", "", func(tx dispatch.Tx, _ dispatch.Visit, now time.Time) (map[string]any, error) {
		_, err := decide.AnswerSurvey(ctx, tx, access.Principal{}, visit, a.Treatment, a.Outcome, a.Comment, now)
		return nil, err
	})
}

// AnswerFor writes down what a person told an agent, such as in a callback. Codes:
// as of Answer.
func (r *Room) AnswerFor(ctx context.Context, who access.Principal, visit ids.ID, a Answers) (out dispatch.Survey, err error) {
	if err := who.Require(access.ContactsWrite); err != nil {
		return out, err
	}
	now := r.Clock.Now()
	err = r.Store.Write(ctx, func(tx dispatch.Tx) error {
		if out, err = decide.AnswerSurvey(ctx, tx, who, visit, a.Treatment, a.Outcome, a.Comment, now); err != nil {
			return err
		}
		return tx.Answer(ctx, out)
	})
	return out, err
}
