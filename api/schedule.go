package api

import (
	"context"
	"time"

	"roundsman/api/contract"
	"roundsman/dispatch"
	"roundsman/internal/fault"
)

// GetPlanSchedule gives when a region's days are planned by night.
func (s *server) GetPlanSchedule(ctx context.Context, r contract.GetPlanScheduleRequestObject) (contract.GetPlanScheduleResponseObject, error) {
	v, err := s.control.Schedule(ctx, who(ctx), r.ID)
	if err != nil {
		return nil, err
	}
	return contract.GetPlanSchedule200JSONResponse{Body: planSchedule(v), Headers: contract.GetPlanSchedule200ResponseHeaders{ETag: etag(v.Version)}}, nil
}

// SetPlanSchedule changes it.
func (s *server) SetPlanSchedule(ctx context.Context, r contract.SetPlanScheduleRequestObject) (contract.SetPlanScheduleResponseObject, error) {
	version, err := matched(r.Params.IfMatch)
	if err != nil {
		return nil, err
	}
	b := r.Body
	search, err := parseDuration(b.Duration)
	if err != nil || search < time.Second || search > longestSearch*time.Second {
		return nil, fault.New(fault.Invalid, "bad_duration", "give each search between PT1S and PT5M").At("/duration", "must be between PT1S and PT5M")
	}
	at, err := time.Parse("15:04", b.At)
	if err != nil {
		return nil, fault.New(fault.Invalid, "bad_schedule", "at is a time of the day such as 02:00").At("/at", "must be a time such as 02:00")
	}
	v, err := s.control.SetSchedule(ctx, who(ctx), dispatch.PlanSchedule{RegionID: r.ID, Enabled: b.Enabled, At: at.Hour()*60 + at.Minute(),
		Days: b.Days, Seconds: int(search / time.Second), Version: version})
	if err != nil {
		return nil, err
	}
	return contract.SetPlanSchedule200JSONResponse{Body: planSchedule(v), Headers: contract.SetPlanSchedule200ResponseHeaders{ETag: etag(v.Version)}}, nil
}

func planSchedule(s dispatch.PlanSchedule) contract.PlanSchedule {
	return contract.PlanSchedule{RegionID: s.RegionID, Enabled: s.Enabled, At: wallClock(s.At), Days: s.Days, Duration: seconds(s.Seconds), SetBy: s.SetBy, Version: s.Version}
}
