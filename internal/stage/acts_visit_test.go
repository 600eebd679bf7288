package stage_test

import (
	"context"
	"testing"
	"time"

	"roundsman/dispatch"
	"roundsman/dispatch/control"
	"roundsman/dispatch/customer"
	"roundsman/dispatch/desk"
	"roundsman/dispatch/field"
	"roundsman/internal/access"
	"roundsman/internal/ids"
	"roundsman/internal/stage"

	"github.com/stretchr/testify/require"
)

// onSite is a visit of person 0 that nobody was promised, in a published round and
// arrived at, with its technician.
func onSite(t *testing.T, s *stage.Stage) (desk.TicketView, dispatch.Visit, access.Principal) {
	t.Helper()
	ctx := t.Context()
	k := opened(t, s, 0, "virus_cleanup")
	publish(t, s)
	v := stopOf(t, s, k.Visits[0].ID)
	tess := s.Crew[crewOf(t, s, *v.TechnicianID)]
	s.Clock.Set(*v.PlannedStart)
	_, err := s.Field.Leave(ctx, tess, v.ID, field.NewFact{})
	require.NoError(t, err)
	_, err = s.Field.Arrive(ctx, tess, v.ID, field.NewFact{})
	require.NoError(t, err)
	require.NoError(t, s.Work(ctx))
	return ticket(t, s, k.Ticket.ID), stopOf(t, s, v.ID), tess
}

// intoStates gives what brings a visit that is on site into any state: a visit that
// waits or was cancelled is in no round.
func intoStates(t *testing.T, s *stage.Stage, visit ids.ID) func(*testing.T, string) {
	t.Helper()
	_, err := s.Pool.Exec(t.Context(), `create schema aside`)
	require.NoError(t, err)
	_, err = s.Pool.Exec(t.Context(), `create table aside.visits as select * from visits`)
	require.NoError(t, err)
	return forced(s, visit, `update visits v set state = $2,
		(round_id, shift_id, technician_id, position, planned_leave, planned_start, planned_end, leg_seconds, leg_metres) =
		(select a.round_id, a.shift_id, a.technician_id, a.position, a.planned_leave, a.planned_start, a.planned_end, a.leg_seconds, a.leg_metres
		 from (select 1) one left join aside.visits a on a.id = v.id and $2 not in ('waiting', 'cancelled')),
		departed_at = case when $2 not in ('waiting', 'scheduled', 'cancelled') then (select departed_at from aside.visits a where a.id = v.id) end,
		arrived_at = case when $2 not in ('waiting', 'scheduled', 'en_route', 'cancelled') then (select arrived_at from aside.visits a where a.id = v.id) end,
		completed_at = case when $2 = 'completed' then (select arrived_at from aside.visits a where a.id = v.id) end
		where id = $1`)
}

