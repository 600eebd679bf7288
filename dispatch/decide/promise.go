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
		ID: ids.New(), Kind: dispatch.ArrivalPromise, PersonID: person.ID, TicketID: m.Ticket.ID, VisitID: m.VisitID, State: dispatch.PromiseOpen,
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
	told := dispatch.Told{Technician: technician.SpokenName, Start: m.Start, End: m.End, Zone: loc}
	n := dispatch.Tell(person, &m.Ticket, &p.ID, "promise_made", told, dec.Now)
	if err := Send(ctx, tx, n); err != nil {
		return p, err
	}
	e := dispatch.EntryOf(p, dispatch.EntryMade, dec.Now)
	e.ActorID, e.NoticeID, e.WordingHash = actor(who), &n.ID, WordingHash(p.Salt, p.Wording)
	if _, err := tx.AppendEntry(ctx, e); err != nil {
		return p, err
	}
	return p, emitPromise(ctx, tx, who, p, e)
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

// actor is who did it for the ledger; nil for the system and for a customer
// through their own link.
func actor(who access.Principal) *ids.ID {
	if who.AccountID == ids.Nil {
		return nil
	}
	return &who.AccountID
}

// End is how a promise ends, for the ledger and the report.
type End struct {
	To     dispatch.PromiseState
	Reason string          // code
	Choice dispatch.Choice // whose choice it was; "" for what happened
	MetAt  *time.Time      // when it was done in fact, if it was
	Notice *ids.ID         // the notice that tells of it
	Note   string          // why, in words; not in the ledger
}

// Settle ends a promise: kept, late, broken or withdrawn, with its entry and event.
// Code: "promise_state".
func Settle(ctx context.Context, tx dispatch.Tx, who access.Principal, p dispatch.Promise, to dispatch.PromiseState, reason string, now time.Time) (dispatch.Promise, error) {
	return SettleAs(ctx, tx, who, p, End{To: to, Reason: reason}, now)
}

// SettleAs ends a promise with all that is known of its end. The promise is
// locked. Code: "promise_state".
func SettleAs(ctx context.Context, tx dispatch.Tx, who access.Principal, p dispatch.Promise, end End, now time.Time) (dispatch.Promise, error) {
	kind := dispatch.EntryKind(end.To)
	if _, ends := kind.Ends(); !ends || p.State != dispatch.PromiseOpen {
		return p, fault.New(fault.Conflict, "promise_state", "a promise that is %s can't become %s", p.State, end.To).
			With("state", p.State).With("allowed", p.State.Next())
	}
	p.State, p.SettledAt, p.MetAt = end.To, &now, end.MetAt
	if p.MetAt == nil && (end.To == dispatch.PromiseKept || end.To == dispatch.PromiseLate) {
		p.MetAt = &now
	}
	if end.Note != "" {
		p.Note = end.Note
	}
	p, err := tx.SavePromise(ctx, p)
	if err != nil {
		return p, err
	}
	e := dispatch.EntryOf(p, kind, now)
	e.ActorID, e.Reason, e.Choice, e.NoticeID = actor(who), end.Reason, end.Choice, end.Notice
	if _, err := tx.AppendEntry(ctx, e); err != nil {
		return p, err
	}
	return p, emitPromise(ctx, tx, who, p, e)
}

// emitPromise tells of a ledger entry.
func emitPromise(ctx context.Context, tx dispatch.Tx, who access.Principal, p dispatch.Promise, e dispatch.Entry) error {
	ev := Event{Name: "promise." + string(e.Kind), Kind: "promise", Subject: p.ID,
		Data: map[string]any{"kind": p.Kind, "ticket_id": given(p.TicketID), "reason": e.Reason}}
	if p.TechnicianID != ids.Nil {
		ev.Technician = &p.TechnicianID
	}
	if p.VisitID != ids.Nil {
		ev.Data["visit_id"] = p.VisitID
	}
	if e.Choice != "" {
		ev.Data["choice"] = e.Choice
	}
	if e.Kind == dispatch.EntryMade {
		ev.Data["window_start"], ev.Data["window_end"] = p.WindowStart, p.WindowEnd
	}
	return Emit(ctx, tx, e.At, who, ev)
}

// given is nil for an id that is not there.
func given(id ids.ID) *ids.ID {
	if id == ids.Nil {
		return nil
	}
	return &id
}
