package incidents

import (
	"context"
	"reflect"
	"time"

	"roundsman/dispatch"
	"roundsman/dispatch/decide"
	"roundsman/internal/access"
	"roundsman/internal/fault"
	"roundsman/internal/ids"
)

// Report is what a message says: one of its parts is set.
type Report struct {
	At       time.Time // when the source knew it; an older report changes nothing
	Incident *NewIncident
	Resolved string // external id of an incident that is over
	Change   *ChangeReport
}

// kept is how long messages are remembered. Their timestamps are good for minutes;
// a day more costs little and shows what came.
const kept = 24 * time.Hour

// Receive does what a verified message says, once: the same message again gets
// the same answer and has no effect, also when both come at once.
//
// Codes: "inbound_incomplete", "bad_predicate", "template_not_found", "bad_window",
// "change_state".
func (n *Inbound) Receive(ctx context.Context, from Signed, r Report) (dispatch.InboundMessage, error) {
	now, machine := n.Clock.Now(), n.Machine.Now()
	m := dispatch.InboundMessage{SourceID: from.Source.ID, WebhookID: from.Message.ID, ReceivedAt: machine, Disposition: dispatch.InboundOutdated}
	if err := from.Who.Require(access.IncidentsWrite); err != nil {
		return m, err
	}
	err := n.Store.Write(ctx, func(tx dispatch.Tx) error {
		before, fresh, err := tx.TakeIn(ctx, m)
		if err != nil {
			return err
		}
		if !fresh {
			before.Disposition = dispatch.InboundDuplicate
			m = before
			return nil
		}
		kind, external := r.subject()
		if kind == "" {
			return fault.New(fault.Invalid, "inbound_incomplete", "the message says of which incident or change it tells, and what")
		}
		newest, err := tx.Newest(ctx, from.Source.ID, kind, external, r.At)
		if err != nil {
			return err
		}
		if newest {
			var subject ids.ID
			switch {
			case r.Incident != nil:
				subject, m.Disposition, err = reported(ctx, tx, from, *r.Incident, now)
			case r.Change != nil:
				subject, m.Disposition, err = changed(ctx, tx, from, *r.Change, r.At, now)
			default:
				subject, m.Disposition, err = over(ctx, tx, from, r.Resolved, now)
			}
			if err != nil {
				return err
			}
			if subject != ids.Nil {
				m.SubjectID = &subject
			}
		}
		return tx.SettleMessage(ctx, m)
	})
	return m, err
}

// Sweep forgets messages that can't come again.
func (n *Inbound) Sweep(ctx context.Context) error {
	before := n.Machine.Now().Add(-kept)
	return n.Store.Write(ctx, func(tx dispatch.Tx) error {
		_, err := tx.DropMessages(ctx, before)
		return err
	})
}

func (r Report) subject() (kind, external string) {
	switch {
	case r.Incident != nil:
		return "incident", r.Incident.ExternalID
	case r.Change != nil:
		return "change", r.Change.ExternalID
	case r.Resolved != "":
		return "incident", r.Resolved
	}
	return "", ""
}

// named is the incident's external id in the whole installation: no source can
// speak of another's incidents.
func named(s dispatch.InboundSource, external string) string { return s.Code + ":" + external }

// reported declares an incident, or brings one up to date: its words, and how far
// it reaches, which only ever grows by a report. A resolved one stays resolved.
func reported(ctx context.Context, tx dispatch.Tx, from Signed, in NewIncident, now time.Time) (ids.ID, dispatch.Disposition, error) {
	if err := in.Predicate.Validate(); err != nil {
		return ids.Nil, "", err
	}
	in.ExternalID = named(from.Source, in.ExternalID)
	inc, created, err := declare(ctx, tx, from.Who, in, now)
	if err != nil || created {
		return inc.ID, dispatch.InboundApplied, err
	}
	if inc, err = tx.LockIncident(ctx, inc.ID); err != nil {
		return inc.ID, "", err
	}
	confirms := inc.State == dispatch.IncidentSuspected && in.State == dispatch.IncidentConfirmed
	wider := !reflect.DeepEqual(inc.Predicate, in.Predicate)
	reworded := inc.Title != in.Title || inc.Cause != in.Cause
	if inc.State == dispatch.IncidentResolved || !confirms && !wider && !reworded {
		return inc.ID, dispatch.InboundUnchanged, nil
	}
	if wider || reworded {
		inc.Title, inc.Cause, inc.Predicate = in.Title, in.Cause, in.Predicate
		if inc, err = tx.SaveIncident(ctx, inc); err != nil {
			return inc.ID, "", err
		}
		if wider {
			if err := spread(ctx, tx, inc, now); err != nil {
				return inc.ID, "", err
			}
		}
		if err := decide.Emit(ctx, tx, now, from.Who, decide.Event{Name: "incident.updated", Kind: "incident", Subject: inc.ID,
			Data: map[string]any{"number": inc.Number, "wider": wider}}); err != nil {
			return inc.ID, "", err
		}
	}
	if confirms {
		inc, err = become(ctx, tx, from.Who, inc, dispatch.IncidentConfirmed, now)
	}
	return inc.ID, dispatch.InboundApplied, err
}

// over resolves an incident. One that is not known yet will not be opened by an
// older report that comes later.
func over(ctx context.Context, tx dispatch.Tx, from Signed, external string, now time.Time) (ids.ID, dispatch.Disposition, error) {
	inc, err := tx.LockIncidentOf(ctx, named(from.Source, external))
	if err != nil || inc == nil {
		return ids.Nil, dispatch.InboundUnchanged, err
	}
	if inc.State == dispatch.IncidentResolved {
		return inc.ID, dispatch.InboundUnchanged, nil
	}
	_, err = become(ctx, tx, from.Who, *inc, dispatch.IncidentResolved, now)
	return inc.ID, dispatch.InboundApplied, err
}
