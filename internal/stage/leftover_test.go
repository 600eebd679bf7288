package stage_test

import (
	"testing"
	"time"

	"roundsman/dispatch"
	"roundsman/internal/stage"

	"github.com/stretchr/testify/require"
)

// What is old is forgotten, each in its time: keys of links that are over, quotes and
// decisions. The link itself, the promise and its ledger stay.
func TestWhatIsOldIsForgotten(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Small)
	c := mailbox(s)
	_, p := promised(t, s, 0, "printer_fault")
	l := opens(t, s, lastKey(t, s, c))
	left := func() []int {
		return []int{
			count1(t, s, `select count(*) from customer_link_keys`), count1(t, s, `select count(*) from quotes`),
			count1(t, s, `select count(*) from outcomes where committed_at is not null`),
		}
	}
	require.Equal(t, []int{1, 1, 1}, left())
	at := s.Clock.Now()
	s.Clock.Set(l.ExpiresAt.Add(dispatch.LinkKeyKept))
	sweep(t, s)
	require.Equal(t, []int{1, 1, 1}, left())
	s.Clock.Set(l.ExpiresAt.Add(dispatch.LinkKeyKept + time.Second))
	sweep(t, s)
	require.Equal(t, []int{0, 1, 1}, left())
	s.Clock.Set(at.Add(dispatch.OutcomeLife + dispatch.QuoteKept + time.Second))
	sweep(t, s)
	require.Equal(t, []int{0, 0, 1}, left())
	s.Clock.Set(at.Add(dispatch.DecisionKept + time.Second))
	sweep(t, s)
	require.Equal(t, []int{0, 0, 0}, left())
	require.Equal(t, 1, count1(t, s, `select count(*) from customer_links`))
	require.NotEmpty(t, promise(t, s, p.Promise.ID).Entries)
}

// A link that was revoked is swept as one that has run out.
func TestKeysOfRevokedLinksAreForgotten(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Small)
	c := mailbox(s)
	_, p := promised(t, s, 0, "printer_fault")
	l := opens(t, s, lastKey(t, s, c))
	_, err := s.Customers.MakeLink(t.Context(), s.Agent, p.Promise.TicketID, false)
	require.NoError(t, err)
	kept := lastKey(t, s, c)
	_, err = s.Customers.Revoke(t.Context(), s.Agent, l.ID)
	require.NoError(t, err)
	s.Clock.Set(s.Clock.Now().Add(dispatch.LinkKeyKept + time.Second))
	sweep(t, s)
	require.Equal(t, 1, count1(t, s, `select count(*) from customer_link_keys`))
	opens(t, s, kept)
}
