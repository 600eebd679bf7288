package api_test

import (
	"context"
	"os"
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

// few requests are sent at random where nobody asks for more.
const few = 500

// perWalk is how many requests are sent to one stage before a new one is built.
const perWalk = 1000

// Requests made from the contract. First a tour: every operation until it has
// succeeded. Then walks: good requests, in sequences that go on with the ids of
// earlier answers, and ones made wrong. None is answered by a fault of the server,
// every answer keeps the contract, a repeat with the same key is the same to the byte.
//
// ROUNDSMAN_REQUESTS says how many are sent at random (make trust-contract: 20,000),
// ROUNDSMAN_SEED where to begin.
func TestRequestsMadeFromTheContract(t *testing.T) {
	t.Parallel()
	total, seed := setting(t, "ROUNDSMAN_REQUESTS", few), uint64(setting(t, "ROUNDSMAN_SEED", 1))
	doc, err := openapi3.NewLoader().LoadFromData(roundsman.OpenAPI)
	require.NoError(t, err)
	sent := tourOf(t, doc, seed, nil, nil)
	var mu sync.Mutex
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
			})
		}
	})
	t.Logf("%d requests from seed %d", sent, seed)
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
