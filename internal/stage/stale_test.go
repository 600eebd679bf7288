package stage_test

import (
	"context"
	"testing"
	"time"

	"roundsman/dispatch"
	"roundsman/dispatch/control"
	"roundsman/dispatch/day"
	"roundsman/dispatch/desk"
	"roundsman/dispatch/field"
	"roundsman/internal/access"
	"roundsman/internal/ids"
	"roundsman/internal/stage"

	"github.com/stretchr/testify/require"
)

// shownAct is an act that somebody was shown the outcome of.
type shownAct struct {
	who     access.Principal
	outcome ids.ID
	at      ids.ID // what it is about; ids.Nil where the commit does not name it
	commit  func(ctx context.Context, s *stage.Stage, at, outcome ids.ID) error
	moves   func() // the day changes underneath
}

// whatIfs are the acts that are tried first and then committed.
var whatIfs = map[string]struct {
	size stage.Size
	play func(*testing.T, *stage.Stage) shownAct
	// gone says that what was shown can't be done at all when the day has moved;
	// otherwise it could, with another effect.
	gone bool
	// differs is what the refusal says to be another.
	differs []string
	again   string // code of another commit; "outcome_used" where empty
	foreign string // code of an outcome of something else; "outcome_kind" where empty, "-" where none can be named
}{
	"promise": {size: stage.Size{Technicians: 1, People: 6, Days: 2}, gone: true, differs: []string{"feasible"},
		play: func(t *testing.T, s *stage.Stage) shownAct {
			_, o := offerFor(t, s, 0)
			return shownAct{who: s.Agent, outcome: o.OutcomeID, moves: func() { awayOn(t, s, 0, o.WindowStart.Add(-time.Hour)) },
				commit: func(ctx context.Context, s *stage.Stage, _, outcome ids.ID) error {
					return errOf(s.Desk.Promise(ctx, s.Agent, desk.NewPromise{OutcomeID: outcome}))
				}}
		}},
	"promise by the customer": {size: stage.Size{Technicians: 1, People: 6, Days: 2}, gone: true, differs: []string{"feasible"}, foreign: "outcome_not_found",
		play: func(t *testing.T, s *stage.Stage) shownAct {
			ticket, o := offerFor(t, s, 0)
			return shownAct{outcome: o.OutcomeID, moves: func() { awayOn(t, s, 0, o.WindowStart.Add(-time.Hour)) },
				commit: func(ctx context.Context, s *stage.Stage, _, outcome ids.ID) error {
					return errOf(s.Desk.PromiseAs(ctx, desk.Acting{Link: &ticket}, desk.NewPromise{OutcomeID: outcome}))
				}}
		}},
	"reschedule": {size: stage.Size{Technicians: 1, People: 6, Days: 2}, gone: true, differs: []string{"feasible"}, again: "promise_state",
		play: func(t *testing.T, s *stage.Stage) shownAct {
			_, p := promised(t, s, 0, "printer_fault")
			return rescheduling(t, s, desk.Acting{Who: s.Agent}, p, anew(t, s, desk.Acting{Who: s.Agent}, p, true), dispatch.OurChoice)
		}},
	"reschedule by the customer": {size: stage.Size{Technicians: 1, People: 6, Days: 2}, gone: true, differs: []string{"feasible"}, again: "promise_state", foreign: "outcome_not_found",
		play: func(t *testing.T, s *stage.Stage) shownAct {
			_, p := promised(t, s, 0, "printer_fault")
			a := desk.Acting{Link: &p.Promise.TicketID}
			return rescheduling(t, s, a, p, anew(t, s, a, p, true), dispatch.CustomerChoice)
		}},
	"proposal": {size: stage.Size{Technicians: 1, People: 6, Days: 2}, gone: true, differs: []string{"feasible"}, again: "version_stale",
		play: func(t *testing.T, s *stage.Stage) shownAct {
			p := promisedAt(t, s, 0, stage.At(10, 0), stage.At(12, 0))
			away(t, s, 0)
			list, err := s.Desk.Propose(t.Context(), s.Agent, desk.NewProposals{RegionID: stage.Day().RegionID, Date: stage.Monday})
			require.NoError(t, err)
			return rescheduling(t, s, desk.Acting{Who: s.Agent}, promise(t, s, p.Promise.ID), list.List[0].Offers[0], dispatch.OurChoice)
		}},
	"move": {size: stage.Size{Technicians: 1, People: 6, Days: 1}, differs: []string{"start"},
		play: func(t *testing.T, s *stage.Stage) shownAct {
			visit := opened(t, s, 0, "printer_fault").Visits[0].ID
			o, err := s.Control.TryMove(t.Context(), s.Dispatcher, visit, control.MoveTo{RoundID: roundOf(t, s, 0).Round.ID, Position: 1})
			return dispatched(t, s, visit, o, err, (*control.Control).CommitMove, lateStart(t, s))
		}},
	"reorder": {size: stage.Size{Technicians: 1, People: 6, Days: 1}, differs: []string{"start"},
		play: func(t *testing.T, s *stage.Stage) shownAct {
			planned(t, s, 3)
			was, round := inOrder(t, s, 0), roundOf(t, s, 0).Round.ID
			o, err := s.Control.TryOrder(t.Context(), s.Dispatcher, round, []ids.ID{was[2], was[0], was[1]})
			return dispatched(t, s, round, o, err, (*control.Control).CommitOrder, lateStart(t, s))
		}},
	"pin": {size: stage.Size{Technicians: 1, People: 6, Days: 1}, differs: []string{"start"},
		play: func(t *testing.T, s *stage.Stage) shownAct {
			visit := planned(t, s, 1)[0]
			o, err := s.Control.TryPin(t.Context(), s.Dispatcher, visit, true, false)
			return dispatched(t, s, visit, o, err, (*control.Control).CommitPin, lateStart(t, s))
		}},
	"pin with the technician": {size: stage.Size{Technicians: 2, People: 6, Days: 1}, differs: []string{"technician"},
		play: func(t *testing.T, s *stage.Stage) shownAct {
			visit := planned(t, s, 1)[0]
			o, err := s.Control.TryPin(t.Context(), s.Dispatcher, visit, false, true)
			return dispatched(t, s, visit, o, err, (*control.Control).CommitPin, func() { away(t, s, crewOf(t, s, *stopOf(t, s, visit).TechnicianID)) })
		}},
	"unassign": {size: stage.Size{Technicians: 1, People: 6, Days: 1}, gone: true, differs: []string{"feasible"},
		play: func(t *testing.T, s *stage.Stage) shownAct {
			visit := planned(t, s, 1)[0]
			o, err := s.Control.TryUnassign(t.Context(), s.Dispatcher, visit)
			return dispatched(t, s, visit, o, err, (*control.Control).CommitUnassign, func() {
				require.NoError(t, errOf(s.Field.Leave(t.Context(), s.Crew[0], visit, field.NewFact{})))
			})
		}},
	"split": {size: stage.Size{Technicians: 1, People: 6, Days: 1}, differs: []string{"start"},
		play: func(t *testing.T, s *stage.Stage) shownAct {
			visit := planned(t, s, 1)[0]
			o, err := s.Control.TrySplit(t.Context(), s.Dispatcher, visit, 10)
			return dispatched(t, s, visit, o, err, (*control.Control).CommitSplit, lateStart(t, s))
		}},
	"join": {size: stage.Size{Technicians: 2, People: 6, Days: 1}, gone: true, differs: []string{"feasible"},
		play: func(t *testing.T, s *stage.Stage) shownAct {
			visit := planned(t, s, 1)[0]
			o, err := s.Control.TryJoin(t.Context(), s.Dispatcher, visit)
			return dispatched(t, s, visit, o, err, (*control.Control).CommitJoin, func() { away(t, s, 1-crewOf(t, s, *stopOf(t, s, visit).TechnicianID)) })
		}},
	"urgent": {size: stage.Size{Technicians: 1, People: 6, Days: 1}, differs: []string{"start"},
		play: func(t *testing.T, s *stage.Stage) shownAct {
			visit := opened(t, s, 0, "printer_fault").Visits[0].ID
			o, err := s.Control.TryUrgent(t.Context(), s.Dispatcher, visit)
			return dispatched(t, s, visit, o, err, (*control.Control).CommitUrgent, lateStart(t, s))
		}},
	// Overtime ends unneeded; then the visit is put where nothing but overtime is left.
	"overtime": {size: stage.Size{Technicians: 1, People: 6, Days: 1}, differs: []string{"also_moved", "waiting"},
		play: func(t *testing.T, s *stage.Stage) shownAct {
			planned(t, s, 1)
			shift := roundOf(t, s, 0).Shift.ID
			o, err := s.Control.TryOvertime(t.Context(), s.Dispatcher, shift, 60)
			require.NoError(t, err)
			require.NoError(t, errOf(s.Control.CommitOvertime(t.Context(), s.Dispatcher, shift, o.ID)))
			o, err = s.Control.TryOvertime(t.Context(), s.Dispatcher, shift, 0)
			return dispatched(t, s, shift, o, err, (*control.Control).CommitOvertime, func() { gone(t, s, 0, stage.At(7, 0), stage.At(16, 10)) })
		}},
	// A break after the visit; then the visit would have to wait until the break is over.
	"break": {size: stage.Size{Technicians: 1, People: 6, Days: 1}, differs: []string{"also_moved"},
		play: func(t *testing.T, s *stage.Stage) shownAct {
			planned(t, s, 1)
			shift := roundOf(t, s, 0).Shift.ID
			_, err := s.Pool.Exec(t.Context(), `update shifts set break_minutes = 30`)
			require.NoError(t, err)
			o, err := s.Control.TryBreak(t.Context(), s.Dispatcher, shift, stage.At(10, 0), stage.At(10, 10))
			return dispatched(t, s, shift, o, err, (*control.Control).CommitBreak, func() { gone(t, s, 0, stage.At(7, 0), stage.At(9, 50)) })
		}},
	"absence": {size: stage.Size{Technicians: 2, People: 6, Days: 1}, differs: []string{"technician", "waiting"},
		play: func(t *testing.T, s *stage.Stage) shownAct {
			k := crewOf(t, s, *stopOf(t, s, planned(t, s, 1)[0]).TechnicianID)
			o, err := s.Control.TryAbsence(t.Context(), s.Dispatcher, control.NewAbsence{TechnicianID: *s.Crew[k].TechnicianID, From: stage.At(7, 0), Until: stage.At(18, 0)})
			a := dispatched(t, s, ids.Nil, o, err, nil, func() { away(t, s, 1-k) })
			a.commit = func(ctx context.Context, s *stage.Stage, _, outcome ids.ID) error {
				return errOf(s.Control.CommitAbsence(ctx, s.Dispatcher, "sick", outcome))
			}
			return a
		}},
	"publish": {size: stage.Size{Technicians: 1, People: 6, Days: 1}, differs: []string{"start"}, again: "plan_run_over", foreign: "-",
		play: func(t *testing.T, s *stage.Stage) shownAct {
			opened(t, s, 0, "printer_fault")
			r := startRun(t, s, 1)
			require.NoError(t, s.Work(t.Context()))
			return shownAct{who: s.Dispatcher, outcome: *runNow(t, s, r.ID).OutcomeID, moves: lateStart(t, s),
				commit: func(ctx context.Context, s *stage.Stage, _, _ ids.ID) error {
					return errOf(s.Control.PublishRun(ctx, s.Dispatcher, r.ID))
				}}
		}},
	"option": {size: stage.Small, gone: true, differs: []string{"feasible"}, again: "options_state", foreign: "-",
		play: func(t *testing.T, s *stage.Stage) shownAct {
			_, p := promised(t, s, 0, "virus_cleanup")
			publish(t, s)
			k := arrived(t, s, promise(t, s, p.Promise.ID))
			offer, err := s.Field.Offer(t.Context(), s.Crew[k], p.Promise.VisitID)
			require.NoError(t, err)
			later := offer.Options[1].Option
			return shownAct{who: s.Crew[k], outcome: *later.OutcomeID, moves: func() {
				for k := range s.Crew {
					awayOn(t, s, k, later.FollowUpFrom.Add(-time.Hour))
				}
			}, commit: func(ctx context.Context, s *stage.Stage, _, _ ids.ID) error {
				return errOf(s.Field.Choose(ctx, s.Crew[k], offer.Set.ID, field.NewChoice{OptionID: later.ID, ChosenBy: "customer"}))
			}}
		}},
}

