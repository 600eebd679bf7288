package routing

// Simulate plays a timetable through one scenario and writes when the
// technician would show up at each stop to arrive, which must be as long as
// tt.Stops. What is under way ends when the scenario says, and not before now.
// The technician leaves home as planned, after the breaks planned before that,
// keeps the order, takes each break in the gap where the plan has it, and never
// leaves a stop early; time windows that have closed are served all the same, as
// they would be in life. The way to a depot, and the call there, take as long as
// planned.
//
// When all factors are 1000 the arrivals are those of the timetable, unless visits
// wait for other rounds (see InCompany): of those a scenario knows nothing.
func Simulate(p *Problem, tt *Timetable, scenario int, arrive []Seconds) {
	s, sc := &p.Shifts[tt.Shift], &p.Scenarios[scenario]
	now := tt.Leave
	head := len(s.Frozen)
	if head > 0 || s.HasLeft {
		now = max(now, s.Now)
	}
	if head > 0 {
		last := &s.Frozen[head-1]
		now = max(now, last.End)
		if scenario < len(last.Ends) {
			now = max(s.Now, last.Ends[scenario])
		}
	}
	b := 0
	if !s.HasLeft && head == 0 {
		for b < len(tt.Breaks) && tt.Breaks[b].End <= tt.Leave {
			b++
		}
	}
	for i, st := range tt.Stops {
		if i < head {
			arrive[i] = st.Arrive
			continue
		}
		v := &p.Visits[st.Visit]
		called := false
		for _, c := range tt.Calls {
			if c.Before == i {
				now += c.Leg.Seconds
				for ; b < len(tt.Breaks) && tt.Breaks[b].End <= c.Arrive; b++ {
					now = tt.Breaks[b].after(now)
				}
				now += c.End - c.Arrive
				called = true
			}
		}
		door := now + scaled(st.Leg.Seconds, sc.Travel[st.Visit])
		for ; b < len(tt.Breaks) && tt.Breaks[b].Before == i; b++ {
			door = tt.Breaks[b].after(door)
		}
		access := v.Access + v.Walk
		if i > 0 && !called && p.Visits[tt.Stops[i-1].Visit].Site == v.Site {
			access = v.Walk
		}
		at, start, ok := meet(v, door, access)
		if !ok {
			at, start = door, door+access
		}
		arrive[i] = at
		now = start + scaled(ServiceTime(s, v), sc.Service[st.Visit])
	}
}

// after is when somebody who could begin a break at t has it behind them. One planned
// for one o'clock begins then or, if that has passed, at once.
func (b *TakenBreak) after(t Seconds) Seconds { return max(t, b.Start) + b.End - b.Start }

func scaled(t Seconds, permille uint16) Seconds {
	return Seconds((int64(t)*int64(permille) + 500) / 1000)
}

// Chances gives for each visit of the problem the share of its scenarios in
// which the technician shows up before the promise's end. A visit without a
// promise has 1; a promised visit in no round has 0. Without scenarios the
// planned arrival decides: 0 or 1.
func Chances(p *Problem, tts []Timetable) []float64 {
	chance := make([]float64, len(p.Visits))
	for i := range p.Visits {
		if p.Visits[i].Promise == nil {
			chance[i] = 1
		}
	}
	var arrive []Seconds
	for i := range tts {
		tt := &tts[i]
		for _, st := range tt.Stops {
			if pr := p.Visits[st.Visit].Promise; pr != nil && (len(p.Scenarios) == 0 && st.Late == 0) {
				chance[st.Visit] = 1
			}
		}
		if cap(arrive) < len(tt.Stops) {
			arrive = make([]Seconds, len(tt.Stops))
		}
		arrive = arrive[:len(tt.Stops)]
		for k := range p.Scenarios {
			Simulate(p, tt, k, arrive)
			for j, st := range tt.Stops {
				if pr := p.Visits[st.Visit].Promise; pr != nil && arrive[j] < pr.End {
					chance[st.Visit]++
				}
			}
		}
		for _, st := range tt.Stops {
			if p.Visits[st.Visit].Promise != nil && len(p.Scenarios) > 0 {
				chance[st.Visit] /= float64(len(p.Scenarios))
			}
		}
	}
	return chance
}
