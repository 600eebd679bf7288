package stage_test

import (
	"context"
	"testing"
	"time"

	"roundsman/dispatch"
	"roundsman/dispatch/customer"
	"roundsman/dispatch/desk"
	"roundsman/dispatch/incidents"
	"roundsman/internal/ids"
	"roundsman/internal/stage"

	"github.com/paulmach/orb"
	"github.com/stretchr/testify/require"
)

type doing = map[string]func(context.Context) error

func aTicket(t *testing.T, s, u *stage.Stage) actor {
	ctx := t.Context()
	k := opened(t, s, 0, "printer_fault").Ticket
	twin := opened(t, s, 0, "printer_fault").Ticket
	team := teamOf(t, s, dispatch.SecondLevel, s.Other)
	x, err := s.Desk.OfferTransfer(ctx, s.Agent, k.ID, desk.NewTransfer{ToTeam: &team.ID, Reason: "other", Context: "x"})
	require.NoError(t, err)
	require.NoError(t, s.Store.Read(ctx, func(tx dispatch.Tx) (err error) { k, err = tx.Ticket(ctx, k.ID); return err }))
	d, who, id, v := u.Desk, s.Agent, k.ID, k.Version
	return actor{
		into: forced(s, id, `update tickets set state = $2, restored_at = case when $2 = 'restored' then opened_at end,
			resolved_at = case when $2 = 'resolved' then opened_at end, resolution = case when $2 = 'resolved' then 'x' end where id = $1`),
		acts: doing{
			"change": func(ctx context.Context) error {
				return errOf(d.ChangeTicket(ctx, who, id, v, desk.TicketChange{Summary: ptr("another")}))
			},
			"classify": func(ctx context.Context) error {
				return errOf(d.Classify(ctx, who, id, v, desk.Classification{Template: "password_reset", Reason: "x"}))
			},
			"prioritise": func(ctx context.Context) error {
				return errOf(d.Prioritise(ctx, who, id, v, desk.Rating{Impact: 1, Urgency: 1}))
			},
			"correct_person": func(ctx context.Context) error {
				return errOf(d.CorrectPerson(ctx, who, id, v, stage.Name("person 1"), "x"))
			},
			"place": func(ctx context.Context) error {
				return errOf(d.PlaceTicket(ctx, who, id, v, desk.NewPlace{Room: "9"}))
			},
			"prefer": func(ctx context.Context) error {
				return errOf(d.PreferForTicket(ctx, who, id, s.Crew[0].TechnicianID))
			},
			"promise": func(ctx context.Context) error {
				return errOf(d.PromiseDue(ctx, who, id, desk.NewDue{Kind: dispatch.StatusPromise, Due: s.Clock.Now().Add(time.Hour), Wording: "soon"}))
			},
			"pause_or_resume": func(ctx context.Context) error { return errOf(d.Pause(ctx, who, id, dispatch.WaitingForCustomer)) },
			"hand_over":       func(ctx context.Context) error { return errOf(d.AcceptTransfer(ctx, s.Other, x.ID, x.Version)) },
			"refuse_or_withdraw_hand_over": func(ctx context.Context) error {
				return errOf(d.RefuseTransfer(ctx, s.Other, x.ID, x.Version, "no"))
			},
			"escalate": func(ctx context.Context) error {
				return errOf(d.Escalate(ctx, who, id, desk.NewEscalation{Reason: "complaint", Context: "x"}))
			},
			"ask_another_tier": func(ctx context.Context) error {
				return errOf(d.AskTier(ctx, who, id, desk.NewTask{TeamID: team.ID, Wish: "x"}))
			},
			"write_note_or_file": func(ctx context.Context) error {
				return errOf(d.AddNote(ctx, who, id, desk.NewNote{Audience: dispatch.Internal, Body: "x"}))
			},
			"link":    func(ctx context.Context) error { return errOf(d.Link(ctx, who, id, twin.ID, dispatch.Related)) },
			"merge":   func(ctx context.Context) error { return errOf(d.Merge(ctx, who, id, v, twin.ID)) },
			"resolve": func(ctx context.Context) error { return errOf(d.ResolveTicket(ctx, who, id, v, "x")) },
			"reopen":  func(ctx context.Context) error { return errOf(d.Reopen(ctx, who, id, v, desk.Reopening{Reason: "x"})) },
		},
		elsewhere: map[string]string{"follow_plan": "TestADragIsShownAndThenDone", "restore": "TestReplacementIsOneStep", "answer": "TestNotReachedIsCalledAgain"},
	}
}

