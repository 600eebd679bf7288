package routing

import "slices"

// Risky says whether scenarios bound or price the chance of being in time.
func Risky(p *Problem) bool {
	return len(p.Scenarios) > 0 && (p.Floor > 0 || p.Prices.Missed > 0)
}

// Certain gives the problem without bound or price on chances.
func Certain(p *Problem) *Problem {
	if !Risky(p) {
		return p
	}
	q := *p
	q.Floor, q.Prices.Missed = 0, 0
	return &q
}

// Delays gives for each promised visit to come how much later than planned the
// technician shows up in that share of the scenarios, in thousandths, in which
// they are earliest; 0 for others.
func Delays(p *Problem, tts []Timetable, share int) []Seconds {
	out := make([]Seconds, len(p.Visits))
	eachRisk(p, tts, func(_, visit int, st *Stop, arrive []Seconds) {
		slices.Sort(arrive)
		k := (share*len(arrive)+999)/1000 - 1
		out[visit] = max(0, arrive[max(0, k)]-st.Arrive)
	})
	return out
}

// risk adds what chances cost, and refuses the first that is below the floor. A
// visit that is planned late is late already, and has no chance to be bounded.
func (s *Score) risk(p *Problem, tts []Timetable) (Refusal, int) {
	var refusal Refusal
	shift := -1
	eachRisk(p, tts, func(i, visit int, st *Stop, arrive []Seconds) {
		missed := 0
		for _, t := range arrive {
			if t >= p.Visits[visit].Promise.End {
				missed++
			}
		}
		s.Cost += p.Prices.Missed * Cost(missed) / Cost(len(arrive))
		if shift < 0 && st.Late == 0 && (len(arrive)-missed)*1000 < int(p.Floor)*len(arrive) {
			refusal, shift = Refusal{ClauseChance, visit, 0}, i
		}
	})
	return refusal, shift
}

// eachRisk calls found for each promised visit to come with when the technician
// shows up in each scenario.
func eachRisk(p *Problem, tts []Timetable, found func(shift, visit int, st *Stop, arrive []Seconds)) {
	if !Risky(p) {
		return
	}
	for i := range tts {
		tt := &tts[i]
		n := len(tt.Stops)
		all := make([]Seconds, n*len(p.Scenarios))
		for k := range p.Scenarios {
			Simulate(p, tt, k, all[k*n:(k+1)*n])
		}
		for j := len(p.Shifts[i].Frozen); j < n; j++ {
			st := &tt.Stops[j]
			if p.Visits[st.Visit].Promise == nil {
				continue
			}
			arrive := make([]Seconds, len(p.Scenarios))
			for k := range arrive {
				arrive[k] = all[k*n+j]
			}
			found(i, st.Visit, st, arrive)
		}
	}
}
