package desk

import (
	"context"

	"roundsman/dispatch"
	"roundsman/dispatch/decide"
	"roundsman/internal/access"
	"roundsman/internal/ids"
)

// NewTeam is a group that tickets and tasks can be given to.
type NewTeam struct {
	ID            *ids.ID
	Code, Name    string
	Tier          dispatch.Tier
	AcceptMinutes int // 30 when 0
	Members       []ids.ID
}

// TeamChange is what may be changed of a team; nil leaves it.
type TeamChange struct {
	Name          *string
	Tier          *dispatch.Tier
	AcceptMinutes *int
	Members       *[]ids.ID
}

// Teams lists teams, by code.
func (d *Desk) Teams(ctx context.Context, who access.Principal, p dispatch.Page) (list []dispatch.Team, next string, err error) {
	err = d.read(ctx, who, access.TicketsRead, func(tx dispatch.Tx) (err error) {
		list, next, err = tx.ListTeams(ctx, p)
		return err
	})
	return list, next, err
}

// AddTeam makes a team. Codes: "team_code_taken", "reference_missing" for a member
// that is no account.
func (d *Desk) AddTeam(ctx context.Context, who access.Principal, n NewTeam) (dispatch.Team, error) {
	t := dispatch.Team{ID: newID(n.ID), Code: n.Code, Name: n.Name, Tier: n.Tier, AcceptMinutes: n.AcceptMinutes, Members: n.Members, Version: 1}
	if t.AcceptMinutes == 0 {
		t.AcceptMinutes = int(dispatch.AcceptAccount.Minutes())
	}
	now := d.Clock.Now()
	err := d.write(ctx, who, access.SetupWrite, func(tx dispatch.Tx) (err error) {
		if err = tx.AddTeam(ctx, t); err != nil {
			return err
		}
		if err = decide.Emit(ctx, tx, now, who, decide.Event{Name: "team.added", Kind: "team", Subject: t.ID, Data: map[string]any{"tier": t.Tier}}); err != nil {
			return err
		}
		return tx.Answer(ctx, t)
	})
	return t, err
}

// ChangeTeam changes a team that is at the given version. Codes: "team_not_found",
// "version_stale", "reference_missing".
func (d *Desk) ChangeTeam(ctx context.Context, who access.Principal, id ids.ID, version int64, c TeamChange) (dispatch.Team, error) {
	now := d.Clock.Now()
	var t dispatch.Team
	err := d.write(ctx, who, access.SetupWrite, func(tx dispatch.Tx) (err error) {
		if t, err = tx.Team(ctx, id); err != nil {
			return err
		}
		if t.Version != version {
			return Stale("team", t.Version)
		}
		if c.Name != nil {
			t.Name = *c.Name
		}
		if c.Tier != nil {
			t.Tier = *c.Tier
		}
		if c.AcceptMinutes != nil {
			t.AcceptMinutes = *c.AcceptMinutes
		}
		if c.Members != nil {
			t.Members = *c.Members
		}
		if t, err = tx.SaveTeam(ctx, t); err != nil {
			return err
		}
		return decide.Emit(ctx, tx, now, who, decide.Event{Name: "team.changed", Kind: "team", Subject: id, Data: map[string]any{"members": t.Members}})
	})
	return t, err
}
