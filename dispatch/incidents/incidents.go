package incidents

import (
	"context"
	"maps"
	"slices"
	"time"

	"roundsman/dispatch"
	"roundsman/dispatch/decide"
	"roundsman/internal/access"
	"roundsman/internal/clock"
	"roundsman/internal/fault"
	"roundsman/internal/ids"
)

// Incidents is what monitoring and dispatchers can do about incidents.
type Incidents struct {
	Store dispatch.Store
	Clock clock.Clock
}

// NewIncident declares one.
type NewIncident struct {
	ExternalID string // monitoring's own; the same again is the same incident
	Title      string
	Cause      string
	State      dispatch.IncidentState // suspected or confirmed
	Impairs    []string               // channels that the broken device carries
	Template   string                 // of the tickets that help
	Predicate  dispatch.Predicate
}

// View is an incident with how far its people are helped.
type View struct {
	Incident dispatch.Incident
	Affected int
	Reached  int
	Tickets  int            // affected people with a ticket
	Calls    map[string]int // tasks of the call list by state
}

// Declare stores an incident, computes whom it touches, sends messages where a
// channel still works, and puts everybody on the call list, since a message that
// was sent is not one that was read. The same external id again changes nothing.
//
// Codes: "bad_predicate", "template_not_found".
func (n *Incidents) Declare(ctx context.Context, who access.Principal, in NewIncident) (View, bool, error) {
	now := n.Clock.Now()
	if err := who.Require(access.IncidentsWrite); err != nil {
		return View{}, false, err
	}
	if err := in.Predicate.Validate(); err != nil {
		return View{}, false, err
	}
	var v View
	var created bool
	err := n.Store.Write(ctx, func(tx dispatch.Tx) error {
		inc, fresh, err := declare(ctx, tx, who, in, now)
		if err != nil {
			return err
		}
		created = fresh
		if v, err = n.view(ctx, tx, inc); err != nil {
			return err
		}
		return tx.Answer(ctx, Declared{v, created})
	})
	return v, created, err
}

// declare stores an incident that is not there yet, with its affected and calls.
func declare(ctx context.Context, tx dispatch.Tx, who access.Principal, in NewIncident, now time.Time) (inc dispatch.Incident, created bool, err error) {
	if _, err = tx.TemplateByCode(ctx, in.Template); err != nil {
		return inc, false, err
	}
	inc = dispatch.Incident{ID: ids.New(), ExternalID: in.ExternalID, Title: in.Title, Cause: in.Cause, State: in.State, Impairs: in.Impairs,
		Template: in.Template, Predicate: in.Predicate, DeclaredBy: who.AccountID, DeclaredAt: now, Version: 1}
	if in.State == dispatch.IncidentConfirmed {
		inc.ConfirmedAt = &now
	}
	if inc, created, err = tx.AddIncident(ctx, inc); err != nil || !created {
		return inc, created, err
	}
	if err = spread(ctx, tx, inc, now); err != nil {
		return inc, true, err
	}
	return inc, true, decide.Emit(ctx, tx, now, who, decide.Event{Name: "incident.declared", Kind: "incident", Subject: inc.ID,
		Data: map[string]any{"number": inc.Number, "state": inc.State}})
}

// Declared is what Declare answers.
type Declared struct {
	View    View
	Created bool
}

// spread computes the affected set and the outreach of an incident: of a new one
// all of it, of one that reaches further than before what is new.
func spread(ctx context.Context, tx dispatch.Tx, inc dispatch.Incident, now time.Time) error {
	devices, err := tx.Devices(ctx)
	if err != nil {
		return err
	}
	before, err := tx.AffectedBy(ctx, inc.ID)
	if err != nil {
		return err
	}
	touched, known := map[ids.ID]bool{}, map[ids.ID]bool{}
	for _, a := range before {
		touched[a.ItemID], known[a.PersonID] = true, true
	}
	var affected []dispatch.Affected
	var people []ids.ID
	for _, d := range devices {
		clauses, ok := inc.Predicate.Match(d)
		if !ok || touched[d.ItemID] {
			continue
		}
		affected = append(affected, dispatch.Affected{IncidentID: inc.ID, PersonID: d.PersonID, ItemID: d.ItemID, Clauses: clauses, MatchedAt: now})
		if !known[d.PersonID] {
			known[d.PersonID] = true
			people = append(people, d.PersonID)
		}
	}
	if err := tx.AddAffected(ctx, affected); err != nil {
		return err
	}
	persons, err := tx.PeopleByID(ctx, people)
	if err != nil {
		return err
	}
	if err := tx.AddCallTasks(ctx, CallList(inc, persons)); err != nil {
		return err
	}
	if inc.State == dispatch.IncidentConfirmed {
		return reassure(ctx, tx, inc, persons, now)
	}
	return nil
}

// reassure sends a message to whom one still gets. It waits for the
// confirmation: a suspicion is for the desk, not for everybody's phone.
func reassure(ctx context.Context, tx dispatch.Tx, inc dispatch.Incident, people []dispatch.Person, now time.Time) error {
	for _, p := range people {
		if !slices.Contains(Usable(p, inc.Impairs), "sms") {
			continue
		}
		if err := decide.Send(ctx, tx, dispatch.Tell(p, nil, nil, "incident", dispatch.Told{Cause: inc.Cause}, now)); err != nil {
			return err
		}
	}
	return nil
}

// Confirm makes a suspected incident a confirmed one. Codes: "incident_not_found",
// "version_stale", "incident_state".
func (n *Incidents) Confirm(ctx context.Context, who access.Principal, id ids.ID, version int64) (View, error) {
	return n.advance(ctx, who, id, version, dispatch.IncidentConfirm)
}

