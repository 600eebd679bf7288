package api

import (
	"context"

	"roundsman/api/contract"
	"roundsman/dispatch"
)

// ListRegions lists regions.
func (s *server) ListRegions(ctx context.Context, r contract.ListRegionsRequestObject) (contract.ListRegionsResponseObject, error) {
	list, err := listed(ctx, value(r.Params.Retired), s.control.Regions, s.setup.Regions().List)
	if err != nil {
		return nil, err
	}
	return contract.ListRegions200JSONResponse{Items: each(list, region)}, nil
}

// GetDay gives a region-day.
func (s *server) GetDay(ctx context.Context, r contract.GetDayRequestObject) (contract.GetDayResponseObject, error) {
	v, err := s.control.Day(ctx, who(ctx), dispatch.DayKey{RegionID: r.ID, Date: dispatch.Date(r.Date)})
	if err != nil {
		return nil, err
	}
	return contract.GetDay200JSONResponse{
		Region: region(v.Region), Date: string(v.Date), Version: v.Version,
		Rounds: each(v.Rounds, round), Waiting: each(v.Waiting, waitingVisit),
	}, nil
}

func waitingVisit(w dispatch.WaitingSheet) contract.WaitingVisit {
	return contract.WaitingVisit{
		Visit: visitOf(w.Visit), TicketNumber: ticketNumber(w.Ticket.Number), PersonName: w.Person.Name, SiteName: w.Site.Name, Summary: w.Ticket.Summary,
	}
}
