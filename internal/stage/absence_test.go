package stage_test

import (
	"testing"
	"time"

	"roundsman/dispatch"
	"roundsman/dispatch/control"
	"roundsman/internal/access"
	"roundsman/internal/ids"
	"roundsman/internal/stage"

	"github.com/stretchr/testify/require"
)

// away takes a crew member off for Monday.
func away(t *testing.T, s *stage.Stage, k int) (told []string) {
	t.Helper()
	return awayOn(t, s, k, stage.At(7, 0))
}

// awayOn does so for eleven hours.
func awayOn(t *testing.T, s *stage.Stage, k int, from time.Time) (told []string) {
	t.Helper()
	o, err := s.Control.TryAbsence(t.Context(), s.Dispatcher, control.NewAbsence{TechnicianID: *s.Crew[k].TechnicianID, From: from, Until: from.Add(11 * time.Hour)})
	require.NoError(t, err)
	require.True(t, o.Feasible, "%+v", o.Blocked)
	done, err := s.Control.CommitAbsence(t.Context(), s.Dispatcher, "sick", o.ID)
	require.NoError(t, err)
	require.Equal(t, o.Tell, done.Tell)
	for _, x := range done.Tell {
		told = append(told, x.Why)
	}
	return told
}

func TestAnAbsenceHandsItsPromisesOver(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Size{Technicians: 2, People: 6, Days: 1})
	ctx := t.Context()
	_, p := promised(t, s, 0, "printer_fault")
	publish(t, s)
	ill := crewOf(t, s, promise(t, s, p.Promise.ID).Promise.TechnicianID)
	require.Equal(t, []string{"technician_changed"}, away(t, s, ill))

	after := promise(t, s, p.Promise.ID)
	require.Equal(t, *s.Crew[1-ill].TechnicianID, after.Promise.TechnicianID)
	require.Equal(t, p.Promise.WindowStart, after.Promise.WindowStart, "the window is what was promised")
	require.Equal(t, p.Promise.WindowEnd, after.Promise.WindowEnd)
	require.Equal(t, dispatch.PromiseOpen, after.Promise.State)
	require.Equal(t, []dispatch.EntryKind{dispatch.EntryMade, dispatch.EntryRevised}, kinds(after))
	e := last(after.Entries)
	require.Equal(t, "technician_changed", e.Reason)
	require.Equal(t, s.Dispatcher.AccountID, *e.ActorID)
	require.NotNil(t, e.NoticeID)
	require.Equal(t, []string{"promise_made", "technician_changed"}, notices(t, s, p.Promise.ID))
	require.Equal(t, 1, events(t, s, "promise.revised"))
	require.Equal(t, 1, events(t, s, "absence.entered"))
	require.Empty(t, roundOf(t, s, ill).Stops)
	require.Len(t, roundOf(t, s, 1-ill).Stops, 1)
	v, err := s.Control.Day(ctx, s.Dispatcher, stage.Day())
	require.NoError(t, err)
	require.EqualValues(t, 1, v.Version, "an absence is an input of the day")
}

// Nobody is left to come: the promise stands, its holder is told, and nothing is
// dropped on the side.
func TestAnAbsenceOfEverybodyTellsWhoWaits(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Size{Technicians: 1, People: 6, Days: 1})
	ticketed, p := promised(t, s, 0, "printer_fault")
	plain := opened(t, s, 2, "printer_fault")
	publish(t, s)
	require.Equal(t, dispatch.TicketPlanned, ticket(t, s, plain.Ticket.ID).Ticket.State)
	require.Equal(t, []string{"late"}, away(t, s, 0))
	after := promise(t, s, p.Promise.ID)
	require.Equal(t, dispatch.PromiseOpen, after.Promise.State)
	require.NotNil(t, after.Promise.AtRiskSince)
	require.Zero(t, *after.Promise.Chance)
	require.Equal(t, []dispatch.EntryKind{dispatch.EntryMade, dispatch.EntryAtRisk}, kinds(after))
	require.Equal(t, []string{"promise_made", "late"}, notices(t, s, p.Promise.ID))
	require.Equal(t, dispatch.VisitWaiting, stopOf(t, s, p.Promise.VisitID).State)
	require.Equal(t, dispatch.TicketOpen, ticket(t, s, ticketed.Ticket.ID).Ticket.State, "its owner acts next")
	require.Equal(t, dispatch.TicketOpen, ticket(t, s, plain.Ticket.ID).Ticket.State)
}

func TestAnAbsenceThatMakesNoSense(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Small)
	ctx := t.Context()
	who := *s.Crew[0].TechnicianID
	for code, n := range map[string]control.NewAbsence{
		"bad_instants":         {TechnicianID: who, From: stage.At(9, 0), Until: stage.At(9, 0)},
		"no_shift":             {TechnicianID: who, From: stage.At(9, 0).AddDate(0, 0, 5), Until: stage.At(17, 0).AddDate(0, 0, 6)},
		"technician_not_found": {TechnicianID: ids.New(), From: stage.At(9, 0), Until: stage.At(10, 0)},
	} {
		_, err := s.Control.TryAbsence(ctx, s.Dispatcher, n)
		refused(t, code, err)
	}
	// Days without a shift had no bound: each was a query.
	_, err := s.Control.TryAbsence(ctx, s.Dispatcher, control.NewAbsence{TechnicianID: who, From: stage.At(8, 0), Until: stage.At(8, 0).AddDate(900, 0, 0)})
	refused(t, "bad_instants", err)
	n := control.NewAbsence{TechnicianID: who, From: stage.At(8, 0), Until: stage.At(12, 0)}
	_, err = s.Control.TryAbsence(ctx, s.Agent, n)
	refused(t, "scope_missing", err)
	o, err := s.Control.TryAbsence(ctx, s.Dispatcher, n)
	require.NoError(t, err)
	_, err = s.Control.CommitAbsence(ctx, s.Agent, "sick", o.ID)
	refused(t, "scope_missing", err)
	_, err = s.Control.CommitMove(ctx, s.Dispatcher, who, o.ID)
	refused(t, "outcome_kind", err)
	_, err = s.Control.CommitAbsence(ctx, s.Dispatcher, "sick", o.ID)
	require.NoError(t, err)
	_, err = s.Control.CommitAbsence(ctx, s.Dispatcher, "sick", o.ID)
	refused(t, "outcome_used", err)
	require.Equal(t, 1, events(t, s, "absence.entered"))
	_, err = s.Control.TryAbsence(ctx, access.Principal{}, n)
	refused(t, "scope_missing", err)
}

// A leave of two weeks touches every working day of them.
func TestALongAbsenceTouchesEveryDay(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Small)
	ctx := t.Context()
	o, err := s.Control.TryAbsence(ctx, s.Dispatcher, control.NewAbsence{TechnicianID: *s.Crew[0].TechnicianID,
		From: stage.At(0, 0), Until: stage.At(0, 0).Add(14 * 24 * time.Hour)})
	require.NoError(t, err)
	require.Len(t, o.Days, 10)
	_, err = s.Control.CommitAbsence(ctx, s.Dispatcher, "leave", o.ID)
	require.NoError(t, err)
	var absences, raised int
	require.NoError(t, s.Pool.QueryRow(ctx, `select (select count(*) from absences), (select count(*) from region_days where version = 1)`).Scan(&absences, &raised))
	require.Equal(t, 1, absences)
	require.Equal(t, 10, raised)
}
