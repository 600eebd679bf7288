package stock

import (
	"bytes"
	"context"
	"slices"

	"roundsman/assets"
	"roundsman/dispatch"
	"roundsman/internal/access"
	"roundsman/internal/ids"
)

// KitList is what has to lie in the bags for a day.
type KitList struct {
	Region dispatch.Region
	Date   dispatch.Date
	Kits   []KitPlan // one a round, by technician's name
	// Uncarried are visits of the day, or waiting for it, that need a model which
	// nobody who works that day carries, but for what is kept for other visits.
	Uncarried []dispatch.Visit
}

// KitPlan is one technician's kit against what the round needs.
type KitPlan struct {
	Technician dispatch.Technician
	RoundID    ids.ID
	Carries    []dispatch.KitItem
	Load       []Load // by model
}

// Load is what is to be loaded of a model.
type Load struct {
	Model assets.Model
	// Items are kept for a visit of the round by name; any item will do for the
	// rest of Units.
	Items  []assets.Held
	Units  int // in all
	Visits []ids.ID
}

// KitList says what to load for a day's rounds as they are planned now. Codes:
// "region_not_found", "day_missing".
func (r *Room) KitList(ctx context.Context, who access.Principal, k dispatch.DayKey) (KitList, error) {
	var out KitList
	err := r.read(ctx, who, access.AssetsRead, func(tx dispatch.Tx) error {
		sheet, err := tx.DaySheet(ctx, k)
		if err != nil {
			return err
		}
		list := make([]ids.ID, len(sheet.Visits))
		for i, v := range sheet.Visits {
			list[i] = v.ID
		}
		kept, err := tx.ReservedFor(ctx, list)
		if err != nil {
			return err
		}
		models, err := tx.ListModels(ctx)
		if err != nil {
			return err
		}
		out = listKits(sheet, kept, models)
		return nil
	})
	return out, err
}

// listKits compares the rounds of a day with the kits. It is a rule: nothing is
// read or written.
func listKits(s dispatch.DaySheet, kept []assets.Held, models []assets.Model) KitList {
	out := KitList{Region: s.Region, Date: s.Day.Date, Kits: []KitPlan{}, Uncarried: []dispatch.Visit{}}
	carried := map[ids.ID]bool{}
	for _, sheet := range dispatch.SheetRounds(s) {
		p := KitPlan{Technician: sheet.Technician, RoundID: sheet.Round.ID, Carries: sheet.Kit, Load: []Load{}}
		need, have := needs(sheet, kept), map[ids.ID]int{}
		for _, item := range sheet.Kit {
			if item.ReservedFor == nil {
				carried[item.ModelID] = true
				have[item.ModelID]++
			}
		}
		for _, m := range models {
			l, ok := need[m.ID]
			if !ok {
				continue
			}
			l.Model, l.Units = m, len(l.Items)+max(0, l.Units-have[m.ID])
			if l.Units > 0 {
				p.Load = append(p.Load, *l)
			}
		}
		out.Kits = append(out.Kits, p)
	}
	for _, v := range slices.Concat(s.Visits, s.Waiting) {
		if v.KitModel != nil && !v.State.Over() && !carried[*v.KitModel] && !keptFor(kept, v.ID) {
			out.Uncarried = append(out.Uncarried, v)
		}
	}
	slices.SortFunc(out.Uncarried, func(a, b dispatch.Visit) int { return bytes.Compare(a.ID[:], b.ID[:]) })
	return out
}

// needs counts, by model, what a round needs that is not kept by name, and what
// is kept by name and not in the kit yet.
func needs(sheet dispatch.RoundSheet, kept []assets.Held) map[ids.ID]*Load {
	need := map[ids.ID]*Load{}
	of := func(model ids.ID) *Load {
		if need[model] == nil {
			need[model] = &Load{Items: []assets.Held{}, Visits: []ids.ID{}}
		}
		return need[model]
	}
	for _, stop := range sheet.Stops {
		v := stop.Visit
		if v.State.Over() || v.State == dispatch.VisitInProgress {
			continue
		}
		byName := false
		for _, h := range kept {
			if *h.Reserved != v.ID {
				continue
			}
			byName = byName || v.KitModel == nil || *v.KitModel == h.Item.ModelID
			if h.Holder != (assets.Custodian{Kind: assets.Technician, ID: sheet.Technician.ID}) {
				l := of(h.Item.ModelID)
				l.Items, l.Visits = append(l.Items, h), append(l.Visits, v.ID)
			}
		}
		if v.KitModel != nil && !byName {
			l := of(*v.KitModel)
			l.Units++
			l.Visits = append(l.Visits, v.ID)
		}
	}
	return need
}

func keptFor(kept []assets.Held, visit ids.ID) bool {
	return slices.ContainsFunc(kept, func(h assets.Held) bool { return *h.Reserved == visit })
}
