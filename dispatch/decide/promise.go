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
	Wording string  // as said; "" for the sentence of the offer
	Follows *ids.ID // the promise that this one is made instead of
	Forced  bool    // below the floor
	Note    string  // why it was forced or changed, in words
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
	s, err := say(ctx, tx, dec, m, im)
	if err != nil {
		return dispatch.Promise{}, err
	}
	p := dispatch.Promise{
		ID: ids.New(), Kind: dispatch.ArrivalPromise, PersonID: s.person.ID, TicketID: m.Ticket.ID, VisitID: m.VisitID, FollowsID: m.Follows,
		State: dispatch.PromiseOpen, WindowStart: m.Start, WindowEnd: m.End, FirstStart: m.Start, FirstEnd: m.End,
		Confidence: im.ChanceAfter, TechnicianID: im.TechnicianAfter, Forced: m.Forced, Wording: s.wording, Note: m.Note, Salt: salt(),
		MadeBy: who.AccountID, MadeAt: dec.Now, Chance: &im.ChanceAfter, Version: 1,
	}
	if err := tx.AddPromise(ctx, p); err != nil {
		return p, err
	}
	kind := "promise_made"
	if m.Follows != nil {
		kind = "promise_moved"
	}
	n, err := Linked(ctx, tx, who, dispatch.Tell(s.person, &m.Ticket, &p.ID, kind, s.told, dec.Now), m.Ticket, &p.WindowEnd, dec.Now)
	if err != nil {
		return p, err
	}
	if err := Send(ctx, tx, n); err != nil {
		return p, err
	}
	e := dispatch.EntryOf(p, dispatch.EntryMade, dec.Now)
	e.ActorID, e.NoticeID, e.WordingHash = actor(who), &n.ID, WordingHash(p.Salt, p.Wording)
	if m.Forced {
		e.Reason = "forced"
	}
	if _, err := tx.AppendEntry(ctx, e); err != nil {
		return p, err
	}
	return p, emitPromise(ctx, tx, who, p, e)
}

// RevisePromise gives a promise that stands the window of a decision, by our
// choice: the promise stays the same, and its first window with it. The notice that
// tells of it is linked. The promise is locked.
func RevisePromise(ctx context.Context, tx dispatch.Tx, who access.Principal, dec Decision, p dispatch.Promise, m Made, reason string) (dispatch.Promise, error) {
	at := slices.IndexFunc(dec.Outcome.Promises, func(im day.Impact) bool { return im.VisitID == m.VisitID && im.PromiseID == nil })
	if at < 0 {
		return p, fault.New(fault.Internal, "promise_missing", "the outcome makes no promise for this visit")
	}
	im := dec.Outcome.Promises[at]
	s, err := say(ctx, tx, dec, m, im)
	if err != nil {
		return p, err
	}
	p.WindowStart, p.WindowEnd, p.Confidence, p.TechnicianID, p.Chance = m.Start, m.End, im.ChanceAfter, im.TechnicianAfter, &im.ChanceAfter
	p.Wording, p.Salt, p.AtRiskSince = s.wording, salt(), nil
	if m.Note != "" {
		p.Note = m.Note
	}
	if p, err = tx.SavePromise(ctx, p); err != nil {
		return p, err
	}
	n, err := Linked(ctx, tx, who, dispatch.Tell(s.person, &m.Ticket, &p.ID, "promise_moved", s.told, dec.Now), m.Ticket, &p.WindowEnd, dec.Now)
	if err != nil {
		return p, err
	}
	if err := Send(ctx, tx, n); err != nil {
		return p, err
	}
	e := dispatch.EntryOf(p, dispatch.EntryRevised, dec.Now)
	e.ActorID, e.NoticeID, e.WordingHash, e.Choice, e.Reason = actor(who), &n.ID, WordingHash(p.Salt, p.Wording), dispatch.OurChoice, reason
	if _, err := tx.AppendEntry(ctx, e); err != nil {
		return p, err
	}
	return p, emitPromise(ctx, tx, who, p, e)
}

// said is what a person is told of a window, and as what it was said to them.
type said struct {
	person  dispatch.Person
	told    dispatch.Told
	wording string
}

func say(ctx context.Context, tx dispatch.Tx, dec Decision, m Made, im day.Impact) (s said, err error) {
	if s.person, err = tx.Person(ctx, m.Ticket.PersonID); err != nil {
		return s, err
	}
	site, err := tx.Site(ctx, m.Ticket.SiteID)
	if err != nil {
		return s, err
	}
	loc, err := time.LoadLocation(site.Zone)
	if err != nil {
		return s, fmt.Errorf("time zone of site %s: %w", site.Code, err)
	}
	technician, err := tx.Technician(ctx, im.TechnicianAfter)
	if err != nil {
		return s, err
	}
	s.told = dispatch.Told{Technician: technician.SpokenName, Start: m.Start, End: m.End, Zone: loc}
	s.wording = m.Wording
	if s.wording == "" {
		s.wording = dispatch.OfferSentence(technician.SpokenName, m.Start, m.End, dec.Now, loc, im.ChanceAfter)
	}
	return s, nil
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
