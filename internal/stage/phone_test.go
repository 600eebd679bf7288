package stage_test

import (
	"testing"

	"roundsman/dispatch/field"
	"roundsman/internal/ids"
	"roundsman/internal/stage"

	"github.com/stretchr/testify/require"
)

// A call that was answered came with the id of one that was not: it was acknowledged
// and lost, and the other way round the customer was no no-show.
func TestAFactThatSaysOtherwiseIsNotLost(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Small)
	ctx := t.Context()
	_, p, tess := atTheDoor(t, s, "printer_fault")
	visit, id, stray := p.Promise.VisitID, ids.New(), ids.New()
	for range 2 {
		_, err := s.Field.Call(ctx, tess, visit, field.NewFact{ID: &id, Note: "it rang"}, false)
		require.NoError(t, err)
	}
	_, err := s.Field.Call(ctx, tess, visit, field.NewFact{ID: &id, Note: "it rang"}, true)
	refused(t, "id_taken", err)
	_, err = s.Field.Call(ctx, tess, visit, field.NewFact{ID: &id}, false)
	refused(t, "id_taken", err)

	// So it is with what is kept without effect.
	for range 2 {
		v, err := s.Field.Call(ctx, tess, stage.Name("no visit"), field.NewFact{ID: &stray, Note: "it rang"}, false)
		require.NoError(t, err)
		require.NotNil(t, v.Stray)
	}
	_, err = s.Field.Call(ctx, tess, stage.Name("no visit"), field.NewFact{ID: &stray, Note: "it rang"}, true)
	refused(t, "id_taken", err)
}
