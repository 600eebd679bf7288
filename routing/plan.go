package routing

// Plan says who visits what in which order. It has one round for each shift of
// the problem, in the order of Problem.Shifts. Frozen stops stand at the head of
// Visits as everything else does.
type Plan struct {
	Rounds     []Round
	Unassigned []int // visits in no round, ascending
}

// Round is the ordered visits of one shift.
type Round struct {
	Visits []int
}

// Clone gives a deep copy.
func (p *Plan) Clone() *Plan {
	c := &Plan{Rounds: make([]Round, len(p.Rounds)), Unassigned: append([]int(nil), p.Unassigned...)}
	for i, r := range p.Rounds {
		c.Rounds[i].Visits = append([]int(nil), r.Visits...)
	}
	return c
}

// Stop is where a visit ends up when a round is evaluated.
type Stop struct {
	Visit  int
	Leave  Seconds // the leg to it begins
	Arrive Seconds // shows up; never before a promise's start
	Start  Seconds // service starts, after access and waiting
	End    Seconds
	Leg    Leg
	Late   Seconds // arrival after the promise's last second, 0 when in time
}

// TakenBreak is where a break ends up.
type TakenBreak struct {
	Start, End Seconds
	Before     int // index of the stop it precedes; len(stops) when last
}

// Call is where the call at the depot ends up.
type Call struct {
	Leave, Arrive, End Seconds
	Leg                Leg
	Before             int // index of the stop it precedes
}

// Timetable is the evaluation of one round.
type Timetable struct {
	Shift    int
	Stops    []Stop
	Breaks   []TakenBreak
	Calls    []Call  // at the depot: one or none
	Leave    Seconds // leaves Start
	Return   Seconds // is back at End
	Home     Leg
	Travel   Seconds // of the legs still to go, not of frozen ones
	Metres   Metres
	Waiting  Seconds // between Leave and Return, all that is neither leg, access, service nor break
	Overtime Seconds
	Duty     Seconds // between leaving, or what is planned first, and Return
	Late     Seconds

	rows  []row  // scratch of EvaluateRound
	marks []mark // likewise
}

// Score is what a plan is judged by, most important first: by the visits of
// each priority left out, then promises late, then those moved too many, then Cost.
type Score struct {
	// Unserved counts visits left out, by priority 1 to 9 (index 0 unused).
	Unserved [10]int
	// Late is the seconds of lateness, by priority.
	Late [10]Seconds
	// Excess is how many more than Problem.MostMoved are otherwise than told, or left out.
	Excess int
	Cost   Cost
}

// Less compares two scores lexicographically: priority by priority, first what
// is left out, then lateness; then who is moved too many; at last the cost.
func (s Score) Less(o Score) bool {
	for p := 1; p < len(s.Unserved); p++ {
		if s.Unserved[p] != o.Unserved[p] {
			return s.Unserved[p] < o.Unserved[p]
		}
		if s.Late[p] != o.Late[p] {
			return s.Late[p] < o.Late[p]
		}
	}
	if s.Excess != o.Excess {
		return s.Excess < o.Excess
	}
	return s.Cost < o.Cost
}
