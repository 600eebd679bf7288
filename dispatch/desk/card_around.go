package desk

import (
	"context"
	"slices"
	"time"

	"roundsman/assets"
	"roundsman/dispatch"
	"roundsman/internal/fault"
	"roundsman/internal/ids"
)

// How far ahead, and how many, changes are looked at for a caller card.
const (
	changesAhead = 14 * 24 * time.Hour
	mostChanges  = 200
)

// Preferred is the technician whom a person would rather be visited by.
type Preferred struct {
	Technician dispatch.Technician
	SetAt      time.Time
}

// around reads what belongs to the card beyond the person's own records: the
// changes ahead that touch them, the names of those they spoke with, and whom
// they would rather see or speak to.
func (c *Card) around(ctx context.Context, tx dispatch.Tx, now time.Time) error {
	until := now.Add(changesAhead)
	list, _, err := tx.ListChanges(ctx, dispatch.ChangeFilter{From: &now, Until: &until,
		States: []dispatch.ChangeState{dispatch.ChangePlanned, dispatch.ChangeStarted}}, dispatch.Page{Limit: mostChanges})
	if err != nil {
		return err
	}
	devices := c.devices()
	for _, x := range list {
		if x.TouchesPerson(c.Person.SiteID, devices) {
			c.Changes = append(c.Changes, x)
		}
	}
	if err := c.lent(ctx, tx, now); err != nil {
		return err
	}
	handlers := make([]ids.ID, 0, len(c.LastContacts))
	for _, k := range c.LastContacts {
		handlers = append(handlers, k.HandlerID)
	}
	if c.Handlers, err = tx.AccountNames(ctx, slices.Compact(handlers)); err != nil {
		return err
	}
	if c.Agent, err = tx.PreferredAgent(ctx, now, c.Person.ID); err != nil {
		return err
	}
	wanted, err := tx.PreferencesOf(ctx, []ids.ID{c.Person.ID}, dispatch.VisitedBy)
	if err != nil || len(wanted) == 0 {
		return err
	}
	t, err := tx.Technician(ctx, wanted[0].WhomID)
	if fault.Is(err, "technician_not_found") {
		return nil
	}
	c.Preferred = &Preferred{Technician: t, SetAt: wanted[0].SetAt}
	return err
}

// lent reads the loans that the person has or has booked.
func (c *Card) lent(ctx context.Context, tx dispatch.Tx, now time.Time) error {
	loans, _, err := tx.ListLoans(ctx, assets.LoanFilter{PersonID: &c.Person.ID, States: []assets.LoanState{assets.LoanBooked, assets.LoanOut}}, mostLoans, "")
	if err != nil || len(loans) == 0 {
		return err
	}
	c.Loans, err = dispatch.ViewLoans(ctx, tx, loans, now)
	return err
}

// devices are the person's own, as a predicate looks at them.
func (c *Card) devices() []dispatch.Device {
	out := make([]dispatch.Device, len(c.Devices))
	for i, h := range c.Devices {
		out[i] = dispatch.Device{ItemID: h.Item.ID, PersonID: c.Person.ID, SiteID: c.Person.SiteID, ModelCode: h.Model.Code, OSVersion: h.Item.OSVersion}
	}
	return out
}
