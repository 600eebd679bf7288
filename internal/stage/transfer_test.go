package stage_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"roundsman/dispatch"
	"roundsman/dispatch/desk"
	"roundsman/internal/access"
	"roundsman/internal/fault"
	"roundsman/internal/ids"
	"roundsman/internal/stage"

	"github.com/stretchr/testify/require"
)

// as is the principal of an account of the stage.
func as(t *testing.T, s *stage.Stage, login string) access.Principal {
	t.Helper()
	for _, a := range s.Accounts {
		if a.Login == login {
			return a.Principal()
		}
	}
	t.Fatalf("nobody is called %s", login)
	return access.Principal{}
}

// teamOf makes a team.
func teamOf(t *testing.T, s *stage.Stage, tier dispatch.Tier, members ...access.Principal) dispatch.Team {
	t.Helper()
	n := desk.NewTeam{Code: string(tier), Name: string(tier), Tier: tier}
	for _, m := range members {
		n.Members = append(n.Members, m.AccountID)
	}
	team, err := s.Desk.AddTeam(t.Context(), as(t, s, "ada"), n)
	require.NoError(t, err)
	return team
}

func TestTheOwnerStaysUntilTheOtherAccepts(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Small)
	ctx := t.Context()
	v, p := promised(t, s, 0, "printer_fault")
	second := teamOf(t, s, dispatch.SecondLevel, s.Other)
	x, err := s.Desk.OfferTransfer(ctx, s.Agent, v.Ticket.ID, desk.NewTransfer{ToTeam: &second.ID, Reason: "needs_second_level", Context: "prints blank pages"})
	require.NoError(t, err)
	require.Equal(t, s.Agent.AccountID, ticket(t, s, v.Ticket.ID).Ticket.OwnerID, "accountable until accepted")
	require.Equal(t, s.Clock.Now().Add(30*time.Minute), x.DueAt, "the hand-over has a clock")

	_, err = s.Desk.OfferTransfer(ctx, s.Agent, v.Ticket.ID, desk.NewTransfer{ToTeam: &second.ID, Reason: "other", Context: "again"})
	refused(t, "transfer_offered", err)
	_, err = s.Desk.AcceptTransfer(ctx, s.Agent, x.ID, x.Version)
	refused(t, "transfer_not_yours", err)
	_, err = s.Desk.WithdrawTransfer(ctx, s.Other, x.ID, x.Version)
	refused(t, "transfer_not_yours", err)
	_, err = s.Desk.AcceptTransfer(ctx, s.Other, x.ID, x.Version+1)
	refused(t, "version_stale", err)
	_, err = s.Desk.AcceptTransfer(ctx, s.Other, ids.New(), 1)
	refused(t, "transfer_not_found", err)

	x, err = s.Desk.AcceptTransfer(ctx, s.Other, x.ID, x.Version)
	require.NoError(t, err)
	require.Equal(t, dispatch.TransferAccepted, x.State)
	now := ticket(t, s, v.Ticket.ID)
	require.Equal(t, s.Other.AccountID, now.Ticket.OwnerID)
	require.Equal(t, &second.ID, now.Ticket.TeamID)
	require.Equal(t, p.Promise.WindowEnd, now.Promises[0].Promise.WindowEnd, "the promise stands as it was told")
	require.Equal(t, p.Promise.WindowEnd, now.Ticket.NextUpdate.UTC())
	for _, again := range []error{
		errOf(s.Desk.AcceptTransfer(ctx, s.Other, x.ID, x.Version)),
		errOf(s.Desk.RefuseTransfer(ctx, s.Other, x.ID, x.Version, "no")),
		errOf(s.Desk.WithdrawTransfer(ctx, s.Agent, x.ID, x.Version)),
	} {
		f := refused(t, "transfer_state", again)
		require.Equal(t, dispatch.TransferAccepted, f.Members["state"])
		require.Equal(t, []dispatch.TransferState{dispatch.TransferOffered}, f.Members["allowed"])
	}
	require.Equal(t, 1, events(t, s, "ticket.owner_changed"))
}

