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

// Threads that share the rounds meet after as many iterations as there are visits, those
// that race a number of times; both come to the end.
func TestWhenThreadsMeet(t *testing.T) {
	t.Parallel()
	meet := func(visits, iterations int, expected float64, divide bool) (n int) {
		h := &hunt{state: &state{loose: make([]int32, visits)}}
		x := &hunt{opt: Options{Iterations: iterations}, expected: expected}
		for done := 0.0; done < 1; n++ {
			next := h.meetingAfter(done, divide, x)
			require.Greater(t, next, done)
			done = next
		}
		return n
	}
	require.Equal(t, raceMeetings, meet(100, 1000, 0, false))
	require.Equal(t, raceMeetings, meet(100, 0, 1e6, false))
	require.Equal(t, 50, meet(400, 50*400, 0, true))
	require.Equal(t, 50, meet(400, 0, 50*400, true), "by what the time is expected to allow")
	require.Equal(t, dealMeetings, meet(400, 1e7, 0, true))
	require.Equal(t, dealMeetings, meet(400, 0, 0, true), "while that is not known")
	require.Equal(t, 1, meet(400, 100, 0, true))
}
