package api_test

import (
	"net/http"
	"slices"
	"testing"

	"roundsman/api/contract"
	"roundsman/dispatch"
	"roundsman/dispatch/control"
	"roundsman/internal/stage"

	"github.com/stretchr/testify/require"
)

// planDay opens tickets for the first n people and publishes a plan.
func planDay(s *scene, n int) {
	s.t.Helper()
	for i := range n {
		ok[contract.TicketDetail](s, http.StatusCreated, s.anna, "POST", "/v1/tickets",
			map[string]any{"template": "printer_fault", "person_id": stage.Name("person %d", i), "key_field": "the grey one"})
	}
	r, err := s.Control.StartRun(s.t.Context(), s.Dispatcher, control.NewRun{RegionID: stage.Day().RegionID, Date: stage.Monday, Seconds: 1})
	require.NoError(s.t, err)
	require.NoError(s.t, s.Work(s.t.Context()))
	_, err = s.Control.PublishRun(s.t.Context(), s.Dispatcher, r.ID)
	require.NoError(s.t, err)
}

// The board is a page that is read again for nothing until something happens.
func TestTheBoardIsReadAgainForNothing(t *testing.T) {
	t.Parallel()
	s := play(t, stage.Size{Technicians: 2, People: 6, Days: 1, ShiftMinutes: 510}, nil)
	planDay(s, 2)
	path := "/v1/regions/" + stage.Day().RegionID.String() + "/board"
	g := s.do(s.dora, "GET", path, nil)
	var b contract.Board
	g.into(http.StatusOK, &b)
	i := slices.IndexFunc(b.Rounds, func(r contract.BoardRound) bool { return len(r.Visits) == 2 })
	require.GreaterOrEqual(t, i, 0, "both at one site go to one technician")
	require.Contains(t, b.Rounds[i].Visits[0].PersonName, "Pat ")
	tag := g.Header().Get("ETag")
	require.NotEmpty(t, tag)
	g = s.do(s.dora, "GET", path, nil, "If-None-Match", tag)
	require.Equal(t, http.StatusNotModified, g.Code)
	require.Empty(t, g.Body.String())
	require.Equal(t, tag, g.Header().Get("ETag"))

	visit := b.Rounds[i].Visits[1].VisitID.String()
	o := ok[contract.Outcome](s, http.StatusOK, s.dora, "POST", "/v1/visits/"+visit+"/pin?dry_run=true", map[string]any{"time": true})
	require.Equal(t, http.StatusNotModified, s.do(s.dora, "GET", path, nil, "If-None-Match", tag).Code, "what is only tried changes nothing")
	ok[contract.Outcome](s, http.StatusOK, s.dora, "POST", "/v1/visits/"+visit+"/pin", map[string]any{"outcome_id": o.ID})
	g = s.do(s.dora, "GET", path, nil, "If-None-Match", tag)
	g.into(http.StatusOK, &b)
	require.True(t, b.Rounds[i].Visits[1].PinnedTime)
	s.do(s.tess, "GET", path, nil).problem(http.StatusForbidden, "scope_missing")
}

