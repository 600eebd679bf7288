package stage_test

import (
	"testing"
	"time"

	"roundsman/dispatch"
	"roundsman/dispatch/field"
	"roundsman/internal/access"
	"roundsman/internal/stage"

	"github.com/paulmach/orb"
	"github.com/stretchr/testify/require"
)

// A slip of the thumb: the departure and the arrival are taken back within minutes,
// the ledger says both, and the promise is to be kept as before.
func TestAMistakenArrivalIsTakenBack(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Small)
	ctx := t.Context()
	_, p, tess := atTheDoor(t, s, "printer_fault")
	id := p.Promise.VisitID
	strayed(t, "visit_state")(s.Field.UndoDeparture(ctx, tess, id, field.NewFact{}))
	later(s, 10*time.Minute)
	v, err := s.Field.UndoArrival(ctx, tess, id, field.NewFact{})
	require.NoError(t, err)
	require.Equal(t, dispatch.VisitEnRoute, v.Visit.State)
	require.Nil(t, v.Visit.ArrivedAt)
	require.Equal(t, dispatch.PromiseOpen, v.Promise.State)
	now := promise(t, s, p.Promise.ID)
	require.Equal(t, []dispatch.EntryKind{dispatch.EntryMade, dispatch.EntryKept, dispatch.EntryRevised}, kinds(now))
	require.Equal(t, "arrival_undone", last(now.Entries).Reason)
	require.NotNil(t, last(now.Entries).NoticeID)
	require.NoError(t, dispatch.VerifyChain(now.Entries))
	require.Contains(t, notices(t, s, p.Promise.ID), "undone")
	_, err = s.Field.UndoDeparture(ctx, tess, id, field.NewFact{})
	require.NoError(t, err, "ten minutes are the bound, and it was left ten minutes ago")
	require.Equal(t, dispatch.VisitScheduled, stopOf(t, s, id).State)

	// And now for good, eleven minutes before somebody notices.
	_, err = s.Field.Arrive(ctx, tess, id, field.NewFact{})
	require.NoError(t, err)
	later(s, 11*time.Minute)
	strayed(t, "undo_late")(s.Field.UndoArrival(ctx, tess, id, field.NewFact{}))
	require.Equal(t, dispatch.PromiseKept, promise(t, s, p.Promise.ID).Promise.State)
	require.NoError(t, s.Work(ctx))
}

// The technician reports too late; the device stood there in time and the customer
// says so too: the verdict is corrected, by an entry of its own.
func TestEvidenceCorrectsTheVerdict(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Small)
	ctx := t.Context()
	_, p := promised(t, s, 0, "printer_fault")
	publish(t, s)
	p = promise(t, s, p.Promise.ID)
	id, tess := p.Promise.VisitID, s.Crew[crewOf(t, s, p.Promise.TechnicianID)]
	site := s.Setup.Sites[0].Point
	s.Clock.Set(p.Promise.WindowEnd.Add(5 * time.Minute))
	v, err := s.Field.Arrive(ctx, tess, id, field.NewFact{})
	require.NoError(t, err)
	require.Equal(t, dispatch.PromiseLate, v.Promise.State)

	was := p.Promise.WindowEnd.Add(-5 * time.Minute)
	far := orb.Point{site.Lon() + 1, site.Lat()}
	e, err := s.Field.Locate(ctx, tess, id, field.NewFact{HappenedAt: &was, Position: &far})
	require.NoError(t, err)
	require.Len(t, e.List, 1, "elsewhere is no evidence")
	other := s.Crew[1-crewOf(t, s, p.Promise.TechnicianID)]
	_, err = s.Field.Locate(ctx, other, id, field.NewFact{Position: &site})
	refused(t, "visit_not_found", err)
	later(s, time.Hour)
	_, err = s.Pool.Exec(ctx, `update arrivals set happened_at = happened_at + interval '20 minutes', received_at = received_at + interval '20 minutes'`)
	require.NoError(t, err)
	e, err = s.Field.Locate(ctx, tess, id, field.NewFact{HappenedAt: &was, Position: &site})
	require.NoError(t, err)
	require.False(t, e.Corroborated, "the device's own clock rewrites no verdict")
	require.Equal(t, dispatch.PromiseLate, e.Promise.State)
	_, err = s.Field.WitnessArrival(ctx, tess, id, field.Witness{HappenedAt: was})
	refused(t, "scope_missing", err)
	e, err = s.Field.WitnessArrival(ctx, s.Agent, id, field.Witness{HappenedAt: was.Add(2 * time.Minute)})
	require.NoError(t, err)
	require.True(t, e.Corroborated)
	require.Len(t, e.List, 3, "all of it is kept")
	require.Equal(t, dispatch.ByGeofence, e.Counts.Source)
	require.Equal(t, dispatch.PromiseKept, e.Promise.State)
	now := promise(t, s, p.Promise.ID)
	require.Equal(t, []dispatch.EntryKind{dispatch.EntryLate, dispatch.EntryKept}, kinds(now)[len(now.Entries)-2:])
	require.Equal(t, "arrival_borne_out", last(now.Entries).Reason)
	require.NoError(t, dispatch.VerifyChain(now.Entries))
	d, err := s.Field.Visit(ctx, s.Agent, id)
	require.NoError(t, err)
	require.Len(t, d.Arrivals.List, 3)
	require.NoError(t, s.Work(ctx))
}

