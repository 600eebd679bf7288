package stage_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"roundsman/assets"
	"roundsman/dispatch"
	"roundsman/internal/fault"
	"roundsman/internal/ids"
	"roundsman/internal/stage"
	"roundsman/internal/states"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var errUndone = errors.New("undone on purpose")

// undone is a store that plays every write to its end and then takes it back.
type undone struct{ dispatch.Store }

func (u undone) Write(ctx context.Context, fn func(dispatch.Tx) error) error {
	err := u.Store.Write(ctx, func(tx dispatch.Tx) error {
		if err := fn(tx); err != nil {
			return err
		}
		return errUndone
	})
	if errors.Is(err, errUndone) {
		return nil
	}
	return err
}

// actor is one noun that was brought about, how it comes into a state, and what may
// be done to it. The acts are played on a stage whose writes are taken back.
type actor struct {
	into func(t *testing.T, state string)
	acts map[string]func(ctx context.Context) error
	// beyond are the codes of rules beyond the state that may stand in the way of
	// an act that the state allows.
	beyond map[string]string
	noun   string // of standing data, whose refusals carry its name
	// elsewhere names the test that plays an act which nobody asks for.
	elsewhere map[string]string
}

// forced brings a row into a state by a statement that sets what goes with it.
func forced(s *stage.Stage, id ids.ID, statement string) func(*testing.T, string) {
	return func(t *testing.T, state string) {
		t.Helper()
		_, err := s.Pool.Exec(t.Context(), statement, id, state)
		require.NoError(t, err, "into %s", state)
	}
}

// actors brings about one of every noun that has states.
var actors = map[string]func(t *testing.T, s, u *stage.Stage) actor{
	"dispatch.TicketState": aTicket, "dispatch.TransferState": aTransfer, "dispatch.TaskState": aTask, "dispatch.EscalationState": anEscalation,
	"dispatch.ExceptionState": anException, "dispatch.VisitState": aVisit, "dispatch.PromiseState": aPromise, "dispatch.OptionSetState": anOptionSet,
	"dispatch.IncidentState": anIncident, "dispatch.ChangeState": aChange, "dispatch.SubscriptionState": aSubscription,
	"dispatch.CallTaskState": aCallTask, "dispatch.CallState": aCall, "dispatch.CallbackState": aCallback, "dispatch.AssistState": anAssist,
	"dispatch.NoticeState": aNotice, "dispatch.CustomerLinkState": aCustomerLink, "dispatch.PlanRunState": aPlanRun,
	"dispatch.RoundChangeState": aRoundChange, "dispatch.ImportState": anImport, "assets.State": anItem, "assets.LoanState": aLoan,
	"dispatch.ContactState": aContact, "dispatch.RecordState": aRecord, "dispatch.AgentAbsenceState": anAgentAbsence, "dispatch.SourceState": aSource,
	"dispatch.ClosureState": aClosure,
}

// Every act against every state that it may meet, for every noun, as docs/states.md
// draws it: what is allowed is done, what is not is refused with exactly that code
// and the states that fit, and nothing is written.
func TestEveryActInEveryState(t *testing.T) {
	t.Parallel()
	charts := slices.Concat(dispatch.Charts(), assets.Charts())
	require.Len(t, actors, len(charts)-1, "all but standing data, which has a test of its own")
	for _, chart := range charts {
		if chart.Type == "dispatch.SetupState" {
			continue
		}
		t.Run(chart.Type, func(t *testing.T) {
			t.Parallel()
			prepare, ok := actors[chart.Type]
			require.True(t, ok, "nobody plays a %s", chart.Noun)
			s, u := undoing(t)
			a := prepare(t, s, u)
			played := a.play(t, s, chart)
			t.Logf("%d pairs of %d", played, len(chart.Pairs))
		})
	}
}