// Each act of the dispatcher's hand, through the interface: without an outcome it is
// refused, with one it is done once, and a repeat gets the same answer.
func TestTheHandsActsThroughTheInterface(t *testing.T) {
	t.Parallel()
	s := play(t, stage.Size{Technicians: 2, People: 6, Days: 1}, nil)
	planDay(s, 4)
	path := "/v1/regions/" + stage.Day().RegionID.String() + "/board"
	read := func() contract.BoardRound {
		b := ok[contract.Board](s, http.StatusOK, s.dora, "GET", path, nil)
		for _, r := range b.Rounds {
			if len(r.Visits) > 1 {
				return r
			}
		}
		require.Fail(t, "no round of two")
		return contract.BoardRound{}
	}
	for _, act := range []struct {
		path func(r contract.BoardRound) string
		body func(r contract.BoardRound) map[string]any
	}{
		{func(r contract.BoardRound) string { return "/v1/rounds/" + r.ID.String() + "/order" }, func(r contract.BoardRound) map[string]any {
			var order []string
			for _, v := range r.Visits {
				order = append([]string{v.VisitID.String()}, order...)
			}
			return map[string]any{"visits": order}
		}},
		{func(r contract.BoardRound) string { return "/v1/visits/" + r.Visits[0].VisitID.String() + "/urgency" }, nil},
		{func(r contract.BoardRound) string { return "/v1/visits/" + r.Visits[0].VisitID.String() + "/companion" }, nil},
		{func(r contract.BoardRound) string { return "/v1/visits/" + r.Visits[0].VisitID.String() + "/split" }, func(contract.BoardRound) map[string]any {
			return map[string]any{"first": "PT10M"}
		}},
		{func(r contract.BoardRound) string {
			return "/v1/visits/" + r.Visits[1].VisitID.String() + "/unassignment"
		}, nil},
		{func(r contract.BoardRound) string { return "/v1/shifts/" + r.Shift.ID.String() + "/overtime" }, func(contract.BoardRound) map[string]any {
			return map[string]any{"overtime": "PT1H"}
		}},
		{func(r contract.BoardRound) string { return "/v1/shifts/" + r.Shift.ID.String() + "/break" }, func(contract.BoardRound) map[string]any {
			return map[string]any{"from": "2026-03-09T13:00:00-04:00", "until": "2026-03-09T13:30:00-04:00"}
		}},
	} {
		r := read()
		path, wanted := act.path(r), map[string]any{}
		if act.body != nil {
			wanted = act.body(r)
			s.do(s.dora, "POST", path+"?dry_run=true", map[string]any{"outcome_id": anID}).problem(http.StatusUnprocessableEntity, "change_incomplete")
			s.do(s.dora, "POST", path, wanted).problem(http.StatusUnprocessableEntity, "outcome_missing")
		}
		o := ok[contract.Outcome](s, http.StatusOK, s.dora, "POST", path+"?dry_run=true", wanted)
		require.True(t, o.Feasible, "%s: %v", path, o.Blocked)
		commit := map[string]any{"outcome_id": o.ID}
		first := s.do(s.dora, "POST", path, commit, "Idempotency-Key", path)
		require.Equal(t, http.StatusOK, first.Code, "%s: %s", path, first.Body)
		again := s.do(s.dora, "POST", path, commit, "Idempotency-Key", path)
		require.Equal(t, first.Body.String(), again.Body.String())
		require.Equal(t, "true", again.Header().Get("Idempotent-Replay"))
		s.do(s.dora, "POST", path, commit).problem(http.StatusConflict, "outcome_used")
	}
	s.do(s.dora, "POST", "/v1/visits/"+read().Visits[0].VisitID.String()+"/split?dry_run=true", map[string]any{"first": "PT90S"}).problem(http.StatusUnprocessableEntity, "bad_duration")
}

func TestATechnicianAnswersAChange(t *testing.T) {
	t.Parallel()
	s := play(t, stage.Size{Technicians: 2, People: 6, Days: 1, ShiftMinutes: 510}, nil)
	planDay(s, 3)
	own := ok[contract.OwnRound](s, http.StatusOK, s.tess, "GET", "/v1/me/round", nil)
	require.Empty(t, own.Round.Changes)
	require.Len(t, own.Round.Stops, 3, "on the way from one to the next")
	v := own.Round.Stops[2].Visit.ID.String()
	move := map[string]any{"round_id": own.Round.ID, "position": 1}
	o := ok[contract.Outcome](s, http.StatusOK, s.dora, "POST", "/v1/visits/"+v+"/move?dry_run=true", move)
	ok[contract.Outcome](s, http.StatusOK, s.dora, "POST", "/v1/visits/"+v+"/move", map[string]any{"outcome_id": o.ID})
	changes := ok[contract.OwnRound](s, http.StatusOK, s.tess, "GET", "/v1/me/round", nil).Round.Changes
	require.NotEmpty(t, changes)
	at := "/v1/round-changes/" + changes[0].ID.String()
	s.do(s.dora, "POST", at+"/acknowledgement", nil).problem(http.StatusForbidden, "scope_missing")
	c := ok[contract.RoundChange](s, http.StatusOK, s.tess, "POST", at+"/objection", map[string]any{"reason": "no kit"}, "Idempotency-Key", "1")
	require.Equal(t, contract.RoundChangeStateObjected, c.State)
	c = ok[contract.RoundChange](s, http.StatusOK, s.tess, "POST", at+"/acknowledgement", nil, "Idempotency-Key", "2")
	require.Equal(t, contract.RoundChangeStateAcknowledged, c.State)
	s.do(s.tess, "POST", at+"/objection", map[string]any{"reason": "no kit"}).problem(http.StatusConflict, "round_change_state")
}

