package stage_test

import (
	"testing"
	"time"

	"roundsman/dispatch"
	"roundsman/dispatch/desk"
	"roundsman/dispatch/field"
	"roundsman/internal/access"
	"roundsman/internal/ids"
	"roundsman/internal/stage"

	"github.com/stretchr/testify/require"
)

// atTheDoor promises person 0 a window and plays up to the arrival in it. The clock
// stands at the arrival.
func atTheDoor(t *testing.T, s *stage.Stage, template string) (desk.TicketView, desk.PromiseView, access.Principal) {
	t.Helper()
	v, p := promised(t, s, 0, template)
	publish(t, s)
	p = promise(t, s, p.Promise.ID)
	k := arrived(t, s, p)
	return v, p, s.Crew[k]
}

func later(s *stage.Stage, d time.Duration) { s.Clock.Set(s.Clock.Now().Add(d)) }

// Lunch on site is no work: an hour and ten minutes on site with forty minutes of
// lunch are half an hour of work, and the visit is expected to last the lunch longer.
func TestAPauseIsNoWork(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Small)
	ctx := t.Context()
	_, p, tess := atTheDoor(t, s, "printer_fault")
	id := p.Promise.VisitID
	strayed(t, "visit_not_paused")(s.Field.Resume(ctx, tess, id, field.NewFact{}))
	later(s, 10*time.Minute)
	v, err := s.Field.Pause(ctx, tess, id, field.NewFact{}, "lunch")
	require.NoError(t, err)
	require.True(t, v.Paused)
	require.Equal(t, 10*time.Minute, v.Worked)
	strayed(t, "visit_paused")(s.Field.Pause(ctx, tess, id, field.NewFact{}, "lunch"))
	later(s, 40*time.Minute)
	v, err = s.Field.Resume(ctx, tess, id, field.NewFact{})
	require.NoError(t, err)
	require.False(t, v.Paused)
	require.Equal(t, 10*time.Minute, v.Worked)
	require.Equal(t, 70, v.Visit.Minutes, "30 planned, and 40 of lunch")
	later(s, 20*time.Minute)
	v, err = s.Field.Done(ctx, tess, id, field.NewFact{})
	require.NoError(t, err)
	require.Equal(t, 30*time.Minute, v.Worked)
	require.Equal(t, 1, events(t, s, "visit.paused"))
	require.Equal(t, 1, events(t, s, "visit.resumed"))
	strayed(t, "visit_state")(s.Field.Pause(ctx, tess, id, field.NewFact{}, "lunch"))
}

// The work ends a pause that nobody ended.
func TestDoneEndsAPause(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Small)
	ctx := t.Context()
	_, p, tess := atTheDoor(t, s, "printer_fault")
	later(s, 15*time.Minute)
	_, err := s.Field.Pause(ctx, tess, p.Promise.VisitID, field.NewFact{}, "waiting")
	require.NoError(t, err)
	later(s, 15*time.Minute)
	v, err := s.Field.Done(ctx, tess, p.Promise.VisitID, field.NewFact{})
	require.NoError(t, err)
	require.Equal(t, 15*time.Minute, v.Worked)
	require.False(t, v.Paused)
}

// The work takes three hours more: whoever comes next in the round is told that
// their promise is at risk, and when it is short after all nobody is.
func TestAnEstimateTimesTheRoundAnew(t *testing.T) {
	t.Parallel()
	for left, want := range map[time.Duration][]string{
		10 * time.Minute: {"promise_made"},
		5 * time.Hour:    {"promise_made", "late"},
	} {
		s := stage.New(t, stage.Size{Technicians: 1, People: 6, Days: 1})
		ctx := t.Context()
		_, p := promised(t, s, 0, "printer_fault")
		_, q := promised(t, s, 2, "printer_fault")
		publish(t, s)
		p, q = promise(t, s, p.Promise.ID), promise(t, s, q.Promise.ID)
		if q.ETA.Before(*p.ETA) {
			p, q = q, p
		}
		arrived(t, s, p)
		later(s, 5*time.Minute)
		v, err := s.Field.Estimate(ctx, s.Crew[0], p.Promise.VisitID, field.NewFact{}, left)
		require.NoError(t, err)
		require.Equal(t, 5+int(left.Minutes()), v.Visit.Minutes)
		require.NoError(t, s.Work(ctx))
		require.Equal(t, want, notices(t, s, q.Promise.ID), "%s", left)
		_, err = s.Field.Estimate(ctx, s.Crew[0], p.Promise.VisitID, field.NewFact{}, 13*time.Hour)
		refused(t, "bad_duration", err)
	}
}

