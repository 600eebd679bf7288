package stage_test

import (
	"testing"
	"time"

	"roundsman/assets"
	"roundsman/dispatch"
	"roundsman/dispatch/control"
	"roundsman/dispatch/day"
	"roundsman/dispatch/desk"
	"roundsman/dispatch/field"
	"roundsman/internal/fault"
	"roundsman/internal/ids"
	"roundsman/internal/stage"

	"github.com/stretchr/testify/require"
)

// promised opens a ticket for a person's device and promises the first window
// that is offered.
func promised(t *testing.T, s *stage.Stage, person int, template string) (desk.TicketView, desk.PromiseView) {
	t.Helper()
	ctx := t.Context()
	device := stage.Name("item device %d", person)
	n := desk.NewTicket{Template: template, PersonID: stage.Name("person %d", person), ItemID: &device}
	if template == "printer_fault" {
		n.KeyField = "the one by the door"
	}
	ticket, err := s.Desk.OpenTicket(ctx, s.Agent, n)
	require.NoError(t, err)
	quote, err := s.Desk.Quote(ctx, s.Agent, desk.NewQuote{TicketID: ticket.Ticket.ID, Days: 1})
	require.NoError(t, err)
	require.NotEmpty(t, quote.Offers, "%+v", quote.Refused)
	promise, err := s.Desk.Promise(ctx, s.Agent, desk.NewPromise{OutcomeID: quote.Offers[0].OutcomeID})
	require.NoError(t, err)
	require.Equal(t, quote.Offers[0].WindowStart, promise.Promise.WindowStart)
	require.Equal(t, quote.Offers[0].WindowEnd, promise.Promise.WindowEnd)
	require.Equal(t, quote.Offers[0].TechnicianID, promise.Promise.TechnicianID)
	require.Equal(t, quote.Offers[0].Confidence, promise.Promise.Confidence)
	return ticket, promise
}

func publish(t *testing.T, s *stage.Stage) {
	t.Helper()
	publishOn(t, s, stage.Monday)
}

func publishOn(t *testing.T, s *stage.Stage, date dispatch.Date) {
	t.Helper()
	ctx := t.Context()
	run, err := s.Control.StartRun(ctx, s.Dispatcher, control.NewRun{RegionID: stage.Day().RegionID, Date: date, Seconds: 1})
	require.NoError(t, err)
	require.NoError(t, s.Work(ctx))
	run, err = s.Control.Run(ctx, s.Dispatcher, run.ID)
	require.NoError(t, err)
	require.Equal(t, dispatch.RunDrafted, run.State, run.Error)
	run, err = s.Control.PublishRun(ctx, s.Dispatcher, run.ID)
	require.NoError(t, err)
	require.Equal(t, dispatch.RunPublished, run.State)
}

// crewOf gives the index of a technician.
func crewOf(t *testing.T, s *stage.Stage, technician ids.ID) int {
	t.Helper()
	for i, c := range s.Crew {
		if *c.TechnicianID == technician {
			return i
		}
	}
	t.Fatal("nobody of the crew")
	return 0
}

// arrived plays a promised visit up to the technician's arrival at its planned
// start.
func arrived(t *testing.T, s *stage.Stage, p desk.PromiseView) int {
	t.Helper()
	ctx := t.Context()
	k := crewOf(t, s, p.Promise.TechnicianID)
	s.Clock.Set(*p.ETA)
	_, err := s.Field.Leave(ctx, s.Crew[k], p.Promise.VisitID, field.NewFact{})
	require.NoError(t, err)
	v, err := s.Field.Arrive(ctx, s.Crew[k], p.Promise.VisitID, field.NewFact{})
	require.NoError(t, err)
	require.Equal(t, dispatch.PromiseKept, v.Promise.State)
	require.NoError(t, s.Work(ctx))
	return k
}

