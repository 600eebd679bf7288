package api

import (
	"context"

	"roundsman/api/contract"
	"roundsman/dispatch"
	"roundsman/dispatch/desk"
)

// GetOutlook answers what somebody asks who waits.
func (s *server) GetOutlook(ctx context.Context, r contract.GetOutlookRequestObject) (contract.GetOutlookResponseObject, error) {
	v, err := s.desk.Outlook(ctx, who(ctx), r.ID)
	if err != nil {
		return nil, err
	}
	return contract.GetOutlook200JSONResponse(outlook(v)), nil
}

func outlook(o desk.Outlook) contract.Outlook {
	return contract.Outlook{Workaround: given(o.Workaround), NextUpdateAt: o.NextNews, Overdue: o.Overdue, Arrival: some(o.Arrival, promise),
		NoArrival: given(contract.OutlookNoArrival(o.NoArrival)), FixedAt: o.FixedAt, FixBy: contract.OutlookFixBy(o.FixBy)}
}

// GetPriorityMatrix gives the priority by impact and urgency.
func (s *server) GetPriorityMatrix(ctx context.Context, _ contract.GetPriorityMatrixRequestObject) (contract.GetPriorityMatrixResponseObject, error) {
	m, err := s.desk.Matrix(ctx, who(ctx))
	if err != nil {
		return nil, err
	}
	return contract.GetPriorityMatrix200JSONResponse{Body: matrix(m), Headers: contract.GetPriorityMatrix200ResponseHeaders{ETag: etag(m.Version)}}, nil
}

// ChangePriorityMatrix writes the priority by impact and urgency.
func (s *server) ChangePriorityMatrix(ctx context.Context, r contract.ChangePriorityMatrixRequestObject) (contract.ChangePriorityMatrixResponseObject, error) {
	version, err := matched(r.Params.IfMatch)
	if err != nil {
		return nil, err
	}
	var m dispatch.Matrix
	for i := range m {
		copy(m[i][:], r.Body.Rows[i])
	}
	is, err := s.desk.ChangeMatrix(ctx, who(ctx), version, m)
	if err != nil {
		return nil, err
	}
	return contract.ChangePriorityMatrix200JSONResponse{Body: matrix(is), Headers: contract.ChangePriorityMatrix200ResponseHeaders{ETag: etag(is.Version)}}, nil
}

func matrix(m dispatch.PriorityMatrix) contract.PriorityMatrix {
	var out contract.PriorityMatrix
	for _, row := range m.Rows {
		out.Rows = append(out.Rows, row[:])
	}
	return out
}