// dispatched is what a dispatcher was shown about something.
func dispatched(t *testing.T, s *stage.Stage, at ids.ID, o day.Outcome, err error,
	commit func(*control.Control, context.Context, access.Principal, ids.ID, ids.ID) (day.Outcome, error), moves func()) shownAct {
	t.Helper()
	require.NoError(t, err)
	require.True(t, o.Feasible, "%v", o.Blocked)
	return shownAct{who: s.Dispatcher, outcome: o.ID, at: at, moves: moves,
		commit: func(ctx context.Context, s *stage.Stage, at, outcome ids.ID) error {
			return errOf(commit(s.Control, ctx, s.Dispatcher, at, outcome))
		}}
}

// rescheduling is another window for a promise; then whoever would come is away.
func rescheduling(t *testing.T, s *stage.Stage, a desk.Acting, p desk.PromiseView, o dispatch.Offer, choice dispatch.Choice) shownAct {
	return shownAct{who: a.Who, outcome: o.OutcomeID, moves: func() { awayOn(t, s, 0, o.WindowStart.Add(-time.Hour)) },
		commit: func(ctx context.Context, s *stage.Stage, _, outcome ids.ID) error {
			return errOf(s.Desk.Reschedule(ctx, a, p.Promise.ID, p.Promise.Version, desk.Reschedule{OutcomeID: outcome, Choice: choice}))
		}}
}