func TestReplacementIsOneStep(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Small)
	ctx := t.Context()
	_, p := promised(t, s, 0, "virus_cleanup")
	_, other := promised(t, s, 1, "printer_fault")
	publish(t, s)
	p, err := s.Desk.PromiseByID(ctx, s.Agent, p.Promise.ID)
	require.NoError(t, err)
	k := arrived(t, s, p)

	offer, err := s.Field.Offer(ctx, s.Crew[k], p.Promise.VisitID)
	require.NoError(t, err)
	require.Len(t, offer.Options, 2)
	replace := offer.Options[0]
	require.Equal(t, "replace_now", replace.Option.Code)
	require.NotNil(t, replace.Outcome, replace.Option.Blocked)
	s.Clock.Set(s.Clock.Now().Add(2 * time.Minute)) // the customer thinks about it

	choice, err := s.Field.Choose(ctx, s.Crew[k], offer.Set.ID, field.NewChoice{OptionID: replace.Option.ID, ChosenBy: "customer"})
	require.NoError(t, err)
	require.Empty(t, day.Matters(*replace.Outcome, choice.Outcome), "what was shown is what happened")
	require.Equal(t, dispatch.OptionsChosen, choice.Set.State)

	given := held(t, s, choice.Given.ID)
	require.Equal(t, assets.Custodian{Kind: assets.Person, ID: stage.Name("person 0")}, given.Held.Holder)
	require.Equal(t, assets.InUse, given.Held.Item.State)
	taken := held(t, s, choice.Taken.ID)
	require.Equal(t, assets.Custodian{Kind: assets.Technician, ID: *s.Crew[k].TechnicianID}, taken.Held.Holder)
	require.Equal(t, assets.Quarantined, taken.Held.Item.State)
	require.Len(t, taken.Chain, 2)

	other, err = s.Desk.PromiseByID(ctx, s.Agent, other.Promise.ID)
	require.NoError(t, err)
	require.Equal(t, dispatch.PromiseOpen, other.Promise.State)

	s.Clock.Set(s.Clock.Now().Add(2 * time.Hour))
	done, err := s.Field.Done(ctx, s.Crew[k], p.Promise.VisitID, field.NewFact{})
	require.NoError(t, err)
	require.Equal(t, s.Agent.AccountID, done.Callback.OwnerID)

	c, err := s.Desk.SettleCallback(ctx, s.Agent, done.Callback.ID, done.Callback.Version, dispatch.CallbackConfirmed, "all fine")
	require.NoError(t, err)
	require.Equal(t, dispatch.CallbackSettled, c.State)
	ticket, err := s.Desk.Ticket(ctx, s.Agent, p.Promise.TicketID)
	require.NoError(t, err)
	require.Equal(t, dispatch.TicketResolved, ticket.Ticket.State)

	// A second choice of the same set finds it chosen.
	_, err = s.Field.Choose(ctx, s.Crew[k], offer.Set.ID, field.NewChoice{OptionID: offer.Options[1].Option.ID})
	require.Equal(t, "options_state", fault.CodeOf(err))
}

func TestQuickFixBringsItsFollowUp(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Small)
	ctx := t.Context()
	_, p := promised(t, s, 0, "virus_cleanup")
	publish(t, s)
	p, err := s.Desk.PromiseByID(ctx, s.Agent, p.Promise.ID)
	require.NoError(t, err)
	k := arrived(t, s, p)
	offer, err := s.Field.Offer(ctx, s.Crew[k], p.Promise.VisitID)
	require.NoError(t, err)
	fix := offer.Options[1]
	require.NotNil(t, fix.Outcome, fix.Option.Blocked)
	require.Equal(t, dispatch.Date("2026-03-16"), *fix.Option.FollowUpDate, "five days on is Saturday; the next working day counts")

	choice, err := s.Field.Choose(ctx, s.Crew[k], offer.Set.ID, field.NewChoice{OptionID: fix.Option.ID, ChosenBy: "customer"})
	require.NoError(t, err)
	require.Equal(t, dispatch.VisitScheduled, choice.FollowUp.State)
	require.Equal(t, p.Promise.VisitID, *choice.FollowUp.FollowsID)
	require.Equal(t, *fix.Option.FollowUpFrom, choice.FollowUpPromise.WindowStart)
	kept := held(t, s, choice.Reserved.ID)
	require.Equal(t, choice.FollowUp.ID, *kept.Held.Reserved)
	device := held(t, s, stage.Name("item device 0"))
	require.Equal(t, "10.0.15063", *device.Held.Item.OSVersion)

	promises, _, err := s.Desk.Promises(ctx, s.Agent, dispatch.PromiseFilter{TicketID: &p.Promise.TicketID}, dispatch.Page{Limit: 10})
	require.NoError(t, err)
	require.Len(t, promises, 2, "the one kept and the one to come")
}

