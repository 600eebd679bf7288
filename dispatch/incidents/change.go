package incidents

import (
	"context"
	"fmt"
	"time"

	"roundsman/dispatch"
	"roundsman/dispatch/decide"
	"roundsman/internal/access"
	"roundsman/internal/fault"
	"roundsman/internal/ids"
)

// ChangeReport is what a source says of a change.
type ChangeReport struct {
	ExternalID string
	Planned    bool
	State      dispatch.ChangeState
	Title      string
	NoticeText string // what the affected are told, in plain words
	StartsAt   time.Time
	EndsAt     time.Time
	Models     []string
	Sites      []ids.ID
	Services   []string
	Approval   string // "" is "none"
}

// changed stores or brings up to date what a source says of a change, and tells
// those whose devices it touches, once for each window.
func changed(ctx context.Context, tx dispatch.Tx, from Signed, in ChangeReport, at, now time.Time) (ids.ID, dispatch.Disposition, error) {
	if !in.StartsAt.Before(in.EndsAt) {
		return ids.Nil, "", fault.New(fault.Invalid, "bad_window", "a change ends after it starts").At("/change/ends_at", "is not after starts_at")
	}
	if in.Approval == "" {
		in.Approval = "none"
	}
	c := dispatch.Change{ID: ids.New(), SourceID: from.Source.ID, ExternalID: in.ExternalID, Planned: in.Planned, State: in.State, Title: in.Title,
		NoticeText: in.NoticeText, StartsAt: in.StartsAt, EndsAt: in.EndsAt, Models: in.Models, Sites: in.Sites, Services: in.Services,
		Approval: in.Approval, ReportedAt: at, Version: 1}
	was, err := tx.LockChangeOf(ctx, from.Source.ID, in.ExternalID)
	if err != nil {
		return ids.Nil, "", err
	}
	event := "change." + string(c.State)
	if was != nil {
		if was.Same(c) {
			return was.ID, dispatch.InboundUnchanged, nil
		}
		if err := was.State.Allows(dispatch.Reported(c.State)); err != nil {
			return was.ID, "", err
		}
		c.ID, c.Number, c.Version = was.ID, was.Number, was.Version
		if was.StartsAt.Equal(c.StartsAt) && was.EndsAt.Equal(c.EndsAt) {
			c.ToldAt = was.ToldAt
		}
		if was.State == c.State {
			event = "change.updated"
		}
	}
	if c.ToTell(now) {
		if err := tellTouched(ctx, tx, c, now); err != nil {
			return c.ID, "", err
		}
		c.ToldAt = &now
	}
	if was == nil {
		c, err = tx.AddChange(ctx, c)
	} else {
		c, err = tx.SaveChange(ctx, c)
	}
	if err != nil {
		return c.ID, "", err
	}
	return c.ID, dispatch.InboundApplied, decide.Emit(ctx, tx, now, from.Who, decide.Event{Name: event, Kind: "change", Subject: c.ID,
		Data: map[string]any{"number": c.Number, "state": c.State, "starts_at": c.StartsAt, "ends_at": c.EndsAt}})
}

// tellTouched sends a notice to everybody whose device a planned change touches.
func tellTouched(ctx context.Context, tx dispatch.Tx, c dispatch.Change, now time.Time) error {
	devices, err := tx.Devices(ctx)
	if err != nil {
		return err
	}
	var affected []dispatch.Affected
	seen := map[ids.ID]bool{}
	for _, d := range devices {
		if c.Touches(d) && !seen[d.PersonID] {
			seen[d.PersonID] = true
			affected = append(affected, dispatch.Affected{PersonID: d.PersonID})
		}
	}
	people, sites, err := around(ctx, tx, affected)
	if err != nil {
		return err
	}
	for _, a := range affected {
		p := people[a.PersonID]
		site := sites[p.SiteID]
		zone, err := time.LoadLocation(site.Zone)
		if err != nil {
			return fmt.Errorf("time zone of site %s: %w", site.Code, err)
		}
		n := dispatch.Tell(p, nil, nil, "change_planned", dispatch.Told{Cause: c.NoticeText, Start: c.StartsAt, End: c.EndsAt, Zone: zone}, now)
		if err := decide.Send(ctx, tx, n); err != nil {
			return err
		}
	}
	return nil
}

// Changes lists changes by their start: the calendar ahead where no time is
// named.
func (n *Incidents) Changes(ctx context.Context, who access.Principal, f dispatch.ChangeFilter, p dispatch.Page) (list []dispatch.Change, next string, err error) {
	if f.From == nil {
		now := n.Clock.Now()
		f.From = &now
	}
	if f.Until != nil && !f.From.Before(*f.Until) {
		return nil, "", fault.New(fault.Invalid, "bad_instants", "the calendar begins before it ends; check from and until")
	}
	err = n.read(ctx, who, func(tx dispatch.Tx) (err error) {
		list, next, err = tx.ListChanges(ctx, f, p)
		return err
	})
	return list, next, err
}

// Change gives one change. Code: "change_not_found".
func (n *Incidents) Change(ctx context.Context, who access.Principal, id ids.ID) (c dispatch.Change, err error) {
	err = n.read(ctx, who, func(tx dispatch.Tx) (err error) {
		c, err = tx.Change(ctx, id)
		return err
	})
	return c, err
}
