package solve

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// Turns last five times as long as their set-up at least: where time is short there
// are few, and all of it goes to one where there is not enough for two.
func TestFewTurnsWhereTimeIsShort(t *testing.T) {
	t.Parallel()
	for _, x := range []struct {
		left, setUp time.Duration
		want        int
	}{
		{time.Second, 0, 10},
		{time.Second, 20 * time.Millisecond, 10},
		{time.Second, 50 * time.Millisecond, 4},
		{time.Second, 150 * time.Millisecond, 1},
		{time.Second, time.Second, 1},
		{0, time.Second, 1},
		{-time.Second, time.Second, 1},
	} {
		require.Equal(t, x.want, worthTurns(x.left, x.setUp, 10), "%v", x)
	}
}
