package dispatch

import (
	"testing"
	"time"

	"roundsman/internal/ids"

	"github.com/stretchr/testify/require"
)

var nine = time.Date(2026, 6, 15, 9, 0, 0, 0, time.UTC)

func TestJudge(t *testing.T) {
	t.Parallel()
	p := Promise{Kind: ArrivalPromise, WindowStart: nine, WindowEnd: nine.Add(time.Hour)}
	for _, c := range []struct {
		starts time.Duration
		agreed bool
		state  PromiseState
	}{
		{0, false, PromiseKept},
		{time.Hour - 1, false, PromiseKept},
		{time.Hour, false, PromiseLate}, // the window is half-open
		{time.Hour, true, PromiseLate},
		{2 * time.Hour, false, PromiseLate},
		{-1, false, PromiseBroken},
		{-time.Hour, true, PromiseKept},
	} {
		require.Equal(t, c.state, Judge(p, nine.Add(c.starts), c.agreed), "%v %v", c.starts, c.agreed)
	}
}

// chainOf is a sealed chain of three entries.
func chainOf() []Entry {
	actor, notice := ids.From(ids.Nil, "actor"), ids.From(ids.Nil, "notice")
	entries := []Entry{
		{Kind: EntryMade, ActorID: &actor, WordingHash: []byte("words")},
		{Kind: EntryAtRisk, NoticeID: &notice, Reason: "option"},
		{Kind: EntryKept},
	}
	var prev []byte
	for i := range entries {
		e := &entries[i]
		e.PromiseID, e.Seq, e.At = ids.From(ids.Nil, "promise"), int64(i+1), nine.Add(time.Duration(i)*time.Minute)
		e.WindowStart, e.WindowEnd, e.TechnicianID, e.Confidence = nine, nine.Add(time.Hour), ids.From(ids.Nil, "Anna"), 0.96
		e.Previous = prev
		e.Hash = e.Seal()
		prev = e.Hash
	}
	return entries
}

func TestChainVerifies(t *testing.T) {
	t.Parallel()
	require.NoError(t, VerifyChain(nil))
	require.NoError(t, VerifyChain(chainOf()))
	// The database keeps microseconds and another zone.
	entries := chainOf()
	for i := range entries {
		entries[i].At = entries[i].At.Add(300 * time.Nanosecond).In(time.FixedZone("x", 3600))
	}
	require.NoError(t, VerifyChain(entries))
}

// Whatever is changed afterwards, the chain says so, at the entry or the next.
func TestChainBreaksByEveryChange(t *testing.T) {
	t.Parallel()
	other := ids.From(ids.Nil, "other")
	for name, change := range map[string]func(e *Entry){
		"promise": func(e *Entry) { e.PromiseID = other }, "seq": func(e *Entry) { e.Seq++ },
		"kind": func(e *Entry) { e.Kind = EntryBroken }, "at": func(e *Entry) { e.At = e.At.Add(time.Microsecond) },
		"actor": func(e *Entry) { e.ActorID = &other }, "start": func(e *Entry) { e.WindowStart = e.WindowStart.Add(time.Second) },
		"end": func(e *Entry) { e.WindowEnd = e.WindowEnd.Add(time.Second) }, "technician": func(e *Entry) { e.TechnicianID = other },
		"confidence": func(e *Entry) { e.Confidence = 0.97 }, "reason": func(e *Entry) { e.Reason = "snow" },
		"notice": func(e *Entry) { e.NoticeID = &other }, "wording": func(e *Entry) { e.WordingHash = []byte("other words") },
		"previous": func(e *Entry) { e.Previous = []byte("x") }, "hash": func(e *Entry) { e.Hash = []byte("x") },
	} {
		for i := range 3 {
			entries := chainOf()
			change(&entries[i])
			requireCode(t, "ledger_broken", VerifyChain(entries))
			// Sealed again by somebody who can write but not rewrite the rest.
			entries[i].Hash = entries[i].Seal()
			if name != "hash" && (i < 2 || name == "seq" || name == "previous") {
				require.Error(t, VerifyChain(entries), "%s of entry %d", name, i)
			}
		}
	}
	entries := chainOf()
	require.Error(t, VerifyChain(entries[1:]))
	require.Error(t, VerifyChain([]Entry{entries[0], entries[2]}))
	require.Error(t, VerifyChain([]Entry{entries[0], entries[0]}))
}