func aTransfer(t *testing.T, s, u *stage.Stage) actor {
	k := opened(t, s, 0, "printer_fault").Ticket
	x, err := s.Desk.OfferTransfer(t.Context(), s.Agent, k.ID, desk.NewTransfer{ToAccount: &s.Other.AccountID, Reason: "other", Context: "x"})
	require.NoError(t, err)
	return actor{
		into: forced(s, x.ID, `update transfers set state = $2, settled_at = case when $2 <> 'offered' then asked_at end,
			refusal = case when $2 = 'refused' then 'no' else '' end where id = $1`),
		acts: doing{
			"accept": func(ctx context.Context) error { return errOf(u.Desk.AcceptTransfer(ctx, s.Other, x.ID, x.Version)) },
			"refuse": func(ctx context.Context) error {
				return errOf(u.Desk.RefuseTransfer(ctx, s.Other, x.ID, x.Version, "no"))
			},
			"withdraw": func(ctx context.Context) error { return errOf(u.Desk.WithdrawTransfer(ctx, s.Agent, x.ID, x.Version)) },
		},
	}
}

func aTask(t *testing.T, s, u *stage.Stage) actor {
	team := teamOf(t, s, dispatch.SecondLevel, s.Other)
	k, err := s.Desk.AskTier(t.Context(), s.Agent, opened(t, s, 0, "printer_fault").Ticket.ID, desk.NewTask{TeamID: team.ID, Wish: "x"})
	require.NoError(t, err)
	return actor{
		into: forced(s, k.ID, `update tasks set state = $2, taken_by = case when $2 <> 'waiting' then '`+s.Other.AccountID.String()+`'::uuid end,
			settled_at = case when $2 in ('done', 'given_back') then asked_at end where id = $1`),
		acts: doing{
			"take":      func(ctx context.Context) error { return errOf(u.Desk.TakeTask(ctx, s.Other, k.ID, k.Version)) },
			"finish":    func(ctx context.Context) error { return errOf(u.Desk.FinishTask(ctx, s.Other, k.ID, k.Version, "x")) },
			"give_back": func(ctx context.Context) error { return errOf(u.Desk.GiveBackTask(ctx, s.Other, k.ID, k.Version, "x")) },
		},
	}
}

func anEscalation(t *testing.T, s, u *stage.Stage) actor {
	ctx := t.Context()
	_, err := s.Desk.ChangeLeaders(ctx, s.Admin, []dispatch.Leader{{AccountID: s.Lead.AccountID, Zone: stage.Zone, UntilMin: 24 * 60}})
	require.NoError(t, err)
	e, err := s.Desk.Escalate(ctx, s.Agent, opened(t, s, 0, "printer_fault").Ticket.ID, desk.NewEscalation{Reason: "complaint", Context: "x"})
	require.NoError(t, err)
	return actor{
		into: forced(s, e.ID, `update escalations set state = $2, taken_at = case when $2 = 'taken' then asked_at end where id = $1`),
		acts: doing{
			"take": func(ctx context.Context) error { return errOf(u.Desk.TakeEscalation(ctx, s.Lead, e.ID, e.Version)) },
			"pass": func(ctx context.Context) error { return errOf(u.Desk.PassEscalation(ctx, s.Agent, e.ID, e.Version)) },
		},
	}
}

