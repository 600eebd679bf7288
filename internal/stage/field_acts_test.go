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

	"github.com/paulmach/orb"
	"github.com/stretchr/testify/require"
)

// fieldActs are what technicians say of a visit, each ready to be done.
var fieldActs = map[string]func(*testing.T, *stage.Stage) (access.Principal, step){
	"leave": onVisit(before, func(ctx context.Context, f *field.Field, who access.Principal, visit ids.ID) error {
		return errOf(f.Leave(ctx, who, visit, field.NewFact{}))
	}),
	"arrive": onVisit(before, func(ctx context.Context, f *field.Field, who access.Principal, visit ids.ID) error {
		return errOf(f.Arrive(ctx, who, visit, field.NewFact{}))
	}),
	"pause": onVisit(there, func(ctx context.Context, f *field.Field, who access.Principal, visit ids.ID) error {
		return errOf(f.Pause(ctx, who, visit, field.NewFact{}, "other"))
	}),
	"estimate": onVisit(there, func(ctx context.Context, f *field.Field, who access.Principal, visit ids.ID) error {
		return errOf(f.Estimate(ctx, who, visit, field.NewFact{}, 40*time.Minute))
	}),
	"undo the arrival": onVisit(there, func(ctx context.Context, f *field.Field, who access.Principal, visit ids.ID) error {
		return errOf(f.UndoArrival(ctx, who, visit, field.NewFact{}))
	}),
	"give up": onVisit(there, func(ctx context.Context, f *field.Field, who access.Principal, visit ids.ID) error {
		return errOf(f.GiveUp(ctx, who, visit, field.NewFact{}, dispatch.GaveUpPartMissing))
	}),
	"undo the departure": onVisit(left, func(ctx context.Context, f *field.Field, who access.Principal, visit ids.ID) error {
		return errOf(f.UndoDeparture(ctx, who, visit, field.NewFact{}))
	}),
	"resume": onVisit(paused, func(ctx context.Context, f *field.Field, who access.Principal, visit ids.ID) error {
		return errOf(f.Resume(ctx, who, visit, field.NewFact{}))
	}),
	"miss": onVisit(there, func(ctx context.Context, f *field.Field, who access.Principal, visit ids.ID) error {
		return errOf(f.Miss(ctx, who, visit, field.NewFact{}))
	}),
	"call": onVisit(there, func(ctx context.Context, f *field.Field, who access.Principal, visit ids.ID) error {
		return errOf(f.Call(ctx, who, visit, field.NewFact{}, false))
	}),
	"need a follow-up": onVisit(there, func(ctx context.Context, f *field.Field, who access.Principal, visit ids.ID) error {
		return errOf(f.FollowUp(ctx, who, visit, field.NewFact{Note: "the drum"}, field.NewFollowUp{Minutes: 45}))
	}),
	"want a second": onVisit(there, func(ctx context.Context, f *field.Field, who access.Principal, visit ids.ID) error {
		return errOf(f.WantSecond(ctx, who, visit, field.NewFact{Note: "too heavy"}, field.NewAssist{Minutes: 30}))
	}),
	"tell of presence": onVisit(there, func(ctx context.Context, f *field.Field, who access.Principal, visit ids.ID) error {
		return errOf(f.Presence(ctx, who, visit, field.NewFact{}, field.NewPresence{Kind: dispatch.PresenceLeaves, CallNumber: "+13025550199"}))
	}),
	"locate": onVisit(left, func(ctx context.Context, f *field.Field, who access.Principal, visit ids.ID) error {
		return errOf(f.Locate(ctx, who, visit, field.NewFact{Position: &orb.Point{0.01, 0}}))
	}),
	"witness": func(t *testing.T, s *stage.Stage) (access.Principal, step) {
		_, do := onVisit(left, func(ctx context.Context, f *field.Field, _ access.Principal, visit ids.ID) error {
			return errOf(f.WitnessArrival(ctx, s.Agent, visit, field.Witness{HappenedAt: s.Clock.Now()}))
		})(t, s)
		return s.Agent, do
	},
	"finish": onVisit(there, func(ctx context.Context, f *field.Field, who access.Principal, visit ids.ID) error {
		return errOf(f.Done(ctx, who, visit, field.NewFact{}))
	}),
}

// moment is how far a promised visit has come when an act is done to it.
type moment int

const (
	before moment = iota // at its planned start, and nobody has left for it
	left
	there
	paused
)

// onVisit is an act about a promised visit that has come so far.
func onVisit(at moment, act func(context.Context, *field.Field, access.Principal, ids.ID) error) func(*testing.T, *stage.Stage) (access.Principal, step) {
	return func(t *testing.T, s *stage.Stage) (access.Principal, step) {
		_, p := promised(t, s, 0, "printer_fault")
		publish(t, s)
		p = promise(t, s, p.Promise.ID)
		k, visit := crewOf(t, s, p.Promise.TechnicianID), p.Promise.VisitID
		s.Clock.Set(*p.ETA)
		switch at {
		case left:
			require.NoError(t, errOf(s.Field.Leave(t.Context(), s.Crew[k], visit, field.NewFact{})))
			later(s, time.Minute)
		case there, paused:
			require.Equal(t, k, arrived(t, s, p))
		}
		if at == paused {
			later(s, time.Minute)
			require.NoError(t, errOf(s.Field.Pause(t.Context(), s.Crew[k], visit, field.NewFact{}, "other")))
			later(s, time.Minute)
		}
		return s.Crew[k], func(ctx context.Context, c *stage.Stage) error {
			return act(ctx, c.Field, c.Crew[k], visit)
		}
	}
}
