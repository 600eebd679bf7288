package field

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"roundsman/assets"
	"roundsman/dispatch"
	"roundsman/dispatch/day"
	"roundsman/dispatch/decide"
	"roundsman/internal/access"
	"roundsman/internal/fault"
	"roundsman/internal/ids"
)

// OfferView is a set of options as it is shown, each with its outcome.
type OfferView struct {
	Set     dispatch.OptionSet
	Options []OptionView
}

// OptionView is one option; Outcome is nil when it can't be done.
type OptionView struct {
	Option  dispatch.Option
	Outcome *day.Outcome
}

// followUpDays is how many working days are looked at for a follow-up.
const followUpDays = 5

// ground is what the options of a visit are computed from.
type ground struct {
	visit    dispatch.Visit
	ticket   dispatch.Ticket
	template dispatch.Template
	options  []dispatch.OptionTemplate
	person   dispatch.Person
	site     dispatch.Site
	today    dispatch.DayKey
	loc      *time.Location
	carried  *dispatch.KitItem // the replacement in the kit
	stocked  *assets.Held      // one in stock for later
}

// Offer computes the options of a visit with what each does to everyone else's
// promises, keeps them as a set, and gives them in their order. An offer that was
// open before is withdrawn. Nothing is committed.
//
// Codes: "visit_not_found", "visit_state" when the technician is not there yet,
// "no_options" when the template has none.
func (f *Field) Offer(ctx context.Context, who access.Principal, visit ids.ID) (OfferView, error) {
	now := f.Clock.Now()
	me, err := own(who)
	if err != nil {
		return OfferView{}, err
	}
	g, err := f.ground(ctx, me, visit, now)
	if err != nil {
		return OfferView{}, err
	}
	v := OfferView{Set: dispatch.OptionSet{ID: ids.New(), VisitID: visit, State: dispatch.OptionsOffered, OfferedBy: who.AccountID, OfferedAt: now}}
	var asks []decide.Question
	for i, tpl := range g.options {
		o, q, err := f.option(ctx, who, g, tpl, now)
		if err != nil {
			return v, fmt.Errorf("computing option %s: %w", tpl.Code, err)
		}
		o.Option.SetID, o.Option.Position = v.Set.ID, i+1
		v.Options = append(v.Options, o)
		asks = append(asks, q)
	}
	err = f.Store.Write(ctx, func(tx dispatch.Tx) error {
		locked, err := mine(ctx, tx, me, visit)
		if err != nil {
			return err
		}
		// While the options were computed the work may have ended.
		if err := locked.State.Allows(dispatch.ActOffer); err != nil {
			return err
		}
		var list []dispatch.Option
		for i := range v.Options {
			o := &v.Options[i]
			if o.Outcome != nil {
				if err := f.Decide.Keep(ctx, tx, asks[i], o.Outcome); err != nil {
					return err
				}
				o.Option.OutcomeID = &o.Outcome.ID
			}
			list = append(list, o.Option)
		}
		if err := tx.WithdrawOptions(ctx, visit); err != nil {
			return err
		}
		if err := tx.AddOptionSet(ctx, v.Set, list); err != nil {
			return err
		}
		if err := f.note(ctx, tx, who, me, visit, dispatch.FactOffered, map[string]any{"option_set_id": v.Set.ID}, now); err != nil {
			return err
		}
		if err := decide.Emit(ctx, tx, now, who, decide.Event{Name: "options.offered", Kind: "option_set", Subject: v.Set.ID, Technician: &me,
			Data: map[string]any{"visit_id": visit}}); err != nil {
			return err
		}
		return tx.Answer(ctx, v)
	})
	return v, err
}

// note appends a fact that a use case itself brings about.
func (f *Field) note(ctx context.Context, tx dispatch.Tx, who access.Principal, me, visit ids.ID, kind dispatch.FactKind, data map[string]any, now time.Time) error {
	raw, err := json.Marshal(data)
	if err != nil {
		return fmt.Errorf("fact %s: %w", kind, err)
	}
	return tx.AddFact(ctx, dispatch.Fact{ID: ids.New(), Kind: kind, VisitID: visit, TechnicianID: me, AccountID: who.AccountID, HappenedAt: now, ReceivedAt: now, Data: raw})
}

