package stage_test

import (
	"testing"
	"time"

	"roundsman/dispatch"
	"roundsman/dispatch/desk"
	"roundsman/internal/stage"

	"github.com/stretchr/testify/require"
)

// A printer is to print again within an hour of service, which begins at eight. One
// is done at half past eight, one at half past nine after half an hour of waiting
// for the customer, one at ten; a fourth at noon, of somebody who has been promised
// no more than a day.
func TestExceptionsAreToldApartFromTheServiceLevel(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Small)
	ctx := t.Context()
	_, err := s.Desk.AddServiceLevel(ctx, s.Admin, dispatch.ServiceLevel{TemplateID: ptr(stage.Name("printer")), RestoreMinutes: ptr(60)})
	require.NoError(t, err)
	ask := func(x dispatch.Exception) {
		x.Reason, x.ExpiresAt = "a second printer stands beside it", s.Clock.Now().Add(24*time.Hour)
		x, err := s.Desk.AskException(ctx, s.Agent, x)
		require.NoError(t, err)
		_, err = s.Desk.ApproveException(ctx, s.Lead, x.ID, x.Version)
		require.NoError(t, err)
	}
	quick, waited, slow, excepted := opened(t, s, 0, "printer_fault").Ticket, opened(t, s, 1, "printer_fault").Ticket, opened(t, s, 2, "printer_fault").Ticket, opened(t, s, 4, "printer_fault").Ticket
	ask(dispatch.Exception{PersonID: &excepted.PersonID, RestoreMinutes: ptr(24 * 60)})
	_, err = s.Desk.AskException(ctx, s.Agent, dispatch.Exception{PersonID: &slow.PersonID, RestoreMinutes: ptr(24 * 60), Reason: "asked for is not approved", ExpiresAt: s.Clock.Now().Add(time.Hour)})
	require.NoError(t, err)
	s.Clock.Set(stage.At(8, 30))
	resolved(t, s, quick.ID)
	_, err = s.Desk.Pause(ctx, s.Agent, waited.ID, dispatch.WaitingForCustomer)
	require.NoError(t, err)
	s.Clock.Set(stage.At(9, 0))
	_, err = s.Desk.Resume(ctx, s.Agent, waited.ID)
	require.NoError(t, err)
	s.Clock.Set(stage.At(9, 30))
	resolved(t, s, waited.ID)
	s.Clock.Set(stage.At(10, 0))
	resolved(t, s, slow.ID)
	word := "done"
	_, err = s.Desk.OpenTicket(ctx, s.Agent, desk.NewTicket{Template: "password_reset", PersonID: quick.PersonID, Resolution: &word})
	require.NoError(t, err)
	s.Clock.Set(stage.At(12, 0))
	resolved(t, s, excepted.ID)

	r, err := s.Desk.LevelReport(ctx, s.Agent, stage.At(7, 0), stage.At(13, 0))
	require.NoError(t, err)
	counts := func(met, missed int) []dispatch.LevelCount {
		return []dispatch.LevelCount{{Measure: dispatch.Respond}, {Measure: dispatch.Restore, Met: met, Missed: missed}, {Measure: dispatch.Resolve}}
	}
	require.Equal(t, dispatch.LevelReport{Tickets: 5, Unset: 1, Excepted: 1, Normal: counts(2, 1), Apart: counts(1, 0)}, r)
	r, err = s.Desk.LevelReport(ctx, s.Agent, stage.At(7, 0), stage.At(9, 0))
	require.NoError(t, err)
	require.Equal(t, dispatch.LevelReport{Tickets: 1, Normal: counts(1, 0), Apart: counts(0, 0)}, r)
	_, err = s.Desk.LevelReport(ctx, s.Agent, stage.At(7, 0), stage.At(7, 0).AddDate(0, 0, 36))
	refused(t, "period_too_long", err)
	_, err = s.Desk.LevelReport(ctx, s.Crew[0], stage.At(7, 0), stage.At(9, 0))
	refused(t, "scope_missing", err)
}

// A ticket needs three fields at most; what it really took is counted.
func TestWhatATicketTakesToEnterIsReported(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Small)
	ctx := t.Context()
	for _, tpl := range s.Setup.Templates {
		n := desk.NewTicket{Template: tpl.Code, PersonID: stage.Name("person 0")}
		if tpl.Field != "" {
			n.KeyField = "the one in room 7"
		}
		_, err := s.Desk.OpenTicket(ctx, s.Agent, n)
		require.NoError(t, err, "the fields that are needed are enough")
		require.LessOrEqual(t, tpl.FieldsNeeded(), 3)
	}
	for _, n := range []int{10, 20, 90} {
		_, err := s.Desk.OpenTicket(ctx, s.Agent, desk.NewTicket{Template: "printer_fault", KeyField: "it", Summary: "paper jam", PersonID: stage.Name("person 1"), KeyStrokes: &n})
		require.NoError(t, err)
	}
	list, err := s.Desk.Efforts(ctx, s.Agent, stage.At(7, 0), stage.At(8, 0))
	require.NoError(t, err)
	require.Equal(t, []dispatch.EffortSpread{
		{TemplateID: stage.Name("password"), TemplateCode: "password_reset", Tickets: 1, FieldsP50: 2, FieldsMost: 2},
		{TemplateID: stage.Name("printer"), TemplateCode: "printer_fault", Tickets: 4, FieldsP50: 4, FieldsMost: 4, Counted: 3, StrokesP50: ptr(20), StrokesP90: ptr(90)},
		{TemplateID: stage.Name("virus"), TemplateCode: "virus_cleanup", Tickets: 1, FieldsP50: 2, FieldsMost: 2},
	}, list)
}
