package stage_test

import (
	"testing"
	"time"

	"roundsman/dispatch"
	"roundsman/dispatch/stock"
	"roundsman/internal/stage"

	"github.com/stretchr/testify/require"
)

// A reminder that waited for the morning is not sent about a loaner that came back
// in the evening, nor about a day that is another now. Where nothing happened it is.
func TestAReminderThatIsNotSoAnyMore(t *testing.T) {
	t.Parallel()
	const due = 7 * 24 // hours to the midnight of the day on which it is due, at 22:00: in the quiet hours
	nothing := func(*testing.T, *stage.Stage, dispatch.LoanView) {}
	extended := func(t *testing.T, s *stage.Stage, l dispatch.LoanView) {
		_, err := s.Room.Extend(t.Context(), s.Agent, l.Loan.ID, l.Loan.Version, l.Loan.DueAt.Add(2*aDay), "the repair takes longer")
		require.NoError(t, err)
	}
	returned := func(t *testing.T, s *stage.Stage, l dispatch.LoanView) {
		_, err := s.Room.CheckIn(t.Context(), s.Stock, l.Loan.ID, l.Loan.Version, stock.Handover{Condition: "good"})
		require.NoError(t, err)
	}
	for name, c := range map[string]struct {
		kind  string
		day   int // hours from the Monday's midnight to that of the reminder
		do    func(*testing.T, *stage.Stage, dispatch.LoanView)
		wants dispatch.NoticeState
	}{
		"the day before, nothing happened": {"loan_due_soon", due - 24, nothing, dispatch.NoticeDelivered},
		"the day before, extended":         {"loan_due_soon", due - 24, extended, dispatch.NoticeLapsed},
		"the day before, returned":         {"loan_due_soon", due - 24, returned, dispatch.NoticeLapsed},
		"due, nothing happened":            {"loan_due", due, nothing, dispatch.NoticeDelivered},
		"due, extended":                    {"loan_due", due, extended, dispatch.NoticeLapsed},
		"due, returned":                    {"loan_due", due, returned, dispatch.NoticeLapsed},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := stage.New(t, stage.Small)
			ctx := t.Context()
			box := mailbox(s)
			pooled(t, s, 1)
			start := stage.At(9, 0)
			l := book(t, s, stock.NewLoan{PersonID: person(0).ID, DepotID: &home.ID, StartsAt: &start, DueAt: stage.At(due+22, 0)})
			s.Clock.Set(start)
			l, err := s.Room.CheckOut(ctx, s.Stock, l.Loan.ID, l.Loan.Version, stock.Handover{Condition: "good", Taker: byHand})
			require.NoError(t, err)
			if c.kind == "loan_due" { // they were reminded beforehand
				s.Clock.Set(stage.At(due+12, 0))
				require.NoError(t, s.Room.Sweep(ctx))
				require.NoError(t, s.Work(ctx))
			}
			before := len(box.letters)

			s.Clock.Set(stage.At(c.day+22, 30))
			require.NoError(t, s.Room.Sweep(ctx))
			require.NoError(t, s.Work(ctx))
			list, _, err := s.Desk.Notices(ctx, s.Agent, dispatch.NoticeFilter{}, dispatch.Page{Limit: 1})
			require.NoError(t, err)
			require.Equal(t, []any{c.kind, dispatch.NoticeQueued}, []any{list[0].Kind, list[0].State})
			reminded, err := s.Room.Loan(ctx, s.Agent, l.Loan.ID)
			require.NoError(t, err)
			s.Clock.Set(s.Clock.Now().Add(15 * time.Minute))
			c.do(t, s, reminded)

			s.Clock.Set(stage.At(c.day+24+7, 0))
			require.NoError(t, s.Post.Sweep(ctx))
			require.NoError(t, s.Work(ctx))
			n, tries := reread(t, s, list[0].ID)
			require.Equal(t, c.wants, n.State)
			if c.wants == dispatch.NoticeDelivered {
				require.Len(t, box.letters, before+1)
				return
			}
			require.Len(t, box.letters, before)
			require.Empty(t, tries)
			require.Equal(t, 1, events(t, s, "notice.lapsed"))
		})
	}
}
