package api_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"testing"

	"roundsman/api/contract"
	"roundsman/internal/stage"

	"github.com/stretchr/testify/require"
)

// Somebody says what is wrong, and chooses nothing; IT says later what it is.
func TestSymptomsComeBeforeTheTemplate(t *testing.T) {
	t.Parallel()
	s := play(t, stage.Small, nil)
	person := stage.Name("person 0")
	s.do(s.anna, "POST", "/v1/tickets", object{"person_id": person}).problem(http.StatusUnprocessableEntity, "template_or_symptoms")
	g := s.do(s.anna, "POST", "/v1/tickets", object{"person_id": person, "symptoms": "All printing is blank."})
	var made contract.TicketDetail
	g.into(http.StatusCreated, &made)
	require.Equal(t, "printer_fault", made.SuggestedTemplates[0].Template)
	waiting := ok[contract.Tickets](s, http.StatusOK, s.ben, "GET", "/v1/tickets?unclassified=true", nil)
	require.Len(t, waiting.Items, 1)
	at := "/v1/tickets/" + made.Ticket.ID.String()
	is := ok[contract.Ticket](s, http.StatusOK, s.ben, "POST", at+"/classification", object{"template": made.SuggestedTemplates[0].Template},
		"If-Match", g.Header().Get("ETag"))
	require.Equal(t, "All printing is blank.", *is.Symptoms)
	require.Equal(t, made.Ticket.OpenedAt, is.OpenedAt)
	require.Empty(t, ok[contract.Tickets](s, http.StatusOK, s.ben, "GET", "/v1/tickets?unclassified=true", nil).Items)
}

// What a technician reads first is who waits and what for; the number comes after.
func TestATechniciansListLeadsWithTheName(t *testing.T) {
	t.Parallel()
	s := play(t, stage.Size{Technicians: 2, People: 6, Days: 1, ShiftMinutes: 510}, nil)
	planDay(s, 3)
	var own struct {
		Round struct{ Stops []json.RawMessage }
	}
	s.do(s.tess, "GET", "/v1/me/round", nil).into(http.StatusOK, &own)
	require.Len(t, own.Round.Stops, 3)
	for _, stop := range own.Round.Stops {
		require.Equal(t, []string{"person_name", "spoken_name", "summary", "ticket_number"}, fieldsOf(t, stop)[:4])
	}
	require.Equal(t, []string{"b", "a"}, fieldsOf(t, json.RawMessage(`{"b": {"x": [1]}, "a": 2}`)), "in the order of the document")
}

// fieldsOf gives the names of a document's fields in the order in which they stand.
func fieldsOf(t *testing.T, document json.RawMessage) (names []string) {
	t.Helper()
	d := json.NewDecoder(bytes.NewReader(document))
	_, err := d.Token()
	require.NoError(t, err)
	for d.More() {
		name, err := d.Token()
		require.NoError(t, err)
		names = append(names, name.(string))
		var skipped json.RawMessage
		require.NoError(t, d.Decode(&skipped))
	}
	return names
}
