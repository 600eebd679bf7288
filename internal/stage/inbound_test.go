package stage_test

import (
	"strconv"
	"sync"
	"testing"
	"time"

	"roundsman/dispatch"
	"roundsman/dispatch/incidents"
	"roundsman/internal/access"
	"roundsman/internal/ids"
	"roundsman/internal/stage"
	"roundsman/internal/webhook"

	"github.com/stretchr/testify/require"
)

// source sets one up for the stage's monitoring.
func source(t *testing.T, s *stage.Stage, code string) dispatch.InboundSource {
	t.Helper()
	src, err := s.Inbound.AddSource(t.Context(), s.Admin, incidents.NewSource{Code: code, Name: "Monitoring", AccountID: s.Monitor.AccountID})
	require.NoError(t, err)
	return src
}

// signed signs a message and has it verified.
func signed(t *testing.T, s *stage.Stage, src dispatch.InboundSource, id string) (incidents.Signed, error) {
	t.Helper()
	m := webhook.Message{ID: id, Timestamp: s.Machine.Now(), Body: []byte(id)}
	signature, err := webhook.Sign(m, src.Secret)
	require.NoError(t, err)
	h := webhook.Headers{ID: id, Timestamp: strconv.FormatInt(m.Timestamp.Unix(), 10), Signature: signature}
	return s.Inbound.Verify(t.Context(), src.Code, h, m.Body)
}

// tellUs sends a report.
func tellUs(t *testing.T, s *stage.Stage, src dispatch.InboundSource, id string, r incidents.Report) (dispatch.InboundMessage, error) {
	t.Helper()
	from, err := signed(t, s, src, id)
	require.NoError(t, err)
	if r.At.IsZero() {
		r.At = s.Clock.Now()
	}
	return s.Inbound.Receive(t.Context(), from, r)
}

func worm(external string) *incidents.NewIncident {
	return &incidents.NewIncident{ExternalID: external, Title: "Worm", Cause: "A worm is on old desktops.", State: dispatch.IncidentSuspected,
		Impairs: []string{"mail"}, Template: "virus_cleanup", Predicate: dispatch.Predicate{Models: []string{"OLD-1"}, Sites: []ids.ID{stage.Name("site 0")}}}
}

func theIncident(t *testing.T, s *stage.Stage, id *ids.ID) incidents.View {
	t.Helper()
	require.NotNil(t, id)
	v, err := s.Incidents.Incident(t.Context(), s.Dispatcher, *id)
	require.NoError(t, err)
	return v
}

// An incident is opened, reworded, widened, confirmed and ended by messages that
// may come again and out of order.
func TestMonitoringTellsOfAnIncident(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Small)
	src := source(t, s, "prometheus")
	begin := s.Clock.Now()

	m, err := tellUs(t, s, src, "m1", incidents.Report{Incident: worm("alert-7")})
	require.NoError(t, err)
	require.Equal(t, dispatch.InboundApplied, m.Disposition)
	v := theIncident(t, s, m.SubjectID)
	require.Equal(t, "prometheus:alert-7", v.Incident.ExternalID)
	require.Equal(t, s.Monitor.AccountID, v.Incident.DeclaredBy)
	require.Equal(t, 2, v.Affected, "the two people of site 0")
	require.Equal(t, map[string]int{"queued": 2}, v.Calls)

	again, err := tellUs(t, s, src, "m1", incidents.Report{Incident: worm("alert-7")})
	require.NoError(t, err)
	require.Equal(t, dispatch.InboundDuplicate, again.Disposition)
	require.Equal(t, m.SubjectID, again.SubjectID)
	same, err := tellUs(t, s, src, "m2", incidents.Report{Incident: worm("alert-7")})
	require.NoError(t, err)
	require.Equal(t, dispatch.InboundUnchanged, same.Disposition)
	require.EqualValues(t, 1, theIncident(t, s, m.SubjectID).Incident.Version)

	s.Clock.Set(begin.Add(10 * time.Minute))
	wide := worm("alert-7")
	wide.Predicate.Sites, wide.State = nil, dispatch.IncidentConfirmed
	got, err := tellUs(t, s, src, "m3", incidents.Report{Incident: wide})
	require.NoError(t, err)
	require.Equal(t, dispatch.InboundApplied, got.Disposition)
	v = theIncident(t, s, m.SubjectID)
	require.Equal(t, 6, v.Affected)
	require.Equal(t, map[string]int{"queued": 6}, v.Calls, "nobody is on the list twice")
	require.Equal(t, dispatch.IncidentConfirmed, v.Incident.State)

	late, err := tellUs(t, s, src, "m4", incidents.Report{At: begin.Add(time.Minute), Incident: worm("alert-7")})
	require.NoError(t, err)
	require.Equal(t, dispatch.InboundOutdated, late.Disposition)
	require.Equal(t, 6, theIncident(t, s, m.SubjectID).Affected)

	s.Clock.Set(begin.Add(20 * time.Minute))
	over, err := tellUs(t, s, src, "m5", incidents.Report{Resolved: "alert-7"})
	require.NoError(t, err)
	require.Equal(t, dispatch.InboundApplied, over.Disposition)
	require.Equal(t, dispatch.IncidentResolved, theIncident(t, s, m.SubjectID).Incident.State)
	require.Equal(t, []string{"incident.declared", "incident.updated", "incident.confirmed", "incident.resolved"}, eventsOf(t, s, *m.SubjectID))

	// Over before it is known: the report of its beginning is old by then.
	_, err = tellUs(t, s, src, "m6", incidents.Report{Resolved: "alert-8"})
	require.NoError(t, err)
	early, err := tellUs(t, s, src, "m7", incidents.Report{At: begin, Incident: worm("alert-8")})
	require.NoError(t, err)
	require.Equal(t, dispatch.InboundOutdated, early.Disposition)
	require.Nil(t, early.SubjectID)
	_, err = tellUs(t, s, src, "m8", incidents.Report{})
	refused(t, "inbound_incomplete", err)
}

