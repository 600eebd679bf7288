package api

import (
	"context"

	"roundsman/api/contract"
	"roundsman/dispatch"
)

// GetOwnRound gives the technician's own round.
func (s *server) GetOwnRound(ctx context.Context, r contract.GetOwnRoundRequestObject) (contract.GetOwnRoundResponseObject, error) {
	v, err := s.field.OwnRound(ctx, who(ctx), named[dispatch.Date](r.Params.Date))
	if err != nil {
		return nil, err
	}
	own := round(v)
	own.Stops = each(v.Stops, ownStop)
	return contract.GetOwnRound200JSONResponse{
		Body: contract.OwnRound{Round: own, Kit: each(v.Kit, kitItem)}, Headers: contract.GetOwnRound200ResponseHeaders{ETag: etag(v.Round.Version)},
	}, nil
}

func visitOf(v dispatch.Visit) contract.Visit {
	out := contract.Visit{
		ID: v.ID, TicketID: v.TicketID, PersonID: v.PersonID, SiteID: v.SiteID, RegionID: v.RegionID, State: contract.VisitState(v.State),
		Duration: minutes(v.Minutes), Skill: contract.Skill{Code: v.SkillCode, Level: v.SkillLevel}, Priority: v.Priority,
		EarliestDate: named[string](v.EarliestDate), FollowsID: v.FollowsID, RoundID: v.RoundID, TechnicianID: v.TechnicianID, Position: v.Position,
		PlannedLeave: v.PlannedLeave, PlannedStart: v.PlannedStart, PlannedEnd: v.PlannedEnd, PinnedTime: v.PinTime, PinnedTechnician: v.PinShift,
		DepartedAt: v.DepartedAt, ArrivedAt: v.ArrivedAt, CompletedAt: v.CompletedAt, Reason: given(v.Reason), Version: v.Version,
	}
	if v.LegSeconds != nil {
		l := leg(*v.LegSeconds, value(v.LegMetres))
		out.Leg = &l
	}
	return out
}

func kitItem(k dispatch.KitItem) contract.KitItem {
	return contract.KitItem{ItemID: k.ItemID, ModelID: k.ModelID, Tag: k.Tag, ReservedFor: k.ReservedFor}
}