// What is wanted on site beyond the work: a follow-up that waits with the part, a
// second technician that dispatch sees, where the customer is called.
func TestWhatIsWantedOnSite(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Small)
	ctx := t.Context()
	v, p, tess := atTheDoor(t, s, "printer_fault")
	id := p.Promise.VisitID
	part := stage.Name("new")
	tuesday := dispatch.Date("2026-03-10")
	f, err := s.Field.FollowUp(ctx, tess, id, field.NewFact{Note: "the drum"}, field.NewFollowUp{Minutes: 45, KitModel: &part, Earliest: &tuesday})
	require.NoError(t, err)
	follow := stopOf(t, s, f.FollowUp.ID)
	require.Equal(t, dispatch.VisitWaiting, follow.State)
	require.Equal(t, []any{45, &part, &id, "hardware"}, []any{follow.Minutes, follow.KitModel, follow.FollowsID, follow.SkillCode})
	require.Equal(t, 1, events(t, s, "visit.follow_up_needed"))

	w, err := s.Field.WantSecond(ctx, tess, id, field.NewFact{Note: "too heavy"}, field.NewAssist{Minutes: 30})
	require.NoError(t, err)
	strayed(t, "assist_wanted")(s.Field.WantSecond(ctx, tess, id, field.NewFact{}, field.NewAssist{Minutes: 30}))
	list, _, err := s.Field.Assists(ctx, s.Dispatcher, dispatch.AssistFilter{State: dispatch.AssistWanted}, dispatch.Page{Limit: 5})
	require.NoError(t, err)
	require.Len(t, list, 1)
	_, err = s.Field.SettleAssist(ctx, s.Dispatcher, w.Assist.ID, 9, nil, "")
	refused(t, "version_stale", err)
	_, err = s.Field.SettleAssist(ctx, s.Agent, w.Assist.ID, 1, nil, "")
	refused(t, "scope_missing", err)
	_, err = s.Field.SettleAssist(ctx, s.Dispatcher, w.Assist.ID, 1, tess.TechnicianID, "")
	refused(t, "technician_busy", err)
	helper := s.Crew[1-crewOf(t, s, *tess.TechnicianID)].TechnicianID
	a, err := s.Field.SettleAssist(ctx, s.Dispatcher, w.Assist.ID, 1, helper, "")
	require.NoError(t, err)
	require.Equal(t, dispatch.AssistGranted, a.State)
	_, err = s.Field.SettleAssist(ctx, s.Dispatcher, w.Assist.ID, 2, nil, "")
	refused(t, "assist_state", err)
	again, err := s.Field.WantSecond(ctx, tess, id, field.NewFact{}, field.NewAssist{Minutes: 30})
	require.NoError(t, err)

	back := s.Clock.Now().Add(3 * time.Hour)
	_, err = s.Field.Presence(ctx, tess, id, field.NewFact{}, field.NewPresence{Kind: dispatch.PresenceLeaves, CallNumber: "+13025550199"})
	require.NoError(t, err)
	_, err = s.Field.Presence(ctx, tess, id, field.NewFact{}, field.NewPresence{Kind: dispatch.PresenceLeaves, BackAt: &back})
	require.NoError(t, err)
	done, err := s.Field.Done(ctx, tess, id, field.NewFact{})
	require.NoError(t, err)
	require.Equal(t, back.UTC(), done.Callback.DueAt.UTC(), "nobody is there before")
	d, err := s.Field.Visit(ctx, s.Agent, id)
	require.NoError(t, err)
	require.Equal(t, dispatch.PresenceLeaves, d.Presence.Kind)
	require.Len(t, d.Assists, 2)
	require.Equal(t, dispatch.AssistLapsed, d.Assists[1].State, "%s: the visit is over", again.Assist.ID)
	require.Equal(t, "be_there met , give_access met ", duties(t, s, id))
	said, err := s.Field.StateDuty(ctx, s.Agent, id, dispatch.DutyBeThere, "I was.")
	require.NoError(t, err)
	require.Equal(t, "I was.", said.Statement)
	_, err = s.Field.StateDuty(ctx, s.Agent, id, dispatch.DutyReturnLoaner, "It is back.")
	refused(t, "duty_not_found", err)
	require.Equal(t, 0, count1(t, s, `select count(*) from events where data::text like '%302555%'`), "no event holds a number")
	_ = v
	require.NoError(t, s.Work(ctx))
}

