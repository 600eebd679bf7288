package api

import (
	"context"

	"roundsman/api/contract"
	"roundsman/internal/fault"
)

// GetHealth says that the process lives. It asks nobody.
func (s *server) GetHealth(context.Context, contract.GetHealthRequestObject) (contract.GetHealthResponseObject, error) {
	return contract.GetHealth200JSONResponse{Status: contract.HealthStatusOk}, nil
}

// GetReady says whether requests can be served.
func (s *server) GetReady(ctx context.Context, _ contract.GetReadyRequestObject) (contract.GetReadyResponseObject, error) {
	if err := s.ready(ctx); err != nil {
		return nil, fault.New(fault.Unavailable, "not_ready", "requests can't be served now; the log says why").Because(err)
	}
	return contract.GetReady200JSONResponse{Status: contract.HealthStatusOk}, nil
}
