package dispatch

import (
	"context"
	"time"

	"roundsman/internal/fault"
	"roundsman/internal/ids"
	"roundsman/internal/states"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/geo"
)

// ClosureState is where a closure is. The comment names who acts next.
type ClosureState string

// The states of a closure.
const (
	ClosureStanding ClosureState = "standing" // a dispatcher: end it when the road is open before its time
	ClosureEnded    ClosureState = "ended"    // nobody
)

// ClosureAct is something that is done to a closure.
type ClosureAct string

// ClosureEnd is what a dispatcher does when the road is open again.
const ClosureEnd ClosureAct = "end"

// closureTable says what may be done to a closure in which state; docs/states.md draws it.
var closureTable = states.Table[ClosureAct, ClosureState]{
	Noun: "closure", Code: "closure_state", Hint: "enter a new one",
	States: []ClosureState{ClosureStanding, ClosureEnded},
	Acts: []states.Act[ClosureAct, ClosureState]{
		{Name: ClosureEnd, From: []ClosureState{ClosureStanding}, To: []ClosureState{ClosureEnded}},
	},
}

// After gives the state after an act. Code: "closure_state", with the states that it fits.
func (s ClosureState) After(a ClosureAct) (ClosureState, error) { return closureTable.After(s, a) }

// Closure is a road that is closed to cars for a time, or on which one gets on
// slower. Who is on a closed stretch can leave it and be come to; nobody passes.
type Closure struct {
	ID    ids.ID
	State ClosureState
	From  time.Time  `db:"closed_from"`
	Until *time.Time `db:"closed_until"` // half-open; nil: until somebody ends it
	Area  ClosureArea
	// Streets are those that it is about; all in the area where there are none.
	Streets   []string
	Speed     *float64 // share of the ordinary speed; nil: closed
	Reason    string
	EnteredBy ids.ID
	EnteredAt time.Time
	EndedBy   *ids.ID
	EndedAt   *time.Time
	Version   int64
}

// ClosureArea is a circle or a polygon.
type ClosureArea struct {
	Center  *orb.Point  `json:"center,omitempty"`
	Metres  float64     `json:"metres,omitempty"`
	Polygon orb.Polygon `json:"polygon,omitempty"`
}

// Bound gives what surrounds the area.
func (a ClosureArea) Bound() orb.Bound {
	if a.Center == nil {
		return a.Polygon.Bound()
	}
	return geo.NewBoundAroundPoint(*a.Center, a.Metres)
}

// Check says what is wrong with a closure. Code: "bad_closure", with the field.
func (c Closure) Check() error {
	wrong := func(pointer, message string) error {
		return fault.New(fault.Invalid, "bad_closure", "this closure can't be entered: %s", message).At(pointer, message)
	}
	switch circle := c.Area.Center != nil; {
	case c.Until != nil && !c.Until.After(c.From):
		return wrong("/until", "it ends after it begins; leave until out where nobody knows yet")
	case circle == (c.Area.Polygon != nil):
		return wrong("/center", "a closure has either a circle (center and metres) or a polygon")
	case circle && !(c.Area.Metres > 0):
		return wrong("/metres", "a circle has a radius")
	}
	for _, ring := range c.Area.Polygon {
		if len(ring) < 4 || !ring.Closed() {
			return wrong("/polygon", "a polygon's rings have four points or more, and end where they begin")
		}
	}
	return nil
}

// Closures are what is closed when.
type Closures interface {
	AddClosure(ctx context.Context, c Closure) error
	Closure(ctx context.Context, id ids.ID) (Closure, error)
	LockClosure(ctx context.Context, id ids.ID) (Closure, error)
	// EndClosure writes who ended it and when, and raises the version.
	EndClosure(ctx context.Context, c Closure) (Closure, error)
	// ListClosures gives them latest first, those of one state or all.
	ListClosures(ctx context.Context, state ClosureState, p Page) (list []Closure, next string, err error)
	// ClosuresAfter gives the standing ones that are not over before an instant, by id.
	ClosuresAfter(ctx context.Context, at time.Time) ([]Closure, error)
}
