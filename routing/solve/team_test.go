package solve

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"
)

// Threads that race choose among the rounds that they have seen, as one thread does;
// those that share the rounds know only some of them.
func TestRacingThreadsChooseAmongRounds(t *testing.T) {
	t.Parallel()
	for _, x := range []struct {
		arms int
		race bool
	}{{manyVisits/2 - 1, true}, {manyVisits / 2, false}} {
		h := newHunt(context.Background(), newState(newCore(star(x.arms, x.arms)), 1), Options{Iterations: 40, Threads: 2})
		h.construct()
		require.True(t, h.prepare())
		require.Equal(t, x.race, h.recruit(1, 2).pool.open, "%d visits", 2*x.arms)
	}
}

// Threads that share the rounds meet after as many iterations as there are visits, if that
// is often, and those that race a number of times; both come to the end.
func TestWhenThreadsMeet(t *testing.T) {
	t.Parallel()
	meet := func(visits int, expected float64, divide bool) (n int) {
		h, x := &hunt{state: &state{loose: make([]int32, visits)}}, &hunt{expected: expected}
		for done := 0.0; done < 1; n++ {
			next := h.meetingAfter(done, divide, x)
			require.Greater(t, next, done)
			done = next
		}
		return n
	}
	require.Equal(t, fewMeetings, meet(100, 1e6, false))
	require.Equal(t, 50, meet(400, 50*400, true))
	require.Equal(t, mostMeetings, meet(400, 1e7, true))
	require.Equal(t, fewMeetings, meet(400, 100, true), "progress is told when they meet")
	require.Equal(t, fewMeetings, meet(400, 0, true), "while nobody knows what to expect")
	late := &hunt{state: &state{}, done: 0.9}
	require.Greater(t, late.meetingAfter(0.1, true, late), 0.9, "not again and again when time is up")
}
