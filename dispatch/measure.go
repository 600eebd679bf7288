package dispatch

import (
	"context"
	"time"
)

// LongestReport is how long a report's period may be: a month, and a few days to
// move it by.
const LongestReport = 35 * 24 * time.Hour

// Manner is one of the ten manners of serving that the charter promises.
type Manner string

// The manners.
const (
	Available   Manner = "available"
	Capable     Manner = "capable"
	Responsible Manner = "responsible"
	Truthful    Manner = "truthful"
	Proactive   Manner = "proactive"
	Respectful  Manner = "respectful"
	Respected   Manner = "respected"
	Prepared    Manner = "prepared"
	Focused     Manner = "focused"
	Flexible    Manner = "flexible"
)

// Manners lists the ten in the charter's order.
var Manners = []Manner{Available, Capable, Responsible, Truthful, Proactive, Respectful, Respected, Prepared, Focused, Flexible}

// MeasureKind says how a reading is read.
type MeasureKind string

// The kinds of measure.
const (
	ShareMeasure    MeasureKind = "share"    // part of whole, between 0 and 1
	RatioMeasure    MeasureKind = "ratio"    // part for each of whole; may be above 1
	CountMeasure    MeasureKind = "count"    // part; whole is what there was of it at all
	DurationMeasure MeasureKind = "duration" // percentiles over part of whole
)

// Indicator is a measure that shows how a manner is lived. It is about the desk as a
// whole: no measure is of a single person, and none counts what somebody closed.
type Indicator struct {
	Code   string
	Manner Manner
	Kind   MeasureKind
	// More says that more is better; less is, where it is false.
	More bool
	// Source is the query that computes it; docs/reports.md shows it.
	Source string
	// Text says in one sentence what it is part of.
	Text string
}

// Indicators are all measures there are, by manner.
var Indicators = []Indicator{
	{"answer_time", Available, DurationMeasure, false, "contacts", "How long inbound contacts waited until somebody answered."},
	{"calls_answered", Available, ShareMeasure, true, "calls", "Inbound calls answered, of all that telephony saw."},

	{"first_contact_resolution", Capable, ShareMeasure, true, "tickets", "Tickets resolved with one contact at most and nobody on site, of all resolved."},
	{"first_visit_resolution", Capable, ShareMeasure, true, "tickets", "Tickets that one technician resolved in one visit, of those on which anybody was on site."},
	{"reopened", Capable, ShareMeasure, false, "reopenings", "Tickets reopened, of all that were resolved or reopened."},

	{"transfers_per_ticket", Responsible, RatioMeasure, false, "transfers", "Transfers asked for, for each ticket opened."},
	{"transfer_acceptance_time", Responsible, DurationMeasure, false, "transfers", "How long a transfer waited until it was accepted; its owner answered for the ticket until then."},
	{"next_update_overdue", Responsible, ShareMeasure, false, "next_updates", "Tickets whose next update is overdue, of all not resolved, as they stand now."},
	{"calls_registered", Responsible, ShareMeasure, true, "calls", "Calls registered, of all answered that had something to register: what the other figures know of."},
	{"one_step", Responsible, ShareMeasure, true, "tickets", "Tickets registered and resolved in one step, of all resolved: low where short calls are not written down."},

	{"kept_arrival", Truthful, ShareMeasure, true, "promises", "Arrivals in the window last told, of all that count."},
	{"kept_first_arrival", Truthful, ShareMeasure, true, "promises", "Arrivals in the window first told, of all that count."},
	{"kept_status_update", Truthful, ShareMeasure, true, "promises", "Status updates given when promised, of all that count."},
	{"kept_callback", Truthful, ShareMeasure, true, "promises", "Callbacks made when promised, of all that count."},
	{"kept_delivery", Truthful, ShareMeasure, true, "promises", "Deliveries made when promised, of all that count."},
	{"kept_loan_return", Truthful, ShareMeasure, true, "promises", "Loans back when promised, of all that count."},
	{"unlinked_changes", Truthful, CountMeasure, false, "promises", "Changes of a promise with no notice beside them in the ledger: always 0."},

	{"where_is_my_technician", Proactive, ShareMeasure, false, "contacts", "Contacts that ask how it stands while an arrival is promised to them, of all inbound contacts: what we had not told."},
	{"changes_told", Proactive, ShareMeasure, true, "promises", "Changes of promises whose notice was delivered, of all changes."},
	{"notices_failed", Proactive, ShareMeasure, false, "notices", "Notices that got to nobody, of all that are decided."},

	{"callbacks_confirmed", Respectful, ShareMeasure, true, "callbacks", "Customers who said after the visit that it is well, of all who said anything."},
	{"arrival_unmoved", Respectful, ShareMeasure, true, "promises", "Arrival promises whose window was never moved, of all that count."},

	{"leader_reached", Respected, ShareMeasure, true, "escalations", "Calls that a leader took, of all for which an agent asked for one."},
	{"time_to_leader", Respected, DurationMeasure, false, "escalations", "How long an agent waited until a leader took the call."},

	{"visits_completed", Prepared, ShareMeasure, true, "visits", "Visits completed, of all that ended with a technician: not given up for a part, a skill or access."},
	{"parts_missing", Prepared, ShareMeasure, false, "visits", "Visits given up because a part was missing, of all that ended with a technician."},
	{"loans_overdue", Prepared, ShareMeasure, false, "loans", "Loans that came back late or not at all, of all due: what the next customer waits for."},
	{"callbacks_reached", Prepared, ShareMeasure, true, "callbacks", "Callbacks that reached somebody, of all settled."},

	{"restore_time", Focused, DurationMeasure, false, "tickets", "From the opening until the person could work again, of tickets resolved."},
	{"restored_first", Focused, ShareMeasure, true, "tickets", "Tickets whose person could work before the cause was gone, of all resolved."},
	{"resolve_time", Focused, DurationMeasure, false, "tickets", "From the opening until the ticket was resolved, quick ones included and those under a service exception apart."},

	{"resolve_time_excepted", Flexible, DurationMeasure, false, "tickets", "The same, of tickets under an approved service exception."},
	{"exceptions_approved", Flexible, ShareMeasure, true, "exceptions", "Service exceptions approved, of all decided."},
	{"exception_decision_time", Flexible, DurationMeasure, false, "exceptions", "How long a service exception waited for its decision."},
	{"priority_changed", Flexible, RatioMeasure, true, "priorities", "Tickets whose priority was changed, for each ticket opened."},
	{"options_chosen", Flexible, ShareMeasure, true, "options", "Sets of options of which the customer chose one on site, of all offered that were not taken back."},
}

// Reading is what a measure read over a period.
type Reading struct {
	Measure string
	Part    int64
	Whole   int64
	P50     *time.Duration // of durations: half took no longer,
	P90     *time.Duration // and nine of ten; both lengths that occurred
}

// Value gives what a measure of parts comes to; ok is false where there was nothing
// to measure. A duration has none: it has percentiles.
func (m Indicator) Value(r Reading) (v float64, ok bool) {
	switch m.Kind {
	case CountMeasure:
		return float64(r.Part), true
	case ShareMeasure, RatioMeasure:
		if r.Whole > 0 {
			return float64(r.Part) / float64(r.Whole), true
		}
	}
	return 0, false
}

// Readings of measures.
type Readings interface {
	// Measure reads what the sources say of [from, until): a row for each of their
	// measures.
	Measure(ctx context.Context, sources []string, from, until time.Time) ([]Reading, error)
}
