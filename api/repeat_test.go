package api_test

import (
	"context"
	"encoding/base64"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"roundsman/api"
	"roundsman/api/contract"
	"roundsman/dispatch"
	"roundsman/internal/access"
	"roundsman/internal/ids"
	"roundsman/internal/stage"

	"github.com/stretchr/testify/require"
)

func TestRepeatsGetTheSameBytes(t *testing.T) {
	t.Parallel()
	s := play(t, stage.Small, nil)
	body := object{"template": "virus_cleanup", "person_id": stage.Name("person 0")}
	first := s.do(s.anna, "POST", "/v1/tickets", body, "Idempotency-Key", "k1")
	require.Equal(t, http.StatusCreated, first.Code, first.Body)
	require.Empty(t, first.Header().Get("Idempotent-Replay"))

	second := s.do(s.anna, "POST", "/v1/tickets", body, "Idempotency-Key", "k1")
	require.Equal(t, first.Code, second.Code)
	require.Equal(t, first.Body.String(), second.Body.String())
	require.Equal(t, "true", second.Header().Get("Idempotent-Replay"))
	for _, name := range []string{"ETag", "Location", "Content-Type"} {
		require.NotEmpty(t, first.Header().Get(name))
		require.Equal(t, first.Header().Get(name), second.Header().Get(name))
	}
	// The key is of this account and this request.
	body["summary"] = "another"
	s.do(s.anna, "POST", "/v1/tickets", body, "Idempotency-Key", "k1").problem(http.StatusUnprocessableEntity, "key_reused")
	s.do(s.anna, "POST", "/v1/contacts", object{"channel": "phone", "direction": "in", "reason": "new"}, "Idempotency-Key", "k1").problem(http.StatusUnprocessableEntity, "key_reused")
	require.Equal(t, http.StatusCreated, s.do(s.ben, "POST", "/v1/tickets", body, "Idempotency-Key", "k1").Code)
	require.Len(t, ok[contract.Tickets](s, http.StatusOK, s.anna, "GET", "/v1/tickets", nil).Items, 2)

	// A refusal is not kept: what was impossible may be possible later.
	bad := object{"template": "printer_fault", "person_id": stage.Name("person 0")}
	s.do(s.anna, "POST", "/v1/tickets", bad, "Idempotency-Key", "k2").problem(http.StatusUnprocessableEntity, "key_field_missing")
	bad["key_field"] = "the one by the door"
	require.Equal(t, http.StatusCreated, s.do(s.anna, "POST", "/v1/tickets", bad, "Idempotency-Key", "k2").Code)
}

// A promise that was made is not "used" for whoever repeats making it, and its
// answer stays what it was though the promise has moved on.
func TestRepeatedPromise(t *testing.T) {
	t.Parallel()
	s := play(t, stage.Small, nil)
	ticket := ok[contract.TicketDetail](s, http.StatusCreated, s.anna, "POST", "/v1/tickets", object{"template": "virus_cleanup", "person_id": stage.Name("person 0")})
	quote := ok[contract.Quote](s, http.StatusCreated, s.anna, "POST", "/v1/quotes", object{"ticket_id": ticket.Ticket.ID, "days": 1}, "Idempotency-Key", "q")
	body := object{"outcome_id": quote.Offers[0].OutcomeID}
	first := s.do(s.anna, "POST", "/v1/promises", body, "Idempotency-Key", "p")
	require.Equal(t, http.StatusCreated, first.Code, first.Body)
	s.do(s.ben, "POST", "/v1/promises", body, "Idempotency-Key", "p").problem(http.StatusConflict, "outcome_used")

	withdrawn := s.do(s.anna, "POST", first.Header().Get("Location")+"/withdrawal", object{"reason": "away"}, "If-Match", first.Header().Get("ETag"), "Idempotency-Key", "w")
	require.Equal(t, http.StatusOK, withdrawn.Code, withdrawn.Body)
	again := s.do(s.anna, "POST", "/v1/promises", body, "Idempotency-Key", "p")
	require.Equal(t, first.Body.String(), again.Body.String())
	// A repeat with the old version is the same request, and not stale.
	same := s.do(s.anna, "POST", first.Header().Get("Location")+"/withdrawal", object{"reason": "away"}, "If-Match", first.Header().Get("ETag"), "Idempotency-Key", "w")
	require.Equal(t, withdrawn.Body.String(), same.Body.String())
	s.do(s.anna, "POST", first.Header().Get("Location")+"/withdrawal", object{"reason": "away"}, "If-Match", first.Header().Get("ETag")).problem(http.StatusPreconditionFailed, "version_stale")

	// Who is not let in any more is told nothing of what was answered.
	require.Equal(t, http.StatusNoContent, s.do(s.anna, "DELETE", "/v1/sessions/current", nil).Code)
	s.do(s.anna, "POST", "/v1/promises", body, "Idempotency-Key", "p").problem(http.StatusUnauthorized, "session_ended")
}