func TestARefusedTransferStaysWithItsOwner(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Small)
	ctx := t.Context()
	v := opened(t, s, 0, "printer_fault").Ticket
	x, err := s.Desk.OfferTransfer(ctx, s.Agent, v.ID, desk.NewTransfer{ToAccount: &s.Other.AccountID, Reason: "off_duty", Context: "my shift ends"})
	require.NoError(t, err)
	x, err = s.Desk.RefuseTransfer(ctx, s.Other, x.ID, x.Version, "I leave, too")
	require.NoError(t, err)
	require.Equal(t, "I leave, too", x.Refusal)
	require.Equal(t, s.Agent.AccountID, ticket(t, s, v.ID).Ticket.OwnerID)

	// It can be offered again, and the first can't be accepted any more.
	y, err := s.Desk.OfferTransfer(ctx, s.Agent, v.ID, desk.NewTransfer{ToAccount: &s.Other.AccountID, Reason: "off_duty", Context: "please"})
	require.NoError(t, err)
	refused(t, "transfer_state", errOf(s.Desk.AcceptTransfer(ctx, s.Other, x.ID, x.Version)))
	_, err = s.Desk.WithdrawTransfer(ctx, s.Agent, y.ID, y.Version)
	require.NoError(t, err)

	none := teamOf(t, s, dispatch.StockTier)
	for code, n := range map[string]desk.NewTransfer{
		"transfer_target":   {Reason: "other"},
		"team_empty":        {ToTeam: &none.ID, Reason: "other"},
		"team_not_found":    {ToTeam: ptr(ids.New()), Reason: "other"},
		"reference_missing": {ToAccount: ptr(ids.New()), Reason: "other"},
	} {
		_, err := s.Desk.OfferTransfer(ctx, s.Agent, v.ID, n)
		refused(t, code, err)
	}
	_, err = s.Desk.OfferTransfer(ctx, s.Agent, v.ID, desk.NewTransfer{ToAccount: &s.Agent.AccountID})
	refused(t, "transfer_target", err)

	// What is resolved is nobody's to take.
	x, err = s.Desk.OfferTransfer(ctx, s.Agent, v.ID, desk.NewTransfer{ToAccount: &s.Other.AccountID, Reason: "other", Context: "-"})
	require.NoError(t, err)
	_, err = s.Desk.ResolveTicket(ctx, s.Agent, v.ID, ticket(t, s, v.ID).Ticket.Version, "works again")
	require.NoError(t, err)
	refused(t, "ticket_resolved", errOf(s.Desk.AcceptTransfer(ctx, s.Other, x.ID, x.Version)))
	list, _, err := s.Desk.Transfers(ctx, s.Agent, dispatch.TransferFilter{Offered: true}, dispatch.Page{})
	require.NoError(t, err)
	require.Empty(t, list)
}

// What is overdue stands in front.
func TestTransfersThatWait(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Small)
	ctx := t.Context()
	slow, err := s.Desk.AddTeam(ctx, as(t, s, "ada"), desk.NewTeam{Code: "slow", Name: "Slow", Tier: dispatch.SecondLevel, AcceptMinutes: 60, Members: []ids.ID{s.Other.AccountID}})
	require.NoError(t, err)
	first, err := s.Desk.OfferTransfer(ctx, s.Agent, opened(t, s, 0, "printer_fault").Ticket.ID, desk.NewTransfer{ToTeam: &slow.ID, Reason: "other", Context: "-"})
	require.NoError(t, err)
	next, err := s.Desk.OfferTransfer(ctx, s.Agent, opened(t, s, 1, "printer_fault").Ticket.ID, desk.NewTransfer{ToAccount: &s.Other.AccountID, Reason: "other", Context: "-"})
	require.NoError(t, err)
	require.Equal(t, stage.At(8, 30), first.DueAt)
	require.Equal(t, stage.At(8, 0), next.DueAt)
	page, more, err := s.Desk.Transfers(ctx, s.Agent, dispatch.TransferFilter{Offered: true}, dispatch.Page{Limit: 1})
	require.NoError(t, err)
	require.Equal(t, next.ID, page[0].ID)
	page, more, err = s.Desk.Transfers(ctx, s.Agent, dispatch.TransferFilter{Offered: true}, dispatch.Page{Limit: 1, After: more})
	require.NoError(t, err)
	require.Equal(t, first.ID, page[0].ID)
	require.Empty(t, more)
	page, _, err = s.Desk.Transfers(ctx, s.Agent, dispatch.TransferFilter{ToTeam: &slow.ID, Offered: true}, dispatch.Page{})
	require.NoError(t, err)
	require.Len(t, page, 1)
	// A customer who hears from us sooner than the other side has to answer
	// shortens the clock.
	require.Equal(t, stage.At(7, 40), dispatch.TransferDue(time.Hour, stage.At(7, 40), stage.At(7, 30)))
	require.Equal(t, stage.At(8, 30), dispatch.TransferDue(time.Hour, stage.At(7, 20), stage.At(7, 30)))
}

