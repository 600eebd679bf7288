package api_test

import (
	"slices"
	"sync"
	"testing"

	"roundsman"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/stretchr/testify/require"
)

// Every operation that takes a key, each in a storm of its own at its first success:
// one effect, the same bytes for all, another request under the key refused, and
// "wait" while it is being done and never else. One that has had no storm fails the
// test. ROUNDSMAN_COPIES says how many times a request is sent at most.
func TestEveryActInAStorm(t *testing.T) {
	t.Parallel()
	how, seed := gentle, uint64(setting(t, "ROUNDSMAN_SEED", 1))
	how.copies = setting(t, "ROUNDSMAN_COPIES", how.copies)
	doc, err := openapi3.NewLoader().LoadFromData(roundsman.OpenAPI)
	require.NoError(t, err)
	var (
		mu                 sync.Mutex
		storms             = map[*walk]*storm{}
		done               = map[string]int{}
		sent, cut, waiting int
	)
	tourOf(t, doc, seed, func(w *walk) {
		x := newStorm(w.t, w.scene, doc, seed, how, w.change, nil)
		w.handler = x
		mu.Lock()
		defer mu.Unlock()
		storms[w] = x
	}, func(w *walk) {
		mu.Lock()
		defer mu.Unlock()
		x := storms[w]
		require.Empty(w.t, x.wrong)
		for op, n := range x.done {
			done[op] += n
		}
		sent, cut, waiting = sent+x.sent, cut+x.cut, waiting+x.waiting
	})
	acts := keyed(doc)
	var never []string
	for _, a := range acts {
		if done[a.id] == 0 {
			never = append(never, a.id)
		}
	}
	slices.Sort(never)
	t.Logf("from seed %d: %d of %d operations stormed, %d copies sent, %d cut off, %d told to wait", seed, len(acts)-len(never), len(acts), sent, cut, waiting)
	require.Empty(t, never, "these had no effect in any storm")
}
