package dispatch

import (
	"context"

	"roundsman/internal/ids"
)

// StockRoom is what depots and kits need beside custody.
type StockRoom interface {
	Depot(ctx context.Context, id ids.ID) (Depot, error)
	// RaiseKitDays locks the region-days from a date on on which the technician
	// works, by date, and raises their versions: another kit is another day.
	RaiseKitDays(ctx context.Context, technician ids.ID, from Date) error
}