func TestOthersRoundIsNotThere(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Small)
	ctx := t.Context()
	_, p := promised(t, s, 0, "virus_cleanup")
	stranger := s.Crew[1-crewOf(t, s, p.Promise.TechnicianID)]
	v, err := s.Field.Arrive(ctx, stranger, p.Promise.VisitID, field.NewFact{})
	require.NoError(t, err)
	require.Equal(t, dispatch.StrayNotYours, v.Stray.Why)
	_, err = s.Field.Offer(ctx, stranger, p.Promise.VisitID)
	require.Equal(t, "visit_not_found", fault.CodeOf(err))
	_, err = s.Field.OwnRound(ctx, s.Agent, nil)
	require.Equal(t, "scope_missing", fault.CodeOf(err))
}

// While the field moves, a promise's chance is written anew. That changes nothing
// an agent has read: a withdrawal still finds the version it saw.
func TestAChanceIsNoNewVersion(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Size{Technicians: 1, People: 6, Days: 1})
	ctx := t.Context()
	_, first := promised(t, s, 0, "printer_fault")
	_, second := promised(t, s, 2, "printer_fault")
	publish(t, s)
	// Whatever the plan, the chance is another than this afterwards: how good a plan
	// is found within a second is the machine's to say, and either may be certain.
	require.NoError(t, s.Store.Write(ctx, func(tx dispatch.Tx) error { return tx.SetChance(ctx, second.Promise.ID, 0.5) }))
	before, err := s.Desk.PromiseByID(ctx, s.Agent, second.Promise.ID)
	require.NoError(t, err)
	first, err = s.Desk.PromiseByID(ctx, s.Agent, first.Promise.ID)
	require.NoError(t, err)
	arrived(t, s, first)
	after, err := s.Desk.PromiseByID(ctx, s.Agent, second.Promise.ID)
	require.NoError(t, err)
	require.NotEqual(t, *before.Promise.Chance, *after.Promise.Chance)
	require.Equal(t, before.Promise.Version, after.Promise.Version)
}

// What is kept for somebody else is not handed over.
func TestAReservedItemIsNotSwappedIn(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Small)
	ctx := t.Context()
	_, p := promised(t, s, 0, "virus_cleanup")
	other, _ := promised(t, s, 1, "printer_fault")
	publish(t, s)
	p, err := s.Desk.PromiseByID(ctx, s.Agent, p.Promise.ID)
	require.NoError(t, err)
	k := arrived(t, s, p)
	offer, err := s.Field.Offer(ctx, s.Crew[k], p.Promise.VisitID)
	require.NoError(t, err)
	replace := offer.Options[0]
	require.NoError(t, s.Store.Write(ctx, func(tx dispatch.Tx) error {
		return tx.Reserve(ctx, assets.Reservation{ID: ids.New(), ItemID: *replace.Option.ItemID, VisitID: other.Visits[0].ID, CreatedAt: s.Clock.Now()})
	}))
	_, err = s.Field.Choose(ctx, s.Crew[k], offer.Set.ID, field.NewChoice{OptionID: replace.Option.ID})
	require.Equal(t, "asset_gone", fault.CodeOf(err))
}

// What was on offer when the visit ended is on offer no more, and nobody took it back.
func TestAnOfferLapsesWithItsVisit(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Small)
	ctx := t.Context()
	_, p := promised(t, s, 0, "virus_cleanup")
	publish(t, s)
	k := arrived(t, s, promise(t, s, p.Promise.ID))
	offer, err := s.Field.Offer(ctx, s.Crew[k], p.Promise.VisitID)
	require.NoError(t, err)
	_, err = s.Field.Done(ctx, s.Crew[k], p.Promise.VisitID, field.NewFact{})
	require.NoError(t, err)
	require.NoError(t, s.Store.Read(ctx, func(tx dispatch.Tx) error {
		set, _, err := tx.OptionSet(ctx, offer.Set.ID)
		require.Equal(t, dispatch.OptionsLapsed, set.State)
		return err
	}))
	_, err = s.Field.Choose(ctx, s.Crew[k], offer.Set.ID, field.NewChoice{OptionID: offer.Options[1].Option.ID, ChosenBy: "customer"})
	require.Error(t, err)
}