// Resolve ends a confirmed incident, or dismisses a suspected one, and takes
// everybody who waits for a call off its list. Who knows of it is told that it is
// over. Codes as Confirm.
func (n *Incidents) Resolve(ctx context.Context, who access.Principal, id ids.ID, version int64) (View, error) {
	return n.advance(ctx, who, id, version, dispatch.IncidentResolve)
}

func (n *Incidents) advance(ctx context.Context, who access.Principal, id ids.ID, version int64, act dispatch.IncidentAct) (View, error) {
	now := n.Clock.Now()
	if err := who.Require(access.IncidentsWrite); err != nil {
		return View{}, err
	}
	var v View
	err := n.Store.Write(ctx, func(tx dispatch.Tx) error {
		inc, err := tx.LockIncident(ctx, id)
		if err != nil {
			return err
		}
		if inc.Version != version {
			return fault.New(fault.Stale, "version_stale", "the incident has changed since you read it; read it again and repeat").With("version", inc.Version)
		}
		to, err := inc.State.After(act)
		if err != nil {
			return err
		}
		if inc, err = become(ctx, tx, who, inc, to, now); err != nil {
			return err
		}
		if v, err = n.view(ctx, tx, inc); err != nil {
			return err
		}
		return tx.Answer(ctx, v)
	})
	return v, err
}

// become writes a new state of a locked incident, with what it brings along.
func become(ctx context.Context, tx dispatch.Tx, who access.Principal, inc dispatch.Incident, to dispatch.IncidentState, now time.Time) (dispatch.Incident, error) {
	inc.State = to
	if to == dispatch.IncidentConfirmed {
		inc.ConfirmedAt = &now
	} else {
		inc.ResolvedAt = &now
	}
	inc, err := tx.SaveIncident(ctx, inc)
	if err != nil {
		return inc, err
	}
	if err := follow(ctx, tx, inc, now); err != nil {
		return inc, err
	}
	return inc, decide.Emit(ctx, tx, now, who, decide.Event{Name: "incident." + string(to), Kind: "incident", Subject: inc.ID, Data: map[string]any{"number": inc.Number}})
}

// follow does what a new state brings along: messages with the confirmation, an
// end of the calls and a word to those who know with the end.
func follow(ctx context.Context, tx dispatch.Tx, inc dispatch.Incident, now time.Time) error {
	over := inc.State == dispatch.IncidentResolved
	if over {
		if err := tx.EndCallTasks(ctx, inc.ID, "the incident is over", now); err != nil {
			return err
		}
	}
	if over && inc.ConfirmedAt == nil {
		return nil // a suspicion that nobody was told of
	}
	affected, err := tx.AffectedBy(ctx, inc.ID)
	if err != nil {
		return err
	}
	people, _, err := around(ctx, tx, affected)
	if err != nil {
		return err
	}
	list := slices.Collect(maps.Values(people))
	slices.SortFunc(list, func(a, b dispatch.Person) int { return slices.Compare(a.ID[:], b.ID[:]) })
	if over {
		return allClear(ctx, tx, inc, affected, list, now)
	}
	return reassure(ctx, tx, inc, list, now)
}

// allClear tells those who came to know of an incident that it is over, without being
// asked: whom a message got to, and who was reached in another way.
func allClear(ctx context.Context, tx dispatch.Tx, inc dispatch.Incident, affected []dispatch.Affected, people []dispatch.Person, now time.Time) error {
	knows := map[ids.ID]bool{}
	for _, a := range affected {
		knows[a.PersonID] = knows[a.PersonID] || a.Reached != ""
	}
	for _, p := range people {
		if !knows[p.ID] && !slices.Contains(Usable(p, inc.Impairs), "sms") {
			continue
		}
		n := dispatch.Tell(p, nil, nil, "incident_over", dispatch.Told{Cause: inc.Cause}, now)
		if n.State != dispatch.NoticeQueued {
			continue // they hear it when they are called back
		}
		if err := decide.Send(ctx, tx, n); err != nil {
			return err
		}
	}
	return nil
}

// Incident gives one incident. Code: "incident_not_found".
func (n *Incidents) Incident(ctx context.Context, who access.Principal, id ids.ID) (v View, err error) {
	err = n.read(ctx, who, func(tx dispatch.Tx) error {
		inc, err := tx.Incident(ctx, id)
		if err != nil {
			return err
		}
		v, err = n.view(ctx, tx, inc)
		return err
	})
	return v, err
}

// List gives incidents, newest first.
func (n *Incidents) List(ctx context.Context, who access.Principal, states []dispatch.IncidentState, p dispatch.Page) (list []dispatch.Incident, next string, err error) {
	err = n.read(ctx, who, func(tx dispatch.Tx) (err error) {
		list, next, err = tx.ListIncidents(ctx, states, p)
		return err
	})
	return list, next, err
}

func (n *Incidents) read(ctx context.Context, who access.Principal, fn func(dispatch.Tx) error) error {
	if err := who.Require(access.IncidentsRead); err != nil {
		return err
	}
	return n.Store.Read(ctx, fn)
}

func (n *Incidents) view(ctx context.Context, tx dispatch.Tx, inc dispatch.Incident) (View, error) {
	v := View{Incident: inc, Calls: map[string]int{}}
	affected, err := tx.AffectedBy(ctx, inc.ID)
	if err != nil {
		return v, err
	}
	for _, a := range affected {
		v.Affected++
		if a.Reached != "" {
			v.Reached++
		}
		if a.TicketID != nil {
			v.Tickets++
		}
	}
	tasks, err := tx.CallTasks(ctx, inc.ID)
	for _, t := range tasks {
		v.Calls[string(t.State)]++
	}
	return v, err
}