// gone takes a crew member away for a part of Monday.
func gone(t *testing.T, s *stage.Stage, k int, from, until time.Time) {
	t.Helper()
	o, err := s.Control.TryAbsence(t.Context(), s.Dispatcher, control.NewAbsence{TechnicianID: *s.Crew[k].TechnicianID, From: from, Until: until})
	require.NoError(t, err)
	require.NoError(t, errOf(s.Control.CommitAbsence(t.Context(), s.Dispatcher, "sick", o.ID)))
}

// lateStart has the first of the crew begin at ten instead of eight.
func lateStart(t *testing.T, s *stage.Stage) func() {
	return func() { gone(t, s, 0, stage.At(7, 0), stage.At(10, 0)) }
}

// What was shown is done or it is not: on a day that has moved in a way that matters
// the new outcome is shown instead and nothing else is written. In the twin the store
// gives out what is so now as what was seen, and it is done unseen.
func TestWhatWasShownOfADayThatMovedIsNotDone(t *testing.T) {
	t.Parallel()
	for name, row := range whatIfs {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := stage.New(t, row.size)
			ctx := t.Context()
			a := row.play(t, s)
			now := s.Clock.Now()

			if row.foreign != "-" {
				other := elsewhere(t, s, name)
				before := digest(t, s)
				refused(t, or(row.foreign, "outcome_kind"), a.commit(ctx, s, a.at, other))
				refused(t, "outcome_not_found", a.commit(ctx, s, a.at, ids.New()))
				if a.at != ids.Nil {
					refused(t, "outcome_kind", a.commit(ctx, s, ids.New(), a.outcome))
				}
				require.Equal(t, before, digest(t, s))
			}

			before := digest(t, s, "outcomes", "quotes") // a refusal comes with fresh windows
			s.Clock.Set(goodUntil(t, s, a.outcome).Add(time.Second))
			refused(t, "outcome_expired", a.commit(ctx, s, a.at, a.outcome))
			require.Equal(t, before, digest(t, s, "outcomes", "quotes"))
			s.Clock.Set(now)

			a.moves()
			before = digest(t, s, "outcomes", "quotes")
			f := refused(t, "outcome_changed", a.commit(ctx, s, a.at, a.outcome))
			require.Equal(t, before, digest(t, s, "outcomes", "quotes"))
			require.Equal(t, row.differs, f.Members["differs"])
			fresh := f.Members["outcome"].(day.Outcome)
			require.NotEqual(t, a.outcome, fresh.ID)
			require.Equal(t, row.gone, !fresh.Feasible)
			require.Equal(t, row.gone, f.Members["blocked"] != nil)

			s.Wire(forgetting{s.Store, a.outcome, fresh.ID})
			err := a.commit(ctx, s, a.at, a.outcome)
			if row.gone {
				refused(t, "outcome_changed", err) // what can't be done is not, whatever was seen
				return
			}
			require.NoError(t, err, "the twin that does not compare")
			require.NotEqual(t, before["events"], digest(t, s)["events"])
		})
	}
}