func aVisit(t *testing.T, s, u *stage.Stage) actor {
	ctx := t.Context()
	k, v, tess := onSite(t, s)
	link, err := s.Customers.MakeLink(ctx, s.Agent, k.Ticket.ID, false)
	require.NoError(t, err)
	offer, err := s.Field.Offer(ctx, tess, v.ID)
	require.NoError(t, err)
	other := roundOf(t, s, 1-crewOf(t, s, *v.TechnicianID)).Round.ID
	id, n, dora := v.ID, field.NewFact{Note: "x"}, s.Dispatcher
	fact := func(do func(context.Context, access.Principal, ids.ID, field.NewFact) (field.VisitView, error)) func(context.Context) error {
		return func(ctx context.Context) error { return errOf(do(ctx, tess, id, n)) }
	}
	return actor{
		into: intoStates(t, s, id),
		acts: doing{
			"promise": func(ctx context.Context) error {
				return errOf(u.Desk.Quote(ctx, s.Agent, desk.NewQuote{TicketID: k.Ticket.ID, Days: 1}))
			},
			"divert": func(ctx context.Context) error {
				site := stage.Name("site 1")
				return errOf(u.Desk.PlaceTicket(ctx, s.Agent, k.Ticket.ID, k.Ticket.Version, desk.NewPlace{SiteID: &site, Room: "9"}))
			},
			"cancel": func(ctx context.Context) error {
				return errOf(u.Desk.ResolveTicket(ctx, s.Agent, k.Ticket.ID, k.Ticket.Version, "x"))
			},
			"reserve": func(ctx context.Context) error {
				return errOf(u.Room.Reserve(ctx, s.Stock, stage.Name("item stock 3"), 1, id))
			},
			"move": func(ctx context.Context) error {
				return errOf(u.Control.TryMove(ctx, dora, id, control.MoveTo{RoundID: other, Position: 1}))
			},
			"pin":         func(ctx context.Context) error { return errOf(u.Control.TryPin(ctx, dora, id, true, true)) },
			"unassign":    func(ctx context.Context) error { return errOf(u.Control.TryUnassign(ctx, dora, id)) },
			"split":       func(ctx context.Context) error { return errOf(u.Control.TrySplit(ctx, dora, id, 10)) },
			"send_second": func(ctx context.Context) error { return errOf(u.Control.TryJoin(ctx, dora, id)) },
			"hasten":      func(ctx context.Context) error { return errOf(u.Control.TryUrgent(ctx, dora, id)) },
			"foretell": func(ctx context.Context) error {
				return errOf(u.Customers.TellPresence(ctx, link.Link, id, customer.NewPresence{Kind: dispatch.PresenceStays}))
			},
			"depart": fact(u.Field.Leave), "arrive": fact(u.Field.Arrive), "undo_departure": fact(u.Field.UndoDeparture),
			"undo_arrival": fact(u.Field.UndoArrival), "miss": fact(u.Field.Miss), "resume": fact(u.Field.Resume), "complete": fact(u.Field.Done),
			"witness": func(ctx context.Context) error {
				return errOf(u.Field.WitnessArrival(ctx, s.Agent, id, field.Witness{HappenedAt: s.Clock.Now()}))
			},
			"call":  func(ctx context.Context) error { return errOf(u.Field.Call(ctx, tess, id, n, false)) },
			"offer": func(ctx context.Context) error { return errOf(u.Field.Offer(ctx, tess, id)) },
			"choose": func(ctx context.Context) error {
				return errOf(u.Field.Choose(ctx, tess, offer.Set.ID, field.NewChoice{OptionID: offer.Options[0].Option.ID, ChosenBy: "customer"}))
			},
			"pause":    func(ctx context.Context) error { return errOf(u.Field.Pause(ctx, tess, id, n, "lunch")) },
			"estimate": func(ctx context.Context) error { return errOf(u.Field.Estimate(ctx, tess, id, n, time.Hour)) },
			"presence": func(ctx context.Context) error {
				return errOf(u.Field.Presence(ctx, tess, id, n, field.NewPresence{Kind: dispatch.PresenceStays}))
			},
			"follow_up": func(ctx context.Context) error {
				return errOf(u.Field.FollowUp(ctx, tess, id, n, field.NewFollowUp{Minutes: 30}))
			},
			"want_second": func(ctx context.Context) error {
				return errOf(u.Field.WantSecond(ctx, tess, id, n, field.NewAssist{Minutes: 30}))
			},
			"give_up": func(ctx context.Context) error { return errOf(u.Field.GiveUp(ctx, tess, id, n, dispatch.GaveUpUnsafe)) },
			"duty": func(ctx context.Context) error {
				return errOf(u.Field.StateDuty(ctx, s.Agent, id, dispatch.DutyBeThere, "x"))
			},
		},
		beyond: map[string]string{"duty": "duty_not_found", "send_second": "nobody_joins"},
		elsewhere: map[string]string{"place": "TestADragIsShownAndThenDone", "unplace": "TestUnservedVisitsWaitAgain",
			"report_missing": "TestAVisitThatIsNeverReportedEnds"},
	}
}

