package day

import (
	"testing"
	"time"

	"roundsman/internal/ids"

	"github.com/stretchr/testify/require"
)

// The technician arrived late, so that the last visit of the round can't be
// begun before its site closes any more. An option that takes no longer than was
// planned is no reason to move anybody; one that takes longer is.
func TestAnOptionThatChangesNothingMovesNobody(t *testing.T) {
	t.Parallel()
	w := newTown(monday, time.UTC)
	w.tech("Anna")
	w.tech("Bela")
	w.visit("Xu", 10, 30, arrived(at("09:00")))
	w.visit("Yi", 20, 30, opens(8*60, 9*60+30)) // reached at 09:40 from Xu
	w.visit("Ida", 30, 30)
	w.round("Anna", "Xu", "Yi", "Ida")
	b := w.board(at("09:00"))

	same := b.Try(Change{Kind: KindOption, Acts: []Act{{Last: &Last{VisitID: id("Xu"), Minutes: 30}}}})
	require.True(t, same.Feasible, same.Blocked)
	require.Empty(t, same.Moves)
	require.Zero(t, same.TravelSeconds)

	longer := b.Try(Change{Kind: KindOption, Acts: []Act{{Last: &Last{VisitID: id("Xu"), Minutes: 120}}}})
	require.True(t, longer.Feasible, longer.Blocked)
	require.NotEmpty(t, longer.Moves)
}

// A visit that starts half a minute later has not moved.
func TestSecondsAreNoMove(t *testing.T) {
	t.Parallel()
	from := &Spot{RoundID: ids.New(), Start: at("09:00")}
	to := *from
	to.Start = to.Start.Add(59 * time.Second)
	require.False(t, moved(from, &to))
	to.Start = to.Start.Add(time.Second)
	require.True(t, moved(from, &to))
	require.True(t, moved(nil, &to))
	require.False(t, moved(nil, nil))
}
