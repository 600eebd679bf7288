package api

import (
	"context"
	"slices"
	"time"

	"roundsman/api/contract"
	"roundsman/dispatch"
	"roundsman/dispatch/desk"
	"roundsman/internal/fault"
	"roundsman/internal/ids"
)

// ListTeams lists teams by their codes.
func (s *server) ListTeams(ctx context.Context, r contract.ListTeamsRequestObject) (contract.ListTeamsResponseObject, error) {
	list, next, err := s.desk.Teams(ctx, who(ctx), page(r.Params.Limit, r.Params.After))
	if err != nil {
		return nil, err
	}
	return contract.ListTeams200JSONResponse{
		Body: contract.Teams{Items: each(list, team)}, Headers: contract.ListTeams200ResponseHeaders{Link: nextLink(ctx, next)},
	}, nil
}

// AddTeam makes a team.
func (s *server) AddTeam(ctx context.Context, r contract.AddTeamRequestObject) (contract.AddTeamResponseObject, error) {
	b := r.Body
	n := desk.NewTeam{ID: b.ID, Code: b.Code, Name: b.Name, Tier: dispatch.Tier(b.Tier), Members: b.Members}
	if b.AcceptWithin != nil {
		m, err := minutesGiven(*b.AcceptWithin, "/accept_within")
		if err != nil {
			return nil, err
		}
		n.AcceptMinutes = m
	}
	answer := func(t dispatch.Team) contract.AddTeam201JSONResponse {
		return contract.AddTeam201JSONResponse{Body: team(t), Headers: contract.AddTeam201ResponseHeaders{ETag: etag(t.Version), Location: "/v1/teams/" + t.ID.String()}}
	}
	ctx = keep(ctx, func(t dispatch.Team) visit { return answer(t).VisitAddTeamResponse })
	t, err := s.desk.AddTeam(ctx, who(ctx), n)
	if err != nil {
		return nil, err
	}
	return answer(t), nil
}

// ChangeTeam merges a patch into a team.
func (s *server) ChangeTeam(ctx context.Context, r contract.ChangeTeamRequestObject) (contract.ChangeTeamResponseObject, error) {
	version, err := matched(r.Params.IfMatch)
	if err != nil {
		return nil, err
	}
	b := r.Body
	c := desk.TeamChange{Name: b.Name}
	if b.Tier != nil {
		tier := dispatch.Tier(*b.Tier)
		c.Tier = &tier
	}
	if b.Members != nil {
		c.Members = &b.Members
	}
	if b.AcceptWithin != nil {
		m, err := minutesGiven(*b.AcceptWithin, "/accept_within")
		if err != nil {
			return nil, err
		}
		c.AcceptMinutes = &m
	}
	t, err := s.desk.ChangeTeam(ctx, who(ctx), r.ID, version, c)
	if err != nil {
		return nil, err
	}
	return contract.ChangeTeam200JSONResponse{Body: team(t), Headers: contract.ChangeTeam200ResponseHeaders{ETag: etag(t.Version)}}, nil
}

// minutesGiven reads a length of time of whole minutes, at least one and at most a
// week. Code: "bad_duration".
func minutesGiven(text, at string) (int, error) {
	d, err := parseDuration(text)
	if err != nil || d < time.Minute || d > 7*24*time.Hour || d%time.Minute != 0 {
		return 0, fault.New(fault.Invalid, "bad_duration", "this is whole minutes from PT1M to PT168H").At(at, "is no such length of time")
	}
	return int(d / time.Minute), nil
}

func team(t dispatch.Team) contract.Team {
	members := slices.Clone(t.Members)
	if members == nil {
		members = []ids.ID{}
	}
	return contract.Team{ID: t.ID, Code: t.Code, Name: t.Name, Tier: contract.Tier(t.Tier), AcceptWithin: minutes(t.AcceptMinutes), Members: members, Version: t.Version}
}
