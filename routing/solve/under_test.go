package solve

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"roundsman/routing"
	"roundsman/routing/routingtest"
)

// Terms put on a core that is there are the same as a core made anew.
func TestTermsOnACoreThatIsThere(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p := routingtest.Problem(t, routingtest.Size{Visits: 10, Shifts: 3, Live: rapid.Bool().Draw(t, "live"), Company: true})
		plan := routingtest.Plan(t, p)
		tts, _, err := routing.Evaluate(p, plan)
		if err != nil {
			return
		}
		base := newCore(p)
		q := routing.Apart(p, plan, tts, nil)
		got, want := base.under(q), newCore(q)
		require.Equal(t, want.asks, got.asks)
		require.Equal(t, want.suits, got.suits)
		require.Equal(t, want.prize, got.prize)
		require.Equal(t, want.promised, got.promised)
		for v := range p.Visits {
			require.ElementsMatch(t, want.spans[v], got.spans[v])
		}
		require.Equal(t, newCore(p).asks, base.asks, "the one that is there stays as it is")
	})
}