// The same message many times at once has one effect.
func TestAMessageThatComesManyTimesAtOnce(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Small)
	src := source(t, s, "prometheus")
	from, err := signed(t, s, src, "storm")
	require.NoError(t, err)
	var group sync.WaitGroup
	var mu sync.Mutex
	count := map[dispatch.Disposition]int{}
	for range 12 {
		group.Go(func() {
			m, err := s.Inbound.Receive(t.Context(), from, incidents.Report{At: s.Clock.Now(), Incident: worm("alert-1")})
			mu.Lock()
			defer mu.Unlock()
			if err == nil {
				count[m.Disposition]++
			}
		})
	}
	group.Wait()
	require.Equal(t, map[dispatch.Disposition]int{dispatch.InboundApplied: 1, dispatch.InboundDuplicate: 11}, count)
	require.Equal(t, 1, events(t, s, "incident.declared"))
}

// What is refused leaves no trace, so that the sender may mend it and send it
// again under the same id.
func TestARefusedMessageMayComeAgain(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Small)
	src := source(t, s, "prometheus")
	bad := worm("alert-1")
	bad.Template = "nothing"
	_, err := tellUs(t, s, src, "m1", incidents.Report{Incident: bad})
	refused(t, "template_not_found", err)
	m, err := tellUs(t, s, src, "m1", incidents.Report{Incident: worm("alert-1")})
	require.NoError(t, err)
	require.Equal(t, dispatch.InboundApplied, m.Disposition)
}

// No source can speak of another's incidents and changes.
func TestSourcesAreApart(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Small)
	one, other := source(t, s, "one"), source(t, s, "other")
	m, err := tellUs(t, s, one, "m1", incidents.Report{Incident: worm("alert-1")})
	require.NoError(t, err)
	n, err := tellUs(t, s, other, "m1", incidents.Report{Resolved: "alert-1"})
	require.NoError(t, err)
	require.Equal(t, dispatch.InboundUnchanged, n.Disposition)
	require.Nil(t, n.SubjectID)
	require.Equal(t, dispatch.IncidentSuspected, theIncident(t, s, m.SubjectID).Incident.State)
	other.Secret = one.Secret
	_, err = signed(t, s, other, "m2")
	refused(t, "signature_refused", err)
}

func TestSecretsAreExchangedWithoutAGap(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Small)
	ctx := t.Context()
	first := source(t, s, "prometheus")
	_, err := signed(t, s, first, "m1")
	require.NoError(t, err)

	second, err := s.Inbound.Rotate(ctx, s.Admin, first.ID, first.Version)
	require.NoError(t, err)
	require.NotEqual(t, first.Secret, second.Secret)
	for _, src := range []dispatch.InboundSource{first, second} {
		_, err = signed(t, s, src, "m2")
		require.NoError(t, err, "both are good for a day")
	}
	s.Machine.Set(s.Machine.Now().Add(24 * time.Hour))
	_, err = signed(t, s, first, "m3")
	refused(t, "signature_refused", err)
	_, err = signed(t, s, second, "m3")
	require.NoError(t, err)

	_, err = s.Inbound.Rotate(ctx, s.Admin, first.ID, first.Version)
	refused(t, "version_stale", err)
	gone, err := s.Inbound.Retire(ctx, s.Admin, first.ID, second.Version)
	require.NoError(t, err)
	_, err = signed(t, s, second, "m4")
	refused(t, "signature_refused", err)
	_, err = s.Inbound.Rotate(ctx, s.Admin, first.ID, gone.Version)
	refused(t, "inbound_source_state", err)
}

func TestWhoMaySetUpSources(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Small)
	for who, in := range map[string]struct {
		p       access.Principal
		account ids.ID
	}{
		"scope_missing":       {s.Dispatcher, s.Monitor.AccountID},
		"account_not_service": {s.Admin, s.Dispatcher.AccountID},
		"account_not_found":   {s.Admin, stage.Name("nobody")},
	} {
		_, err := s.Inbound.AddSource(t.Context(), in.p, incidents.NewSource{Code: "x1", Name: "X", AccountID: in.account})
		refused(t, who, err)
	}
	src := source(t, s, "prometheus")
	_, err := s.Inbound.AddSource(t.Context(), s.Admin, incidents.NewSource{Code: "prometheus", Name: "X", AccountID: s.Monitor.AccountID})
	refused(t, "source_taken", err)
	// Who loses the account loses the source.
	_, err = s.Pool.Exec(t.Context(), `update accounts set disabled = true where id = $1`, s.Monitor.AccountID)
	require.NoError(t, err)
	_, err = signed(t, s, src, "m1")
	refused(t, "signature_refused", err)
}

