package assets

import (
	"maps"
	"slices"

	"roundsman/internal/fault"
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

// moves is the table of what is allowed: the state after an act by the state
// before it. What is not in it is refused. docs/states.md shows it.
var moves = map[Act]map[State]State{
	Transferred: {InStock: InTransit},
	Arrived:     {InTransit: InStock},
	Loaded:      {InStock: InKit},
	Unloaded:    {InKit: InStock, Quarantined: Quarantined},
	Issued:      {InStock: InUse, InKit: InUse},
	Lent:        {InStock: OnLoan},
	Returned:    {InUse: Quarantined, OnLoan: Quarantined},
	Isolated:    {InStock: Quarantined, InKit: Quarantined},
	Wiped:       {Quarantined: Quarantined},
	Cleared:     {Quarantined: InStock},
	SentOff:     {Quarantined: InRepair},
	CameBack:    {InRepair: Quarantined},
	WrittenOff:  {InStock: Retired, Quarantined: Retired, InRepair: Retired, Lost: Retired},
	Missed: {InStock: Lost, InTransit: Lost, InKit: Lost, InUse: Lost, OnLoan: Lost,
		Quarantined: Lost, InRepair: Lost},
	Found: {Lost: Quarantined},
}

// Acts lists those of the table, by name.
func Acts() []Act { return slices.Sorted(maps.Keys(moves)) }

// From gives the state after the act. Code: "item_state", with the states in
// which it is allowed.
func (a Act) From(s State) (State, error) {
	to, ok := moves[a][s]
	if ok {
		return to, nil
	}
	allowed := slices.Sorted(maps.Keys(moves[a]))
	return s, fault.New(fault.Conflict, "item_state", "an item that is %s can't be %s; only one that is %s", words(string(s)), words(string(a)), oneOf(allowed)).
		With("state", s).With("allowed", allowed)
}

// Next lists the states that an item may come to from this one, by any act or by
// a swap.
func (s State) Next() []State {
	to := map[State]bool{}
	for _, table := range moves {
		if n, ok := table[s]; ok && n != s {
			to[n] = true
		}
	}
	for _, n := range swaps[s] {
		to[n] = true
	}
	for _, k := range []CustodianKind{Person, Technician, Depot} {
		if n, err := s.Correct(k); err == nil && n != s {
			to[n] = true
		}
	}
	return slices.Sorted(maps.Keys(to))
}

// swaps are the two sides of Exchange.
var swaps = map[State][]State{InKit: {InUse}, InUse: {Quarantined}}

// Correct gives the state of an item whose record named the wrong holder. What
// somebody worked with comes into quarantine, and what is there stays so, with
// technician or depot. Code: "item_state" for what is out on loan, on its way, at a
// vendor's, lost or retired: the act that ends that says where it is.
func (s State) Correct(holder CustodianKind) (State, error) {
	switch {
	case s == InUse && holder != Person, s == Quarantined && holder != Person:
		return Quarantined, nil
	case s == InStock || s == InKit || s == InUse:
		return map[CustodianKind]State{Depot: InStock, Technician: InKit, Person: InUse}[holder], nil
	}
	allowed := []State{InKit, InStock, InUse}
	if holder != Person {
		allowed = append(allowed, Quarantined)
	}
	return s, fault.New(fault.Conflict, "item_state", "the holder of an item that is %s is not corrected to a %s: receive, return or find it, which says where it is", words(string(s)), holder).
		With("state", s).With("allowed", allowed)
}

// Leaves says whether the act takes the item out of the reach of those it was kept
// or booked for, though nobody decided so: then it is let go of.
func (a Act) Leaves() bool { return a == Isolated || a == Missed }