func anException(t *testing.T, s, u *stage.Stage) actor {
	k := opened(t, s, 0, "printer_fault").Ticket
	x, err := s.Desk.AskException(t.Context(), s.Agent, dispatch.Exception{TicketID: &k.ID, Priority: ptr(1), Reason: "x", ExpiresAt: s.Clock.Now().Add(time.Hour)})
	require.NoError(t, err)
	return actor{
		into: forced(s, x.ID, `update service_exceptions set state = $2, decided_at = case when $2 <> 'requested' then asked_at end,
			decided_by = case when $2 <> 'requested' then '`+s.Lead.AccountID.String()+`'::uuid end where id = $1`),
		acts: doing{
			"approve": func(ctx context.Context) error { return errOf(u.Desk.ApproveException(ctx, s.Lead, x.ID, x.Version)) },
			"refuse": func(ctx context.Context) error {
				return errOf(u.Desk.RefuseException(ctx, s.Lead, x.ID, x.Version, "no"))
			},
			"withdraw": func(ctx context.Context) error { return errOf(u.Desk.WithdrawException(ctx, s.Agent, x.ID, x.Version)) },
		},
	}
}

func aPromise(t *testing.T, s, u *stage.Stage) actor {
	k := opened(t, s, 0, "printer_fault").Ticket
	p, err := s.Desk.PromiseDue(t.Context(), s.Agent, k.ID, desk.NewDue{Kind: dispatch.StatusPromise, Due: s.Clock.Now().Add(time.Hour), Wording: "soon"})
	require.NoError(t, err)
	id, v := p.Promise.ID, p.Promise.Version
	_, arrival := promised(t, s, 2, "printer_fault")
	early := func(u *stage.Stage) func(context.Context) error {
		return func(ctx context.Context) error { return errOf(u.Desk.FulfilPromise(ctx, s.Agent, id, v, nil, "")) }
	}
	both := func(t *testing.T, state string) {
		for _, p := range []ids.ID{id, arrival.Promise.ID} {
			forced(s, p, `update promises set state = $2, settled_at = case when $2 <> 'open' then made_at end where id = $1`)(t, state)
		}
	}
	q, err := s.Desk.Quote(t.Context(), s.Agent, desk.NewQuote{TicketID: arrival.Promise.TicketID, InsteadOf: &arrival.Promise.ID, Days: 2})
	require.NoError(t, err)
	a := desk.Acting{Who: s.Agent}
	return actor{
		into: both,
		acts: doing{
			"keep":    early(u),
			"be_late": early(u), // the clock decides which of the two it is
			"revise": func(ctx context.Context) error {
				return errOf(u.Desk.Reschedule(ctx, a, arrival.Promise.ID, arrival.Promise.Version, desk.Reschedule{OutcomeID: q.Offers[0].OutcomeID}))
			},
			"withdraw": func(ctx context.Context) error {
				return errOf(u.Desk.WithdrawPromise(ctx, a, arrival.Promise.ID, arrival.Promise.Version, desk.Withdrawal{}))
			},
			"break": func(ctx context.Context) error {
				return errOf(u.Desk.WithdrawPromise(ctx, a, arrival.Promise.ID, arrival.Promise.Version, desk.Withdrawal{Choice: dispatch.OurChoice}))
			},
		},
		elsewhere: map[string]string{"rejudge": "TestEvidenceCorrectsTheVerdict", "reopen": "TestAMistakenArrivalIsTakenBack"},
	}
}

func anIncident(t *testing.T, s, u *stage.Stage) actor {
	v := declared(t, s).Incident
	return actor{
		into: forced(s, v.ID, `update incidents set state = $2 where id = $1`),
		acts: doing{
			"confirm":      func(ctx context.Context) error { return errOf(u.Incidents.Confirm(ctx, s.Dispatcher, v.ID, v.Version)) },
			"resolve":      func(ctx context.Context) error { return errOf(u.Incidents.Resolve(ctx, s.Dispatcher, v.ID, v.Version)) },
			"open_tickets": func(ctx context.Context) error { return errOf(u.Incidents.OpenTickets(ctx, s.Dispatcher, v.ID)) },
		},
	}
}

