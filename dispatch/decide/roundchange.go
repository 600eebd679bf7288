package decide

import (
	"context"
	"time"

	"roundsman/dispatch"
	"roundsman/dispatch/day"
	"roundsman/internal/access"
	"roundsman/internal/ids"
)

// announce lets technicians acknowledge what a decision changes in their published
// rounds within the freeze horizon. What they decided themselves they know, and
// that time has passed is no change. rounds are those that are locked, as they
// were.
func announce(ctx context.Context, tx dispatch.Tx, who access.Principal, dec Decision, rounds []dispatch.Round) error {
	if dec.Outcome.Kind == day.KindRetime {
		return nil
	}
	was := map[ids.ID]dispatch.Round{}
	for _, r := range rounds {
		was[r.ID] = r
	}
	rules, err := roundRules(ctx, tx, rounds)
	if err != nil {
		return err
	}
	var list []dispatch.RoundChange
	add := func(round ids.ID, m day.Move, kind dispatch.RoundChangeKind, from, to *time.Time) {
		r := was[round]
		if r.PublishedAt == nil || who.TechnicianID != nil && *who.TechnicianID == r.TechnicianID {
			return
		}
		soon := sooner(from, to)
		if !soon.Before(dec.Now.Add(rules[r.RegionID].Freeze())) {
			return
		}
		c := rules[r.RegionID].NewRoundChange(r, m.VisitID, kind, soon, dec.Now)
		c.FromStart, c.ToStart = from, to
		if dec.Record.ID != ids.Nil {
			c.OutcomeID = &dec.Record.ID
		}
		if who.AccountID != ids.Nil {
			c.MadeBy = &who.AccountID
		}
		list = append(list, c)
	}
	for _, m := range dec.Outcome.Moves {
		switch {
		case m.From != nil && m.To != nil && m.From.RoundID == m.To.RoundID:
			if rules[was[m.To.RoundID].RegionID].Moved(m.From.Start, m.To.Start) {
				add(m.To.RoundID, m, dispatch.ChangeMoved, &m.From.Start, &m.To.Start)
			}
			continue
		case m.From != nil:
			add(m.From.RoundID, m, dispatch.ChangeRemoved, &m.From.Start, nil)
		}
		if m.To != nil {
			add(m.To.RoundID, m, dispatch.ChangeAdded, nil, &m.To.Start)
		}
	}
	return announceAll(ctx, tx, who, list, dec.Now)
}

// announceLeave is announce for one visit that leaves its round by itself.
func announceLeave(ctx context.Context, tx dispatch.Tx, who access.Principal, v dispatch.Visit, now time.Time) error {
	if v.PlannedStart == nil {
		return nil
	}
	r, err := tx.Round(ctx, *v.RoundID)
	if err != nil || r.PublishedAt == nil || who.TechnicianID != nil && *who.TechnicianID == r.TechnicianID {
		return err
	}
	region, err := tx.Region(ctx, r.RegionID)
	if err != nil || v.PlannedStart.Sub(now).Abs() >= region.Freeze() {
		return err
	}
	c := region.NewRoundChange(r, v.ID, dispatch.ChangeRemoved, *v.PlannedStart, now)
	c.FromStart = v.PlannedStart
	if who.AccountID != ids.Nil {
		c.MadeBy = &who.AccountID
	}
	return announceAll(ctx, tx, who, []dispatch.RoundChange{c}, now)
}

// roundRules gives the rules of the regions of those rounds that are published.
func roundRules(ctx context.Context, tx dispatch.Tx, rounds []dispatch.Round) (map[ids.ID]dispatch.RoundRules, error) {
	out := map[ids.ID]dispatch.RoundRules{}
	for _, r := range rounds {
		if _, known := out[r.RegionID]; known || r.PublishedAt == nil {
			continue
		}
		region, err := tx.Region(ctx, r.RegionID)
		if err != nil {
			return nil, err
		}
		out[r.RegionID] = region.RoundRules
	}
	return out, nil
}

func announceAll(ctx context.Context, tx dispatch.Tx, who access.Principal, list []dispatch.RoundChange, now time.Time) error {
	if len(list) == 0 {
		return nil
	}
	if err := tx.AddRoundChanges(ctx, list); err != nil {
		return err
	}
	for _, c := range list {
		technician := c.TechnicianID
		if err := Emit(ctx, tx, now, who, Event{Name: "round_change.announced", Kind: "round_change", Subject: c.ID, Technician: &technician,
			Data: map[string]any{"round_id": c.RoundID, "visit_id": c.VisitID, "kind": c.Kind, "due_at": c.DueAt}}); err != nil {
			return err
		}
	}
	return nil
}

// sooner is the earlier of two instants of which one may be absent.
func sooner(a, b *time.Time) time.Time {
	switch {
	case a == nil:
		return *b
	case b == nil || a.Before(*b):
		return *a
	}
	return *b
}
