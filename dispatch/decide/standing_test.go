package decide

import (
	"context"
	"testing"
	"time"

	"roundsman/dispatch"
	"roundsman/dispatch/day"
	"roundsman/internal/ids"

	"github.com/stretchr/testify/require"
)

// desk is a Tx that knows one ticket and keeps the notices sent.
type desk struct {
	dispatch.Tx
	sent []dispatch.Notice
}

func (d *desk) Person(context.Context, ids.ID) (dispatch.Person, error) {
	return dispatch.Person{SpokenName: "Pat", Mobile: new("+13025550100")}, nil
}

func (d *desk) Ticket(context.Context, ids.ID) (dispatch.Ticket, error) {
	return dispatch.Ticket{Number: 2041}, nil
}

func (d *desk) Site(context.Context, ids.ID) (dispatch.Site, error) {
	return dispatch.Site{Zone: "America/New_York"}, nil
}

func (d *desk) Technician(context.Context, ids.ID) (dispatch.Technician, error) {
	return dispatch.Technician{Name: "Thomas Brown", SpokenName: "Tom Brown"}, nil
}

func (d *desk) AddNotice(_ context.Context, n dispatch.Notice) error {
	d.sent = append(d.sent, n)
	return nil
}

func (d *desk) Enqueue(context.Context, dispatch.Job) error { return nil }

// Whose promise was at risk and given to somebody else was told of the risk only,
// and opened the door to a stranger.
func TestRiskAndAnotherTechnicianAreToldTogether(t *testing.T) {
	t.Parallel()
	tess, tom := ids.New(), ids.New()
	start := time.Date(2026, 3, 9, 13, 0, 0, 0, time.UTC)
	p := dispatch.Promise{WindowStart: start, WindowEnd: start.Add(time.Hour), TechnicianID: tess}
	tx := &desk{}
	for _, by := range []ids.ID{tess, tom, ids.Nil} {
		_, err := tell(t.Context(), tx, p, day.Impact{TechnicianAfter: by}, "at_risk", start.Add(-time.Hour))
		require.NoError(t, err)
	}
	require.Equal(t, "Pat, we promised to be with you today between 09:00 and 10:00. That is at risk now; we are working on it and will tell you as soon as we know more. Tom Brown will come to you instead. (T-2041)", tx.sent[1].Body)
	require.NotContains(t, tx.sent[0].Body, "instead")
	require.NotContains(t, tx.sent[2].Body, "instead")
}