func aCallTask(t *testing.T, s, u *stage.Stage) actor {
	ctx := t.Context()
	v := declared(t, s)
	calls, _, err := s.Incidents.Calls(ctx, s.Agent, v.Incident.ID, dispatch.Page{})
	require.NoError(t, err)
	k := calls[0].Task
	return actor{
		into: forced(s, k.ID, `update call_tasks set state = $2, taken_by = case when $2 <> 'queued' then '`+s.Agent.AccountID.String()+`'::uuid end,
			taken_at = case when $2 <> 'queued' then created_at - interval '1 day' end, settled_at = case when $2 not in ('queued', 'taken') then created_at end where id = $1`),
		acts: doing{
			"take":      func(ctx context.Context) error { return errOf(u.Incidents.TakeCall(ctx, s.Agent, k.ID)) },
			"reach":     func(ctx context.Context) error { return errOf(u.Incidents.SettleCall(ctx, s.Agent, k.ID, true, "x")) },
			"not_reach": func(ctx context.Context) error { return errOf(u.Incidents.SettleCall(ctx, s.Agent, k.ID, false, "x")) },
			"release":   func(ctx context.Context) error { return errOf(u.Incidents.ReleaseCall(ctx, s.Agent, k.ID)) },
			"lapse":     func(ctx context.Context) error { return u.Incidents.Sweep(ctx) },
			"cancel": func(ctx context.Context) error {
				return errOf(u.Desk.StartContact(ctx, s.Agent, desk.NewContact{PersonID: &k.PersonID, Channel: "phone", Direction: "in", Reason: "incident"}))
			},
		},
	}
}

func aCall(t *testing.T, s, u *stage.Stage) actor {
	ctx := t.Context()
	c := ring(t, s, "x", s.Agent, s.Clock.Now().Add(-time.Hour))
	person := stage.Name("person 0")
	other, err := s.Desk.StartContact(ctx, s.Agent, desk.NewContact{PersonID: &person, Channel: "mail", Direction: "in", Reason: "new"})
	require.NoError(t, err)
	return actor{
		into: forced(s, c.ID, `update calls set state = $2, dismissal = case when $2 = 'dismissed' then 'test' else '' end,
			registered_at = case when $2 <> 'seen' then answered_at end, contact_id = case when $2 = 'registered' then '`+other.Contact.ID.String()+`'::uuid end where id = $1`),
		acts: doing{
			"register": func(ctx context.Context) error {
				return errOf(u.Desk.RegisterCall(ctx, s.Agent, c.ID, desk.Registration{PersonID: &person, Reason: "other", Outcome: "informed"}))
			},
			"dismiss": func(ctx context.Context) error { return errOf(u.Desk.DismissCall(ctx, s.Agent, c.ID, "test")) },
		},
	}
}

func aCallback(t *testing.T, s, u *stage.Stage) actor {
	c := served(t, s)
	return actor{
		into: forced(s, c.ID, `update callbacks set state = $2, settled_at = case when $2 = 'settled' then created_at end where id = $1`),
		acts: doing{
			"not_reach": func(ctx context.Context) error {
				return errOf(u.Desk.SettleCallback(ctx, s.Agent, c.ID, c.Version, dispatch.CallbackNotReached, ""))
			},
			"settle": func(ctx context.Context) error {
				return errOf(u.Desk.SettleCallback(ctx, s.Agent, c.ID, c.Version, dispatch.CallbackConfirmed, ""))
			},
		},
	}
}

func aNotice(t *testing.T, s, u *stage.Stage) actor {
	ctx := t.Context()
	promised(t, s, 0, "printer_fault")
	list, _, err := s.Desk.Notices(ctx, s.Agent, dispatch.NoticeFilter{}, dispatch.Page{Limit: 5})
	require.NoError(t, err)
	n := list[0]
	return actor{
		into: forced(s, n.ID, `update notices set state = $2, delivered_at = case when $2 = 'delivered' then created_at end where id = $1`),
		// Without couriers nothing gets there, and one look is enough.
		acts: doing{"give_up": func(ctx context.Context) error {
			return (&desk.Post{Store: u.Desk.Store, Clock: s.Clock, Machine: s.Machine}).Deliver(ctx, n.ID)
		}},
		elsewhere: map[string]string{"deliver": "TestANoticeGoesTheNextWay", "lapse": "TestAReminderThatIsNotSoAnyMore"},
	}
}