// Two members of a team accept at once: one is the owner, the other is told.
func TestOneOfTwoAccepts(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Small)
	ctx := t.Context()
	lena := as(t, s, "lena")
	second := teamOf(t, s, dispatch.SecondLevel, s.Other, lena)
	for range 5 {
		v := opened(t, s, 0, "printer_fault").Ticket
		x, err := s.Desk.OfferTransfer(ctx, s.Agent, v.ID, desk.NewTransfer{ToTeam: &second.ID, Reason: "other", Context: "-"})
		require.NoError(t, err)
		var wg sync.WaitGroup
		both := []access.Principal{s.Other, lena}
		errs := make([]error, 2)
		for i, who := range both {
			wg.Go(func() { _, errs[i] = s.Desk.AcceptTransfer(ctx, who, x.ID, x.Version) })
		}
		wg.Wait()
		won := 0
		if errs[0] != nil {
			won = 1
		}
		require.NoError(t, errs[won])
		require.Equal(t, "transfer_state", fault.CodeOf(errs[1-won]))
		require.Equal(t, both[won].AccountID, ticket(t, s, v.ID).Ticket.OwnerID)
	}
}

// Without the lock both accept, and one of them believes to own what they don't.
func TestWithoutTheLockBothAccept(t *testing.T) {
	t.Parallel()
	for name, blind := range map[string]bool{"guarded": false, "twin without locks": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := stage.New(t, stage.Small)
			ctx := t.Context()
			lena := as(t, s, "lena")
			second := teamOf(t, s, dispatch.SecondLevel, s.Other, lena)
			v := opened(t, s, 0, "printer_fault").Ticket
			x, err := s.Desk.OfferTransfer(ctx, s.Agent, v.ID, desk.NewTransfer{ToTeam: &second.ID, Reason: "other", Context: "-"})
			require.NoError(t, err)
			h := halt(s.Store, false)
			slow := stage.Over(s.Pool, s.Setup, s.Accounts)
			var store dispatch.Store = h
			if blind {
				store = forgetful{h, x}
			}
			slow.Wire(store)
			done := make(chan error, 1)
			go func() { done <- errOf(slow.Desk.AcceptTransfer(ctx, lena, x.ID, x.Version)) }()
			<-h.thought
			_, err = s.Desk.AcceptTransfer(ctx, s.Other, x.ID, x.Version)
			require.NoError(t, err)
			close(h.proceed)
			err = <-done
			if blind {
				require.NoError(t, err)
				require.Equal(t, 2, events(t, s, "transfer.accepted"), "without the lock it happens")
				return
			}
			refused(t, "transfer_state", err)
			require.Equal(t, s.Other.AccountID, ticket(t, s, v.ID).Ticket.OwnerID)
		})
	}
}

// forgetful is a store that answers for a transfer with what was read of it once.
type forgetful struct {
	*halting
	seen dispatch.Transfer
}

func (f forgetful) Write(ctx context.Context, fn func(dispatch.Tx) error) error {
	return f.halting.Write(ctx, func(tx dispatch.Tx) error { return fn(&forgetfulTx{tx, f.seen}) })
}

type forgetfulTx struct {
	dispatch.Tx
	seen dispatch.Transfer
}

func (f *forgetfulTx) LockTransfer(context.Context, ids.ID) (dispatch.Transfer, error) {
	return f.seen, nil
}

func (f *forgetfulTx) SaveTransfer(_ context.Context, x dispatch.Transfer) (dispatch.Transfer, error) {
	return x, nil
}
