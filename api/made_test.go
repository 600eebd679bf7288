package api_test

import (
	"context"
	"maps"
	"os"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"roundsman"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/stretchr/testify/require"
)

func (m movedBy) Now() time.Time { return m.w.Clock.Now() }

func (m movedBy) Move(_ context.Context, to time.Time) error {
	if to.Before(m.w.Clock.Now().Add(time.Hour)) { // a walk wants its day
		m.w.Clock.Set(to)
	}
	return nil
}

// few requests are sent where nobody asks for more.
const few = 600

// perWalk is how many requests are sent to one stage before a new one is built.
const perWalk = 1000

// Requests made from the contract: good ones, in sequences that go on with the ids
// of earlier answers, and ones made wrong. None is answered by a fault of the
// server, every answer keeps the contract, a repeat with the same key is the same
// to the byte.
//
// ROUNDSMAN_REQUESTS says how many (make trust-contract: 20,000), ROUNDSMAN_SEED where
// to begin. With so many every operation has to succeed at least once, too: one that
// does not wants a line in paths or rules. A few hundred leave that to luck.
func TestRequestsMadeFromTheContract(t *testing.T) {
	t.Parallel()
	total, seed := setting(t, "ROUNDSMAN_REQUESTS", few), uint64(setting(t, "ROUNDSMAN_SEED", 1))
	doc, err := openapi3.NewLoader().LoadFromData(roundsman.OpenAPI)
	require.NoError(t, err)
	var (
		mu      sync.Mutex
		reached = map[string]int{}
		refused = map[string]string{}
		sent    int
	)
	t.Run("walks", func(t *testing.T) {
		for n := 0; n < total; n += perWalk {
			seed := seed + uint64(n/perWalk)
			t.Run("seed "+strconv.FormatUint(seed, 10), func(t *testing.T) {
				t.Parallel()
				w := newWalk(t, doc, seed, min(perWalk, total-n))
				w.run()
				mu.Lock()
				defer mu.Unlock()
				sent += w.sent
				maps.Copy(refused, w.refused)
				for id, n := range w.reached {
					reached[id] += n
				}
			})
		}
	})
	if total <= few {
		return
	}
	all := operations(doc)
	never := slices.DeleteFunc(slices.Clone(all), func(o *madeOperation) bool { return reached[o.id] > 0 })
	for extra := 0; extra < 6 && len(never) > 0; extra++ { // few requests may be unlucky: what is left gets a stage to itself
		w := newWalk(t, doc, seed+uint64(1000+extra), 0)
		w.reach(never)
		sent += w.sent
		maps.Copy(refused, w.refused)
		never = slices.DeleteFunc(never, func(o *madeOperation) bool { return w.reached[o.id] > 0 })
	}
	t.Logf("%d requests from seed %d; %d of %d operations succeeded", sent, seed, len(all)-len(never), len(all))
	for _, o := range never {
		t.Errorf("%s never succeeded; give it a path or a rule. Its last good request: %s", o.id, refused[o.id])
	}
}

func setting(t *testing.T, name string, usual int) int {
	t.Helper()
	v := os.Getenv(name)
	if v == "" {
		return usual
	}
	n, err := strconv.Atoi(v)
	require.NoError(t, err, name)
	return n
}
