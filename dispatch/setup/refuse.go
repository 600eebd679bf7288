package setup

import (
	"context"
	"strings"
	"time"

	"roundsman/dispatch"
	"roundsman/internal/fault"
	"roundsman/internal/ids"
)

// newID takes the caller's own id where one is given.
func newID(given *ids.ID) ids.ID {
	if given != nil {
		return *given
	}
	return ids.New()
}

// named judges what the values name: something that is not there, or retired, is
// said at its place.
func named(inUse func() error, err error, pointer string) error {
	if f := fault.Of(err); f != nil && f.Kind == fault.NotFound {
		return fault.New(fault.Invalid, "reference_missing", "what is named here does not exist; read the list again and choose one of it").
			At(pointer, "names nothing that is there")
	}
	if err != nil {
		return err
	}
	if f := fault.Of(inUse()); f != nil {
		return f.At(pointer, "is retired")
	}
	return nil
}

// unused refuses to retire what others in use still need.
func unused(ctx context.Context, tx dispatch.Tx, noun, key string) error {
	list, err := tx.Uses(ctx, noun, key)
	if err != nil || len(list) == 0 {
		return err
	}
	var nouns []string
	for _, u := range list {
		nouns = append(nouns, u.Noun+"s")
	}
	return fault.New(fault.Conflict, "still_used", "it is still used by %s; change or retire those first", strings.Join(nouns, ", ")).With("uses", list)
}

// Standing is a visit that stands in the way of a retirement or a change.
type Standing struct {
	VisitID      ids.ID     `json:"visit_id"`
	TicketID     ids.ID     `json:"ticket_id"`
	State        string     `json:"state"`
	PlannedStart *time.Time `json:"planned_start,omitempty"`
	PromiseID    *ids.ID    `json:"promise_id,omitempty"`
}

// noOpenWork refuses what visits that are not over depend on, and lists them.
func noOpenWork(ctx context.Context, tx dispatch.Tx, of dispatch.OpenWork, advice string) error {
	visits, err := tx.OpenWork(ctx, of, mostNamed)
	if err != nil {
		return err
	}
	return standing(ctx, tx, visits, advice)
}

// standing refuses for the visits, nil for none.
func standing(ctx context.Context, tx dispatch.Tx, visits []dispatch.Visit, advice string) error {
	if len(visits) == 0 {
		return nil
	}
	list := make([]Standing, len(visits))
	for i, v := range visits {
		list[i] = Standing{VisitID: v.ID, TicketID: v.TicketID, State: string(v.State), PlannedStart: v.PlannedStart}
		p, err := tx.OpenPromiseOf(ctx, v.ID)
		if err != nil {
			return err
		}
		if p != nil {
			list[i].PromiseID = &p.ID
		}
	}
	return fault.New(fault.Conflict, "work_open", "%s", advice).With("visits", list)
}
