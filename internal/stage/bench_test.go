package stage_test

import (
	"testing"

	"roundsman/dispatch"
	"roundsman/dispatch/control"
	"roundsman/dispatch/decide"
	"roundsman/dispatch/desk"
	"roundsman/internal/stage"
	"roundsman/routing"

	"github.com/stretchr/testify/require"
)

// BenchmarkQuote quotes on a full day: 12 technicians, 120 planned visits; on roads
// that are always the same, and by the hour.
func BenchmarkQuote(b *testing.B) {
	s := stage.New(b, stage.Size{Technicians: 12, People: 122, Days: 2})
	ctx := b.Context()
	var ticket desk.TicketView
	for i := range 121 {
		var err error
		ticket, err = s.Desk.OpenTicket(ctx, s.Agent, desk.NewTicket{Template: "printer_fault", KeyField: "it", PersonID: stage.Name("person %d", i)})
		require.NoError(b, err)
	}
	run, err := s.Control.StartRun(ctx, s.Dispatcher, control.NewRun{RegionID: stage.Day().RegionID, Date: stage.Monday, Seconds: 1})
	require.NoError(b, err)
	require.NoError(b, s.Work(ctx))
	_, err = s.Control.PublishRun(ctx, s.Dispatcher, run.ID)
	require.NoError(b, err)
	for name, roads := range map[string]routing.Travel{"steady": stage.Road{}, "rush": rush{}} {
		b.Run(name, func(b *testing.B) {
			s.Decide.Ways = decide.NewWays(roads)
			var q dispatch.Quote
			for b.Loop() {
				q, err = s.Desk.Quote(ctx, s.Agent, desk.NewQuote{TicketID: ticket.Ticket.ID})
				require.NoError(b, err)
			}
			require.NotEmpty(b, q.Offers)
		})
	}
}