// However many come at once, one ticket is made; whoever is not given it is told
// to come again.
func TestRepeatsAtOnce(t *testing.T) {
	t.Parallel()
	s := play(t, stage.Small, nil)
	body := object{"template": "virus_cleanup", "person_id": stage.Name("person 0")}
	const n = 8
	answers := make([]got, n)
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() {
			answers[i] = s.do(s.anna, "POST", "/v1/tickets", body, "Idempotency-Key", "k")
		})
	}
	wg.Wait()
	made := map[string]int{}
	for _, g := range answers {
		if g.Code == http.StatusConflict {
			g.problem(http.StatusConflict, "key_in_flight")
			continue
		}
		require.Equal(t, http.StatusCreated, g.Code, g.Body)
		made[g.Body.String()]++
	}
	require.Len(t, made, 1)
	require.Len(t, ok[contract.Tickets](s, http.StatusOK, s.anna, "GET", "/v1/tickets", nil).Items, 1)
}

// forgetful finds no act, so that a test sees the second guard: the claim inside
// the transaction.
type forgetful struct{}

func (forgetful) FindAct(context.Context, ids.ID, string) (a dispatch.Answer, r [32]byte, found bool, err error) {
	return a, r, false, nil
}

func TestReplayFromTheTransaction(t *testing.T) {
	t.Parallel()
	s := play(t, stage.Small, func(d *api.Deps) { d.Acts = forgetful{} })
	body := object{"template": "virus_cleanup", "person_id": stage.Name("person 0")}
	first := s.do(s.anna, "POST", "/v1/tickets", body, "Idempotency-Key", "k")
	second := s.do(s.anna, "POST", "/v1/tickets", body, "Idempotency-Key", "k")
	require.Equal(t, first.Body.String(), second.Body.String())
	require.Equal(t, "true", second.Header().Get("Idempotent-Replay"))
	body["summary"] = "another"
	s.do(s.anna, "POST", "/v1/tickets", body, "Idempotency-Key", "k").problem(http.StatusUnprocessableEntity, "key_reused")
}

// The second ticket with the caller's own id was an internal error.
func TestAnIdIsTakenOnce(t *testing.T) {
	t.Parallel()
	s := play(t, stage.Small, nil)
	id := ids.New()
	for path, body := range map[string]object{
		"/v1/tickets":  {"id": id, "template": "virus_cleanup", "person_id": stage.Name("person 0")},
		"/v1/contacts": {"id": id, "channel": "phone", "direction": "in", "reason": "new"},
	} {
		require.Equal(t, http.StatusCreated, s.do(s.anna, "POST", path, body).Code)
		s.do(s.anna, "POST", path, body).problem(http.StatusConflict, "id_taken")
	}
	// What slips through to the database says no more than that it can't be kept.
	cursor := base64.RawURLEncoding.EncodeToString([]byte(`{"s":"\u0000","i":"` + id.String() + `"}`))
	s.do(s.anna, "GET", "/v1/items?after="+cursor, nil).problem(http.StatusBadRequest, "bad_value")
}

