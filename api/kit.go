package api

import (
	"context"

	"roundsman/api/contract"
	"roundsman/dispatch"
	"roundsman/dispatch/stock"
)

// GetOwnKit lists what the technician answers for.
func (s *server) GetOwnKit(ctx context.Context, _ contract.GetOwnKitRequestObject) (contract.GetOwnKitResponseObject, error) {
	list, err := s.stock.OwnKit(ctx, who(ctx))
	if err != nil {
		return nil, err
	}
	return contract.GetOwnKit200JSONResponse{Items: each(list, holding)}, nil
}

// ConfirmKitItem keeps the technician's word that an item was handed to them.
func (s *server) ConfirmKitItem(ctx context.Context, r contract.ConfirmKitItemRequestObject) (contract.ConfirmKitItemResponseObject, error) {
	answer := func(h stock.Holding) contract.ConfirmKitItem200JSONResponse {
		return contract.ConfirmKitItem200JSONResponse(holding(h))
	}
	ctx = keep(ctx, func(h stock.Holding) visit { return answer(h).VisitConfirmKitItemResponse })
	h, err := s.stock.Confirm(ctx, who(ctx), r.ID, *evidence(r.Body))
	if err != nil {
		return nil, err
	}
	return answer(h), nil
}

// GetKitList says what to load for a day.
func (s *server) GetKitList(ctx context.Context, r contract.GetKitListRequestObject) (contract.GetKitListResponseObject, error) {
	v, err := s.stock.KitList(ctx, who(ctx), dispatch.DayKey{RegionID: r.ID, Date: dispatch.Date(r.Params.Date)})
	if err != nil {
		return nil, err
	}
	return contract.GetKitList200JSONResponse{RegionID: v.Region.ID, Date: string(v.Date), Kits: each(v.Kits, kitPlan),
		Uncarried: each(v.Uncarried, func(x dispatch.Visit) contract.KitNeed {
			return contract.KitNeed{VisitID: x.ID, TicketID: x.TicketID, ModelID: *x.KitModel}
		})}, nil
}

func kitPlan(p stock.KitPlan) contract.KitPlan {
	return contract.KitPlan{TechnicianID: p.Technician.ID, TechnicianName: p.Technician.Name, RoundID: p.RoundID, Carries: each(p.Carries, kitItem),
		Load: each(p.Load, func(l stock.Load) contract.KitLoad {
			return contract.KitLoad{Model: model(l.Model), Units: l.Units, Items: each(l.Items, item), Visits: l.Visits}
		})}
}
