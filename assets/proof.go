package assets

import (
	"context"
	"crypto/sha256"
	"time"

	"roundsman/internal/fault"
	"roundsman/internal/ids"
)

// Side is one of the two of a handover.
type Side string

// The sides.
const (
	Giver Side = "giver"
	Taker Side = "taker"
)

// Method is how a side said that it happened.
type Method string

// The methods. Only the first has nothing to show.
const (
	ByAccount   Method = "account" // signed in, and did it
	BySignature Method = "signature"
	ByPhoto     Method = "photo"
)

// Proof is what one side of a handover left. One a side and custody, never
// changed.
type Proof struct {
	ID        ids.ID
	CustodyID ids.ID
	Side      Side
	AccountID ids.ID // who recorded it
	Method    Method
	At        time.Time
	MediaType *string // of the bytes, when they are kept here
	Hash      []byte  // SHA-256 of them; also of bytes that are kept elsewhere
}

// Evidence is proof as it is handed in: bytes, or the hash of bytes that are kept
// elsewhere, or nothing for who is signed in.
type Evidence struct {
	Method    Method
	MediaType string
	Content   []byte
	Hash      []byte
}

// Proof makes the proof of a side. Code: "proof_incomplete" when a signature or
// photo has nothing to show, or its hash is not that of its bytes.
func (e Evidence) Proof(custody ids.ID, side Side, account ids.ID, at time.Time) (Proof, error) {
	p := Proof{ID: ids.New(), CustodyID: custody, Side: side, AccountID: account, Method: e.Method, At: at}
	if e.Method == ByAccount {
		if len(e.Content)+len(e.Hash) > 0 {
			return p, incomplete(side, "who is signed in needs no bytes; say signature or photo")
		}
		return p, nil
	}
	if len(e.Content) == 0 {
		if len(e.Hash) != sha256.Size {
			return p, incomplete(side, "give the bytes, or their SHA-256 where they are kept elsewhere")
		}
		p.Hash = e.Hash
		return p, nil
	}
	if e.MediaType == "" {
		return p, incomplete(side, "say the media type of the bytes")
	}
	sum := sha256.Sum256(e.Content)
	if len(e.Hash) > 0 && string(e.Hash) != string(sum[:]) {
		return p, incomplete(side, "the hash is not that of the bytes; send them again")
	}
	p.Hash, p.MediaType = sum[:], &e.MediaType
	return p, nil
}

func incomplete(side Side, what string) *fault.Error {
	return fault.New(fault.Invalid, "proof_incomplete", "the proof of the %s has to be shown: %s", side, what).At("/"+string(side), what)
}

// Entry is one line of an item's journal.
type Entry struct {
	ID        ids.ID
	ItemID    ids.ID
	Act       Act
	State     State // after it
	At        time.Time
	ActorID   *ids.ID
	CustodyID *ids.ID // that it opened, if the item changed hands
	Reason    string  // in the words of who did it; stays out of events
}

// Transfer is a way from one depot to another. The sender answers for the item
// until it has been received.
type Transfer struct {
	ID        ids.ID
	ItemID    ids.ID
	FromDepot ids.ID
	ToDepot   ids.ID
	SentAt    time.Time
	EndedAt   *time.Time
	EndedIn   *ids.ID // the depot that received it; nil while it is on its way, or when it was lost
}

// Repair is a stay at a vendor's. The depot that sent it off answers for the item.
type Repair struct {
	ID      ids.ID
	ItemID  ids.ID
	Vendor  string
	RMA     string // the vendor's number
	Reason  string
	SentAt  time.Time
	DueOn   *string // local date
	EndedAt *time.Time
	Outcome *string // "repaired", "replaced", "not_repairable", "lost"
}

// StockTake is one count of a depot.
type StockTake struct {
	ID        ids.ID
	DepotID   ids.ID
	TakenBy   ids.ID
	At        time.Time
	Reason    string
	Counted   int
	Missing   []ids.ID // should lie there and was not counted
	Elsewhere []ids.ID // was counted, and is recorded with somebody else or as lost
	Unknown   []string // tags of nothing we know
	Settled   bool     // whether the record was made to follow the count
}

// Records are what the stock room keeps beside custody.
type Records interface {
	// ReceiveItems stores new items with their first custody; codes "tag_taken",
	// "id_taken".
	ReceiveItems(ctx context.Context, items []Item, custodies []Custody) error
	// ItemsByTag gives those of the tags that exist, whatever their case.
	ItemsByTag(ctx context.Context, tags []string) ([]Held, error)
	AddEntry(ctx context.Context, e Entry) error
	// Journal gives an item's acts, oldest first.
	Journal(ctx context.Context, item ids.ID) ([]Entry, error)
	// AddProof stores one with its bytes, nil when there are none; code
	// "proof_taken" when the side has left one.
	AddProof(ctx context.Context, p Proof, content []byte) error
	// Proofs gives those of custodies, without their bytes.
	Proofs(ctx context.Context, custodies []ids.ID) ([]Proof, error)
	// ProofContent gives one with its bytes; code "proof_not_found".
	ProofContent(ctx context.Context, id ids.ID) (Proof, []byte, error)
	// OpenCustodies gives the entries of who answers for items now, by item.
	OpenCustodies(ctx context.Context, items []ids.ID) ([]Custody, error)
	// ItemsByID gives those of the ids that exist, by id.
	ItemsByID(ctx context.Context, list []ids.ID) ([]Held, error)
	// ReservedFor gives what is kept for visits, by tag.
	ReservedFor(ctx context.Context, visits []ids.ID) ([]Held, error)
	// ReleaseItem lets go of an item's reservation; false when it has none.
	ReleaseItem(ctx context.Context, item ids.ID, at time.Time) (bool, error)
	StartTransfer(ctx context.Context, t Transfer) error
	// EndTransfer ends the open one of an item; false when it has none.
	EndTransfer(ctx context.Context, item ids.ID, in *ids.ID, at time.Time) (bool, error)
	TransfersOf(ctx context.Context, item ids.ID) ([]Transfer, error)
	// ExpectedAt gives what is on its way to a depot, longest under way first.
	ExpectedAt(ctx context.Context, depot ids.ID, limit int) ([]Transfer, error)
	AddRepair(ctx context.Context, r Repair) error
	EndRepair(ctx context.Context, item ids.ID, outcome string, at time.Time) (bool, error)
	RepairsOf(ctx context.Context, item ids.ID) ([]Repair, error)
	AddStockTake(ctx context.Context, s StockTake) error
}
