package routing

// Cost is money-like: seconds weighted by prices. Only sums and comparisons of
// costs of one problem mean anything.
type Cost int64

// Window is the half-open interval [Start, End) in seconds from the zero.
type Window struct{ Start, End Seconds }

// Contains says whether t lies in the window.
func (w Window) Contains(t Seconds) bool { return t >= w.Start && t < w.End }

// Problem is everything the planner may know: who works when and from where,
// what has to be visited, how long the ways are, and what counts. It is a plain
// value; nothing in it changes while it is being solved.
type Problem struct {
	// Tables holds one square travel table for each mode that a shift uses;
	// Shift.Table is an index into it.
	Tables []*Table
	Shifts []Shift
	Visits []Visit
	Prices Prices
	// Scenarios are optional samples of what the day may be like. With them an
	// evaluation can count each visit's chance of being in time.
	Scenarios []Scenario
	// Floor bounds the chance of being in time, in thousandths: whoever is planned
	// in time for a promise is so in that share of the scenarios, too. 0 is no bound.
	Floor uint16
	// MostMoved bounds, when given, how many of those told a plan may leave otherwise
	// than told (Visit.Moved), or out. No cost is worth one more; to leave nobody of any
	// priority out, and nobody waiting for a promise, is.
	MostMoved *int
}

// Shift is one technician's working time with what they can do and carry.
type Shift struct {
	Start, End int    // places where the round begins and ends
	Work       Window // earliest leaving, latest return without overtime
	// Overtime is how long after Work.End the return may be at most.
	Overtime Seconds
	// MaxTravel bounds the travel of all legs to go; 0 is no bound.
	MaxTravel Seconds
	Breaks    []Break
	Table     int     // index into Problem.Tables
	Skills    []uint8 // level held of each skill, 0 for none; may be shorter than the list of skills
	// Kit is the units carried of each item that are free for the visits to come;
	// may be shorter than the list of items. Frozen stops take nothing from it.
	Kit []uint16
	// Tools are the tools carried. They are kept, not used up.
	Tools []int
	// Regions are those that the technician serves; nil is all of them.
	Regions []int
	// Restock, when given, is a depot that the round may call at once, wherever it
	// costs least. From then on the technician has every tool and as many units
	// of each item as are needed. Evaluation plans the call when it is needed.
	Restock *Restock
	// Speed is the share of the plain service time this technician needs, in
	// percent; 100 is normal, and so is 0.
	Speed uint16
	// Frozen are the visits already begun or done, in order, with their times.
	// They stay at the head of the round; the rest is planned behind them.
	Frozen []FrozenStop
	// Now is the earliest instant at which anything not frozen may happen: a
	// leg may begin, a service may start.
	Now Seconds
	// From is the place where the technician is now. It counts only when
	// something is frozen or HasLeft is set; otherwise the round begins at Start.
	From    int
	HasLeft bool
}

// Restock is a depot that may be called at.
type Restock struct {
	Place   int
	Service Seconds // how long a call takes
}

// FrozenStop is a part of the round that has happened or is under way.
type FrozenStop struct {
	Visit      int
	Start, End Seconds   // End of a stop under way is its expected end
	Ends       []Seconds // by scenario, when a stop under way may end, not before Start; nil of one that has ended
}

// Break is time off inside a shift. It is taken whole, between two services or
// on the way, and starts inside Window.
type Break struct {
	Window   Window
	Duration Seconds
	Taken    bool // already taken; asks for nothing more
}

// SkillNeed asks for a skill at a level or above.
type SkillNeed struct {
	Skill int
	Level uint8
}

// KitNeed asks for units of a kit item; they are used up by the visit.
type KitNeed struct {
	Item  int
	Units uint16
}

// Pin fixes parts of a visit's place in the plan. An absent part is nil.
type Pin struct {
	Shift *int     // this shift and no other
	Start *Seconds // service starts exactly then
}