// ground reads what the options need, in one snapshot.
func (f *Field) ground(ctx context.Context, me, visit ids.ID, now time.Time) (ground, error) {
	var g ground
	err := f.Store.Read(ctx, func(tx dispatch.Tx) (err error) {
		if g.visit, err = tx.Visit(ctx, visit); fault.Is(err, "visit_not_found") {
			return notMine()
		} else if err != nil {
			return err
		}
		if g.visit.TechnicianID == nil || *g.visit.TechnicianID != me || g.visit.RoundID == nil {
			return notMine()
		}
		if err := g.visit.State.Allows(dispatch.ActOffer); err != nil {
			return err
		}
		if g.ticket, err = tx.Ticket(ctx, g.visit.TicketID); err != nil {
			return err
		}
		if g.template, err = tx.Template(ctx, g.ticket.TemplateID); err != nil {
			return err
		}
		if len(g.template.OptionCodes) == 0 {
			return fault.New(fault.Conflict, "no_options", "tickets of template %q have no options; do the work and complete the visit", g.template.Code)
		}
		if g.options, err = tx.OptionTemplates(ctx, g.template.OptionCodes); err != nil {
			return err
		}
		if g.person, err = tx.Person(ctx, g.visit.PersonID); err != nil {
			return err
		}
		if g.site, err = tx.Site(ctx, g.visit.SiteID); err != nil {
			return err
		}
		if g.loc, err = time.LoadLocation(g.site.Zone); err != nil {
			return fmt.Errorf("time zone of site %s: %w", g.site.Code, err)
		}
		r, err := tx.Round(ctx, *g.visit.RoundID)
		if err != nil {
			return err
		}
		g.today = dispatch.DayKey{RegionID: r.RegionID, Date: r.Date}
		return g.hardware(ctx, tx, me)
	})
	return g, err
}

// hardware finds a replacement in the kit, and one in the region's stock for a later
// visit.
func (g *ground) hardware(ctx context.Context, tx dispatch.Tx, me ids.ID) error {
	if g.template.KitModel == nil {
		return nil
	}
	holder := assets.Custodian{Kind: assets.Technician, ID: me}
	loaner := false
	kit, _, err := tx.ListItems(ctx, assets.Filter{Holder: &holder, States: []assets.State{assets.InKit}, ModelID: g.template.KitModel, Loaner: &loaner}, 20, "")
	if err != nil {
		return err
	}
	for _, h := range kit {
		kept := h.Reserved != nil && *h.Reserved == g.visit.ID
		if kept || h.Reserved == nil && g.carried == nil {
			g.carried = &dispatch.KitItem{TechnicianID: me, ItemID: h.Item.ID, ModelID: h.Item.ModelID, Tag: h.Item.Tag}
		}
		if kept {
			break // it was brought for them
		}
	}
	depots, err := depotsOf(ctx, tx, g.visit.RegionID)
	if err != nil {
		return err
	}
	stock, _, err := tx.ListItems(ctx, assets.Filter{States: []assets.State{assets.InStock}, ModelID: g.template.KitModel, Loaner: &loaner, Free: true, Depots: depots}, 1, "")
	if err == nil && len(stock) > 0 {
		g.stocked = &stock[0]
	}
	return err
}

// depotsOf gives the depots of a region: what lies in another one is nobody's to
// bring here.
func depotsOf(ctx context.Context, tx dispatch.Tx, region ids.ID) ([]ids.ID, error) {
	list, err := tx.DepotsOf(ctx, region)
	out := make([]ids.ID, len(list))
	for i, d := range list {
		out[i] = d.ID
	}
	return out, err
}

