package stage_test

import (
	"testing"

	"roundsman/dispatch"
	"roundsman/dispatch/desk"
	"roundsman/internal/ids"
	"roundsman/internal/stage"

	"github.com/stretchr/testify/require"
)

// Both technicians live at the same place, so that nothing but the preference
// chooses between them; the ticket's word goes before the person's.
func TestAPlanFollowsThePreferenceOfPersonAndTicket(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		person, ticket *ids.ID
		sent           ids.ID
	}{
		{ptr(stage.Name("technician 0")), nil, stage.Name("technician 0")},
		{ptr(stage.Name("technician 1")), nil, stage.Name("technician 1")},
		{ptr(stage.Name("technician 1")), ptr(stage.Name("technician 0")), stage.Name("technician 0")},
		{ptr(stage.Name("technician 0")), ptr(stage.Name("technician 1")), stage.Name("technician 1")},
	} {
		s := stage.New(t, stage.Small)
		ctx := t.Context()
		device := stage.Name("item device 0")
		v, err := s.Desk.OpenTicket(ctx, s.Agent, desk.NewTicket{Template: "virus_cleanup", PersonID: stage.Name("person 0"), ItemID: &device})
		require.NoError(t, err)
		_, err = s.Desk.Prefer(ctx, s.Agent, stage.Name("person 0"), c.person)
		require.NoError(t, err)
		if c.ticket != nil {
			_, err = s.Desk.PreferForTicket(ctx, s.Agent, v.Ticket.ID, c.ticket)
			require.NoError(t, err)
		}
		publish(t, s)
		var visits []dispatch.Visit
		require.NoError(t, s.Store.Read(ctx, func(tx dispatch.Tx) (err error) {
			visits, err = tx.VisitsOfTicket(ctx, v.Ticket.ID)
			return err
		}))
		require.Len(t, visits, 1)
		require.Equal(t, c.sent, *visits[0].TechnicianID)
	}
}