// undoing is a stage, and another over the same database whose writes are taken back.
func undoing(t *testing.T) (s, u *stage.Stage) {
	t.Helper()
	s = stage.New(t, stage.Size{Technicians: 2, People: 6, Days: 2})
	u = stage.Over(s.Pool, s.Setup, s.Accounts)
	u.Clock, u.Machine = s.Clock, s.Machine
	u.Wire(undone{s.Store})
	return s, u
}

func chartOf(t *testing.T, of string) states.Sheet {
	t.Helper()
	charts := slices.Concat(dispatch.Charts(), assets.Charts())
	i := slices.IndexFunc(charts, func(c states.Sheet) bool { return c.Type == of })
	require.GreaterOrEqual(t, i, 0, of)
	return charts[i]
}

// play plays all pairs and gives how many.
func (a actor) play(t *testing.T, s *stage.Stage, chart states.Sheet) (played int) {
	for act, name := range a.elsewhere {
		require.NotContains(t, a.acts, act)
		require.True(t, isATest(t, name), "%s is no test", name)
	}
	for _, state := range chart.States {
		a.into(t, state)
		before := digest(t, s, "outcomes")
		for _, act := range chart.Acts {
			answer := chart.Pairs[states.Pair{Act: act, State: state}]
			do, ok := a.acts[act]
			if !ok {
				require.Contains(t, a.elsewhere, act, "nobody plays %q", act)
				continue
			}
			played++
			err := do(t.Context())
			switch {
			case answer.Allowed && err != nil:
				assert.Equal(t, a.beyond[act], fault.CodeOf(err), "%s while %s is allowed: %v", act, state, err)
			case answer.Allowed:
			case answer.Code == states.Nothing:
				assert.NoError(t, err, "%s while %s finds nothing to do", act, state)
			default:
				refusal(t, strings.Replace(answer.Code, "<noun>", a.noun, 1), state, err, act)
			}
		}
		require.Equal(t, before, digest(t, s, "outcomes"), "nothing stays written while %s", state)
	}
	a.into(t, chart.States[0])
	return played
}

func refusal(t *testing.T, code, state string, err error, act string) {
	t.Helper()
	f := fault.Of(err)
	if !assert.NotNil(t, f, "%s while %s is refused with %s, not done: %v", act, state, code, err) {
		return
	}
	assert.Equal(t, code, f.Code, "%s while %s: %v", act, state, err)
	if strings.HasSuffix(code, "_state") {
		assert.Equal(t, fault.Conflict, f.Kind)
		assert.EqualValues(t, state, f.Members["state"], "%s", act)
		assert.NotEmpty(t, f.Members["allowed"], "%s while %s", act, state)
	}
}

// isATest says whether a test of the name stands somewhere in the tree's stage,
// postgres or use cases.
func isATest(t *testing.T, name string) bool {
	t.Helper()
	files, err := filepath.Glob("*_test.go")
	require.NoError(t, err)
	for _, f := range files {
		text, err := os.ReadFile(f)
		require.NoError(t, err)
		if strings.Contains(string(text), "\nfunc "+name+"(t *testing.T)") {
			return true
		}
	}
	return false
}

// A chart that claims another refusal than there is, and one that claims none, are
// found out: the test above can fail.
func TestAWrongChartIsFoundOut(t *testing.T) {
	t.Parallel()
	s, u := undoing(t)
	a := aTask(t, s, u)
	a.into(t, string(dispatch.TaskDone))
	err := a.acts[string(dispatch.TaskTake)](t.Context())
	var fake testing.T
	refusal(&fake, "visit_state", string(dispatch.TaskDone), err, "take")
	require.True(t, fake.Failed(), "another code")
	fake = testing.T{}
	refusal(&fake, "task_state", string(dispatch.TaskDone), nil, "take")
	require.True(t, fake.Failed(), "no refusal at all")
	fake = testing.T{}
	refusal(&fake, "task_state", string(dispatch.TaskDone), err, "take")
	require.False(t, fake.Failed())
}