// The customer is not there. A no-show is one after the wait and a call, and then
// our promise is kept, the customer's part is not, and the ticket is its owner's.
func TestANoShowWantsAWaitAndACall(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Small)
	ctx := t.Context()
	v, p, tess := atTheDoor(t, s, "virus_cleanup")
	id := p.Promise.VisitID
	from := s.Clock.Now().Add(15 * time.Minute)
	_, err := s.Field.GiveUp(ctx, tess, id, field.NewFact{}, dispatch.GaveUpNoShow)
	f := refused(t, "no_show_early", err)
	require.Equal(t, from.UTC(), f.Members["allowed_from"])

	m, err := s.Field.Miss(ctx, tess, id, field.NewFact{})
	require.NoError(t, err)
	require.Equal(t, from.UTC(), m.Absent.NoShowFrom.UTC())
	require.Equal(t, 1, m.Absent.CallsLeft)
	var codes []dispatch.StepCode
	for _, x := range m.Absent.Steps {
		codes = append(codes, x.Code)
		require.False(t, x.Done)
	}
	require.Equal(t, []dispatch.StepCode{"wait", "call", "leave_note", "callback", "new_appointment"}, codes)

	s.Clock.Set(from)
	_, err = s.Field.GiveUp(ctx, tess, id, field.NewFact{}, dispatch.GaveUpNoShow)
	require.Equal(t, 1, refused(t, "no_show_uncalled", err).Members["calls_left"])
	_, err = s.Field.Call(ctx, tess, id, field.NewFact{}, true)
	require.NoError(t, err)
	_, err = s.Field.GiveUp(ctx, tess, id, field.NewFact{}, dispatch.GaveUpNoShow)
	refused(t, "no_show_uncalled", err)
	c, err := s.Field.Call(ctx, tess, id, field.NewFact{}, false)
	require.NoError(t, err)
	require.Zero(t, c.Absent.CallsLeft)
	require.True(t, c.Absent.Steps[0].Done)
	require.True(t, c.Absent.Steps[1].Done)

	got, err := s.Field.GiveUp(ctx, tess, id, field.NewFact{}, dispatch.GaveUpNoShow)
	require.NoError(t, err)
	require.Equal(t, dispatch.VisitCannotComplete, got.Visit.State)
	require.Equal(t, "no_show", got.Visit.Reason)
	require.Equal(t, dispatch.PromiseKept, got.Promise.State, "we were there")
	require.Equal(t, s.Agent.AccountID, got.Callback.OwnerID)
	require.Equal(t, from.Add(30*time.Minute), got.Callback.DueAt)
	now := ticket(t, s, v.Ticket.ID).Ticket
	require.Equal(t, dispatch.TicketOpen, now.State)
	require.Equal(t, got.Callback.DueAt.UTC(), now.NextUpdate.UTC())
	require.Equal(t, "be_there not_met no_show", duties(t, s, id))
	require.Equal(t, 1, events(t, s, "visit.cannot_complete"))
	_, err = s.Field.GiveUp(ctx, tess, id, field.NewFact{}, dispatch.GaveUpOther)
	refused(t, "reason_unsaid", err)
	strayed(t, "visit_state")(s.Field.GiveUp(ctx, tess, id, field.NewFact{}, dispatch.GaveUpUnsafe))
	require.NoError(t, s.Work(ctx))
}

func duties(t *testing.T, s *stage.Stage, visit ids.ID) (out string) {
	t.Helper()
	require.NoError(t, s.Pool.QueryRow(t.Context(), `select coalesce(string_agg(duty || ' ' || outcome || ' ' || why, ', ' order by duty), '')
		from duties where visit_id = $1`, visit).Scan(&out))
	return out
}

// Who waited for a technician that came too late has not failed to be there.
func TestANoShowAfterALateArrivalIsExcused(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Small)
	ctx := t.Context()
	_, p := promised(t, s, 0, "printer_fault")
	publish(t, s)
	p = promise(t, s, p.Promise.ID)
	tess := s.Crew[crewOf(t, s, p.Promise.TechnicianID)]
	s.Clock.Set(p.Promise.WindowEnd.Add(time.Minute))
	_, err := s.Field.Arrive(ctx, tess, p.Promise.VisitID, field.NewFact{})
	require.NoError(t, err)
	_, err = s.Field.Call(ctx, tess, p.Promise.VisitID, field.NewFact{}, false)
	require.NoError(t, err)
	later(s, 15*time.Minute)
	got, err := s.Field.GiveUp(ctx, tess, p.Promise.VisitID, field.NewFact{}, dispatch.GaveUpNoShow)
	require.NoError(t, err)
	require.Equal(t, dispatch.PromiseLate, got.Promise.State)
	require.Equal(t, "be_there excused no_show", duties(t, s, p.Promise.VisitID))
}

