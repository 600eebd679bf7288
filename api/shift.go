package api

import (
	"context"

	"roundsman/api/contract"
	"roundsman/dispatch"
	"roundsman/dispatch/setup"
)

// ListShifts lists shifts by date.
func (s *server) ListShifts(ctx context.Context, r contract.ListShiftsRequestObject) (contract.ListShiftsResponseObject, error) {
	p := r.Params
	list, next, err := s.setup.Shifts(ctx, who(ctx), dispatch.ShiftFilter{RegionID: p.RegionID, TechnicianID: p.TechnicianID,
		From: dispatch.Date(p.From), Until: dispatch.Date(p.Until)}, page(p.Limit, p.After))
	if err != nil {
		return nil, err
	}
	return contract.ListShifts200JSONResponse{
		Body: contract.Shifts{Items: each(list, shift)}, Headers: contract.ListShifts200ResponseHeaders{Link: nextLink(ctx, next)},
	}, nil
}

// AddShift enters a single shift.
func (s *server) AddShift(ctx context.Context, r contract.AddShiftRequestObject) (contract.AddShiftResponseObject, error) {
	answer := func(v dispatch.Shift) contract.AddShift201JSONResponse {
		return contract.AddShift201JSONResponse{Body: shift(v), Headers: contract.AddShift201ResponseHeaders{ETag: etag(v.Version), Location: "/v1/shifts/" + v.ID.String()}}
	}
	ctx = keep(ctx, func(v dispatch.Shift) visit { return answer(v).VisitAddShiftResponse })
	b := r.Body
	v, err := s.setup.AddShift(ctx, who(ctx), setup.NewShift{TechnicianID: b.TechnicianID, Date: dispatch.Date(b.Date),
		ShiftEntry: shiftTimes(b.Starts, b.Ends, b.BreakFrom, b.BreakUntil, b.Break, b.Overtime)})
	if err != nil {
		return nil, err
	}
	return answer(v), nil
}

// GetShift gives a shift.
func (s *server) GetShift(ctx context.Context, r contract.GetShiftRequestObject) (contract.GetShiftResponseObject, error) {
	v, err := s.setup.Shift(ctx, who(ctx), r.ID)
	if err != nil {
		return nil, err
	}
	return contract.GetShift200JSONResponse{Body: shift(v), Headers: contract.GetShift200ResponseHeaders{ETag: etag(v.Version)}}, nil
}

// ChangeShift gives one shift other times.
func (s *server) ChangeShift(ctx context.Context, r contract.ChangeShiftRequestObject) (contract.ChangeShiftResponseObject, error) {
	version, err := matched(r.Params.IfMatch)
	if err != nil {
		return nil, err
	}
	b := r.Body
	v, err := s.setup.ChangeShift(ctx, who(ctx), r.ID, version, shiftTimes(b.Starts, b.Ends, b.BreakFrom, b.BreakUntil, b.Break, b.Overtime))
	if err != nil {
		return nil, err
	}
	return contract.ChangeShift200JSONResponse{Body: shift(v), Headers: contract.ChangeShift200ResponseHeaders{ETag: etag(v.Version)}}, nil
}

// CancelShift takes a shift away.
func (s *server) CancelShift(ctx context.Context, r contract.CancelShiftRequestObject) (contract.CancelShiftResponseObject, error) {
	version, err := matched(r.Params.IfMatch)
	if err != nil {
		return nil, err
	}
	answer := func(v dispatch.Shift) contract.CancelShift200JSONResponse {
		return contract.CancelShift200JSONResponse{Body: shift(v), Headers: contract.CancelShift200ResponseHeaders{ETag: etag(v.Version)}}
	}
	ctx = keep(ctx, func(v dispatch.Shift) visit { return answer(v).VisitCancelShiftResponse })
	v, err := s.setup.CancelShift(ctx, who(ctx), r.ID, version, string(r.Body.Reason))
	if err != nil {
		return nil, err
	}
	return answer(v), nil
}
