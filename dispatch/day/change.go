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
	KindMove    Kind = "move"    // a visit is put elsewhere
	KindAbsence Kind = "absence" // a technician is away
	KindOption  Kind = "option"  // what the customer chose on site
	KindPlan    Kind = "plan"    // whole rounds, from a plan run
	KindDrop    Kind = "drop"    // a visit is cancelled
	KindRetime  Kind = "retime"  // something happened: the times are computed anew
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
	Promise *Window  `json:"promise,omitempty"`
	Away    *Away    `json:"away,omitempty"`
	Gone    *Gone    `json:"gone,omitempty"`
	Drop    *Drop    `json:"drop,omitempty"`
	Rounds  *Reorder `json:"rounds,omitempty"`
	Retime  *Retime  `json:"retime,omitempty"`
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
}

// Away takes a technician off for a while.
type Away struct {
	TechnicianID ids.ID    `json:"technician_id"`
	From         time.Time `json:"from"`
	Until        time.Time `json:"until"`
}

// Gone takes an item out of its technician's kit.
type Gone struct {
	ItemID ids.ID `json:"item_id"`
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

// Order is one round's visits.
type Order struct {
	RoundID ids.ID   `json:"round_id"`
	Visits  []ids.ID `json:"visits"`
}

// Retime asks for the times of a round as they are now.
type Retime struct {
	RoundID ids.ID `json:"round_id"`
}
