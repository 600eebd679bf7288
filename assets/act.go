package assets

import (
	"roundsman/internal/states"
)

// Act is something that is done to an item, in the past tense: the reason of the
// custody that it opens, the line of the journal, and "item.<act>" as an event.
type Act string

// The acts of the stock room. A swap is Exchange.
const (
	Received    Act = "received"         // came new into a depot
	Transferred Act = "transferred"      // sent to another depot, which has to receive it
	Arrived     Act = "arrived"          // received there, or back at home
	Loaded      Act = "loaded"           // into a technician's kit
	Unloaded    Act = "unloaded"         // out of it, into a depot
	Issued      Act = "issued"           // handed over to a person, for good
	Lent        Act = "lent"             // handed over until due; see Loan
	Returned    Act = "returned"         // came back from a person
	Isolated    Act = "quarantined"      // not fit to hand out
	Wiped       Act = "wiped"            // the data of whoever had it are gone
	Cleared     Act = "cleared"          // fit again
	SentOff     Act = "sent_for_repair"  // to a vendor, with an RMA number
	CameBack    Act = "back_from_repair" // from the vendor
	WrittenOff  Act = "retired"          // for ever
	Missed      Act = "lost"             // nobody knows where it is
	Found       Act = "found"            // somebody does
	Corrected   Act = "corrected"        // the record was wrong
)

// What a swap does to its two items, see Exchange.
const (
	SwappedIn  Act = "swapped_in"  // from the kit to the person
	SwappedOut Act = "swapped_out" // from the person to the technician
)

// The record named the wrong holder: it is a depot, a technician or a person.
const (
	ToDepot      Act = "corrected_to_depot"
	ToTechnician Act = "corrected_to_technician"
	ToPerson     Act = "corrected_to_person"
)

// itemTable says what may be done to an item in which state; docs/states.md draws
// it. What somebody worked with comes into quarantine when its record is corrected,
// and what is there stays so, with technician or depot; what is out on loan, on its
// way, at a vendor's, lost or retired is not corrected: the act that ends that says
// where it is.
var itemTable = states.Table[Act, State]{
	Noun: "item", Code: "item_state", Hint: "read it again",
	States: []State{InStock, InTransit, InKit, InUse, OnLoan, Quarantined, InRepair, Lost, Retired},
	Acts: []states.Act[Act, State]{
		{Name: Transferred, From: []State{InStock}, To: []State{InTransit}, Codes: outOnLoan},
		{Name: Arrived, From: []State{InTransit}, To: []State{InStock}, Codes: outOnLoan},
		{Name: Loaded, From: []State{InStock}, To: []State{InKit}, Codes: outOnLoan},
		{Name: Unloaded, From: []State{InKit}, To: []State{InStock}, Codes: outOnLoan},
		{Name: Unloaded, From: []State{Quarantined}},
		{Name: Issued, From: []State{InStock, InKit}, To: []State{InUse}, Codes: outOnLoan},
		{Name: SwappedIn, From: []State{InKit}, To: []State{InUse}, Code: "asset_gone"},
		{Name: SwappedOut, From: []State{InUse}, To: []State{Quarantined}, Code: "asset_not_theirs"},
		{Name: Lent, From: []State{InStock}, To: []State{OnLoan}},
		{Name: Returned, From: []State{InUse, OnLoan}, To: []State{Quarantined}, Codes: outOnLoan},
		{Name: Isolated, From: []State{InStock, InKit}, To: []State{Quarantined}, Codes: outOnLoan},
		{Name: Wiped, From: []State{Quarantined}, Codes: outOnLoan},
		{Name: Cleared, From: []State{Quarantined}, To: []State{InStock}, Codes: outOnLoan},
		{Name: SentOff, From: []State{Quarantined}, To: []State{InRepair}, Codes: outOnLoan},
		{Name: CameBack, From: []State{InRepair}, To: []State{Quarantined}, Codes: outOnLoan},
		{Name: Missed, From: []State{InStock, InTransit, InKit, InUse, OnLoan, Quarantined, InRepair}, To: []State{Lost}},
		{Name: Found, From: []State{Lost}, To: []State{Quarantined}, Codes: outOnLoan},
		{Name: WrittenOff, From: []State{InStock, Quarantined, InRepair, Lost}, To: []State{Retired}, Codes: outOnLoan},
		{Name: ToDepot, From: []State{InKit}, To: []State{InStock}, Hint: elsewhere, Codes: outOnLoan},
		{Name: ToDepot, From: []State{InUse}, To: []State{Quarantined}},
		{Name: ToDepot, From: []State{InStock, Quarantined}},
		{Name: ToTechnician, From: []State{InStock}, To: []State{InKit}, Hint: elsewhere, Codes: outOnLoan},
		{Name: ToTechnician, From: []State{InUse}, To: []State{Quarantined}},
		{Name: ToTechnician, From: []State{InKit, Quarantined}},
		{Name: ToPerson, From: []State{InStock, InKit}, To: []State{InUse}, Hint: elsewhere, Codes: outOnLoan},
		{Name: ToPerson, From: []State{InUse}},
	},
}

// What is out comes back through its loan, whatever else it may.
var outOnLoan = map[State]string{OnLoan: "item_on_loan"}

const elsewhere = "receive, return or find it, which says where it is"

// From gives the state after the act. Code: "item_state", with the states in
// which it is allowed.
func (a Act) From(s State) (State, error) { return itemTable.After(s, a) }

// Correct gives the state of an item whose record named the wrong holder. Code:
// "item_state".
func (s State) Correct(holder CustodianKind) (State, error) {
	return itemTable.After(s, map[CustodianKind]Act{Depot: ToDepot, Technician: ToTechnician, Person: ToPerson}[holder])
}

// Charts lays out what may be done to items and loans.
func Charts() []states.Sheet { return []states.Sheet{itemTable.Sheet(), loanTable.Sheet()} }

// Leaves says whether the act takes the item out of the reach of those it was kept
// or booked for, though nobody decided so: then it is let go of.
func (a Act) Leaves() bool { return a == Isolated || a == Missed }

// Forsakes says whether those who booked the item as a loaner are not to count on it
// any more after the act.
func (a Act) Forsakes() bool { return a.Leaves() || a == WrittenOff }
