package stage_test

import (
	"testing"

	"roundsman/dispatch"
	"roundsman/dispatch/desk"
	"roundsman/internal/stage"

	"github.com/stretchr/testify/require"
)

// Somebody tells what they see, once. What IT calls it, who does it and for whom it
// turns out to be changes; when they first told it does not, and the clocks run from
// then.
func TestReroutingKeepsTheFirstContact(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Small)
	ctx := t.Context()
	_, err := s.Desk.AddServiceLevel(ctx, s.Admin, dispatch.ServiceLevel{RestoreMinutes: ptr(120)})
	require.NoError(t, err)
	second := teamOf(t, s, dispatch.SecondLevel, s.Other)
	v, err := s.Desk.OpenTicket(ctx, s.Agent, desk.NewTicket{Template: "password_reset", PersonID: stage.Name("person 0"), Summary: "nothing comes out of it"})
	require.NoError(t, err)
	first := v.Ticket.OpenedAt
	s.Clock.Set(stage.At(9, 0))
	k, err := s.Desk.Classify(ctx, s.Agent, v.Ticket.ID, v.Ticket.Version, desk.Classification{Template: "printer_fault"})
	require.NoError(t, err)
	x, err := s.Desk.OfferTransfer(ctx, s.Agent, k.ID, desk.NewTransfer{ToTeam: &second.ID, Reason: "needs_second_level", Context: "the queue is empty"})
	require.NoError(t, err)
	s.Clock.Set(stage.At(9, 20))
	_, err = s.Desk.AcceptTransfer(ctx, s.Other, x.ID, x.Version)
	require.NoError(t, err)
	now := ticket(t, s, k.ID).Ticket
	require.Equal(t, first, now.OpenedAt.UTC())
	require.Equal(t, "nothing comes out of it", now.Summary, "in their own words")
	service, err := s.Desk.Service(ctx, s.Other, k.ID)
	require.NoError(t, err)
	require.Equal(t, first, service.Clocks[0].StartedAt.UTC())
	require.Equal(t, stage.At(10, 0), service.Clocks[0].DueAt.UTC(), "two hours of service from eight, whoever does it")
	seen, _, err := s.Desk.Transfers(ctx, s.Agent, dispatch.TransferFilter{TicketID: &k.ID}, dispatch.Page{})
	require.NoError(t, err)
	require.Equal(t, "the queue is empty", seen[0].Context, "handed over with what is known")
}

// Another technician comes than was told: the ledger names the notice, which was
// written with the change and gets there.
func TestAChangeIsToldWithItsNotice(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Size{Technicians: 2, People: 6, Days: 1})
	ctx := t.Context()
	_, p := promised(t, s, 0, "printer_fault")
	publish(t, s)
	away(t, s, crewOf(t, s, promise(t, s, p.Promise.ID).Promise.TechnicianID))
	e := last(promise(t, s, p.Promise.ID).Entries)
	require.Equal(t, dispatch.EntryRevised, e.Kind)
	require.NoError(t, s.Work(ctx))
	list, _, err := s.Desk.Notices(ctx, s.Agent, dispatch.NoticeFilter{PromiseID: &p.Promise.ID}, dispatch.Page{})
	require.NoError(t, err)
	told := map[bool]dispatch.Notice{}
	for _, n := range list {
		told[n.ID == *e.NoticeID] = n
	}
	require.Equal(t, dispatch.NoticeDelivered, told[true].State)
	require.False(t, told[true].CreatedAt.After(e.At), "with the change, not after it")

	readings := func() map[string]dispatch.Reading {
		r, err := s.Reports.Measures(ctx, s.Agent, stage.At(0, 0), stage.At(23, 0), "")
		require.NoError(t, err)
		out := map[string]dispatch.Reading{}
		for _, x := range r.Readings {
			out[x.Code] = x.Reading
		}
		return out
	}
	s.Clock.Set(stage.At(8, 0))
	require.EqualValues(t, 0, readings()["unlinked_changes"].Part)
	require.EqualValues(t, 1, readings()["changes_told"].Part)
	require.EqualValues(t, 1, readings()["changes_told"].Whole)
	// A change that went past the ledger is one too many.
	_, err = s.Pool.Exec(ctx, `update promises set window_end = window_end + interval '1 hour' where id = $1`, p.Promise.ID)
	require.NoError(t, err)
	require.EqualValues(t, 1, readings()["unlinked_changes"].Part)
	_, err = s.Pool.Exec(ctx, `update promises set window_end = window_end - interval '1 hour' where id = $1`, p.Promise.ID)
	require.NoError(t, err)
}
