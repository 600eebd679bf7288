package day

import (
	"time"

	"roundsman/dispatch"
	"roundsman/internal/ids"
)

// Kind names a change for readers and for the record.
type Kind string

// The kinds of change.
const (
	KindPromise Kind = "promise" // a visit is put at a place and its window promised
	KindAgain   Kind = "again"   // likewise, instead of the window that was promised for it
	KindMove    Kind = "move"    // a visit is put elsewhere
	KindAbsence Kind = "absence" // a technician is away
	KindOption  Kind = "option"  // what the customer chose on site
	KindPlan    Kind = "plan"    // whole rounds, from a plan run
	KindDrop    Kind = "drop"    // a visit is cancelled
	KindRetime  Kind = "retime"  // something happened: the times are computed anew

	KindReorder  Kind = "reorder"  // one round's visits in another order
	KindPin      Kind = "pin"      // time or technician of a visit are held, or let go
	KindUnassign Kind = "unassign" // a visit waits again
	KindSplit    Kind = "split"    // a visit becomes two
	KindJoin     Kind = "join"     // a second technician comes to a visit
	KindUrgent   Kind = "urgent"   // a visit goes before all others
	KindOvertime Kind = "overtime" // a shift may last longer, or no longer
	KindBreak    Kind = "break"    // a shift's break is at another time
)

// Change is what is asked of a horizon: acts, applied in order.
type Change struct {
	Kind Kind  `json:"kind"`
	Acts []Act `json:"acts"`
}

// Act is one step of a change. Exactly one part is set.
type Act struct {
	Put     *Put     `json:"put,omitempty"`
	Last    *Last    `json:"last,omitempty"`
	Release *Release `json:"release,omitempty"`
	Promise *Window  `json:"promise,omitempty"`
	Away    *Away    `json:"away,omitempty"`
	Gone    *Gone    `json:"gone,omitempty"`
	Drop    *Drop    `json:"drop,omitempty"`
	Rounds  *Reorder `json:"rounds,omitempty"`
	Retime  *Retime  `json:"retime,omitempty"`
	Order   *Order   `json:"order,omitempty"`
	Pin     *Pin     `json:"pin,omitempty"`
	TakeOut *TakeOut `json:"take_out,omitempty"`
	Urgency *Urgency `json:"urgency,omitempty"`
	Stretch *Stretch `json:"stretch,omitempty"`
	Rest    *Rest    `json:"rest,omitempty"`
}

// Put places a visit behind another one of a round, taking it from where it is.
// New describes a visit that the horizon does not know yet.
type Put struct {
	VisitID ids.ID          `json:"visit_id"`
	New     *Visit          `json:"new,omitempty"`
	Day     dispatch.DayKey `json:"day"`
	RoundID ids.ID          `json:"round_id"`
	// After is the visit it follows; nil puts it first among what is not begun.
	After *ids.ID `json:"after,omitempty"`
}

// Last says how long a visit lasts: in all, before it has begun, and from the
// present on when the technician is with the customer already.
type Last struct {
	VisitID ids.ID `json:"visit_id"`
	Minutes int    `json:"minutes"`
}

// Window promises that somebody arrives at a visit inside it.
type Window struct {
	VisitID ids.ID    `json:"visit_id"`
	Start   time.Time `json:"start"`
	End     time.Time `json:"end"`
	// Wanted says that somebody asked for this very window: the outcome says how
	// likely it is kept, and whoever commits it judges whether that may be said.
	Wanted bool `json:"wanted,omitempty"`
}

// Release gives up the promise of a visit, so that another window can be promised.
type Release struct {
	VisitID ids.ID `json:"visit_id"`
}

// Away takes a technician off for a while.
type Away struct {
	TechnicianID ids.ID    `json:"technician_id"`
	From         time.Time `json:"from"`
	Until        time.Time `json:"until"`
}

// Gone takes an item out of its technician's kit, for a visit where it is given there.
type Gone struct {
	ItemID  ids.ID  `json:"item_id"`
	VisitID *ids.ID `json:"visit_id,omitempty"`
}

// Drop takes a visit out of the horizon.
type Drop struct {
	VisitID ids.ID `json:"visit_id"`
}

// Reorder gives whole rounds of one day. Visits of the day named nowhere are
// taken out of their rounds.
type Reorder struct {
	Day    dispatch.DayKey `json:"day"`
	Rounds []Order         `json:"rounds"`
}

// Order is one round's visits. As an act of its own it names exactly those that
// are in the round, in another order.
type Order struct {
	RoundID ids.ID   `json:"round_id"`
	Visits  []ids.ID `json:"visits"`
}

// Retime asks for the times of a round as they are now.
type Retime struct {
	RoundID ids.ID `json:"round_id"`
}

// Pin holds a visit's planned start, its technician, or both, against planner and
// repair; or lets them go.
type Pin struct {
	VisitID    ids.ID `json:"visit_id"`
	Time       bool   `json:"time"`
	Technician bool   `json:"technician"`
}

// TakeOut lets a visit wait again. One that is promised is never taken out.
type TakeOut struct {
	VisitID ids.ID `json:"visit_id"`
}

// Urgency gives a visit another priority, 1 before all others.
type Urgency struct {
	VisitID  ids.ID `json:"visit_id"`
	Priority int    `json:"priority"`
}

// Stretch says how much longer a shift may last than it was to; 0 ends what was
// granted.
type Stretch struct {
	ShiftID ids.ID `json:"shift_id"`
	Minutes int    `json:"minutes"`
}

// Rest puts a shift's break elsewhere: it starts inside [From, Until).
type Rest struct {
	ShiftID ids.ID    `json:"shift_id"`
	From    time.Time `json:"from"`
	Until   time.Time `json:"until"`
	Minutes int       `json:"minutes"`
}
