package stage_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"roundsman/dispatch"
	"roundsman/dispatch/control"
	"roundsman/dispatch/desk"
	"roundsman/dispatch/field"
	"roundsman/internal/fault"
	"roundsman/internal/ids"
	"roundsman/internal/stage"

	"github.com/stretchr/testify/require"
)

// history reads the whole ledger, an entry a line.
func history(t *testing.T, s *stage.Stage) map[string]bool {
	t.Helper()
	rows, err := s.Pool.Query(t.Context(), `select promise_id::text || ' ' || seq || ' ' || kind || ' ' || encode(hash, 'hex') from promise_entries`)
	require.NoError(t, err)
	out := map[string]bool{}
	for rows.Next() {
		var line string
		require.NoError(t, rows.Scan(&line))
		out[line] = true
	}
	require.NoError(t, rows.Err())
	return out
}

// Whatever desk, dispatch and field do, in whatever order: no entry of the ledger is
// ever changed or gone, every change was told of, no visit has two promises, and (see
// stage.Verify) every chain fits and ends as its promise stands.
func TestNoActRewritesHistory(t *testing.T) {
	t.Parallel()
	for seed := range uint64(3) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			s := stage.New(t, stage.Size{Technicians: 2, People: 8, Days: 3})
			luck := rand.New(rand.NewPCG(seed, 1))
			before := map[string]bool{}
			done := map[string]int{}
			for range 40 {
				name, err := anyAct(t, s, luck)
				if f := fault.Of(err); err != nil {
					require.NotNil(t, f, "%s: %v", name, err)
					require.NotEqual(t, fault.Internal, f.Kind, "%s: %v", name, err)
				} else {
					done[name]++
				}
				after := history(t, s)
				for line := range before {
					require.True(t, after[line], "%s rewrote %s", name, line)
				}
				before = after
			}
			require.Greater(t, len(done), 5, "%v", done)
			for _, k := range dispatch.PromiseKinds {
				require.Zero(t, countOf(t, s, k).Unlinked)
			}
		})
	}
}

// anyAct does one thing that somebody could do now. A refusal is an answer too.
func anyAct(t *testing.T, s *stage.Stage, luck *rand.Rand) (string, error) {
	ctx := t.Context()
	list, _, err := s.Desk.Promises(ctx, s.Agent, dispatch.PromiseFilter{}, dispatch.Page{Limit: 100})
	require.NoError(t, err)
	p := desk.PromiseView{}
	if len(list) > 0 {
		p = list[luck.IntN(len(list))]
	}
	choice := []dispatch.Choice{dispatch.CustomerChoice, dispatch.OurChoice}[luck.IntN(2)]
	a := desk.Acting{Who: s.Agent}
	switch n := luck.IntN(11); {
	case len(list) == 0 || n < 3:
		v := opened(t, s, luck.IntN(8), "printer_fault")
		q, err := s.Desk.Quote(ctx, s.Agent, desk.NewQuote{TicketID: v.Ticket.ID, Days: 2})
		if err != nil || len(q.Offers) == 0 {
			return "promise", err
		}
		_, err = s.Desk.Promise(ctx, s.Agent, desk.NewPromise{OutcomeID: q.Offers[luck.IntN(len(q.Offers))].OutcomeID})
		return "promise", err
	case n == 3:
		_, err := s.Desk.PromiseDue(ctx, s.Agent, p.Promise.TicketID, desk.NewDue{Kind: dispatch.StatusPromise, Due: s.Clock.Now().Add(time.Hour), Wording: "soon"})
		return "due", err
	case n == 4:
		_, err := s.Desk.FulfilPromise(ctx, s.Agent, p.Promise.ID, p.Promise.Version, nil, "")
		return "fulfil", err
	case n == 5:
		wish := []dispatch.PromiseWish{dispatch.WishCannotBe, dispatch.WishCancelled}[luck.IntN(2)]
		_, err := s.Desk.WithdrawPromise(ctx, a, p.Promise.ID, p.Promise.Version, desk.Withdrawal{Choice: choice, Wish: wish})
		return "withdraw", err
	case n == 6 || n == 7:
		q, err := s.Desk.Quote(ctx, s.Agent, desk.NewQuote{TicketID: p.Promise.TicketID, InsteadOf: &p.Promise.ID})
		if err != nil || len(q.Offers) == 0 {
			return "quote anew", err
		}
		_, err = s.Desk.Reschedule(ctx, a, p.Promise.ID, p.Promise.Version, desk.Reschedule{OutcomeID: q.Offers[0].OutcomeID, Choice: choice})
		return "reschedule", err
	case n == 8:
		s.Clock.Set(s.Clock.Now().Add(time.Duration(luck.IntN(90)) * time.Minute))
		return "sweep", s.Control.Sweep(ctx)
	case n == 9:
		if p.Promise.TechnicianID == ids.Nil {
			return "arrive", nil
		}
		_, err := s.Pool.Exec(ctx, `update rounds set published_at = $1 where published_at is null`, s.Clock.Now())
		require.NoError(t, err)
		_, err = s.Field.Arrive(ctx, s.Crew[crewOf(t, s, p.Promise.TechnicianID)], p.Promise.VisitID, field.NewFact{})
		return "arrive", err
	default:
		from := s.Clock.Now().Add(time.Hour)
		o, err := s.Control.TryAbsence(ctx, s.Dispatcher, control.NewAbsence{TechnicianID: *s.Crew[luck.IntN(2)].TechnicianID, From: from, Until: from.Add(30 * time.Minute)})
		if err != nil {
			return "absence", err
		}
		_, err = s.Control.CommitAbsence(ctx, s.Dispatcher, "doctor", o.ID)
		if err != nil {
			return "absence", err
		}
		return "absence", s.Work(ctx)
	}
}
