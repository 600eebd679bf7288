package postgres

import (
	"context"
	"time"

	"roundsman/dispatch"
	"roundsman/internal/ids"
)

const arrivalColumns = `id, visit_id, source, coalesce(account_id, ` + noID + `) as account_id, happened_at, said_at, received_at, lon, lat, metres, note, retracted_at`

// AddArrival keeps a piece of evidence.
func (t *tx) AddArrival(ctx context.Context, a dispatch.Arrival) error {
	return run(ctx, t, "adding an arrival",
		`insert into arrivals (id, visit_id, source, account_id, happened_at, said_at, received_at, lon, lat, metres, note)
		 values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
		a.ID, a.VisitID, a.Source, optional(a.AccountID), a.HappenedAt, a.SaidAt, a.ReceivedAt, a.Lon, a.Lat, a.Metres, a.Note)
}

// ArrivalsOf gives a visit's evidence in the order in which it came.
func (t *tx) ArrivalsOf(ctx context.Context, visit ids.ID) ([]dispatch.Arrival, error) {
	return list[dispatch.Arrival](ctx, t, "reading arrivals",
		`select `+arrivalColumns+` from arrivals where visit_id = $1 order by received_at, id`, visit)
}

// RetractArrivals marks what sources said of a visit as a mistake.
func (t *tx) RetractArrivals(ctx context.Context, visit ids.ID, sources []dispatch.ArrivalSource, at time.Time) error {
	return run(ctx, t, "retracting arrivals",
		`update arrivals set retracted_at = $3 where visit_id = $1 and source = any($2) and retracted_at is null`, visit, sources, at)
}
