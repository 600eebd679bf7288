package dispatch

import (
	"context"
	"slices"
	"time"

	"roundsman/internal/fault"
	"roundsman/internal/ids"
	"roundsman/internal/states"
)

// TransferState is where a transfer is. The comment names who acts next.
type TransferState string

// The states of a transfer.
const (
	TransferOffered   TransferState = "offered"   // whom it is offered to: accept or refuse; the owner stays accountable
	TransferAccepted  TransferState = "accepted"  // nobody: the ticket has its new owner
	TransferRefused   TransferState = "refused"   // the owner: read why, then do it or offer it elsewhere
	TransferWithdrawn TransferState = "withdrawn" // nobody: the owner keeps the ticket
)

// TransferAct is something that is done to a transfer.
type TransferAct string

// The acts. The comment names who does them.
const (
	TransferAccept   TransferAct = "accept"   // whom it is offered to
	TransferRefuse   TransferAct = "refuse"   // whom it is offered to
	TransferWithdraw TransferAct = "withdraw" // the owner, or who offered it
)

// transferTable says what may be done to a transfer in which state; docs/states.md draws it.
var transferTable = states.Table[TransferAct, TransferState]{
	Noun: "transfer", Code: "transfer_state", Hint: "read the ticket to see who owns it",
	States: []TransferState{TransferOffered, TransferAccepted, TransferRefused, TransferWithdrawn},
	Acts: []states.Act[TransferAct, TransferState]{
		{Name: TransferAccept, From: []TransferState{TransferOffered}, To: []TransferState{TransferAccepted}},
		{Name: TransferRefuse, From: []TransferState{TransferOffered}, To: []TransferState{TransferRefused}},
		{Name: TransferWithdraw, From: []TransferState{TransferOffered}, To: []TransferState{TransferWithdrawn}},
	},
}

// After gives the state after an act. Code: "transfer_state", with the states that it fits.
func (s TransferState) After(a TransferAct) (TransferState, error) { return transferTable.After(s, a) }

// Transfer offers a ticket to another account or team. Its owner answers for it
// until somebody has accepted.
type Transfer struct {
	ID        ids.ID
	TicketID  ids.ID
	FromID    ids.ID  // the owner when it was offered
	ToTeam    *ids.ID // one of the two
	ToAccount *ids.ID
	State     TransferState
	Reason    string // code
	Context   string // what is known, done and expected, so that nobody asks the customer again
	AskedBy   ids.ID
	AskedAt   time.Time
	DueAt     time.Time // an answer is wanted by then
	SettledBy *ids.ID
	SettledAt *time.Time
	Refusal   string
	FlaggedAt *time.Time // when its owner was told that nobody has answered
	Version   int64
}

// MayAnswer says whether an account may accept or refuse: the one it is offered
// to, or any member of the team. Code: "transfer_not_yours".
func (t Transfer) MayAnswer(account ids.ID, members []ids.ID) error {
	if t.ToAccount != nil && *t.ToAccount == account || t.ToTeam != nil && slices.Contains(members, account) {
		return nil
	}
	return fault.New(fault.Forbidden, "transfer_not_yours", "this transfer is offered to somebody else; ask them, or have it offered to you")
}

// TransferDue is when an answer to a transfer is wanted: within what the other
// side allows itself, and while there is still time to tell the customer.
func TransferDue(allowed time.Duration, nextUpdate, now time.Time) time.Time {
	due := now.Add(allowed)
	if nextUpdate.After(now) && nextUpdate.Before(due) {
		return nextUpdate
	}
	return due
}

// TransferFilter chooses transfers. Empty parts choose all.
type TransferFilter struct {
	TicketID  *ids.ID
	ToTeam    *ids.ID
	ToAccount *ids.ID
	// Offered chooses those that wait for an answer, the one due first at the
	// head; otherwise the list is a ticket's, newest first.
	Offered bool
}

// Transfers of tickets.
type Transfers interface {
	// AddTransfer stores one; code "transfer_offered" when the ticket is on offer already.
	AddTransfer(ctx context.Context, t Transfer) error
	LockTransfer(ctx context.Context, id ids.ID) (Transfer, error)
	Transfer(ctx context.Context, id ids.ID) (Transfer, error)
	SaveTransfer(ctx context.Context, t Transfer) (Transfer, error)
	// FlagTransfers marks those that nobody has answered by then, at most limit at
	// once and each once, and gives them.
	FlagTransfers(ctx context.Context, now time.Time, limit int) ([]Transfer, error)
	ListTransfers(ctx context.Context, f TransferFilter, p Page) (list []Transfer, next string, err error)
}