// Every reason, given up on the way and at the door: how the promise ends, and what
// is let go.
func TestEveryReasonToGiveUp(t *testing.T) {
	t.Parallel()
	for reason, want := range map[dispatch.GiveUpReason]struct {
		onTheWay dispatch.PromiseState // "" is that it can't be said there
		duties   string
	}{
		dispatch.GaveUpNoAccess:    {"", "give_access not_met no_access"},
		dispatch.GaveUpPartMissing: {dispatch.PromiseBroken, ""},
		dispatch.GaveUpWrongSkill:  {dispatch.PromiseBroken, ""},
		dispatch.GaveUpUnsafe:      {dispatch.PromiseBroken, ""},
		dispatch.GaveUpPostponed:   {dispatch.PromiseWithdrawn, "be_there excused customer_postponed"},
		dispatch.GaveUpOther:       {dispatch.PromiseBroken, ""},
	} {
		t.Run(string(reason), func(t *testing.T) {
			t.Parallel()
			s := stage.New(t, stage.Size{Technicians: 2, People: 6, Days: 1})
			ctx := t.Context()
			_, p := promised(t, s, 0, "printer_fault")
			_, q := promised(t, s, 2, "printer_fault")
			publish(t, s)
			p, q = promise(t, s, p.Promise.ID), promise(t, s, q.Promise.ID)
			tess := s.Crew[crewOf(t, s, p.Promise.TechnicianID)]
			s.Clock.Set(*p.ETA)
			_, err := s.Field.Leave(ctx, tess, p.Promise.VisitID, field.NewFact{})
			require.NoError(t, err)
			item := stage.Name("item stock 0")
			_, err = s.Pool.Exec(ctx, `insert into reservations (id, item_id, visit_id, created_at) values ($1, $2, $3, $4)`, ids.New(), item, p.Promise.VisitID, s.Clock.Now())
			require.NoError(t, err)
			got, err := s.Field.GiveUp(ctx, tess, p.Promise.VisitID, field.NewFact{Note: "why"}, reason)
			if want.onTheWay == "" {
				strayed(t, "visit_state")(got, err)
			} else {
				require.NoError(t, err)
				require.Equal(t, want.onTheWay, got.Promise.State)
				require.Equal(t, want.onTheWay, promise(t, s, p.Promise.ID).Promise.State)
				require.Zero(t, count1(t, s, `select count(*) from reservations where released_at is null`))
			}
			k := arrived(t, s, promise(t, s, q.Promise.ID))
			got, err = s.Field.GiveUp(ctx, s.Crew[k], q.Promise.VisitID, field.NewFact{Note: "why"}, reason)
			require.NoError(t, err)
			require.Equal(t, dispatch.PromiseKept, got.Promise.State, "we were there in time, whatever came after")
			require.Equal(t, want.duties, duties(t, s, q.Promise.VisitID))
			require.NoError(t, s.Work(ctx))
		})
	}
}

// A visit that was begun and of which nothing is heard ends half a day after the
// shift, and its owner knows.
func TestAVisitThatIsNeverReportedEnds(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Small)
	v, p, _ := atTheDoor(t, s, "printer_fault")
	s.Clock.Set(stage.At(16, 30).Add(12*time.Hour - time.Second)) // the shift is over at half past four
	sweep(t, s)
	require.Equal(t, dispatch.VisitArrived, stopOf(t, s, p.Promise.VisitID).State)
	later(s, 61*time.Minute) // and an hour of overtime may be worked
	sweep(t, s)
	sweep(t, s)
	visit := stopOf(t, s, p.Promise.VisitID)
	require.Equal(t, dispatch.VisitCannotComplete, visit.State)
	require.Equal(t, "never_reported", visit.Reason)
	require.Equal(t, dispatch.PromiseKept, promise(t, s, p.Promise.ID).Promise.State)
	require.Equal(t, dispatch.TicketOpen, ticket(t, s, v.Ticket.ID).Ticket.State)
	list, _, err := s.Desk.Callbacks(t.Context(), s.Agent, dispatch.CallbackFilter{OwnerID: &s.Agent.AccountID}, dispatch.Page{Limit: 5})
	require.NoError(t, err)
	require.Len(t, list, 1)
	require.Equal(t, 1, events(t, s, "visit.cannot_complete"))
}
