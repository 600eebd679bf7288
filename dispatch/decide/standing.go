package decide

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"roundsman/dispatch"
	"roundsman/dispatch/day"
	"roundsman/internal/access"
	"roundsman/internal/ids"
)

// standing brings every promise that the outcome touches up to date: its chance,
// who comes, whether it is at risk; tells those who have to know; and writes an
// event for each round, visit and promise.
func standing(ctx context.Context, tx dispatch.Tx, who access.Principal, dec Decision) error {
	o := dec.Outcome
	for _, r := range o.After {
		if err := Emit(ctx, tx, dec.Now, who, Event{Name: "round.changed", Kind: "round", Subject: r.RoundID, Technician: &r.TechnicianID,
			Data: map[string]any{"outcome_id": o.ID, "kind": o.Kind}}); err != nil {
			return err
		}
	}
	// Those that the change makes are written by its use case.
	impacts := slices.DeleteFunc(slices.Clone(o.Promises), func(im day.Impact) bool { return im.PromiseID == nil })
	slices.SortFunc(impacts, func(a, b day.Impact) int { return slices.Compare(a.PromiseID[:], b.PromiseID[:]) })
	why := map[ids.ID]string{}
	for _, t := range o.Tell {
		why[t.VisitID] = t.Why
	}
	for _, im := range impacts {
		if err := uphold(ctx, tx, who, dec, im, why[im.VisitID]); err != nil {
			return err
		}
	}
	return nil
}

// uphold writes what a decision does to one promise that stands. The window is
// never touched.
func uphold(ctx context.Context, tx dispatch.Tx, who access.Principal, dec Decision, im day.Impact, why string) error {
	p, err := tx.LockPromise(ctx, *im.PromiseID)
	if err != nil {
		return err
	}
	if p.State != dispatch.PromiseOpen {
		return errMoved
	}
	if why == "" && (im.TechnicianAfter == ids.Nil || im.TechnicianAfter == p.TechnicianID) {
		return tx.SetChance(ctx, p.ID, im.ChanceAfter)
	}
	if why == "" {
		why = "technician_changed" // whoever comes, they are told who
	}
	p.Chance = &im.ChanceAfter
	notice, err := tell(ctx, tx, p, im, why, dec.Now)
	if err != nil {
		return err
	}
	entry := dispatch.EntryOf(p, "", dec.Now)
	entry.Confidence, entry.NoticeID, entry.ActorID = im.ChanceAfter, &notice, actor(who)
	switch why {
	case "at_risk", "late":
		entry.Kind, entry.Reason = dispatch.EntryAtRisk, string(dec.Outcome.Kind)
		p.AtRiskSince = &dec.Now
	case "recovered":
		entry.Kind, entry.Reason = dispatch.EntryRecovered, string(dec.Outcome.Kind)
		p.AtRiskSince = nil
	case "technician_changed":
		entry.Kind, entry.Reason = dispatch.EntryRevised, why
	}
	if im.TechnicianAfter != ids.Nil {
		p.TechnicianID, entry.TechnicianID = im.TechnicianAfter, im.TechnicianAfter
	}
	if p, err = tx.SavePromise(ctx, p); err != nil {
		return err
	}
	if entry.Kind == "" {
		return nil
	}
	if _, err := tx.AppendEntry(ctx, entry); err != nil {
		return err
	}
	return emitPromise(ctx, tx, who, p, entry)
}

// tell queues the notice about a promise that changes for its holder.
func tell(ctx context.Context, tx dispatch.Tx, p dispatch.Promise, im day.Impact, why string, now time.Time) (ids.ID, error) {
	person, err := tx.Person(ctx, p.PersonID)
	if err != nil {
		return ids.Nil, err
	}
	ticket, err := tx.Ticket(ctx, p.TicketID)
	if err != nil {
		return ids.Nil, err
	}
	site, err := tx.Site(ctx, ticket.SiteID)
	if err != nil {
		return ids.Nil, err
	}
	loc, err := time.LoadLocation(site.Zone)
	if err != nil {
		return ids.Nil, fmt.Errorf("time zone of site %s: %w", site.Code, err)
	}
	told := dispatch.Told{Start: p.WindowStart, End: p.WindowEnd, Zone: loc}
	if im.TechnicianAfter != ids.Nil && (why == "technician_changed" || why == "start_moved" || im.TechnicianAfter != p.TechnicianID) {
		technician, err := tx.Technician(ctx, im.TechnicianAfter)
		if err != nil {
			return ids.Nil, err
		}
		told.Technician = technician.SpokenName
		told.Instead = why != "technician_changed" && why != "start_moved"
	}
	n := dispatch.Tell(person, &ticket, &p.ID, why, told, now)
	return n.ID, Send(ctx, tx, n)
}

// Send stores a notice and queues its delivery.
func Send(ctx context.Context, tx dispatch.Tx, n dispatch.Notice) error {
	due := n.CreatedAt.Add(dispatch.NoticePatience)
	n.DueAt = &due
	if err := tx.AddNotice(ctx, n); err != nil {
		return err
	}
	if n.State != dispatch.NoticeQueued {
		return nil
	}
	return tx.Enqueue(ctx, dispatch.Job{Kind: "notice", ID: n.ID})
}

// Event is what Emit tells of. Data holds ids and codes, never names or texts.
type Event struct {
	Name       string
	Kind       string // of the subject
	Subject    ids.ID
	Technician *ids.ID // who may see it beside desk and dispatch
	Data       map[string]any
}

// Emit writes an event in the transaction of what it tells of.
func Emit(ctx context.Context, tx dispatch.Tx, now time.Time, who access.Principal, e Event) error {
	data, err := json.Marshal(e.Data)
	if err != nil {
		return fmt.Errorf("event %s: %w", e.Name, err)
	}
	out := dispatch.Event{ID: ids.New(), Name: e.Name, SubjectKind: e.Kind, SubjectID: e.Subject, At: now, TechnicianID: e.Technician, Data: data}
	if who.AccountID != ids.Nil {
		out.ActorID = &who.AccountID
	}
	return tx.Emit(ctx, out)
}