// A policy of the printers in this region: no wait and no call before a no-show.
func TestAPolicyIsData(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Small)
	ctx := t.Context()
	admin := access.Principal{AccountID: s.Agent.AccountID, Roles: []access.Role{access.Admin}}
	region, printer := stage.Day().RegionID, stage.Name("printer")
	n := dispatch.UsualVisitPolicy()
	n.RegionID, n.TemplateID, n.CallTries = &region, &printer, 0
	_, err := s.Field.AddVisitPolicy(ctx, s.Agent, n)
	refused(t, "scope_missing", err)
	p, err := s.Field.AddVisitPolicy(ctx, admin, n)
	require.NoError(t, err)
	_, err = s.Field.AddVisitPolicy(ctx, admin, n)
	refused(t, "visit_policy_taken", err)
	_, err = s.Field.ChangeVisitPolicy(ctx, admin, p.ID, 7, field.VisitPolicyChange{})
	refused(t, "version_stale", err)
	p, err = s.Field.ChangeVisitPolicy(ctx, admin, p.ID, 1, field.VisitPolicyChange{WaitMinutes: ptr(0), Steps: []dispatch.StepCode{dispatch.StepCallback}})
	require.NoError(t, err)
	require.Zero(t, p.WaitMinutes)
	list, err := s.Field.VisitPolicies(ctx, s.Agent)
	require.NoError(t, err)
	require.Len(t, list, 1)

	_, pr, tess := atTheDoor(t, s, "printer_fault")
	s.Clock.Set(pr.Promise.WindowStart.Add(time.Minute))
	m, err := s.Field.Miss(ctx, tess, pr.Promise.VisitID, field.NewFact{})
	require.NoError(t, err)
	require.Len(t, m.Absent.Steps, 1)
	_, err = s.Field.GiveUp(ctx, tess, pr.Promise.VisitID, field.NewFact{}, dispatch.GaveUpNoShow)
	require.NoError(t, err)
}

// Solved at the first contact, with the first visit, and with two.
func TestResolutionIsCountedByWhatItTook(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Small)
	ctx := t.Context()
	_, p, tess := atTheDoor(t, s, "printer_fault")
	done, err := s.Field.Done(ctx, tess, p.Promise.VisitID, field.NewFact{})
	require.NoError(t, err)
	_, err = s.Desk.SettleCallback(ctx, s.Agent, done.Callback.ID, done.Callback.Version, dispatch.CallbackConfirmed, "")
	require.NoError(t, err)
	v := opened(t, s, 2, "password_reset")
	_, err = s.Desk.ResolveTicket(ctx, s.Agent, v.Ticket.ID, v.Ticket.Version, "by phone")
	require.NoError(t, err)
	twice := opened(t, s, 4, "printer_fault")
	_, err = s.Pool.Exec(ctx, `update visits set state = 'cancelled', arrived_at = $2 where ticket_id = $1`, twice.Ticket.ID, s.Clock.Now())
	require.NoError(t, err)
	_, err = s.Pool.Exec(ctx, `update tickets set state = 'resolved', resolved_at = $2 where id = $1`, twice.Ticket.ID, s.Clock.Now())
	require.NoError(t, err)
	c, err := s.Reports.Resolutions(ctx, s.Lead, stage.At(0, 0), stage.At(23, 0))
	require.NoError(t, err)
	require.Equal(t, dispatch.ResolutionCount{Resolved: 3, FirstContact: 1, FirstVisit: 1, MoreVisits: 1, OnSite: 2}, c)
	_, err = s.Reports.Resolutions(ctx, s.Lead, stage.At(9, 0), stage.At(9, 0))
	refused(t, "bad_instants", err)
	require.NoError(t, s.Work(ctx))
}