// Visit is one call at a place.
type Visit struct {
	Place   int
	Service Seconds // at Speed 100, without Access
	// Site groups visits that share a call: Access (parking, check-in) is paid
	// by the first of consecutive visits of the same site only.
	Site   int
	Access Seconds
	// Walk is the way inside the site, from its entrance to the room. It is paid by
	// every visit, between Access and Windows.
	Walk Seconds
	// Region is where the visit is; 0 is in nobody's region, so in everybody's.
	Region int
	// Release is the earliest start of service whatever the windows say: when a
	// part or a permit is there.
	Release Seconds
	// Windows are the times in which service may start; none means any time.
	Windows []Window
	// Promise is the arrival window told to somebody. It is hard while it can be
	// met; when it can't, being after its end is lateness, minimised before all
	// but priority, and the visit is never dropped.
	Promise *Window
	// Soft is a preferred latest start, priced, with a cap that is hard.
	Soft   *Soft
	Skills []SkillNeed
	Kit    []KitNeed
	Tools  []int // tools needed
	// Allowed lists the only shifts that may do it; nil means every shift.
	Allowed []int
	// Preferred shifts cost nothing extra; any other costs Prices.NotPreferred.
	// Nil means no preference.
	Preferred []int
	// Together ties visits: those with the same number, 0 apart, are done in the
	// same shift or not at all. Frozen stops tie nobody.
	Together int
	// After names visits that have to be over before this one starts, in whatever
	// shifts; without them it can't be done.
	After []int
	// Meet ties visits to one instant: those with the same number, 0 apart, start
	// together, each in a shift of its own, or none of them is done. Frozen stops
	// meet nobody.
	Meet int
	// Optional visits may be left out for the price of Prize, and don't count as
	// unserved then.
	Optional bool
	Prize    Cost
	// Priority orders visits: 1 is served before 2 whatever the kilometres.
	Priority uint8
	Pin      *Pin
	// Told is what people already know; leaving it costs Prices.Churn.
	Told *Told
}

// Soft prices a late start: each second after End costs PerSecond, and Cap
// seconds after End is the latest start allowed.
type Soft struct {
	End       Seconds
	Cap       Seconds
	PerSecond Cost
}

// Told is the shift and start already told to customer and technician.
type Told struct {
	Shift int
	Start Seconds
}

// Moved says whether a visit that starts then in a shift is otherwise than told. Who was
// told nothing never is.
func (v *Visit) Moved(p *Problem, shift int, start Seconds) bool {
	t, free := v.Told, p.Prices.ChurnFree
	return t != nil && (t.Shift != shift || start-t.Start > free || t.Start-start > free)
}

// Prices weigh what is left after priorities and promises are served.
type Prices struct {
	TravelSecond   Cost // for each second on the way
	WaitSecond     Cost // for each second waiting at a door
	OvertimeSecond Cost // for each second after Work.End
	// DutySecond is for each second between leaving and return, whatever it is
	// spent on. With it a technician leaves as late as the return allows, not
	// only as late as the first door allows.
	DutySecond   Cost
	LateSecond   Cost // for each second after a promise's end, within one priority
	NotPreferred Cost // for each visit not with a preferred shift
	Churn        Cost // for each told visit with another shift or moved by more than ChurnFree; nothing for one left out
	ChurnFree    Seconds
	Round        Cost // for each round that has a visit
	Missed       Cost // for each promised visit, times the share of the scenarios in which it is late
}

// DefaultPrices are in tenths of a travel second.
func DefaultPrices() Prices {
	return Prices{
		TravelSecond: 10, WaitSecond: 2, OvertimeSecond: 30, LateSecond: 200,
		NotPreferred: 6_000, Churn: 6_000, ChurnFree: 15 * 60, Round: 0,
	}
}

// Scenario is one sample of a day. Factors are in per mille of the planned value.
type Scenario struct {
	Service []uint16 // per visit
	Travel  []uint16 // per visit: the leg that leads to it
}
