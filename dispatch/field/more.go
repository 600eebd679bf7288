package field

import (
	"context"
	"time"

	"roundsman/dispatch"
	"roundsman/dispatch/decide"
	"roundsman/internal/access"
	"roundsman/internal/fault"
	"roundsman/internal/ids"
)

// NewFollowUp is what another visit needs. Empty parts are as on this one.
type NewFollowUp struct {
	Minutes    int
	SkillCode  string
	SkillLevel int
	KitModel   *ids.ID // the part or device to bring
	Earliest   *dispatch.Date
}

// FollowUp records that another visit is needed: one that waits to be planned and
// promised, for the same ticket. Code: "visit_state".
func (f *Field) FollowUp(ctx context.Context, who access.Principal, visit ids.ID, n NewFact, x NewFollowUp) (VisitView, error) {
	return f.record(ctx, who, visit, n, report{kind: dispatch.FactFollowUp, act: dispatch.ActFollowUp, event: "visit.follow_up_needed", data: x.said(),
		mean: func(ctx context.Context, tx dispatch.Tx, a *act) error {
			v := followUpVisit(a.visit, dispatch.OptionTemplate{FollowUpMinutes: x.Minutes})
			if x.Minutes == 0 {
				v.Minutes = a.visit.Minutes
			}
			if x.SkillCode != "" {
				v.SkillCode, v.SkillLevel = x.SkillCode, max(1, x.SkillLevel)
			}
			v.KitModel, v.EarliestDate, v.Reason = x.KitModel, x.Earliest, "follow_up"
			if err := tx.AddVisit(ctx, v); err != nil {
				return err
			}
			a.out.FollowUp = &v
			a.tell = map[string]any{"follow_up_id": v.ID}
			return nil
		}})
}

func (x NewFollowUp) said() map[string]any {
	out := map[string]any{}
	put(out, "minutes", x.Minutes)
	put(out, "skill_code", x.SkillCode)
	put(out, "skill_level", x.SkillLevel)
	put(out, "kit_model_id", x.KitModel)
	put(out, "earliest_date", x.Earliest)
	return out
}

// NewAssist is what a second technician is wanted for.
type NewAssist struct {
	Minutes    int
	SkillCode  string
	SkillLevel int
}

// WantSecond asks dispatch for a second technician. Codes: "visit_state",
// "assist_wanted" when one was asked for already.
func (f *Field) WantSecond(ctx context.Context, who access.Principal, visit ids.ID, n NewFact, x NewAssist) (VisitView, error) {
	return f.record(ctx, who, visit, n, report{kind: dispatch.FactSecond, act: dispatch.ActSecond, event: "visit.second_wanted", data: x.said(),
		mean: func(ctx context.Context, tx dispatch.Tx, a *act) error {
			s := dispatch.Assist{ID: ids.New(), VisitID: visit, TechnicianID: *a.visit.TechnicianID, RegionID: a.visit.RegionID, SkillCode: x.SkillCode,
				SkillLevel: x.SkillLevel, Minutes: x.Minutes, State: dispatch.AssistWanted, AskedAt: a.now, Note: n.Note, Version: 1}
			a.out.Assist, a.tell = &s, map[string]any{"assist_id": s.ID}
			return tx.AddAssist(ctx, s)
		}})
}

func (x NewAssist) said() map[string]any {
	out := map[string]any{}
	put(out, "minutes", x.Minutes)
	put(out, "skill_code", x.SkillCode)
	put(out, "skill_level", x.SkillLevel)
	return out
}

// Assists lists requests for a second technician, newest first.
func (f *Field) Assists(ctx context.Context, who access.Principal, w dispatch.AssistFilter, p dispatch.Page) (list []dispatch.Assist, next string, err error) {
	if err := who.Require(access.PlansRead); err != nil {
		return nil, "", err
	}
	err = f.Store.Read(ctx, func(tx dispatch.Tx) (err error) {
		list, next, err = tx.ListAssists(ctx, w, p)
		return err
	})
	return list, next, err
}

