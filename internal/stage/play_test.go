package stage_test

import (
	"testing"

	"roundsman/dispatch"
	"roundsman/dispatch/desk"
	"roundsman/internal/fault"
	"roundsman/internal/ids"
	"roundsman/internal/stage"

	"github.com/stretchr/testify/require"
)

// refused wants an error of a code.
func refused(t *testing.T, code string, err error) *fault.Error {
	t.Helper()
	require.Error(t, err)
	require.Equal(t, code, fault.CodeOf(err), "%v", err)
	return fault.Of(err)
}

// opened opens a ticket with a visit that waits.
func opened(t *testing.T, s *stage.Stage, person int, template string) desk.TicketView {
	t.Helper()
	device := stage.Name("item device %d", person)
	v, err := s.Desk.OpenTicket(t.Context(), s.Agent, desk.NewTicket{Template: template, KeyField: "the one by the door",
		PersonID: stage.Name("person %d", person), ItemID: &device})
	require.NoError(t, err)
	return v
}

// promise reads one with its ledger.
func promise(t *testing.T, s *stage.Stage, id ids.ID) desk.PromiseView {
	t.Helper()
	v, err := s.Desk.PromiseByID(t.Context(), s.Agent, id)
	require.NoError(t, err)
	return v
}

// kinds are those of a promise's entries.
func kinds(v desk.PromiseView) []dispatch.EntryKind {
	var out []dispatch.EntryKind
	for _, e := range v.Entries {
		out = append(out, e.Kind)
	}
	return out
}

func ticket(t *testing.T, s *stage.Stage, id ids.ID) desk.TicketView {
	t.Helper()
	v, err := s.Desk.Ticket(t.Context(), s.Agent, id)
	require.NoError(t, err)
	return v
}

// notices are the kinds of notice that were written about a promise, the first
// one first.
func notices(t *testing.T, s *stage.Stage, of ids.ID) []string {
	t.Helper()
	list, _, err := s.Desk.Notices(t.Context(), s.Agent, dispatch.NoticeFilter{PromiseID: &of}, dispatch.Page{Limit: 50})
	require.NoError(t, err)
	var out []string
	for i := len(list) - 1; i >= 0; i-- {
		out = append(out, list[i].Kind)
	}
	return out
}

// events counts those of a name.
func events(t *testing.T, s *stage.Stage, name string) (n int) {
	t.Helper()
	require.NoError(t, s.Pool.QueryRow(t.Context(), `select count(*) from events where name = $1`, name).Scan(&n))
	return n
}

// rounds are Monday's, by technician's name.
func rounds(t *testing.T, s *stage.Stage) []dispatch.RoundSheet {
	t.Helper()
	v, err := s.Control.Day(t.Context(), s.Dispatcher, stage.Day())
	require.NoError(t, err)
	return v.Rounds
}

// roundOf gives the round of a crew member.
func roundOf(t *testing.T, s *stage.Stage, k int) dispatch.RoundSheet {
	t.Helper()
	for _, r := range rounds(t, s) {
		if r.Technician.ID == *s.Crew[k].TechnicianID {
			return r
		}
	}
	t.Fatal("the technician has no round")
	return dispatch.RoundSheet{}
}
