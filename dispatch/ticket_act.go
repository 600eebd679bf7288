package dispatch

import (
	"slices"
	"time"

	"roundsman/internal/fault"
)

// ReopenWithin is how long after it was resolved a ticket is opened again. Later
// the same need is a new ticket, linked to the old one.
const ReopenWithin = 7 * 24 * time.Hour

// TicketAct is something that a desk does to a ticket.
type TicketAct string

// The acts of a desk.
const (
	DeskChange     TicketAct = "change"
	DeskResolve    TicketAct = "resolve"
	DeskReopen     TicketAct = "reopen"
	DeskMerge      TicketAct = "merge"
	DeskLink       TicketAct = "link"
	DeskWrite      TicketAct = "write_note_or_file"
	DeskClassify   TicketAct = "classify"
	DeskPrioritise TicketAct = "prioritise"
	DeskCorrect    TicketAct = "correct_person"
	DeskPause      TicketAct = "pause_or_resume"
	DeskHandOver   TicketAct = "hand_over"
	DeskSettle     TicketAct = "refuse_or_withdraw_hand_over"
	DeskEscalate   TicketAct = "escalate"
	DeskAskTier    TicketAct = "ask_another_tier"
)

var (
	unresolved = []TicketState{TicketOpen, TicketPlanned, TicketRestored}
	anyState   = append(slices.Clone(unresolved), TicketResolved)

	// ticketActs is the table of the states in which each act is allowed;
	// docs/states.md has it.
	ticketActs = map[TicketAct][]TicketState{
		DeskChange: unresolved, DeskResolve: unresolved, DeskMerge: unresolved, DeskClassify: unresolved, DeskPrioritise: unresolved,
		DeskCorrect: unresolved, DeskPause: unresolved, DeskHandOver: unresolved, DeskEscalate: unresolved, DeskAskTier: unresolved,
		DeskWrite: anyState, DeskLink: anyState, DeskSettle: anyState,
		DeskReopen: {TicketResolved},
	}
)

// May says whether an act is allowed in the ticket's state. Codes:
// "ticket_resolved" for one that is over or was merged, else "ticket_state"; both
// with the states that are allowed.
func (t Ticket) May(act TicketAct) error {
	allowed := ticketActs[act]
	if slices.Contains(allowed, t.State) && (act != DeskReopen || t.MergedInto == nil) {
		return nil
	}
	if f := fault.Of(t.MayResolve()); f != nil {
		return f.With("state", t.State).With("allowed", allowed)
	}
	return fault.New(fault.Conflict, "ticket_state", "ticket T-%d is %s, and this is done to one that is resolved", t.Number, t.State).
		With("state", t.State).With("allowed", allowed)
}
