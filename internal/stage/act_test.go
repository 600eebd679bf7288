package stage_test

import (
	"context"
	"encoding/json"
	"errors"
	"sync"
	"testing"

	"roundsman/dispatch"
	"roundsman/dispatch/control"
	"roundsman/dispatch/desk"
	"roundsman/internal/access"
	"roundsman/internal/fault"
	"roundsman/internal/stage"

	"github.com/stretchr/testify/require"
)

// acting is a context whose next write is an act of somebody, and what is answered
// to it the first time.
func acting(ctx context.Context, who access.Principal, request byte) (context.Context, *[]byte) {
	var sent []byte
	a := &dispatch.Act{Principal: who.AccountID, Key: "key", Request: [32]byte{request}}
	a.Render = func(result any) (dispatch.Answer, error) {
		body, err := json.Marshal(result)
		sent = body
		return dispatch.Answer{Status: 201, Body: body}, err
	}
	return dispatch.WithAct(ctx, a), &sent
}

// The same act twice at once, and again afterwards: one effect and the same answer
// to the byte, and for another request under its key a refusal.
func TestAnActHappensOnce(t *testing.T) {
	t.Parallel()
	for name, play := range map[string]func(*testing.T, *stage.Stage) (access.Principal, step){
		"ticket": func(_ *testing.T, s *stage.Stage) (access.Principal, step) {
			return s.Agent, func(ctx context.Context, s *stage.Stage) error {
				return errOf(s.Desk.OpenTicket(ctx, s.Agent, desk.NewTicket{Template: "virus_cleanup", PersonID: stage.Name("person 0")}))
			}
		},
		"promise": func(t *testing.T, s *stage.Stage) (access.Principal, step) {
			_, o := offerFor(t, s, 0)
			return s.Agent, func(ctx context.Context, s *stage.Stage) error {
				return errOf(s.Desk.Promise(ctx, s.Agent, desk.NewPromise{OutcomeID: o.OutcomeID}))
			}
		},
		"withdrawal": func(t *testing.T, s *stage.Stage) (access.Principal, step) {
			_, p := promised(t, s, 0, "printer_fault")
			return s.Agent, func(ctx context.Context, s *stage.Stage) error {
				return errOf(s.Desk.WithdrawPromise(ctx, desk.Acting{Who: s.Agent}, p.Promise.ID, p.Promise.Version, desk.Withdrawal{Note: "customer"}))
			}
		},
		"inbound call": func(t *testing.T, s *stage.Stage) (access.Principal, step) {
			declared(t, s)
			person := stage.Name("person 0")
			return s.Agent, func(ctx context.Context, s *stage.Stage) error {
				return errOf(s.Desk.StartContact(ctx, s.Agent, desk.NewContact{PersonID: &person, Channel: "phone", Direction: "in", Reason: "incident"}))
			}
		},
		"callback": func(t *testing.T, s *stage.Stage) (access.Principal, step) {
			c := served(t, s)
			return s.Agent, func(ctx context.Context, s *stage.Stage) error {
				return errOf(s.Desk.SettleCallback(ctx, s.Agent, c.ID, c.Version, dispatch.CallbackReopened, ""))
			}
		},
		"absence": func(t *testing.T, s *stage.Stage) (access.Principal, step) {
			_, p := promised(t, s, 0, "printer_fault")
			o, err := s.Control.TryAbsence(t.Context(), s.Dispatcher, control.NewAbsence{TechnicianID: p.Promise.TechnicianID, From: stage.At(7, 0), Until: stage.At(18, 0)})
			require.NoError(t, err)
			return s.Dispatcher, func(ctx context.Context, s *stage.Stage) error {
				return errOf(s.Control.CommitAbsence(ctx, s.Dispatcher, "sick", o.ID))
			}
		},
		"publish": func(t *testing.T, s *stage.Stage) (access.Principal, step) {
			opened(t, s, 0, "printer_fault")
			r := startRun(t, s, 1)
			require.NoError(t, s.Work(t.Context()))
			return s.Dispatcher, func(ctx context.Context, s *stage.Stage) error {
				return errOf(s.Control.PublishRun(ctx, s.Dispatcher, r.ID))
			}
		},
		"choice": func(t *testing.T, s *stage.Stage) (access.Principal, step) {
			choose, k := choosing(t, s, 0)
			return s.Crew[k], choose
		},
	} {
		t.Run(name, func(t *testing.T) { happensOnce(t, play) })
	}
	for name, play := range fieldActs {
		t.Run(name, func(t *testing.T) { happensOnce(t, play) })
	}
}

// step is an act that is ready to be done.
type step func(ctx context.Context, s *stage.Stage) error

// happensOnce does an act four times at once and again.
func happensOnce(t *testing.T, play func(*testing.T, *stage.Stage) (access.Principal, step)) {
	t.Parallel()
	s := stage.New(t, stage.Size{Technicians: 2, People: 6, Days: 7})
	who, do := play(t, s)
	const times = 4
	var mu sync.Mutex
	var answers, replays [][]byte
	var wg sync.WaitGroup
	for range times {
		wg.Go(func() {
			ctx, sent := acting(t.Context(), who, 1)
			err := do(ctx, s)
			var replay *dispatch.Replay
			mu.Lock()
			defer mu.Unlock()
			switch {
			case err == nil:
				answers = append(answers, *sent)
			case errors.As(err, &replay):
				replays = append(replays, replay.Answer.Body)
			case fault.CodeOf(err) != "key_in_flight":
				t.Errorf("a repeat is answered, or told to wait: %v", err)
			}
		})
	}
	wg.Wait()
	require.Len(t, answers, 1, "one effect")
	for _, r := range replays {
		require.Equal(t, answers[0], r)
	}
	before := digest(t, s)
	ctx, _ := acting(t.Context(), who, 1)
	var replay *dispatch.Replay
	require.ErrorAs(t, do(ctx, s), &replay)
	require.Equal(t, answers[0], replay.Answer.Body)
	require.Equal(t, 201, replay.Answer.Status)
	ctx, _ = acting(t.Context(), who, 2)
	refused(t, "key_reused", do(ctx, s))
	require.Equal(t, before, digest(t, s))
}
