package assets

import (
	"context"
	"time"

	"roundsman/internal/ids"
)

// Held is an item with its model and its present holder.
type Held struct {
	Item     Item
	Model    Model
	Holder   Custodian
	Since    time.Time
	Reserved *ids.ID // the visit it is kept for
}

// Filter chooses items. Empty parts choose all.
type Filter struct {
	Holder  *Custodian
	States  []State
	ModelID *ids.ID
	Loaner  *bool
	Free    bool     // not reserved, and not lent or booked
	Depots  []ids.ID // in the custody of one of these; nil chooses all, none chooses none
}

// Tx is what this package asks of a transaction.
type Tx interface {
	Records
	Loans

	ListModels(ctx context.Context) ([]Model, error)
	Item(ctx context.Context, id ids.ID) (Held, error)
	// LockItem reads an item and its open custody for change.
	LockItem(ctx context.Context, id ids.ID) (Held, error)
	ListItems(ctx context.Context, f Filter, limit int, after string) (list []Held, next string, err error)
	Chain(ctx context.Context, item ids.ID) ([]Custody, error)
	// Move closes the open custody and opens the next, and writes the item's new
	// state and facts. The item is locked already; code "custody_moved" when
	// somebody else holds it by now.
	Move(ctx context.Context, it Item, from Custodian, to Custody) (Item, error)
	// SaveItem writes everything of an item but its model and custody; code "version_stale".
	SaveItem(ctx context.Context, it Item) (Item, error)
	// Reserve keeps an item for a visit; code "asset_gone" when another has it.
	Reserve(ctx context.Context, r Reservation) error
	// KeptFor lists the items that are reserved for a visit, by id.
	KeptFor(ctx context.Context, visit ids.ID) ([]ids.ID, error)
	// Release lets go of a visit's reservations.
	Release(ctx context.Context, visit ids.ID, at time.Time) error
}