// SettleAssist answers a request: with who comes, or declining it. The second
// technician's own round is changed by the dispatcher's what-if. Codes:
// "assist_not_found", "version_stale", "assist_state", "technician_not_found",
// "technician_busy" for the technician who asks.
func (f *Field) SettleAssist(ctx context.Context, who access.Principal, id ids.ID, version int64, helper *ids.ID, note string) (out dispatch.Assist, err error) {
	now := f.Clock.Now()
	if err := who.Require(access.PlansWrite); err != nil {
		return out, err
	}
	err = f.Store.Write(ctx, func(tx dispatch.Tx) (err error) {
		if out, err = tx.LockAssist(ctx, id); err != nil {
			return err
		}
		if out.Version != version {
			return fault.New(fault.Stale, "version_stale", "the request has changed since you read it; read it again and repeat").With("version", out.Version)
		}
		act := dispatch.AssistDecline
		if helper != nil {
			act = dispatch.AssistGrant
		}
		if out.State, err = out.State.After(act); err != nil {
			return err
		}
		out.SettledAt, out.SettledBy, out.HelperID = &now, &who.AccountID, helper
		if note != "" {
			out.Note = note
		}
		if helper != nil {
			if _, err = tx.Technician(ctx, *helper); err != nil {
				return err
			}
			if *helper == out.TechnicianID {
				return fault.New(fault.Conflict, "technician_busy", "a technician can't be their own second one; choose another")
			}
		}
		if out, err = tx.SaveAssist(ctx, out); err != nil {
			return err
		}
		if err = decide.Emit(ctx, tx, now, who, decide.Event{Name: "assist." + string(out.State), Kind: "assist", Subject: out.ID, Technician: &out.TechnicianID,
			Data: map[string]any{"visit_id": out.VisitID, "helper_id": out.HelperID}}); err != nil {
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

func (x NewPresence) said() map[string]any {
	out := map[string]any{"presence": x.Kind}
	put(out, "call_number", x.CallNumber)
	if x.BackAt != nil {
		out["back_at"] = x.BackAt.UTC()
	}
	return out
}

// Presence records whether the customer stays with the work. Who leaves is called on
// the number they give, or when they are back. What they have said later, by their own
// link or to a phone that was heard of before, stands, and is answered. Code:
// "visit_state".
func (f *Field) Presence(ctx context.Context, who access.Principal, visit ids.ID, n NewFact, x NewPresence) (VisitView, error) {
	return f.record(ctx, who, visit, n, report{kind: dispatch.FactPresence, act: dispatch.ActPresence, event: "visit.presence_told",
		data: x.said(),
		mean: func(ctx context.Context, tx dispatch.Tx, a *act) (err error) {
			p := dispatch.Presence{VisitID: visit, Kind: x.Kind, CallNumber: x.CallNumber, BackAt: x.BackAt, ToldAt: dispatch.SaidAt(a.at, a.now), ToldBy: who.AccountID}
			if err := tx.PutPresence(ctx, p); err != nil {
				return err
			}
			if a.out.Presence, err = tx.PresenceOf(ctx, visit); err != nil {
				return err
			}
			a.tell = map[string]any{"presence": a.out.Presence.Kind}
			return nil
		}})
}

// StateDuty keeps what the customer says about their part in a visit, beside what we
// recorded. Codes: "visit_not_found", "visit_state", "duty_not_found".
func (f *Field) StateDuty(ctx context.Context, who access.Principal, visit ids.ID, duty dispatch.DutyKind, statement string) (out dispatch.Duty, err error) {
	now := f.Clock.Now()
	if err := who.Require(access.ContactsWrite); err != nil {
		return out, err
	}
	err = f.Store.Write(ctx, func(tx dispatch.Tx) error {
		v, err := tx.LockVisit(ctx, visit)
		if err != nil {
			return err
		}
		if err := v.State.Allows(dispatch.ActDuty); err != nil {
			return err
		}
		if out, err = tx.StateDuty(ctx, visit, duty, statement); err != nil {
			return err
		}
		if err := decide.Emit(ctx, tx, now, who, decide.Event{Name: "visit.duty_stated", Kind: "visit", Subject: visit, Data: map[string]any{"duty": duty}}); err != nil {
			return err
		}
		return tx.Answer(ctx, out)
	})
	return out, err
}
