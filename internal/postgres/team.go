package postgres

import (
	"context"

	"roundsman/dispatch"
	"roundsman/internal/ids"
)

const teamColumns = `id, code, name, tier, accept_minutes,
	array(select account_id from team_members m where m.team_id = teams.id order by account_id) as members, version`

// AddTeam stores a team with its members.
func (t *tx) AddTeam(ctx context.Context, k dispatch.Team) error {
	if err := run(ctx, t, "adding a team",
		`insert into teams (id, code, name, tier, accept_minutes) values ($1, $2, $3, $4, $5)`,
		k.ID, k.Code, k.Name, k.Tier, k.AcceptMinutes); err != nil {
		return err
	}
	return t.joinTeam(ctx, k)
}

func (t *tx) joinTeam(ctx context.Context, k dispatch.Team) error {
	return run(ctx, t, "joining a team",
		`insert into team_members (team_id, account_id) select $1, m from unnest($2::uuid[]) m on conflict do nothing`, k.ID, k.Members)
}

// Team gives a team.
func (t *tx) Team(ctx context.Context, id ids.ID) (dispatch.Team, error) {
	return one[dispatch.Team](ctx, t, "team", `select `+teamColumns+` from teams where id = $1`, id)
}

// ListTeams gives teams, by code, which is one team's alone.
func (t *tx) ListTeams(ctx context.Context, p dispatch.Page) ([]dispatch.Team, string, error) {
	c, err := parseCursor(p.After, cursor{})
	if err != nil {
		return nil, "", err
	}
	limit := limitOf(p.Limit)
	rows, err := list[dispatch.Team](ctx, t, "listing teams",
		`select `+teamColumns+` from teams where code > $1 order by code limit $2`, c.Text, limit+1)
	rows, next := cut(rows, limit, func(k dispatch.Team) cursor { return cursor{Text: k.Code} })
	return rows, next, err
}

// SaveTeam writes every mutable field and the members, and raises the version.
func (t *tx) SaveTeam(ctx context.Context, k dispatch.Team) (dispatch.Team, error) {
	type version struct{ Version int64 }
	now, err := saved[version](ctx, t, "team",
		`update teams set name = $3, tier = $4, accept_minutes = $5, version = version + 1
		 where id = $1 and version = $2 returning version`, k.ID, k.Version, k.Name, k.Tier, k.AcceptMinutes)
	if err != nil {
		return k, err
	}
	k.Version = now.Version
	if err := run(ctx, t, "leaving a team",
		`delete from team_members where team_id = $1 and account_id <> all ($2::uuid[])`, k.ID, k.Members); err != nil {
		return k, err
	}
	return k, t.joinTeam(ctx, k)
}