// A commit of a day that did not move is done, once: its repeat gets the same answer,
// and another try of the same outcome is told so.
func TestWhatWasShownIsDoneOnce(t *testing.T) {
	t.Parallel()
	for name, row := range whatIfs {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := stage.New(t, row.size)
			a := row.play(t, s)
			before := digest(t, s)
			ctx, sent := acting(t.Context(), a.who, 1)
			require.NoError(t, a.commit(ctx, s, a.at, a.outcome))
			done := digest(t, s, "quotes")
			require.NotEqual(t, before["events"], done["events"])

			ctx, _ = acting(t.Context(), a.who, 1)
			var replay *dispatch.Replay
			require.ErrorAs(t, a.commit(ctx, s, a.at, a.outcome), &replay)
			require.Equal(t, *sent, replay.Answer.Body)
			require.Equal(t, done, digest(t, s, "quotes"))
			refused(t, or(row.again, "outcome_used"), a.commit(t.Context(), s, a.at, a.outcome))
			require.Equal(t, without(done, "outcomes"), digest(t, s, "outcomes", "quotes"))
		})
	}
}

// goodUntil is when an outcome grows too old: a draft lives longer than a drag.
func goodUntil(t *testing.T, s *stage.Stage, outcome ids.ID) (until time.Time) {
	t.Helper()
	require.NoError(t, s.Store.Read(t.Context(), func(tx dispatch.Tx) error {
		r, err := tx.Outcome(t.Context(), outcome)
		until = r.ExpiresAt
		return err
	}))
	return until
}

