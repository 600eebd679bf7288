package dispatch

import (
	"slices"
	"time"

	"fmt"
	"roundsman/internal/fault"
	"roundsman/internal/states"
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
	DeskPlace      TicketAct = "place"   // where its person is for it
	DeskPrefer     TicketAct = "prefer"  // whom they would rather be visited by
	DeskPromise    TicketAct = "promise" // an arrival, or something by an instant
)

// What follows from acts on what belongs to a ticket.
const (
	TicketFollowPlan TicketAct = "follow_plan" // a visit of it comes into a round, or out of it
	TicketRestore    TicketAct = "restore"     // a visit of it ends: the person can work, or another visit is to come
	TicketAnswer     TicketAct = "answer"      // the customer says, called back, how it is
)

var (
	unresolved = []TicketState{TicketOpen, TicketPlanned, TicketRestored}
	anyState   = append(slices.Clone(unresolved), TicketResolved)

	// ticketTable says what may be done to a ticket in which state; docs/states.md
	// draws it.
	ticketTable = states.Table[TicketAct, TicketState]{
		Noun: "ticket", Code: "ticket_resolved", Hint: "open a new one and link it", States: anyState,
		Acts: []states.Act[TicketAct, TicketState]{
			{Name: DeskChange, From: unresolved},
			{Name: DeskClassify, From: unresolved},
			{Name: DeskPrioritise, From: unresolved},
			{Name: DeskCorrect, From: unresolved},
			{Name: DeskPlace, From: unresolved},
			{Name: DeskPrefer, From: unresolved},
			{Name: DeskPromise, From: unresolved},
			{Name: DeskPause, From: unresolved},
			{Name: DeskHandOver, From: unresolved},
			{Name: DeskSettle, From: anyState},
			{Name: DeskEscalate, From: unresolved},
			{Name: DeskAskTier, From: unresolved},
			{Name: DeskWrite, From: anyState},
			{Name: DeskLink, From: anyState},
			{Name: DeskMerge, From: unresolved, To: []TicketState{TicketResolved}},
			{Name: DeskResolve, From: unresolved, To: []TicketState{TicketResolved}},
			{Name: DeskReopen, From: []TicketState{TicketResolved}, To: []TicketState{TicketOpen, TicketRestored}, Code: "ticket_state",
				Hint: "it is open as it is"},
			{Name: TicketFollowPlan, From: []TicketState{TicketOpen}, To: []TicketState{TicketPlanned}, Code: states.Nothing},
			{Name: TicketFollowPlan, From: []TicketState{TicketPlanned}, To: []TicketState{TicketOpen}, Code: states.Nothing},
			{Name: TicketRestore, From: []TicketState{TicketOpen, TicketPlanned, TicketRestored}, To: []TicketState{TicketRestored, TicketPlanned, TicketOpen}, Code: states.Nothing},
			{Name: TicketAnswer, From: unresolved, To: []TicketState{TicketResolved, TicketPlanned, TicketOpen}, Code: states.Nothing},
		},
	}
)

// May says whether an act is allowed in the ticket's state. Codes:
// "ticket_resolved" for one that is over or was merged, else "ticket_state"; both
// with the states that are allowed.
func (t Ticket) May(act TicketAct) error {
	if t.MergedInto != nil && !slices.Contains(ticketTable.From(act), t.State) || t.MergedInto != nil && act == DeskReopen {
		return fault.New(fault.Conflict, "ticket_resolved", "ticket T-%d was merged into another; go on with that one", t.Number).
			With("merged_into", *t.MergedInto).With("state", t.State).With("allowed", ticketTable.From(act))
	}
	err := ticketTable.Allows(t.State, act)
	if f := fault.Of(err); f != nil {
		f.Message = fmt.Sprintf("T-%d: %s", t.Number, f.Message)
	}
	return err
}