func TestVersions(t *testing.T) {
	t.Parallel()
	s := play(t, stage.Small, nil)
	made := s.do(s.anna, "POST", "/v1/tickets", object{"template": "password_reset", "person_id": stage.Name("person 0")})
	at, tag := made.Header().Get("Location"), made.Header().Get("ETag")
	patch := func(n int, match string) got {
		return s.do(s.anna, "PATCH", at, fmt.Sprintf(`{"summary":"told %d times"}`, n), "If-Match", match, "Content-Type", "application/merge-patch+json")
	}
	changed := patch(1, tag)
	require.Equal(t, http.StatusOK, changed.Code, changed.Body)
	require.NotEqual(t, tag, changed.Header().Get("ETag"))
	patch(2, tag).problem(http.StatusPreconditionFailed, "version_stale")
	read := s.do(s.anna, "GET", at, nil)
	require.Equal(t, changed.Header().Get("ETag"), read.Header().Get("ETag"))
	resolved := s.do(s.anna, "POST", at+"/resolution", object{"resolution": "reset"}, "If-Match", read.Header().Get("ETag"))
	require.Equal(t, http.StatusOK, resolved.Code, resolved.Body)
	patch(3, resolved.Header().Get("ETag")).problem(http.StatusConflict, "ticket_resolved")
	s.do(s.anna, "GET", "/v1/tickets/"+ids.New().String(), nil).problem(http.StatusNotFound, "ticket_not_found")
}

func TestPages(t *testing.T) {
	t.Parallel()
	s := play(t, stage.Small, nil)
	for i := range 5 {
		ok[contract.TicketDetail](s, http.StatusCreated, s.anna, "POST", "/v1/tickets", object{"template": "password_reset", "person_id": stage.Name("person %d", i%2)})
	}
	var numbers []string
	next := "/v1/tickets?limit=2&state=open&state=planned"
	for pages := 1; next != ""; pages++ {
		require.LessOrEqual(t, pages, 3)
		g := s.do(s.anna, "GET", next, nil)
		var list contract.Tickets
		g.into(http.StatusOK, &list)
		for _, x := range list.Items {
			numbers = append(numbers, x.Number)
		}
		link := g.Header().Get("Link")
		if next = ""; link != "" {
			address, rel, cut := strings.Cut(strings.TrimPrefix(link, "<"), ">")
			require.True(t, cut)
			require.Equal(t, `; rel="next"`, rel)
			next = address
			require.Contains(t, next, "state=open&state=planned")
		}
	}
	require.Len(t, numbers, 5)
	require.IsDecreasing(t, numbers)
	s.do(s.anna, "GET", "/v1/tickets?after=made-up", nil).problem(http.StatusBadRequest, "bad_cursor")
}

// An outcome that would do something else by now is refused with what it would do.
func TestWhatIfThenCommit(t *testing.T) {
	t.Parallel()
	s := play(t, stage.Small, nil)
	promised := func(person int) contract.Promise {
		ticket := ok[contract.TicketDetail](s, http.StatusCreated, s.anna, "POST", "/v1/tickets", object{"template": "virus_cleanup", "person_id": stage.Name("person %d", person)})
		quote := ok[contract.Quote](s, http.StatusCreated, s.anna, "POST", "/v1/quotes", object{"ticket_id": ticket.Ticket.ID, "days": 1})
		return ok[contract.Promise](s, http.StatusCreated, s.anna, "POST", "/v1/promises", object{"outcome_id": quote.Offers[0].OutcomeID})
	}
	p := promised(0)
	day := ok[contract.Day](s, http.StatusOK, s.dora, "GET", "/v1/regions/"+stage.Name("region").String()+"/days/2026-03-09", nil)
	var empty contract.Round
	for _, r := range day.Rounds {
		if len(r.Stops) == 0 {
			empty = r
		}
	}
	require.NotEmpty(t, empty.ID)
	move := "/v1/visits/" + p.VisitID.String() + "/move"
	tried := ok[contract.Outcome](s, http.StatusOK, s.dora, "POST", move+"?dry_run=true", object{"round_id": empty.ID, "position": 1}, "Idempotency-Key", "m")
	require.True(t, tried.Feasible, "%+v", tried.Blocked)
	require.Len(t, tried.Moves, 1)
	still := ok[contract.Day](s, http.StatusOK, s.dora, "GET", "/v1/regions/"+stage.Name("region").String()+"/days/2026-03-09", nil)
	require.Equal(t, day, still, "nothing is done by trying")
	committed := s.do(s.dora, "POST", move, object{"outcome_id": tried.ID}, "Idempotency-Key", "m2")
	require.Equal(t, http.StatusOK, committed.Code, committed.Body)
	require.Equal(t, committed.Body.String(), s.do(s.dora, "POST", move, object{"outcome_id": tried.ID}, "Idempotency-Key", "m2").Body.String())
	s.do(s.dora, "POST", move, object{"outcome_id": tried.ID}).problem(http.StatusConflict, "outcome_used")
	s.do(s.dora, "POST", move, object{"outcome_id": ids.New()}).problem(http.StatusNotFound, "outcome_not_found")

	away := object{"technician_id": empty.Technician.ID, "from": "2026-03-09T08:00:00-04:00", "until": "2026-03-09T18:00:00-04:00", "reason": "sick"}
	sick := ok[contract.Outcome](s, http.StatusOK, s.dora, "POST", "/v1/absences?dry_run=true", away)
	require.NotEmpty(t, sick.Moves)
	ok[contract.Outcome](s, http.StatusOK, s.dora, "POST", "/v1/absences", object{"reason": "sick", "outcome_id": sick.ID})

	s.Clock.Set(stage.At(8, 30))
	ticket := ok[contract.TicketDetail](s, http.StatusCreated, s.anna, "POST", "/v1/tickets", object{"template": "virus_cleanup", "person_id": stage.Name("person 1")})
	quote := ok[contract.Quote](s, http.StatusCreated, s.anna, "POST", "/v1/quotes", object{"ticket_id": ticket.Ticket.ID, "days": 1})
	s.Clock.Set(stage.At(8, 30).Add(dispatch.OutcomeLife + time.Second))
	gone := s.do(s.anna, "POST", "/v1/promises", object{"outcome_id": quote.Offers[0].OutcomeID}).problem(http.StatusConflict, "outcome_expired")
	windows, _ := gone["feasible_windows"].([]any)
	require.NotEmpty(t, windows)
	require.Contains(t, windows[0], "window", "as the contract writes an offer")
}

