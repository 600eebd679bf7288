package story

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"roundsman/api/client"
)

// slack is how far two computations of one arrival may lie apart: the demo clock
// runs on while the customer thinks.
const slack = 2 * time.Minute

// same says how a committed outcome differs from the one that was shown; "" when
// it does not in anything that matters to anybody.
func same(shown, done client.Outcome) string {
	if len(shown.Promises) != len(done.Promises) || len(shown.After) != len(done.After) || len(shown.Waiting) != len(done.Waiting) {
		return ": another number of promises, rounds or waiting visits"
	}
	was := map[client.ID]client.Impact{}
	for _, im := range shown.Promises {
		was[im.VisitID] = im
	}
	for _, im := range done.Promises {
		x, ok := was[im.VisitID]
		switch {
		case !ok:
			return ": " + im.PersonName + " is touched, and was not shown"
		case x.TechnicianAfter != im.TechnicianAfter:
			return ": another technician for " + im.PersonName
		case x.ArrivalAfter.Sub(im.ArrivalAfter).Abs() > slack:
			return ": another arrival at " + im.PersonName
		}
	}
	rounds := map[client.ID]client.RoundAfter{}
	for _, r := range shown.After {
		rounds[r.RoundID] = r
	}
	for _, r := range done.After {
		if d := order(rounds[r.RoundID].Stops, r.Stops, r.TechnicianName); d != "" {
			return d
		}
	}
	return ""
}

func order(shown, done []client.StopAfter, who string) string {
	if len(shown) != len(done) {
		return ": another number of stops for " + who
	}
	for i := range done {
		if shown[i].VisitID != done[i].VisitID {
			return ": another order of stops for " + who
		}
	}
	return ""
}

// upheld reads back what a choice did to promises and rounds.
func (p *play) upheld(ctx context.Context, x choice) error {
	d, err := p.cast.as(ctx, dora)
	if err != nil {
		return err
	}
	wrong := ""
	for _, im := range x.made.Outcome.Promises {
		if im.PromiseID == nil {
			continue
		}
		r, err := d.api.GetPromiseWithResponse(ctx, *im.PromiseID)
		if err := d.answered(err, http.StatusOK); err != nil {
			return err
		}
		got := r.JSON200.Promise
		if deref(got.TechnicianID) != im.TechnicianAfter || got.Window != im.Window {
			wrong += fmt.Sprintf("; %s has %s at %s", im.PersonName, deref(got.TechnicianName), p.window(got.Window))
		}
	}
	p.check(wrong == "", "read back, each promise that it touched stands with its window and the technician that was shown%s", wrong)
	wrong = ""
	for _, a := range x.made.Outcome.After {
		r, err := d.api.GetRoundWithResponse(ctx, a.RoundID)
		if err := d.answered(err, http.StatusOK); err != nil {
			return err
		}
		if !asShown(a, r.JSON200.Stops) {
			wrong += "; not " + a.TechnicianName + "'s"
		}
	}
	p.check(wrong == "", "read back, the %s that it changed are as shown%s", count(len(x.made.Outcome.After), "round", "rounds"), wrong)
	return nil
}

// asShown says whether a round's stops that are still to come are those of an
// outcome, in its order and about at its times.
func asShown(a client.RoundAfter, stops []client.Stop) bool {
	var left []client.Stop
	for _, s := range stops {
		if s.Visit.State == client.VisitStateScheduled {
			left = append(left, s)
		}
	}
	var want []client.StopAfter
	for _, s := range a.Stops {
		if !s.Started {
			want = append(want, s)
		}
	}
	// A round as an outcome shows it may begin with visits that are over.
	if len(want) < len(left) {
		return false
	}
	want = want[len(want)-len(left):]
	for i, s := range left {
		if s.Visit.ID != want[i].VisitID || deref(s.Visit.PlannedStart).Sub(want[i].Start).Abs() > slack {
			return false
		}
	}
	return true
}

// hardware reads items with their custody.
func (p *play) hardware(ctx context.Context, list ...client.ID) (map[client.ID]client.ItemDetail, error) {
	a, err := p.cast.as(ctx, anna)
	if err != nil {
		return nil, err
	}
	out := map[client.ID]client.ItemDetail{}
	for _, id := range list {
		if id == (client.ID{}) {
			continue
		}
		r, err := a.api.GetItemWithResponse(ctx, id)
		if err := a.answered(err, http.StatusOK); err != nil {
			return nil, err
		}
		out[id] = *r.JSON200
	}
	return out, nil
}

// moved shows what a choice did to the hardware, before and after.
func (p *play) moved(ctx context.Context, x choice) error {
	after, err := p.hardware(ctx, x.told.item, deref(x.made.Option.ItemID))
	if err != nil {
		return err
	}
	a, err := p.cast.as(ctx, anna)
	if err != nil {
		return err
	}
	p.request(a)
	var rows [][]string
	for id, y := range after {
		b := x.before[id]
		rows = append(rows, []string{y.Item.Tag, y.Item.Model.Name,
			fmt.Sprintf("%s with %s", b.Item.State, p.holder(b.Item.Holder)),
			fmt.Sprintf("%s with %s%s", y.Item.State, p.holder(y.Item.Holder), kept(y.Item)), deref(b.Item.OsVersion) + " → " + deref(y.Item.OsVersion)})
	}
	p.table([]string{"item", "model", "before", "after", "OS"}, rows)
	m := x.made
	switch {
	case m.Given != nil && m.Taken != nil:
		given, taken := after[m.Given.ID].Item, after[m.Taken.ID].Item
		p.check(given.Holder.Kind == client.HolderKindPerson && given.Holder.ID == x.told.person && given.State == client.ItemStateInUse,
			"%s answers for the new %s", x.told.name, given.Tag)
		p.check(taken.State == client.ItemStateQuarantined && taken.Holder.Kind != client.HolderKindPerson, "the infected %s is in quarantine, and not with %s", taken.Tag, x.told.name)
	case m.Reserved != nil && m.FollowUp != nil:
		kept := after[m.Reserved.ID].Item
		p.check(kept.ReservedFor != nil && *kept.ReservedFor == m.FollowUp.ID, "%s is kept for %s's second visit and for nobody else", kept.Tag, x.told.name)
		p.check(m.FollowUpPromise != nil, "the second visit is a promise")
		if m.FollowUpPromise != nil {
			p.say("promised for %s, %s sure", p.window(m.FollowUpPromise.Window), percent(m.FollowUpPromise.Confidence))
		}
	default:
		p.check(false, "the choice %s moved hardware or reserved some", m.Option.Code)
	}
	return nil
}

// holder says who answers for an item.
func (p *play) holder(h client.Holder) string {
	for _, w := range p.told {
		if w.person == h.ID {
			return w.name
		}
	}
	for _, a := range p.cast.actors {
		if t := a.me.TechnicianID; t != nil && *t == h.ID {
			return a.me.Name
		}
	}
	return "a " + string(h.Kind)
}

func kept(i client.Item) string {
	if i.ReservedFor != nil {
		return ", kept for a visit"
	}
	return ""
}
