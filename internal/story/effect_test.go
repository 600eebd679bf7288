package story_test

import (
	"testing"
	"time"

	"roundsman/api/client"
	"roundsman/internal/story"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

var nine = time.Date(2026, 3, 9, 13, 0, 0, 0, time.UTC)

// An outcome that differs in anything that matters to somebody is not the same.
func TestWhatWasCommittedIsComparedWithWhatWasShown(t *testing.T) {
	t.Parallel()
	visit, tess, tom, round := uuid.New(), uuid.New(), uuid.New(), uuid.New()
	outcome := func(change func(*client.Outcome)) client.Outcome {
		o := client.Outcome{
			Promises: []client.Impact{{VisitID: visit, PersonName: "Pat", TechnicianAfter: tess, ArrivalAfter: nine}},
			After:    []client.RoundAfter{{RoundID: round, TechnicianName: "Tess", Stops: []client.StopAfter{{VisitID: visit, Start: nine}}}},
		}
		change(&o)
		return o
	}
	shown := outcome(func(*client.Outcome) {})
	for name, c := range map[string]struct {
		change func(*client.Outcome)
		want   string
	}{
		"nothing":            {func(*client.Outcome) {}, ""},
		"half a minute":      {func(o *client.Outcome) { o.Promises[0].ArrivalAfter = nine.Add(30 * time.Second) }, ""},
		"a quarter hour":     {func(o *client.Outcome) { o.Promises[0].ArrivalAfter = nine.Add(15 * time.Minute) }, ": another arrival at Pat"},
		"another technician": {func(o *client.Outcome) { o.Promises[0].TechnicianAfter = tom }, ": another technician for Pat"},
		"somebody else":      {func(o *client.Outcome) { o.Promises[0].VisitID = uuid.New() }, ": Pat is touched, and was not shown"},
		"a stop less":        {func(o *client.Outcome) { o.After[0].Stops = nil }, ": another number of stops for Tess"},
		"another stop":       {func(o *client.Outcome) { o.After[0].Stops[0].VisitID = tom }, ": another order of stops for Tess"},
		"somebody waits":     {func(o *client.Outcome) { o.Waiting = make([]client.UnassignedVisit, 1) }, ": another number of promises, rounds or waiting visits"},
	} {
		require.Equal(t, c.want, story.Same(shown, outcome(c.change)), name)
	}
}

func TestALedgerIsAChain(t *testing.T) {
	t.Parallel()
	entries := func() []client.LedgerEntry {
		return []client.LedgerEntry{
			{Seq: 1, Kind: client.LedgerEntryKindMade, Hash: "a"},
			{Seq: 2, Kind: client.LedgerEntryKindRevised, Hash: "b", Previous: new("a")},
			{Seq: 3, Kind: client.LedgerEntryKindKept, Hash: "c", Previous: new("b")},
		}
	}
	require.True(t, story.Chain(entries(), client.PromiseStateKept))
	require.True(t, story.Chain(entries()[:2], client.PromiseStateOpen))
	require.False(t, story.Chain(entries(), client.PromiseStateLate), "ends as another state")
	require.False(t, story.Chain(nil, client.PromiseStateOpen), "there is always a first entry")
	require.False(t, story.Chain(entries()[1:], client.PromiseStateKept), "the first is missing")
	broken := entries()
	broken[2].Previous = new("x")
	require.False(t, story.Chain(broken, client.PromiseStateKept), "a link is broken")
}

func TestAGapInTheStreamIsFound(t *testing.T) {
	t.Parallel()
	_, hole := story.Gap([]client.Event{{Position: 7}, {Position: 8}, {Position: 9}})
	require.False(t, hole)
	at, hole := story.Gap([]client.Event{{Position: 7}, {Position: 9}})
	require.True(t, hole)
	require.Equal(t, int64(9), at)
}

// The others are promised windows behind the caller's, with the same technician
// where that can be, and never on another day.
func TestAnOfferNearTheCallersRound(t *testing.T) {
	t.Parallel()
	tess, tom := uuid.New(), uuid.New()
	lead := client.Promise{TechnicianID: &tess, Window: client.Window{Start: nine}}
	offer := func(who uuid.UUID, start time.Time) client.Offer {
		return client.Offer{OutcomeID: uuid.New(), TechnicianID: who, Window: client.Window{Start: start}, PlannedStart: start}
	}
	early, other, late, tomorrow := offer(tess, nine.Add(-time.Hour)), offer(tom, nine), offer(tess, nine.Add(time.Hour)), offer(tess, nine.AddDate(0, 0, 1))
	for _, c := range []struct {
		list []client.Offer
		want client.Offer
	}{
		{[]client.Offer{other, early, late, tomorrow}, late},
		{[]client.Offer{other, early, tomorrow}, early},
		{[]client.Offer{tomorrow, other}, other},
	} {
		got, ok := story.Like(c.list, lead, time.UTC, "2026-03-09")
		require.True(t, ok)
		require.Equal(t, c.want.OutcomeID, got.OutcomeID)
	}
	_, ok := story.Like([]client.Offer{tomorrow}, lead, time.UTC, "2026-03-09")
	require.False(t, ok)
}
