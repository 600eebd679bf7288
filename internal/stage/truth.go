package stage

import (
	"context"
	"testing"

	"roundsman/dispatch"

	"github.com/stretchr/testify/assert"
)

// Verify checks what must hold after whatever was played: the chain of every
// promise fits, its last entry says what the row says, and every item has exactly
// one custodian. New has it run at the end of a test.
func (s *Stage) Verify(t testing.TB) {
	t.Helper()
	ctx := context.Background() // the test's own is over when it is cleaned up
	err := s.Store.Read(ctx, func(tx dispatch.Tx) error {
		page := dispatch.Page{Limit: 100}
		for more := true; more; more = page.After != "" {
			list, next, err := tx.ListPromises(ctx, dispatch.PromiseFilter{}, page)
			if err != nil {
				return err
			}
			page.After = next
			for _, p := range list {
				chain, err := tx.Entries(ctx, p.ID)
				if err != nil {
					return err
				}
				s.verifyChain(t, p, chain)
			}
		}
		return nil
	})
	assert.NoError(t, err, "reading the ledger")
	var wrong int
	err = s.Pool.QueryRow(ctx, `select count(*) from items i
		where 1 <> (select count(*) from custodies c where c.item_id = i.id and c.until is null)`).Scan(&wrong)
	assert.NoError(t, err)
	assert.Zero(t, wrong, "every item has one custodian")
}

func (s *Stage) verifyChain(t testing.TB, p dispatch.Promise, chain []dispatch.Entry) {
	t.Helper()
	if !assert.NotEmpty(t, chain, "promise %s stands in the ledger", p.ID) {
		return
	}
	assert.NoError(t, dispatch.VerifyChain(chain))
	assert.Equal(t, dispatch.EntryMade, chain[0].Kind)
	last := chain[len(chain)-1]
	end, _ := last.Kind.Ends()
	assert.Equal(t, end, p.State, "promise %s is what its last entry says", p.ID)
	assert.Equal(t, []any{last.WindowStart.UTC(), last.WindowEnd.UTC(), last.TechnicianID, last.PromiseKind},
		[]any{p.WindowStart.UTC(), p.WindowEnd.UTC(), p.TechnicianID, p.Kind}, "nothing of promise %s was changed past the ledger", p.ID)
	for i, e := range chain[:len(chain)-1] {
		_, over := e.Kind.Ends()
		// Evidence may correct the verdict on an arrival, and a mistaken one is taken back.
		next := chain[i+1].Reason
		corrected := p.Kind == dispatch.ArrivalPromise && (next == "arrival_borne_out" || next == "arrival_undone")
		assert.False(t, over && !corrected, "nothing follows the end of promise %s", p.ID)
	}
	for _, e := range chain {
		if e.Kind != dispatch.EntryRevised || !assert.NotNil(t, e.NoticeID, "entry %d of promise %s told nobody", e.Seq, p.ID) {
			continue
		}
		var n int
		err := s.Pool.QueryRow(context.Background(), `select count(*) from notices where id = $1 and promise_id = $2`, *e.NoticeID, p.ID).Scan(&n)
		assert.NoError(t, err)
		assert.Equal(t, 1, n, "the notice of entry %d of promise %s is there", e.Seq, p.ID)
	}
}