// A planned change is told to whom it touches once it is approved, and again when
// its window moves; the calendar shows what lies ahead.
func TestAPlannedChangeIsToldToWhomItTouches(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Small)
	ctx := t.Context()
	src := source(t, s, "changes")
	report := func() *incidents.ChangeReport {
		return &incidents.ChangeReport{ExternalID: "CHG-1", Planned: true, State: dispatch.ChangePlanned, Title: "New mail servers",
			NoticeText: "Mail is moved.", StartsAt: stage.At(24+9, 0), EndsAt: stage.At(24+11, 0), Sites: []ids.ID{stage.Name("site 0")}, Services: []string{"mail"}, Approval: "pending"}
	}
	told := func() (bodies []string) {
		list, _, err := s.Desk.Notices(ctx, s.Agent, dispatch.NoticeFilter{}, dispatch.Page{Limit: 50})
		require.NoError(t, err)
		for _, n := range list {
			require.Equal(t, "change_planned", n.Kind)
			bodies = append(bodies, n.Body)
		}
		return bodies
	}
	m, err := tellUs(t, s, src, "c1", incidents.Report{Change: report()})
	require.NoError(t, err)
	require.Empty(t, told(), "not approved yet")

	approved := report()
	approved.Approval = "approved"
	_, err = tellUs(t, s, src, "c2", incidents.Report{Change: approved})
	require.NoError(t, err)
	require.Equal(t, []string{"Pat, Mail is moved. This is planned tomorrow between 09:00 and 11:00; you need do nothing. Please call us if that is a bad time.",
		"Pat, Mail is moved. This is planned tomorrow between 09:00 and 11:00; you need do nothing. Please call us if that is a bad time."}, told())
	reworded := report()
	reworded.Approval, reworded.Title = "approved", "Newer mail servers"
	_, err = tellUs(t, s, src, "c3", incidents.Report{Change: reworded})
	require.NoError(t, err)
	require.Len(t, told(), 2, "nothing that concerns them")
	moved := report()
	moved.Approval, moved.EndsAt = "approved", stage.At(24+12, 0)
	_, err = tellUs(t, s, src, "c4", incidents.Report{Change: moved})
	require.NoError(t, err)
	require.Len(t, told(), 4)

	ahead, _, err := s.Incidents.Changes(ctx, s.Agent, dispatch.ChangeFilter{}, dispatch.Page{Limit: 10})
	require.NoError(t, err)
	require.Len(t, ahead, 1)
	require.Equal(t, *m.SubjectID, ahead[0].ID)
	require.EqualValues(t, 4, ahead[0].Version)
	from, until := stage.At(24+12, 0), stage.At(48, 0)
	none, _, err := s.Incidents.Changes(ctx, s.Agent, dispatch.ChangeFilter{From: &from, Until: &until}, dispatch.Page{Limit: 10})
	require.NoError(t, err)
	require.Empty(t, none, "windows are half-open")

	for i, state := range []dispatch.ChangeState{dispatch.ChangeStarted, dispatch.ChangeFinished} {
		r := report()
		r.State, r.EndsAt, r.Approval = state, moved.EndsAt, "approved"
		_, err = tellUs(t, s, src, "s"+string(rune('0'+i)), incidents.Report{Change: r})
		require.NoError(t, err)
	}
	back := report()
	f := func() error { _, err := tellUs(t, s, src, "s9", incidents.Report{Change: back}); return err }
	require.Equal(t, []dispatch.ChangeState{dispatch.ChangePlanned}, refused(t, "change_state", f()).Members["allowed"])
	require.Equal(t, []string{"change.planned", "change.updated", "change.updated", "change.updated", "change.started", "change.finished"}, eventsOf(t, s, *m.SubjectID))
	back.EndsAt = back.StartsAt
	refused(t, "bad_window", f())
}

// Messages are forgotten after a day; what they said about newer and older stays.
func TestMessagesAreForgotten(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Small)
	src := source(t, s, "prometheus")
	_, err := tellUs(t, s, src, "m1", incidents.Report{Incident: worm("alert-1")})
	require.NoError(t, err)
	count := func() (n int) {
		require.NoError(t, s.Pool.QueryRow(t.Context(), `select count(*) from inbound_messages`).Scan(&n))
		return n
	}
	for _, c := range []struct {
		after time.Duration
		left  int
	}{{24 * time.Hour, 1}, {time.Second, 0}} {
		s.Machine.Set(s.Machine.Now().Add(c.after))
		require.NoError(t, s.Inbound.Sweep(t.Context()))
		require.Equal(t, c.left, count())
	}
}