// elsewhere asks about something that no act of that name is.
func elsewhere(t *testing.T, s *stage.Stage, name string) ids.ID {
	t.Helper()
	shift := roundOf(t, s, 0).Shift.ID
	o, err := s.Control.TryBreak(t.Context(), s.Dispatcher, shift, stage.At(13, 0), stage.At(14, 0))
	if name == "break" {
		o, err = s.Control.TryOvertime(t.Context(), s.Dispatcher, shift, 30)
	}
	require.NoError(t, err)
	return o.ID
}

func or(code, usual string) string {
	if code == "" {
		return usual
	}
	return code
}

func without(m map[string]string, table string) map[string]string {
	delete(m, table)
	return m
}

// forgetting is a store that has lost what was shown of an outcome, and gives what a
// later one shows for it.
type forgetting struct {
	dispatch.Store
	outcome, later ids.ID
}

func (f forgetting) Read(ctx context.Context, fn func(dispatch.Tx) error) error {
	return f.Store.Read(ctx, func(tx dispatch.Tx) error { return fn(&forgettingTx{tx, f}) })
}

type forgettingTx struct {
	dispatch.Tx
	of forgetting
}

func (f *forgettingTx) Outcome(ctx context.Context, id ids.ID) (dispatch.OutcomeRecord, error) {
	r, err := f.Tx.Outcome(ctx, id)
	if err != nil || id != f.of.outcome {
		return r, err
	}
	later, err := f.Tx.Outcome(ctx, f.of.later)
	r.Document = later.Document
	return r, err
}
