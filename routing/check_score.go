package routing

// Reckon is the judge's own account of a plan: what it scores by the problem, the
// plan and the times claimed for its stops, breaks, calls and legs. It believes no
// sum of a timetable, and shares no code with Evaluate, whose score it must be.
//
// The timetables must have passed Check.
func Reckon(p *Problem, plan *Plan, tts []Timetable) Score {
	j := judge{p: p}
	var sum Score
	changes := 0
	for i := range tts {
		tt := &tts[i]
		begun := len(p.Shifts[i].Frozen)
		sum.Cost += j.driven(i, tt)
		for k, st := range tt.Stops {
			if k < begun {
				continue
			}
			x := &p.Visits[st.Visit]
			if x.Promise != nil && st.Arrive >= x.Promise.End {
				late := st.Arrive - x.Promise.End + 1
				sum.Late[x.Priority] += late
				sum.Cost += Cost(late) * p.Prices.LateSecond
			}
			sum.Cost += j.wishes(i, x, st.Start)
			if j.surprised(i, x, st.Start) {
				sum.Cost += p.Prices.Churn
				changes++
			}
		}
		sum.Cost += j.missed(i, tt)
	}
	for _, v := range plan.Unassigned {
		x := &p.Visits[v]
		if x.Told != nil {
			changes++
		}
		switch {
		case x.Optional:
			sum.Cost += x.Prize
		default:
			sum.Unserved[x.Priority]++
		}
	}
	if most := p.MostMoved; most != nil && changes > *most {
		sum.Excess = changes - *most
	}
	return sum
}

// driven is what a round costs by the hands of the clock: its legs, what is worked
// after hours, how long one is on duty, and what of that nobody needed.
func (j *judge) driven(shift int, tt *Timetable) Cost {
	s, w, price := &j.p.Shifts[shift], j.setting(shift), &j.p.Prices
	if len(tt.Stops) == 0 && !w.moving {
		return 0
	}
	from := tt.Leave
	if w.moving {
		from = w.first
	}
	travel, idle := tt.Home.Seconds, tt.Return-from-tt.Home.Seconds
	visits := make([]int, len(tt.Stops))
	for k, st := range tt.Stops {
		visits[k] = st.Visit
	}
	for _, c := range tt.Calls {
		travel += c.Leg.Seconds
		idle -= c.Leg.Seconds + c.End - c.Arrive
	}
	for k := len(s.Frozen); k < len(visits); k++ {
		st, away := &tt.Stops[k], false
		for _, c := range tt.Calls {
			away = away || c.Before == k
		}
		travel += st.Leg.Seconds
		idle -= st.Leg.Seconds + j.accessAt(visits, k, away) + st.End - st.Start
	}
	for _, b := range tt.Breaks {
		if b.Start >= from && b.End <= tt.Return {
			idle -= b.End - b.Start
		}
	}
	cost := price.TravelSecond*Cost(travel) + price.WaitSecond*Cost(idle) + price.DutySecond*Cost(tt.Return-from)
	if tt.Return > s.Work.End {
		cost += price.OvertimeSecond * Cost(tt.Return-s.Work.End)
	}
	if len(visits) > 0 {
		cost += price.Round
	}
	return cost
}

// wishes prices who comes, and when: not the preferred, later than liked.
func (j *judge) wishes(shift int, x *Visit, start Seconds) (cost Cost) {
	liked := x.Preferred == nil
	for _, s := range x.Preferred {
		liked = liked || s == shift
	}
	if !liked {
		cost += j.p.Prices.NotPreferred
	}
	if x.Soft != nil && start > x.Soft.End {
		cost += x.Soft.PerSecond * Cost(start-x.Soft.End)
	}
	return cost
}

// surprised says whether somebody else comes than people were told, or at quite another
// time.
func (j *judge) surprised(shift int, x *Visit, start Seconds) bool {
	if x.Told == nil {
		return false
	}
	off := start - x.Told.Start
	if off < 0 {
		off = -off
	}
	return x.Told.Shift != shift || off > j.p.Prices.ChurnFree
}

// missed prices the promises of a round that scenarios don't keep.
func (j *judge) missed(shift int, tt *Timetable) (cost Cost) {
	if j.p.Prices.Missed == 0 || len(j.p.Scenarios) == 0 {
		return 0
	}
	visits := make([]int, len(tt.Stops))
	for k, st := range tt.Stops {
		visits[k] = st.Visit
	}
	late := make([]int64, len(visits))
	for k := range j.p.Scenarios {
		for i, t := range j.play(shift, visits, tt, k) {
			if w := j.p.Visits[visits[i]].Promise; w != nil && t >= w.End {
				late[i]++
			}
		}
	}
	for _, n := range late[len(j.p.Shifts[shift].Frozen):] {
		cost += Cost(int64(j.p.Prices.Missed) * n / int64(len(j.p.Scenarios)))
	}
	return cost
}
