package field

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"time"

	"roundsman/dispatch"
	"roundsman/dispatch/decide"
	"roundsman/internal/access"
	"roundsman/internal/fault"
	"roundsman/internal/ids"
)

// How long before and after a shift something may happen in it.
const (
	earlyBird = 4 * time.Hour
	nightOwl  = 12 * time.Hour
)

// onShift says whether something can have happened in the visit's shift, unlike an
// arrival days ahead.
func onShift(ctx context.Context, tx dispatch.Tx, v dispatch.Visit, at time.Time) (bool, error) {
	s, err := tx.Shift(ctx, *v.ShiftID)
	return !at.Before(s.StartsAt.Add(-earlyBird)) && !at.After(s.EndsAt.Add(nightOwl)), err
}

// report is a kind of fact with what it means.
type report struct {
	kind dispatch.FactKind
	act  dispatch.VisitAct
	data map[string]any // beside the note
	// event is what is told where the visit's state stays.
	event string
	mean  func(ctx context.Context, tx dispatch.Tx, a *act) error
}

// act is one fact being recorded.
type act struct {
	fact  ids.ID
	who   access.Principal
	now   time.Time
	at    time.Time
	visit dispatch.Visit
	out   VisitView
	// tell is added to the event.
	tell map[string]any
}

func (a *act) become(ctx context.Context, tx dispatch.Tx, to dispatch.VisitState) (err error) {
	if err = a.visit.State.MayBecome(to); err != nil {
		return err
	}
	a.visit, err = tx.SetVisitState(ctx, a.visit, to)
	return err
}

// record appends a fact, does what it means, raises the round, and has its times
// computed anew. The same fact again changes nothing and is answered as it was first,
// wherever its visit is by now. What is not the technician's to report, or what we
// know of the visit speaks against, is kept and does nothing.
func (f *Field) record(ctx context.Context, who access.Principal, visit ids.ID, n NewFact, r report) (VisitView, error) {
	now := f.Clock.Now()
	me, err := own(who)
	if err != nil {
		return VisitView{}, err
	}
	fact := dispatch.Fact{ID: ids.New(), Kind: r.kind, VisitID: visit, TechnicianID: me, AccountID: who.AccountID,
		HappenedAt: happened(n.HappenedAt, now), SaidAt: n.HappenedAt, ReceivedAt: now}
	if n.ID != nil {
		fact.ID = *n.ID
	}
	if fact.Data, err = noted(n, r.data); err != nil {
		return VisitView{}, err
	}
	var out VisitView
	err = f.Store.Write(ctx, func(tx dispatch.Tx) (err error) {
		if out, err = f.hear(ctx, tx, who, fact, r); err != nil {
			return err
		}
		return tx.Answer(ctx, out)
	})
	against := speaking(err)
	if against == nil || refused(against, fact) {
		return out, err
	}
	// What was tried is taken back as a whole; the word is kept on its own.
	err = f.Store.Write(ctx, func(tx dispatch.Tx) (err error) {
		if out, err = f.keep(ctx, tx, who, fact, against.Code); err != nil {
			return err
		}
		return tx.Answer(ctx, out)
	})
	return out, err
}

// refused says whether what speaks against a fact is an answer to somebody who can
// still act on it: who is at the door may wait and call before it is a no-show. What
// happened a while ago has happened.
func refused(against *fault.Error, fact dispatch.Fact) bool {
	return (against.Code == "no_show_early" || against.Code == "no_show_uncalled") && dispatch.ToldAtOnce(fact.HappenedAt, fact.ReceivedAt)
}

// speaking gives what speaks against a fact, nil where it is something else. It may be
// the plan as a whole, which is only seen at the commit. What is wrong with the request
// says nothing of the fact.
func speaking(err error) *fault.Error {
	x := fault.Of(err)
	if x == nil || x.Kind != fault.Conflict || x.Code == "id_taken" || x.Code == "key_in_flight" {
		return nil
	}
	return x
}

// hear takes a fact for the first time, or answers one that was heard before.
func (f *Field) hear(ctx context.Context, tx dispatch.Tx, who access.Principal, fact dispatch.Fact, r report) (VisitView, error) {
	a := &act{fact: fact.ID, who: who, now: fact.ReceivedAt, at: fact.HappenedAt}
	if out, known, err := a.heard(ctx, tx, fact); known || err != nil {
		return out, err
	}
	why, err := a.claim(ctx, tx, fact.TechnicianID, fact.VisitID)
	if err != nil {
		return VisitView{}, err
	}
	if why != "" {
		return stray(ctx, tx, who, fact, why, "")
	}
	if fact.HappenedAt, err = a.inOrder(ctx, tx, r.kind); err != nil {
		return VisitView{}, err
	}
	if err := tx.AddFact(ctx, fact); err != nil {
		return VisitView{}, err
	}
	if err := f.apply(ctx, tx, a, r); err != nil {
		return VisitView{}, err
	}
	return a.view(ctx, tx)
}

// keep keeps a fact that something speaks against, unless it was heard meanwhile.
func (f *Field) keep(ctx context.Context, tx dispatch.Tx, who access.Principal, fact dispatch.Fact, code string) (VisitView, error) {
	a := &act{fact: fact.ID, who: who, now: fact.ReceivedAt, at: fact.HappenedAt}
	if out, known, err := a.heard(ctx, tx, fact); known || err != nil {
		return out, err
	}
	return stray(ctx, tx, who, fact, dispatch.StrayState, code)
}