// Roles bring rights, and a technician's are over their own round alone.
func TestTechnicianSeesOnlyTheirOwn(t *testing.T) {
	t.Parallel()
	s := play(t, stage.Small, nil)
	ok[contract.OwnRound](s, http.StatusOK, s.tess, "GET", "/v1/me/round", nil)
	s.do(s.tess, "GET", "/v1/me/round?date=2026-03-08", nil).problem(http.StatusNotFound, "shift_not_found")
	missing := ok[contract.StrayFact](s, http.StatusAccepted, s.tess, "POST", "/v1/visits/"+ids.New().String()+"/arrival", nil)
	ticket := ok[contract.TicketDetail](s, http.StatusCreated, s.anna, "POST", "/v1/tickets", object{"template": "virus_cleanup", "person_id": stage.Name("person 0")})
	foreign := ok[contract.StrayFact](s, http.StatusAccepted, s.tess, "POST", "/v1/visits/"+ticket.Visits[0].ID.String()+"/arrival", nil)
	foreign.ID, foreign.VisitID = missing.ID, missing.VisitID
	require.Equal(t, missing, foreign, "what is not yours looks like what is not there")
	for _, visit := range []string{ids.New().String(), ticket.Visits[0].ID.String()} {
		s.do(s.tess, "POST", "/v1/visits/"+visit+"/options", nil).problem(http.StatusNotFound, "visit_not_found")
	}
	kept := ok[contract.StrayFacts](s, http.StatusOK, s.dora, "GET", "/v1/stray-facts", nil)
	require.Len(t, kept.Items, 2)
	require.Equal(t, ticket.Visits[0].ID, kept.Items[0].VisitID)
	seen := ok[contract.StrayFact](s, http.StatusOK, s.dora, "POST", "/v1/stray-facts/"+kept.Items[0].ID.String()+"/review", nil)
	require.NotNil(t, seen.ReviewedAt)
	require.Len(t, ok[contract.StrayFacts](s, http.StatusOK, s.dora, "GET", "/v1/stray-facts", nil).Items, 1)
	require.Len(t, ok[contract.StrayFacts](s, http.StatusOK, s.dora, "GET", "/v1/stray-facts?reviewed=true", nil).Items, 2)
	require.False(t, access.Principal{Roles: []access.Role{access.Technician}}.Can(access.TicketsRead))
}
