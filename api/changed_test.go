package api_test

import (
	"net/http"
	"testing"

	"roundsman/api/contract"
	"roundsman/internal/stage"

	"github.com/stretchr/testify/require"
)

// The technician of an offer falls sick before the caller says yes: the promise
// is refused with what it would do now and with windows that can be promised,
// and one of those can.
func TestOutcomeChanged(t *testing.T) {
	t.Parallel()
	s := play(t, stage.Small, nil)
	ticket := ok[contract.TicketDetail](s, http.StatusCreated, s.anna, "POST", "/v1/tickets", object{"template": "virus_cleanup", "person_id": stage.Name("person 0")})
	quote := ok[contract.Quote](s, http.StatusCreated, s.anna, "POST", "/v1/quotes", object{"ticket_id": ticket.Ticket.ID, "days": 1})
	sick := quote.Offers[0].TechnicianID
	tried := ok[contract.Outcome](s, http.StatusOK, s.dora, "POST", "/v1/absences?dry_run=true",
		object{"technician_id": sick, "from": "2026-03-09T07:00:00-04:00", "until": "2026-03-09T20:00:00-04:00", "reason": "sick"})
	ok[contract.Outcome](s, http.StatusOK, s.dora, "POST", "/v1/absences", object{"reason": "sick", "outcome_id": tried.ID})

	g := s.do(s.anna, "POST", "/v1/promises", object{"outcome_id": quote.Offers[0].OutcomeID}, "Idempotency-Key", "p")
	p := g.problem(http.StatusConflict, "outcome_changed")
	now, _ := p["outcome"].(map[string]any)
	require.Contains(t, now, "feasible", "as the contract writes an outcome")
	require.NotEqual(t, quote.Offers[0].OutcomeID.String(), now["id"])
	require.NotEmpty(t, p["differs"])
	var read contract.Problem
	g.into(http.StatusConflict, &read)
	require.NotEmpty(t, read.FeasibleWindows)
	for _, o := range read.FeasibleWindows {
		require.False(t, o.TechnicianID == sick && o.Window.Start.Before(stage.At(24, 0)), "%+v", o)
	}
	// The key was not used up by the refusal of another offer.
	made := ok[contract.Promise](s, http.StatusCreated, s.anna, "POST", "/v1/promises", object{"outcome_id": read.FeasibleWindows[0].OutcomeID}, "Idempotency-Key", "p")
	require.Equal(t, read.FeasibleWindows[0].Window, made.Window)
}
