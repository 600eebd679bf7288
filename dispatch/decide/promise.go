package decide

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"fmt"
	"slices"
	"time"

	"roundsman/dispatch"
	"roundsman/dispatch/day"
	"roundsman/internal/access"
	"roundsman/internal/fault"
	"roundsman/internal/ids"
)

// Made is a new promise about to be written.
type Made struct {
	Ticket  dispatch.Ticket
	VisitID ids.ID
	Start   time.Time
	End     time.Time
	Wording string // as said; "" for the sentence of the offer
}

// MakePromise writes the promise that a decision makes, its first ledger entry,
// its notice and its event. The confidence is what the outcome says.
//
// Codes: "promise_taken", and those of reading the ticket's nouns.
func MakePromise(ctx context.Context, tx dispatch.Tx, who access.Principal, dec Decision, m Made) (dispatch.Promise, error) {
	at := slices.IndexFunc(dec.Outcome.Promises, func(im day.Impact) bool { return im.VisitID == m.VisitID && im.PromiseID == nil })
	if at < 0 {
		return dispatch.Promise{}, fault.New(fault.Internal, "promise_missing", "the outcome makes no promise for this visit")
	}
	im := dec.Outcome.Promises[at]
	person, err := tx.Person(ctx, m.Ticket.PersonID)
	if err != nil {
		return dispatch.Promise{}, err
	}
	site, err := tx.Site(ctx, m.Ticket.SiteID)
	if err != nil {
		return dispatch.Promise{}, err
	}
	loc, err := time.LoadLocation(site.Zone)
	if err != nil {
		return dispatch.Promise{}, fmt.Errorf("time zone of site %s: %w", site.Code, err)
	}
	technician, err := tx.Technician(ctx, im.TechnicianAfter)
	if err != nil {
		return dispatch.Promise{}, err
	}
	p := dispatch.Promise{
		ID: ids.New(), PersonID: person.ID, TicketID: m.Ticket.ID, VisitID: m.VisitID, State: dispatch.PromiseOpen,
		WindowStart: m.Start, WindowEnd: m.End, FirstStart: m.Start, FirstEnd: m.End,
		Confidence: im.ChanceAfter, TechnicianID: technician.ID, Wording: m.Wording, MadeBy: who.AccountID, MadeAt: dec.Now,
		Chance: &im.ChanceAfter, Version: 1,
	}
	if p.Wording == "" {
		p.Wording = dispatch.OfferSentence(technician.SpokenName, m.Start, m.End, dec.Now, loc, p.Confidence)
	}
	p.Salt = salt()
	if err := tx.AddPromise(ctx, p); err != nil {
		return p, err
	}
	hash := WordingHash(p.Salt, p.Wording)
	if _, err := tx.AppendEntry(ctx, dispatch.Entry{PromiseID: p.ID, Kind: dispatch.EntryMade, At: dec.Now, ActorID: &who.AccountID,
		WindowStart: p.WindowStart, WindowEnd: p.WindowEnd, TechnicianID: p.TechnicianID, Confidence: p.Confidence, WordingHash: hash}); err != nil {
		return p, err
	}
	body := fmt.Sprintf("%s comes to you %s.", technician.Name, dispatch.WindowWords(m.Start, m.End, dec.Now, loc))
	if err := Send(ctx, tx, dispatch.NoticeFor(person, &m.Ticket, &p.ID, "promise_made", body, dec.Now)); err != nil {
		return p, err
	}
	return p, Emit(ctx, tx, dec.Now, who, Event{Name: "promise.made", Kind: "promise", Subject: p.ID, Technician: &p.TechnicianID,
		Data: map[string]any{"visit_id": p.VisitID, "ticket_id": p.TicketID, "window_start": p.WindowStart, "window_end": p.WindowEnd}})
}

// WordingHash is what the ledger keeps of a wording. The salt lies beside the
// text; when both are forgotten, the hash says nothing any more.
func WordingHash(salt []byte, wording string) []byte {
	h := sha256.New()
	h.Write(salt)
	h.Write([]byte(wording))
	return h.Sum(nil)
}

func salt() []byte {
	b := make([]byte, 16)
	_, _ = rand.Read(b) // never fails
	return b
}

// Settle ends a promise: kept, late, broken or withdrawn, with its entry and event.
func Settle(ctx context.Context, tx dispatch.Tx, who access.Principal, p dispatch.Promise, to dispatch.PromiseState, reason string, now time.Time) (dispatch.Promise, error) {
	kinds := map[dispatch.PromiseState]dispatch.EntryKind{
		dispatch.PromiseKept: dispatch.EntryKept, dispatch.PromiseLate: dispatch.EntryLate,
		dispatch.PromiseBroken: dispatch.EntryBroken, dispatch.PromiseWithdrawn: dispatch.EntryWithdrawn,
	}
	kind, ok := kinds[to]
	if !ok || p.State != dispatch.PromiseOpen {
		return p, fault.New(fault.Conflict, "promise_state", "a promise that is %s can't become %s", p.State, to)
	}
	p.State, p.SettledAt = to, &now
	p, err := tx.SavePromise(ctx, p)
	if err != nil {
		return p, err
	}
	e := dispatch.Entry{PromiseID: p.ID, Kind: kind, At: now, WindowStart: p.WindowStart, WindowEnd: p.WindowEnd,
		TechnicianID: p.TechnicianID, Confidence: p.Confidence, Reason: reason}
	if who.AccountID != ids.Nil {
		e.ActorID = &who.AccountID
	}
	if _, err := tx.AppendEntry(ctx, e); err != nil {
		return p, err
	}
	return p, Emit(ctx, tx, now, who, Event{Name: "promise." + string(kind), Kind: "promise", Subject: p.ID, Technician: &p.TechnicianID,
		Data: map[string]any{"visit_id": p.VisitID, "ticket_id": p.TicketID, "reason": reason}})
}
