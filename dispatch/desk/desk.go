package desk

import (
	"context"
	"time"

	"roundsman/dispatch"
	"roundsman/dispatch/decide"
	"roundsman/internal/access"
	"roundsman/internal/clock"
	"roundsman/internal/ids"
)

// Desk is what an agent can do.
type Desk struct {
	Store  dispatch.Store
	Decide *decide.Decider
	Clock  clock.Clock
}

// read runs fn in a snapshot if the principal has the scope.
func (d *Desk) read(ctx context.Context, who access.Principal, s access.Scope, fn func(tx dispatch.Tx) error) error {
	if err := who.Require(s); err != nil {
		return err
	}
	return d.Store.Read(ctx, fn)
}

// write runs fn in a transaction if the principal has the scope.
func (d *Desk) write(ctx context.Context, who access.Principal, s access.Scope, fn func(tx dispatch.Tx) error) error {
	if err := who.Require(s); err != nil {
		return err
	}
	return d.Store.Write(ctx, fn)
}

// newID takes the caller's own id where one is given.
func newID(given *ids.ID) ids.ID {
	if given != nil {
		return *given
	}
	return ids.New()
}

func orNow(t *time.Time, now time.Time) time.Time {
	if t != nil {
		return *t
	}
	return now
}
