package stage_test

import (
	"context"
	"testing"
	"time"

	"roundsman/dispatch"
	"roundsman/dispatch/field"
	"roundsman/internal/access"
	"roundsman/internal/ids"
	"roundsman/internal/stage"

	"github.com/stretchr/testify/require"
)

// fieldActs are what technicians say of a visit, each ready to be done.
var fieldActs = map[string]func(*testing.T, *stage.Stage) (access.Principal, step){
	"leave": onVisit(false, func(ctx context.Context, f *field.Field, who access.Principal, visit ids.ID) error {
		return errOf(f.Leave(ctx, who, visit, field.NewFact{}))
	}),
	"arrive": onVisit(false, func(ctx context.Context, f *field.Field, who access.Principal, visit ids.ID) error {
		return errOf(f.Arrive(ctx, who, visit, field.NewFact{}))
	}),
	"pause": onVisit(true, func(ctx context.Context, f *field.Field, who access.Principal, visit ids.ID) error {
		return errOf(f.Pause(ctx, who, visit, field.NewFact{}, "other"))
	}),
	"estimate": onVisit(true, func(ctx context.Context, f *field.Field, who access.Principal, visit ids.ID) error {
		return errOf(f.Estimate(ctx, who, visit, field.NewFact{}, 40*time.Minute))
	}),
	"undo the arrival": onVisit(true, func(ctx context.Context, f *field.Field, who access.Principal, visit ids.ID) error {
		return errOf(f.UndoArrival(ctx, who, visit, field.NewFact{}))
	}),
	"give up": onVisit(true, func(ctx context.Context, f *field.Field, who access.Principal, visit ids.ID) error {
		return errOf(f.GiveUp(ctx, who, visit, field.NewFact{}, dispatch.GaveUpPartMissing))
	}),
	"finish": onVisit(true, func(ctx context.Context, f *field.Field, who access.Principal, visit ids.ID) error {
		return errOf(f.Done(ctx, who, visit, field.NewFact{}))
	}),
}

// onVisit is an act about a promised visit, at its planned start or when the technician
// is there.
func onVisit(there bool, act func(context.Context, *field.Field, access.Principal, ids.ID) error) func(*testing.T, *stage.Stage) (access.Principal, step) {
	return func(t *testing.T, s *stage.Stage) (access.Principal, step) {
		_, p := promised(t, s, 0, "printer_fault")
		publish(t, s)
		p = promise(t, s, p.Promise.ID)
		k := crewOf(t, s, p.Promise.TechnicianID)
		if there {
			require.Equal(t, k, arrived(t, s, p))
		} else {
			s.Clock.Set(*p.ETA)
		}
		return s.Crew[k], func(ctx context.Context, c *stage.Stage) error {
			return act(ctx, c.Field, c.Crew[k], p.Promise.VisitID)
		}
	}
}
