package field

import (
	"context"
	"slices"

	"roundsman/assets"
	"roundsman/dispatch"
	"roundsman/dispatch/day"
	"roundsman/dispatch/decide"
	"roundsman/internal/access"
	"roundsman/internal/fault"
	"roundsman/internal/ids"
)

// NewChoice is what the customer picked.
type NewChoice struct {
	OptionID ids.ID
	ChosenBy string // "customer", or who decided for them
}

// ChoiceView is the choice with everything that came of it.
type ChoiceView struct {
	Set             dispatch.OptionSet
	Option          dispatch.Option
	Outcome         day.Outcome
	FollowUp        *dispatch.Visit
	FollowUpPromise *dispatch.Promise
	Reserved        *assets.Item
	Given, Taken    *assets.Item // the two sides of a swap
}

// Choose commits an option: the rest of the round, the swap or the reservation,
// the follow-up visit and its promise, and the notices to everybody affected are
// one transaction, or nothing is.
//
// Codes: "option_set_not_found", "option_not_found", "visit_not_found",
// "options_state", "option_blocked", "asset_gone", and those of decide.Commit.
func (f *Field) Choose(ctx context.Context, who access.Principal, set ids.ID, n NewChoice) (ChoiceView, error) {
	me, err := own(who)
	if err != nil {
		return ChoiceView{}, err
	}
	var seen dispatch.Option
	err = f.Store.Read(ctx, func(tx dispatch.Tx) (err error) {
		_, seen, err = pick(ctx, tx, me, set, n.OptionID)
		return err
	})
	if err != nil {
		return ChoiceView{}, decide.Repeated(ctx, f.Store, err)
	}
	var out ChoiceView
	_, err = f.Decide.Commit(ctx, decide.Commit{Who: who, Outcome: *seen.OutcomeID, Kind: day.KindOption,
		Before: func(ctx context.Context, tx dispatch.Tx, dec decide.Decision) error {
			return f.addFollowUp(ctx, tx, dec, seen.Code)
		},
		After: func(ctx context.Context, tx dispatch.Tx, dec decide.Decision) (err error) {
			if out, err = f.chosen(ctx, tx, who, me, set, n, dec); err != nil {
				return err
			}
			return tx.Answer(ctx, out)
		}})
	return out, err
}

// pick finds the option of a set for a visit of one's own, if it may be chosen.
func pick(ctx context.Context, tx dispatch.Tx, me, set, option ids.ID) (dispatch.OptionSet, dispatch.Option, error) {
	s, list, err := tx.OptionSet(ctx, set)
	if err != nil {
		return s, dispatch.Option{}, err
	}
	v, err := tx.Visit(ctx, s.VisitID)
	if err != nil {
		return s, dispatch.Option{}, err
	}
	if v.TechnicianID == nil || *v.TechnicianID != me {
		return s, dispatch.Option{}, fault.New(fault.NotFound, "option_set_not_found", "there is no such option set")
	}
	i := slices.IndexFunc(list, func(o dispatch.Option) bool { return o.ID == option })
	if i < 0 {
		return s, dispatch.Option{}, fault.New(fault.NotFound, "option_not_found", "this option is not one of the set")
	}
	return s, list[i], s.MayChoose(list[i])
}

// addFollowUp stores the new visit, so that the commit can place it. It keeps the
// day before which it must not be, also should its window be withdrawn.
func (f *Field) addFollowUp(ctx context.Context, tx dispatch.Tx, dec decide.Decision, option string) error {
	x := described(dec.Change)
	if x == nil {
		return nil
	}
	v, err := tx.Visit(ctx, *dec.Record.SubjectID)
	if err != nil {
		return err
	}
	templates, err := tx.OptionTemplates(ctx, []string{option})
	if err != nil {
		return err
	}
	if v.RoundID == nil || len(templates) == 0 {
		return fault.New(fault.Conflict, "option_blocked", "this option is not offered any more; offer again")
	}
	r, err := tx.Round(ctx, *v.RoundID)
	if err != nil {
		return err
	}
	follow := followUpVisit(v, dispatch.OptionTemplate{FollowUpMinutes: x.Minutes})
	follow.ID = x.ID
	earliest := r.Date.Add(max(templates[0].FollowUpDays, 1))
	follow.EarliestDate = &earliest
	return tx.AddVisit(ctx, follow)
}

