package routing

import (
	"fmt"

	"roundsman/internal/fault"
)

// Evaluate computes the timetable of every round and the score of the plan.
//
// It fails with a *fault.Error of code round_infeasible, which names shift,
// visit and clause, when a round breaks a hard rule, and plan_malformed when
// the plan does not fit the problem at all.
func Evaluate(p *Problem, plan *Plan) ([]Timetable, Score, error) {
	var score Score
	if len(plan.Rounds) != len(p.Shifts) {
		return nil, score, fault.New(fault.Invalid, "plan_malformed", "the plan has %d rounds for %d shifts; give one round for each shift", len(plan.Rounds), len(p.Shifts))
	}
	tts := make([]Timetable, len(p.Shifts))
	for i := range p.Shifts {
		for _, v := range plan.Rounds[i].Visits {
			if v < 0 || v >= len(p.Visits) {
				return nil, score, fault.New(fault.Invalid, "plan_malformed", "round %d names visit %d, which isn't in the problem", i, v)
			}
		}
	}
	if c := companyOf(p); c != nil {
		if err := c.agree(p, plan, tts); err != nil {
			return nil, score, err
		}
	} else {
		for i := range tts {
			if r := EvaluateRound(p, i, plan.Rounds[i].Visits, &tts[i]); r.Refused() {
				return nil, score, infeasible(i, r)
			}
		}
	}
	moved := 0
	for i := range tts {
		score.Add(p, &tts[i])
		moved += movedBy(p, &tts[i])
	}
	if r, shift := score.risk(p, tts); r.Refused() {
		return nil, score, infeasible(shift, r)
	}
	if v, i := split(p, plan); i >= 0 {
		return nil, score, infeasible(i, Refusal{ClauseTied, v, 0})
	}
	for _, v := range plan.Unassigned {
		if v < 0 || v >= len(p.Visits) {
			return nil, score, fault.New(fault.Invalid, "plan_malformed", "visit %d is unassigned but isn't in the problem", v)
		}
		x := &p.Visits[v]
		if x.Told != nil {
			moved++
		}
		if x.Optional {
			score.Cost += x.Prize
		} else {
			score.Unserved[x.Priority]++
		}
	}
	if p.MostMoved != nil {
		score.Excess = max(0, moved-*p.MostMoved)
	}
	return tts, score, nil
}

// split finds a visit that is not where those are that it is tied to, and its
// round; -1 when there is none.
func split(p *Problem, plan *Plan) (visit, round int) {
	var home map[int]int
	for i, r := range plan.Rounds {
		for _, v := range r.Visits[min(len(r.Visits), len(p.Shifts[i].Frozen)):] {
			tie := p.Visits[v].Together
			if tie == 0 {
				continue
			}
			if home == nil {
				home = map[int]int{}
			}
			if at, ok := home[tie]; ok && at != i {
				return v, i
			}
			home[tie] = i
		}
	}
	return -1, -1
}

func (r Refusal) describe() string {
	if r.Visit < 0 {
		return fmt.Sprintf("%s on the way home", r.Clause)
	}
	return fmt.Sprintf("%s at visit %d", r.Clause, r.Visit)
}

// movedBy counts whom a round leaves otherwise than told.
func movedBy(p *Problem, tt *Timetable) (n int) {
	for _, st := range tt.Stops[len(p.Shifts[tt.Shift].Frozen):] {
		if p.Visits[st.Visit].Moved(p, tt.Shift, st.Start) {
			n++
		}
	}
	return n
}

// Add adds what one round costs to the score, and how late it is.
func (s *Score) Add(p *Problem, tt *Timetable) {
	s.Cost += RoundCost(p, tt)
	for _, st := range tt.Stops[len(p.Shifts[tt.Shift].Frozen):] {
		s.Late[p.Visits[st.Visit].Priority] += st.Late
	}
}

// RoundCost is what one round costs by the problem's prices. Frozen stops cost
// nothing any more.
func RoundCost(p *Problem, tt *Timetable) Cost {
	c := &p.Prices
	sum := c.TravelSecond*Cost(tt.Travel) + c.WaitSecond*Cost(tt.Waiting) +
		c.OvertimeSecond*Cost(tt.Overtime) + c.DutySecond*Cost(tt.Duty) + c.LateSecond*Cost(tt.Late)
	if len(tt.Stops) > 0 {
		sum += c.Round
	}
	for _, st := range tt.Stops[len(p.Shifts[tt.Shift].Frozen):] {
		v := &p.Visits[st.Visit]
		if v.Preferred != nil && !holds(v.Preferred, tt.Shift) {
			sum += c.NotPreferred
		}
		if v.Soft != nil {
			sum += v.Soft.PerSecond * Cost(max(0, st.Start-v.Soft.End))
		}
		if v.Moved(p, tt.Shift, st.Start) {
			sum += c.Churn
		}
	}
	return sum
}