func TestDraftsAndNightsThroughTheInterface(t *testing.T) {
	t.Parallel()
	s := play(t, stage.Size{Technicians: 2, People: 6, Days: 1}, nil)
	planDay(s, 2)
	region := stage.Day().RegionID
	r, err := s.Control.StartRun(t.Context(), s.Dispatcher, control.NewRun{RegionID: region, Date: stage.Monday, Seconds: 1})
	require.NoError(t, err)
	require.NoError(t, s.Work(t.Context()))
	drafts := ok[contract.PlanRuns](s, http.StatusOK, s.dora, "GET", "/v1/plan-runs?state=drafted&date=2026-03-09&region_id="+region.String(), nil)
	require.Len(t, drafts.Items, 1, "the published one is no draft")
	c := ok[contract.Comparison](s, http.StatusOK, s.dora, "GET", "/v1/plan-runs/"+r.ID.String()+"/comparison", nil)
	require.Equal(t, 2, c.From.Assigned)
	ok[contract.Comparison](s, http.StatusOK, s.dora, "GET", "/v1/plan-runs/"+r.ID.String()+"/comparison?with="+r.ID.String(), nil)

	path := "/v1/regions/" + region.String() + "/plan-schedule"
	g := s.do(s.dora, "GET", path, nil)
	var now contract.PlanSchedule
	g.into(http.StatusOK, &now)
	require.False(t, now.Enabled)
	require.Equal(t, "02:00", now.At)
	wanted := map[string]any{"enabled": true, "at": "03:30", "days": 2, "duration": "PT30S"}
	s.do(s.dora, "PUT", path, wanted).problem(http.StatusPreconditionRequired, "if_match_missing")
	set := ok[contract.PlanSchedule](s, http.StatusOK, s.dora, "PUT", path, wanted, "If-Match", g.Header().Get("ETag"))
	require.Equal(t, "03:30", set.At)
	require.Equal(t, "PT30S", set.Duration)
	s.do(s.dora, "PUT", path, wanted, "If-Match", g.Header().Get("ETag")).problem(http.StatusPreconditionFailed, "version_stale")
	wanted["duration"] = "PT10M"
	s.do(s.dora, "PUT", path, wanted, "If-Match", `"2"`).problem(http.StatusUnprocessableEntity, "bad_duration")
}

// What a region learned of its drives is shown, and held still by who says so.
func TestLearnedTimesOverHTTP(t *testing.T) {
	t.Parallel()
	s := play(t, stage.Size{Technicians: 2, People: 2, Days: 1}, nil)
	region := stage.Day().RegionID
	changed := stage.At(2, 0)
	require.NoError(t, s.Store.Write(t.Context(), func(tx dispatch.Tx) error {
		return tx.SetLearnedHours(t.Context(), region, []dispatch.LearnedHour{{Kind: dispatch.Workday, Hour: 8, Percent: 125, Drives: 12, Since: &changed, ChangedAt: &changed}})
	}))
	path := "/v1/regions/" + region.String() + "/learned-times"
	g := s.do(s.dora, "GET", path, nil)
	var now contract.LearnedTimes
	g.into(http.StatusOK, &now)
	require.Equal(t, contract.LearnedUseLearn, now.Use)
	require.Nil(t, now.LearnedAt)
	require.Len(t, now.Hours, 1)
	require.Equal(t, contract.LearnedHour{Day: contract.LearnedHourDayWorkday, Hour: 8, Factor: 1.25, Drives: 12, Since: &changed, ChangedAt: &changed}, now.Hours[0])
	hold := map[string]any{"use": "hold"}
	s.do(s.dora, "PUT", path, hold).problem(http.StatusPreconditionRequired, "if_match_missing")
	set := ok[contract.LearnedTimes](s, http.StatusOK, s.dora, "PUT", path, hold, "If-Match", g.Header().Get("ETag"))
	require.Equal(t, contract.LearnedUseHold, set.Use)
	require.Len(t, set.Hours, 1)
	s.do(s.dora, "PUT", path, hold, "If-Match", g.Header().Get("ETag")).problem(http.StatusPreconditionFailed, "version_stale")
}
