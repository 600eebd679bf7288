package control

import (
	"context"

	"roundsman/dispatch"
	"roundsman/dispatch/decide"
	"roundsman/internal/access"
	"roundsman/internal/clock"
	"roundsman/routing"
)

// Control is what a dispatcher can do.
type Control struct {
	Store  dispatch.Store
	Decide *decide.Decider
	Roads  routing.Travel // for the lines of rounds, and for what drives should have taken
	// RoadsName tells roads apart that say other times: drives that were measured on
	// others are measured anew.
	RoadsName string
	Clock     clock.Clock
	// MostTries bounds a search beside its time; 0: time alone does. With it a run
	// gives the same draft on a slow machine as on a fast one.
	MostTries int
}

func (c *Control) read(ctx context.Context, who access.Principal, s access.Scope, fn func(tx dispatch.Tx) error) error {
	if err := who.Require(s); err != nil {
		return err
	}
	return c.Store.Read(ctx, fn)
}

func (c *Control) write(ctx context.Context, who access.Principal, s access.Scope, fn func(tx dispatch.Tx) error) error {
	if err := who.Require(s); err != nil {
		return err
	}
	return c.Store.Write(ctx, fn)
}

// Regions lists the regions.
func (c *Control) Regions(ctx context.Context, who access.Principal) (list []dispatch.Region, err error) {
	err = c.read(ctx, who, access.PlansRead, func(tx dispatch.Tx) (err error) {
		list, err = tx.ListRegions(ctx)
		return err
	})
	return list, err
}