func (f *Field) chosen(ctx context.Context, tx dispatch.Tx, who access.Principal, me, set ids.ID, n NewChoice, dec decide.Decision) (ChoiceView, error) {
	s, list, err := tx.LockOptionSet(ctx, set)
	if err != nil {
		return ChoiceView{}, err
	}
	i := slices.IndexFunc(list, func(o dispatch.Option) bool { return o.ID == n.OptionID })
	out := ChoiceView{Option: list[i], Outcome: dec.Outcome}
	if err := s.MayChoose(out.Option); err != nil {
		return out, err
	}
	v, err := tx.LockVisit(ctx, s.VisitID)
	if err != nil {
		return out, err
	}
	if err := v.State.Allows(dispatch.ActChoose); err != nil {
		return out, err
	}
	if v, err = tx.SetVisitState(ctx, v, dispatch.VisitInProgress); err != nil {
		return out, err
	}
	t, err := tx.LockTicket(ctx, v.TicketID)
	if err != nil {
		return out, err
	}
	templates, err := tx.OptionTemplates(ctx, []string{out.Option.Code})
	if err != nil {
		return out, err
	}
	if len(templates) == 0 {
		return out, fault.New(fault.Conflict, "option_blocked", "this option is not offered any more; offer again")
	}
	tpl := templates[0]
	if err := f.followThrough(ctx, tx, who, t, dec, &out); err != nil {
		return out, err
	}
	if err := f.hardwareMoves(ctx, tx, who, me, v, t, tpl, dec, &out); err != nil {
		return out, err
	}
	if err := tx.ChooseOption(ctx, set, n.OptionID, n.ChosenBy, dec.Now); err != nil {
		return out, err
	}
	if out.Set, _, err = tx.OptionSet(ctx, set); err != nil {
		return out, err
	}
	data := map[string]any{"visit_id": v.ID, "option_set_id": set, "option_id": n.OptionID, "code": out.Option.Code}
	if err := f.note(ctx, tx, who, me, v.ID, dispatch.FactChosen, data, dec.Now); err != nil {
		return out, err
	}
	return out, decide.Emit(ctx, tx, dec.Now, who, decide.Event{Name: "option.chosen", Kind: "option_set", Subject: set, Technician: &me, Data: data})
}

// followThrough makes the promise of the follow-up visit.
func (f *Field) followThrough(ctx context.Context, tx dispatch.Tx, who access.Principal, t dispatch.Ticket, dec decide.Decision, out *ChoiceView) error {
	x := described(dec.Change)
	if x == nil {
		return nil
	}
	for _, a := range dec.Change.Acts {
		if a.Promise == nil {
			continue
		}
		p, err := decide.MakePromise(ctx, tx, who, dec, decide.Made{Ticket: t, VisitID: x.ID, Start: a.Promise.Start, End: a.Promise.End})
		if err != nil {
			return err
		}
		out.FollowUpPromise = &p
	}
	v, err := tx.Visit(ctx, x.ID)
	out.FollowUp = &v
	return err
}

// hardwareMoves swaps or reserves what the option says.
func (f *Field) hardwareMoves(ctx context.Context, tx dispatch.Tx, who access.Principal, me ids.ID, v dispatch.Visit, t dispatch.Ticket, tpl dispatch.OptionTemplate, dec decide.Decision, out *ChoiceView) error {
	switch {
	case tpl.Swaps && out.Option.ItemID != nil && t.ItemID != nil:
		s := assets.Swap{PersonID: t.PersonID, Technician: me, VisitID: v.ID, ActorID: who.AccountID, At: dec.Now}
		given, taken, err := assets.Exchange(ctx, tx, s, *out.Option.ItemID, *t.ItemID)
		if err != nil {
			return err
		}
		out.Given, out.Taken = &given, &taken
		if err := decide.Delivered(ctx, tx, who, given.ID, t.PersonID, dec.Now, dec.Now); err != nil {
			return err
		}
		data := map[string]any{"given_id": given.ID, "taken_id": taken.ID, "visit_id": v.ID, "person_id": t.PersonID}
		if err := f.note(ctx, tx, who, me, v.ID, dispatch.FactHandedOver, data, dec.Now); err != nil {
			return err
		}
		return decide.Emit(ctx, tx, dec.Now, who, decide.Event{Name: "item.swapped", Kind: "item", Subject: given.ID, Technician: &me, Data: data})
	case tpl.FollowUpReserves && out.FollowUp != nil && out.Option.ItemID != nil:
		depots, err := depotsOf(ctx, tx, out.FollowUp.RegionID)
		if err != nil {
			return err
		}
		held, err := assets.Keep(ctx, tx, *out.Option.ItemID, out.FollowUp.ID, depots, dec.Now)
		if err != nil {
			return err
		}
		out.Reserved = &held.Item
		if err := decide.Emit(ctx, tx, dec.Now, who, decide.Event{Name: "item.reserved", Kind: "item", Subject: held.Item.ID,
			Data: map[string]any{"visit_id": out.FollowUp.ID}}); err != nil {
			return err
		}
	}
	if tpl.NewOSVersion == "" || t.ItemID == nil {
		return nil
	}
	// The cleaned device runs the patched system from now on.
	h, err := tx.LockItem(ctx, *t.ItemID)
	if err != nil {
		return err
	}
	h.Item.OSVersion = &tpl.NewOSVersion
	_, err = tx.SaveItem(ctx, h.Item)
	return err
}
