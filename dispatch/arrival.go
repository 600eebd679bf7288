package dispatch

import (
	"context"
	"slices"
	"time"

	"roundsman/internal/ids"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/geo"
)

// ArrivalSource is who says that a technician has arrived.
type ArrivalSource string

// The sources of arrival evidence.
const (
	ByTechnician ArrivalSource = "technician" // their word
	ByGeofence   ArrivalSource = "geofence"   // the device stands within the site's radius
	ByCustomer   ArrivalSource = "customer"   // the customer's word, told to an agent
)

// Arrival is one piece of evidence that the technician was with the person. It is
// kept also where another contradicts it.
type Arrival struct {
	ID         ids.ID
	VisitID    ids.ID
	Source     ArrivalSource
	AccountID  ids.ID     // Nil: the customer, through their own link
	HappenedAt time.Time  // as the source says, but not after we heard of it
	SaidAt     *time.Time // as the source says; nil: it named no instant
	ReceivedAt time.Time  // by our clock
	Lon, Lat   *float64   // where the device was
	Metres     *int       // from there to the site
	Note       string
	// RetractedAt is when the technician took it back as a mistake.
	RetractedAt *time.Time
}

const (
	// promptly is how soon after the fact a report has to come for our own clock
	// to bear the device's out.
	promptly = 5 * time.Minute
	// sameArrival is how far apart two sources may put one arrival.
	sameArrival = 10 * time.Minute
)

// borneOut says whether somebody else's word makes an arrival's time believable.
// Two reports of one device that both came late lean on one clock: neither helps
// the other.
func (a Arrival) borneOut(by Arrival) bool {
	if a.Source == by.Source || a.HappenedAt.Sub(by.HappenedAt).Abs() > sameArrival {
		return false
	}
	return a.ownClock() || by.ownClock()
}

// ownClock says whether an instant rests on more than a device's clock.
func (a Arrival) ownClock() bool {
	return a.Source == ByCustomer || ToldAtOnce(a.HappenedAt, a.ReceivedAt)
}

// ToldAtOnce says whether we heard of something while it happened, but for a delay
// that any connection may have: who tells it is still there.
func ToldAtOnce(happened, received time.Time) bool { return received.Sub(happened) <= promptly }

// SaidAt is the instant that a device's word counts from where a later word replaces
// an earlier one: what is told promptly by our own clock, for the device's may be a
// little behind; what is told later by the device's.
func SaidAt(happened, received time.Time) time.Time {
	if ToldAtOnce(happened, received) {
		return received
	}
	return happened
}

// ArrivalThatCounts gives the evidence that a promise is judged by: the earliest
// that another source bears out; where there is none, the one that came first.
// What was retracted does not count. It is false where nothing is left.
func ArrivalThatCounts(list []Arrival) (counts Arrival, corroborated, ok bool) {
	for i, a := range list {
		if a.RetractedAt != nil {
			continue
		}
		sure := false
		for j, b := range list {
			sure = sure || j != i && b.RetractedAt == nil && a.borneOut(b)
		}
		switch {
		case !ok, sure && !corroborated:
			counts, corroborated, ok = a, sure, true
		case sure == corroborated && sure && a.HappenedAt.Before(counts.HappenedAt),
			sure == corroborated && !sure && a.ReceivedAt.Before(counts.ReceivedAt):
			counts = a
		}
	}
	return counts, corroborated, ok
}

// BeforeMistake says whether an instant is before an arrival that the technician took
// back: they were not there yet, whatever their device says of it later.
func BeforeMistake(list []Arrival, at time.Time) bool {
	return slices.ContainsFunc(list, func(a Arrival) bool {
		return a.Source == ByTechnician && a.RetractedAt != nil && at.Before(a.HappenedAt)
	})
}

// JudgeArrival says how an arrival leaves a promise. Who is early waits at the
// door: the work starts with the window.
func JudgeArrival(p Promise, at time.Time) PromiseState {
	if at.Before(p.WindowStart) {
		at = p.WindowStart
	}
	return Judge(p, at, false)
}

// Rejudge says whether evidence turns a verdict that stands, and to what. Only what
// is corroborated does: the device's own time may not rewrite a verdict.
func Rejudge(p Promise, list []Arrival) (PromiseState, bool) {
	if p.State.Allows(PromiseRejudge) != nil {
		return p.State, false
	}
	a, corroborated, ok := ArrivalThatCounts(list)
	if !ok || !corroborated {
		return p.State, false
	}
	to := JudgeArrival(p, a.HappenedAt)
	return to, to != p.State
}

// MetresTo is how far a device stands from a site, in whole metres.
func MetresTo(s Site, device orb.Point) int { return int(geo.Distance(s.Point, device)) }

// Arrivals are evidence.
type Arrivals interface {
	AddArrival(ctx context.Context, a Arrival) error
	// ArrivalsOf gives a visit's evidence in the order in which it came.
	ArrivalsOf(ctx context.Context, visit ids.ID) ([]Arrival, error)
	// RetractArrivals marks what a source said of a visit as a mistake.
	RetractArrivals(ctx context.Context, visit ids.ID, sources []ArrivalSource, at time.Time) error
}
