package routing

// chances judges the floor under the chances of being in time, by playing each
// scenario through the times claimed.
func (j *judge) chances(plan *Plan, tts []Timetable) {
	if j.p.Floor == 0 || len(j.p.Scenarios) == 0 {
		return
	}
	for i := range tts {
		visits, frozen := plan.Rounds[i].Visits, len(j.p.Shifts[i].Frozen)
		kept := make([]int, len(visits))
		for k := range j.p.Scenarios {
			for at, t := range j.play(i, visits, &tts[i], k) {
				if w := j.p.Visits[visits[at]].Promise; w != nil && t < w.End {
					kept[at]++
				}
			}
		}
		for at := frozen; at < len(visits); at++ {
			v := visits[at]
			if j.p.Visits[v].Promise == nil || tts[i].Stops[at].Late > 0 {
				continue
			}
			if kept[at]*1000 < int(j.p.Floor)*len(j.p.Scenarios) {
				j.say(BrokenChance, i, v, "in time in %d of %d scenarios", kept[at], len(j.p.Scenarios))
			}
		}
	}
}

// play gives the arrivals of a round in one scenario.
func (j *judge) play(shift int, visits []int, tt *Timetable, scenario int) []Seconds {
	s, sample := &j.p.Shifts[shift], &j.p.Scenarios[scenario]
	at := make([]Seconds, len(visits))
	clock := tt.Leave
	for i, f := range s.Frozen {
		at[i] = tt.Stops[i].Arrive
		clock = f.End
		if scenario < len(f.Ends) {
			clock = f.Ends[scenario]
		}
	}
	if s.HasLeft || len(s.Frozen) > 0 {
		clock = max(clock, s.Now)
	}
	times := func(t Seconds, share uint16) Seconds {
		return Seconds((int64(t)*int64(share)*2 + 1000) / 2000)
	}
	// rest takes the breaks that are planned in a gap.
	rest := func(from, to Seconds) {
		for _, b := range tt.Breaks {
			if b.Start >= from && b.End <= to {
				clock = max(clock, b.Start) + b.End - b.Start
			}
		}
	}
	free := tt.Leave // what is planned before is over
	if s.HasLeft || len(s.Frozen) > 0 {
		free = j.setting(shift).first
	}
	for i := len(s.Frozen); i < len(visits); i++ {
		v := visits[i]
		away := len(tt.Calls) == 1 && tt.Calls[0].Before == i
		if away {
			clock += tt.Calls[0].Leg.Seconds
			rest(free, tt.Calls[0].Arrive)
			clock += s.Restock.Service
			free = tt.Calls[0].End
		}
		clock += times(tt.Stops[i].Leg.Seconds, sample.Travel[v])
		rest(free, tt.Stops[i].Arrive)
		free = tt.Stops[i].End
		if w := j.p.Visits[v].Promise; w != nil && clock < w.Start {
			clock = w.Start
		}
		at[i] = clock
		end, ok := j.serve(shift, visits, i, clock, away)
		start := end - j.serviceOf(shift, v)
		if !ok {
			start = clock + j.accessAt(visits, i, away)
		}
		clock = start + times(j.serviceOf(shift, v), sample.Service[v])
	}
	return at
}