// heard answers a fact that was heard before.
func (a *act) heard(ctx context.Context, tx dispatch.Tx, fact dispatch.Fact) (out VisitView, known bool, err error) {
	applied, kept, err := tx.HeardFact(ctx, fact)
	switch {
	case err != nil:
		return out, false, err
	case kept != nil:
		return VisitView{Stray: kept}, true, nil
	case applied:
		out, err = a.again(ctx, tx, fact)
		return out, true, err
	}
	return out, false, nil
}

// inOrder moves the instant of a fact to where it can have happened: what came later
// on a visit not before what came first, and what was reported by mistake not before
// it was. A device's clock alone makes no late arrival one in time.
func (a *act) inOrder(ctx context.Context, tx dispatch.Tx, kind dispatch.FactKind) (time.Time, error) {
	first := []*time.Time{a.visit.DepartedAt, a.visit.ArrivedAt}
	if kind == dispatch.FactLeft || kind == dispatch.FactArrived {
		facts, err := tx.FactsOf(ctx, a.visit.ID)
		if err != nil {
			return a.at, err
		}
		for i, x := range facts {
			if x.Kind == kind {
				first = append(first, &facts[i].HappenedAt)
			}
		}
	}
	for _, before := range first {
		if before != nil && a.at.Before(*before) {
			a.at = *before
		}
	}
	return a.at, nil
}

// again answers a fact that was applied before. Of a visit that has left the round
// since no more is shown than that: where it is and how far is somebody else's.
func (a *act) again(ctx context.Context, tx dispatch.Tx, fact dispatch.Fact) (VisitView, error) {
	v, err := mine(ctx, tx, fact.TechnicianID, fact.VisitID)
	if err == nil {
		a.visit = v
		return a.view(ctx, tx)
	}
	if !fault.Is(err, "visit_not_found") {
		return VisitView{}, err
	}
	v, err = tx.Visit(ctx, fact.VisitID)
	return VisitView{Visit: v.Unplaced()}, err
}

// apply does what a fact means.
func (f *Field) apply(ctx context.Context, tx dispatch.Tx, a *act, r report) error {
	before := a.visit
	if err := before.State.Allows(r.act); err != nil {
		return err
	}
	if err := r.mean(ctx, tx, a); err != nil {
		return err
	}
	if err := tx.RaiseRound(ctx, *before.RoundID); err != nil {
		return err
	}
	if err := tx.Enqueue(ctx, dispatch.Job{Kind: "retime", ID: *before.RoundID}); err != nil {
		return err
	}
	name := r.event
	if name == "" {
		name = "visit." + string(a.visit.State)
	}
	data := map[string]any{"ticket_id": before.TicketID, "round_id": before.RoundID, "at": a.at}
	maps.Copy(data, a.tell)
	return decide.Emit(ctx, tx, a.now, a.who, decide.Event{Name: name, Kind: "visit", Subject: before.ID, Technician: before.TechnicianID, Data: data})
}

// claim locks the visit, or says why it is not the technician's to report about.
func (a *act) claim(ctx context.Context, tx dispatch.Tx, me, visit ids.ID) (why string, err error) {
	a.visit, err = mine(ctx, tx, me, visit)
	if fault.Is(err, "visit_not_found") {
		return dispatch.StrayNotYours, nil
	}
	if err != nil {
		return "", err
	}
	today, err := onShift(ctx, tx, a.visit, a.at)
	if err == nil && !today {
		why = dispatch.StrayOtherDay
	}
	return why, err
}

// view is the visit after the fact, with the time worked on it.
func (a *act) view(ctx context.Context, tx dispatch.Tx) (VisitView, error) {
	out := a.out
	out.Visit = a.visit
	if a.visit.ArrivedAt == nil {
		return out, nil
	}
	pauses, err := tx.PausesOf(ctx, a.visit.ID)
	if err != nil {
		return out, err
	}
	until := a.now
	if a.visit.CompletedAt != nil {
		until = *a.visit.CompletedAt
	}
	out.Worked = dispatch.Worked(*a.visit.ArrivedAt, until, pauses)
	for _, p := range pauses {
		out.Paused = out.Paused || p.EndedAt == nil
	}
	return out, nil
}

// stray keeps a fact without effect, and lets the dispatcher know.
func stray(ctx context.Context, tx dispatch.Tx, who access.Principal, f dispatch.Fact, why, code string) (VisitView, error) {
	kept, err := tx.AddStray(ctx, dispatch.StrayFact{ID: f.ID, Kind: f.Kind, VisitID: f.VisitID, TechnicianID: f.TechnicianID, AccountID: f.AccountID,
		HappenedAt: f.HappenedAt, SaidAt: f.SaidAt, ReceivedAt: f.ReceivedAt, Why: why, Code: code, Data: f.Data})
	if err != nil {
		return VisitView{}, err
	}
	data := map[string]any{"kind": f.Kind, "visit_id": f.VisitID, "why": why}
	if code != "" {
		data["code"] = code
	}
	return VisitView{Stray: &kept}, decide.Emit(ctx, tx, f.ReceivedAt, who, decide.Event{Name: "fact.strayed", Kind: "fact", Subject: kept.ID, Technician: &f.TechnicianID, Data: data})
}

// noted is what a fact keeps beside its instants: all that it says, for it may be kept
// without effect, and then it is kept nowhere else.
func noted(n NewFact, data map[string]any) (json.RawMessage, error) {
	all := map[string]any{}
	put(all, "note", n.Note)
	if n.Position != nil {
		all["position"] = []float64{n.Position.Lon(), n.Position.Lat()}
	}
	maps.Copy(all, data)
	raw, err := json.Marshal(all)
	if err != nil {
		return nil, fmt.Errorf("what a fact says: %w", err)
	}
	return raw, nil
}

// put writes what is there.
func put[T comparable](into map[string]any, key string, value T) {
	var nothing T
	if value != nothing {
		into[key] = value
	}
}