func aCustomerLink(t *testing.T, s, u *stage.Stage) actor {
	ctx := t.Context()
	k := opened(t, s, 0, "printer_fault").Ticket
	l, err := s.Customers.MakeLink(ctx, s.Agent, k.ID, false)
	require.NoError(t, err)
	const key = "a key that a letter carries"
	require.NoError(t, s.Store.Write(ctx, func(tx dispatch.Tx) error {
		return tx.AddLinkKey(ctx, l.Link.ID, dispatch.LinkKeyHash(key), s.Clock.Now())
	}))
	return actor{
		into: forced(s, l.Link.ID, `update customer_links set made_at = '2026-01-01', expires_at = case when $2 = 'expired' then timestamptz '2026-01-02' else '2027-01-01' end,
			revoked_at = case when $2 = 'revoked' then made_at end, revoked_by = case when $2 = 'revoked' then made_by end where id = $1`),
		acts: doing{
			"use": func(ctx context.Context) error {
				return errOf((&customer.Room{Store: s.Store, Clock: s.Clock}).Open(ctx, key))
			},
			"revoke": func(ctx context.Context) error { return errOf(u.Customers.Revoke(ctx, s.Agent, l.Link.ID)) },
			"expire": func(context.Context) error { return nil }, // nothing has to happen
		},
	}
}

func aContact(t *testing.T, s, u *stage.Stage) actor {
	id := request(t, s, mail("m1", "", "pat0@road.example")).Contact.ID
	_, err := s.Pool.Exec(t.Context(), `update contacts set ticket_id = null where id = $1`, id)
	require.NoError(t, err)
	return actor{
		into: forced(s, id, `update contacts set waiting = $2 = 'waiting', ended_at = case when $2 = 'ended' then answered_at end where id = $1`),
		acts: doing{
			"answer": func(ctx context.Context) error { return errOf(u.Desk.AnswerContact(ctx, s.Agent, id)) },
			"correct": func(ctx context.Context) error {
				return errOf(u.Desk.CorrectCaller(ctx, s.Agent, id, stage.Name("person 1")))
			},
			"end": func(ctx context.Context) error { return errOf(u.Desk.EndContact(ctx, s.Agent, id, "informed")) },
		},
	}
}

func aRecord(t *testing.T, s, u *stage.Stage) actor {
	id, other := stage.Name("person 0"), stage.Name("person 1")
	return actor{
		into: func(t *testing.T, state string) {
			_, err := s.Pool.Exec(t.Context(), `update people set provisional = $2 = 'provisional', merged_into = case when $2 = 'merged' then $3::uuid end where id = $1`, id, state, other)
			require.NoError(t, err)
		},
		acts: doing{
			"complete": func(ctx context.Context) error {
				return errOf(u.Desk.CompletePerson(ctx, s.Lead, id, desk.Completion{EmployeeNumber: "E77"}))
			},
			"merge_into_another": func(ctx context.Context) error {
				return errOf(u.Desk.MergePeople(ctx, s.Lead, id, stage.Name("person 2"), "the same"))
			},
			"take_another_in": func(ctx context.Context) error {
				return errOf(u.Desk.MergePeople(ctx, s.Lead, stage.Name("person 2"), id, "the same"))
			},
		},
	}
}

func anAgentAbsence(t *testing.T, s, u *stage.Stage) actor {
	now := s.Clock.Now()
	a, err := s.Desk.EnterAgentAbsence(t.Context(), s.Lead, desk.NewAgentAbsence{AccountID: s.Agent.AccountID, StandInID: s.Other.AccountID, From: now, Until: now.Add(time.Hour)})
	require.NoError(t, err)
	begins := map[dispatch.AgentAbsenceState]time.Duration{dispatch.AbsenceAhead: time.Hour, dispatch.AbsenceCurrent: 0, dispatch.AbsenceOver: -time.Hour}
	return actor{
		into: func(t *testing.T, state string) {
			from := now.Add(begins[dispatch.AgentAbsenceState(state)])
			_, err := s.Pool.Exec(t.Context(), `update agent_absences set absent_from = $2, absent_until = $3 where id = $1`, a.ID, from, from.Add(time.Hour))
			require.NoError(t, err)
		},
		acts: doing{
			"begin": func(context.Context) error { return nil }, // nothing has to happen
			"end":   func(ctx context.Context) error { return errOf(u.Desk.EndAgentAbsence(ctx, s.Agent, a.ID, a.Version)) },
			"pass":  func(context.Context) error { return nil },
		},
	}
}