func anOptionSet(t *testing.T, s, u *stage.Stage) actor {
	ctx := t.Context()
	_, v, tess := onSite(t, s)
	offer, err := s.Field.Offer(ctx, tess, v.ID)
	require.NoError(t, err)
	return actor{
		into: forced(s, offer.Set.ID, `update option_sets set state = $2, chosen_at = case when $2 = 'chosen' then offered_at end,
			chosen_id = case when $2 = 'chosen' then (select id from options where set_id = $1 limit 1) end where id = $1`),
		acts: doing{
			"choose": func(ctx context.Context) error {
				return errOf(u.Field.Choose(ctx, tess, offer.Set.ID, field.NewChoice{OptionID: offer.Options[0].Option.ID, ChosenBy: "customer"}))
			},
			"lapse":    func(ctx context.Context) error { return errOf(u.Field.Done(ctx, tess, v.ID, field.NewFact{})) },
			"withdraw": func(ctx context.Context) error { return errOf(u.Field.UndoArrival(ctx, tess, v.ID, field.NewFact{})) },
		},
	}
}

func anAssist(t *testing.T, s, u *stage.Stage) actor {
	_, v, tess := onSite(t, s)
	w, err := s.Field.WantSecond(t.Context(), tess, v.ID, field.NewFact{}, field.NewAssist{Minutes: 30})
	require.NoError(t, err)
	helper := s.Crew[1-crewOf(t, s, *tess.TechnicianID)].TechnicianID
	return actor{
		into: forced(s, w.Assist.ID, `update assists set state = $2, settled_at = case when $2 <> 'wanted' then asked_at end,
			helper_id = case when $2 = 'granted' then '`+helper.String()+`'::uuid end where id = $1`),
		acts: doing{
			"grant": func(ctx context.Context) error {
				return errOf(u.Field.SettleAssist(ctx, s.Dispatcher, w.Assist.ID, 1, helper, ""))
			},
			"decline": func(ctx context.Context) error {
				return errOf(u.Field.SettleAssist(ctx, s.Dispatcher, w.Assist.ID, 1, nil, ""))
			},
			"lapse": func(ctx context.Context) error { return errOf(u.Field.Done(ctx, tess, v.ID, field.NewFact{})) },
		},
	}
}

func aPlanRun(t *testing.T, s, u *stage.Stage) actor {
	ctx := t.Context()
	opened(t, s, 0, "printer_fault")
	r := startRun(t, s, 1)
	require.NoError(t, s.Work(ctx))
	return actor{
		into: forced(s, r.ID, `update plan_runs set state = $2 where id = $1`),
		acts: doing{
			"cancel":  func(ctx context.Context) error { return errOf(u.Control.CancelRun(ctx, s.Dispatcher, r.ID)) },
			"publish": func(ctx context.Context) error { return errOf(u.Control.PublishRun(ctx, s.Dispatcher, r.ID)) },
		},
		elsewhere: map[string]string{"start": "TestARunOutlivesTheServerThatSearches", "draft": "TestADraftIsPublishedOnce", "fail": "TestARunThatCannotBe"},
	}
}

func aRoundChange(t *testing.T, s, u *stage.Stage) actor {
	planned(t, s, 5)
	k := 0
	if len(inOrder(t, s, 1)) > len(inOrder(t, s, 0)) {
		k = 1
	}
	reordered(t, s, k)
	c := ownChanges(t, s, k)[0]
	return actor{
		into: forced(s, c.ID, `update round_changes set state = $2, reason = case when $2 = 'objected' then 'first' else '' end where id = $1`),
		acts: doing{
			"acknowledge": func(ctx context.Context) error { return errOf(u.Field.AcknowledgeChange(ctx, s.Crew[k], c.ID)) },
			"object":      func(ctx context.Context) error { return errOf(u.Field.ObjectToChange(ctx, s.Crew[k], c.ID, "another")) },
		},
		elsewhere: map[string]string{"supersede": "TestWhatIsDueSoonWaitsForTheTechnician"},
	}
}

func anImport(t *testing.T, s, u *stage.Stage) actor {
	r, err := s.Files.Start(t.Context(), s.Admin, manyPeople(3))
	require.NoError(t, err)
	return actor{
		into: forced(s, r.ID, `update imports set state = $2 where id = $1`),
		acts: doing{"cancel": func(ctx context.Context) error { return errOf(u.Files.Cancel(ctx, s.Admin, r.ID)) }},
		elsewhere: map[string]string{"start": "TestAnImportThatWasKilledGoesOnWhereItEnded", "finish": "TestAnImportThatWasKilledGoesOnWhereItEnded",
			"fail": "TestAnImportThatGetsNowhereFails"},
	}
}
