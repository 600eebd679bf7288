package stock

import (
	"context"
	"time"

	"roundsman/dispatch"
	"roundsman/internal/access"
	"roundsman/internal/clock"
	"roundsman/internal/fault"
	"roundsman/internal/ids"
)

// Room is what a stock keeper can do.
type Room struct {
	Store dispatch.Store
	Clock clock.Clock
}

// read runs fn in a snapshot if the principal has the scope.
func (r *Room) read(ctx context.Context, who access.Principal, s access.Scope, fn func(tx dispatch.Tx) error) error {
	if err := who.Require(s); err != nil {
		return err
	}
	return r.Store.Read(ctx, fn)
}

// write runs fn in a transaction if the principal has the scope.
func (r *Room) write(ctx context.Context, who access.Principal, s access.Scope, fn func(tx dispatch.Tx) error) error {
	if err := who.Require(s); err != nil {
		return err
	}
	return r.Store.Write(ctx, fn)
}

// newID takes the caller's own id where one is given.
func newID(given *ids.ID) ids.ID {
	if given != nil {
		return *given
	}
	return ids.New()
}

// stale says that something is at another version than the caller has read.
func stale(noun string, version int64) *fault.Error {
	return fault.New(fault.Stale, "version_stale", "this %s was changed meanwhile; read it again and repeat", noun).With("version", version)
}

// raiseKit says that a technician's kit is another from now on. Yesterday's shift
// may still last. It comes before any item is locked.
func raiseKit(ctx context.Context, tx dispatch.Tx, technician ids.ID, now time.Time) error {
	t, err := tx.Technician(ctx, technician)
	if err != nil {
		return err
	}
	region, err := tx.Region(ctx, t.RegionID)
	if err != nil {
		return err
	}
	loc, err := region.Location()
	if err != nil {
		return err
	}
	return tx.RaiseKitDays(ctx, technician, dispatch.DateOf(now, loc).Add(-1))
}