func aClosure(t *testing.T, s, u *stage.Stage) actor {
	c, err := s.Control.EnterClosure(t.Context(), s.Dispatcher, dispatch.Closure{From: s.Clock.Now(), Area: dispatch.ClosureArea{Center: &orb.Point{0.02, 0}, Metres: 50}})
	require.NoError(t, err)
	return actor{
		into: forced(s, c.ID, `update closures set state = $2, ended_at = case when $2 = 'ended' then entered_at end, ended_by = case when $2 = 'ended' then entered_by end where id = $1`),
		acts: doing{"end": func(ctx context.Context) error {
			return errOf(u.Control.EndClosure(ctx, s.Dispatcher, c.ID, c.Version))
		}},
	}
}

func aSource(t *testing.T, s, u *stage.Stage) actor {
	src := source(t, s, "monitoring")
	return actor{
		into: forced(s, src.ID, `update inbound_sources set retired_at = case when $2 = 'retired' then created_at end where id = $1`),
		acts: doing{
			"report": func(context.Context) error { return errOf(signed(t, s, src, "a message")) },
			"rotate": func(ctx context.Context) error { return errOf(u.Inbound.Rotate(ctx, s.Admin, src.ID, src.Version)) },
			"retire": func(ctx context.Context) error { return errOf(u.Inbound.Retire(ctx, s.Admin, src.ID, src.Version)) },
		},
	}
}

func aChange(t *testing.T, s, u *stage.Stage) actor {
	src := source(t, s, "monitoring")
	report := func(state dispatch.ChangeState, title string) incidents.Report {
		return incidents.Report{At: s.Clock.Now(), Change: &incidents.ChangeReport{ExternalID: "c", Planned: true, State: state, Title: title,
			StartsAt: s.Clock.Now().Add(time.Hour), EndsAt: s.Clock.Now().Add(2 * time.Hour)}}
	}
	m, err := tellUs(t, s, src, "first", report(dispatch.ChangePlanned, "first"))
	require.NoError(t, err)
	acts, n := doing{}, 0
	for _, to := range []dispatch.ChangeState{dispatch.ChangePlanned, dispatch.ChangeStarted, dispatch.ChangeFinished, dispatch.ChangeCancelled} {
		acts[string(dispatch.Reported(to))] = func(ctx context.Context) error {
			n++
			from, err := signed(t, s, src, "message "+string(rune('a'+n)))
			if err != nil {
				return err
			}
			return errOf(u.Inbound.Receive(ctx, from, report(to, "another")))
		}
	}
	return actor{into: forced(s, *m.SubjectID, `update changes set state = $2 where id = $1`), acts: acts}
}

func aSubscription(t *testing.T, s, u *stage.Stage) actor {
	r := &receiver{}
	x, err := hooksOf(s, r).Subscribe(t.Context(), s.Admin, "https://hooks.example/x", nil)
	require.NoError(t, err)
	played := hooksOf(s, r)
	played.Store = undone{s.Store}
	return actor{
		into: forced(s, x.ID, `update event_subscriptions set state = $2 where id = $1`),
		acts: doing{
			"rotate": func(ctx context.Context) error { return errOf(played.Rotate(ctx, s.Admin, x.ID, x.Version)) },
			"resume": func(ctx context.Context) error { return errOf(played.Resume(ctx, s.Admin, x.ID, x.Version)) },
			"end":    func(ctx context.Context) error { return errOf(played.End(ctx, s.Admin, x.ID, x.Version)) },
		},
		elsewhere: map[string]string{"give_up": "TestAReceiverThatTakesNothingIsGivenUp"},
	}
}