// option tries one option on the day, and on the day of its follow-up.
func (f *Field) option(ctx context.Context, who access.Principal, g ground, tpl dispatch.OptionTemplate, now time.Time) (OptionView, decide.Question, error) {
	o := OptionView{Option: dispatch.Option{ID: ids.New(), Code: tpl.Code, Name: tpl.Name, Minutes: tpl.Minutes, EndState: tpl.EndState}}
	q := decide.Question{Who: who, Subject: &g.visit.ID, Days: []dispatch.DayKey{g.today}, Change: day.Change{Kind: day.KindOption,
		Acts: []day.Act{{Last: &day.Last{VisitID: g.visit.ID, Minutes: tpl.Minutes}}}}}
	block := func(format string, args ...any) (OptionView, decide.Question, error) {
		o.Option.Blocked = fmt.Sprintf(format, args...)
		return o, q, nil
	}
	if tpl.Swaps {
		if g.carried == nil {
			return block("no replacement of the right model is left in the kit")
		}
		if g.ticket.ItemID == nil {
			return block("the ticket does not say which device is replaced")
		}
		o.Option.ItemID = &g.carried.ItemID
		q.Change.Acts = append(q.Change.Acts, day.Act{Gone: &day.Gone{ItemID: g.carried.ItemID, VisitID: &g.visit.ID}})
	}
	if tpl.FollowUpMinutes > 0 {
		if tpl.FollowUpReserves && g.stocked == nil {
			return block("no replacement of the right model is in stock for a later visit")
		}
		if tpl.FollowUpReserves {
			o.Option.ItemID = &g.stocked.Item.ID
		}
		found, err := f.followUp(ctx, g, tpl, now)
		if err != nil {
			return o, q, err
		}
		if found == nil {
			return block("no technician has room for the follow-up visit in the week after")
		}
		q.Days = append(q.Days, found.Day)
		q.Change.Acts = append(q.Change.Acts, found.Change.Acts...)
		o.Option.FollowUpDate, o.Option.FollowUpFrom, o.Option.FollowUpTo = &found.Day.Date, &found.WindowStart, &found.WindowEnd
	}
	b, _, err := f.Decide.Board(ctx, q.Days, now)
	if err != nil {
		return o, q, err
	}
	out := b.Try(q.Change)
	if !out.Feasible {
		return block("%s", out.Blocked[0].Text)
	}
	o.Outcome = &out
	return o, q, nil
}

// followUp finds the best window for the follow-up visit on the first working day
// that has room.
func (f *Field) followUp(ctx context.Context, g ground, tpl dispatch.OptionTemplate, now time.Time) (*day.Candidate, error) {
	visit := followUpVisit(g.visit, tpl)
	described := day.FromVisit(visit, g.ticket, g.person, g.site, nil)
	date := g.today.Date.Add(max(tpl.FollowUpDays, 1))
	for looked := 0; looked < followUpDays; date = date.Add(1) {
		if !date.Working() {
			continue
		}
		looked++
		k := dispatch.DayKey{RegionID: g.today.RegionID, Date: date}
		b, h, err := f.Decide.Board(ctx, []dispatch.DayKey{k}, now)
		if err != nil {
			return nil, err
		}
		if len(h.Days) == 0 || len(h.Days[0].Shifts) == 0 {
			continue
		}
		if list, _ := b.Offers(visit.ID, &described, 1); len(list) > 0 {
			return &list[0], nil
		}
	}
	return nil, nil
}

// followUpVisit is the visit that finishes what this one begins. It carries no
// kit of its own: its device is reserved by name.
func followUpVisit(v dispatch.Visit, tpl dispatch.OptionTemplate) dispatch.Visit {
	follows := v.ID
	return dispatch.Visit{ID: ids.New(), TicketID: v.TicketID, PersonID: v.PersonID, SiteID: v.SiteID, RegionID: v.RegionID,
		State: dispatch.VisitWaiting, Minutes: tpl.FollowUpMinutes, Spread: v.Spread, SkillCode: v.SkillCode, SkillLevel: v.SkillLevel,
		Priority: v.Priority, FollowsID: &follows, Version: 1}
}

// described finds the new visit that a change puts into a round.
func described(c day.Change) *day.Visit {
	i := slices.IndexFunc(c.Acts, func(a day.Act) bool { return a.Put != nil && a.Put.New != nil })
	if i < 0 {
		return nil
	}
	return c.Acts[i].Put.New
}
