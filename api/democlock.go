package api

import (
	"context"
	"time"

	"roundsman/api/contract"
	"roundsman/internal/fault"
)

// DemoClock is the clock of a demo: it runs with real time and can be moved.
type DemoClock interface {
	Now() time.Time
	// Move sets the clock forward and does what falls due on the way.
	Move(ctx context.Context, to time.Time) error
}

func notADemo() error {
	return fault.New(fault.NotFound, "not_a_demo", "this server is no demo; its clock is the real one")
}

// GetDemoClock tells the demo's time.
func (s *server) GetDemoClock(context.Context, contract.GetDemoClockRequestObject) (contract.GetDemoClockResponseObject, error) {
	if s.demo == nil {
		return nil, notADemo()
	}
	return contract.GetDemoClock200JSONResponse{Now: s.demo.Now()}, nil
}

// MoveDemoClock moves the demo's time.
func (s *server) MoveDemoClock(ctx context.Context, r contract.MoveDemoClockRequestObject) (contract.MoveDemoClockResponseObject, error) {
	if s.demo == nil {
		return nil, notADemo()
	}
	if r.Body.Now.Before(s.demo.Now()) {
		return nil, fault.New(fault.Conflict, "clock_backwards", "the demo clock only goes forward; it is %s now", s.demo.Now().Format(time.RFC3339)).With("now", s.demo.Now())
	}
	if err := s.demo.Move(ctx, r.Body.Now); err != nil {
		return nil, err
	}
	return contract.MoveDemoClock200JSONResponse{Now: s.demo.Now()}, nil
}
