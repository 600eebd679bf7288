package routing

import "math"

// order judges what hangs on other rounds: who comes after whom, and who begins
// together. With timetables by the times claimed; without, by whether there can
// be any.
func (j *judge) order(plan *Plan, tts []Timetable) {
	const out = -1
	shift := make([]int, len(j.p.Visits))
	frozen := make([]bool, len(j.p.Visits))
	for v := range shift {
		shift[v] = out
	}
	for i, r := range plan.Rounds {
		for k, v := range r.Visits {
			shift[v], frozen[v] = i, k < len(j.p.Shifts[i].Frozen)
		}
	}
	var start, end []Seconds
	if tts != nil {
		start, end = make([]Seconds, len(j.p.Visits)), make([]Seconds, len(j.p.Visits))
		for i := range tts {
			for _, st := range tts[i].Stops {
				if st.Visit >= 0 && st.Visit < len(start) {
					start[st.Visit], end[st.Visit] = st.Start, st.End
				}
			}
		}
	}
	first := map[int]int{} // of those who meet
	tied := false
	for v := range j.p.Visits {
		x := &j.p.Visits[v]
		if frozen[v] || len(x.After) == 0 && x.Meet == 0 {
			continue
		}
		tied = true
		for _, u := range x.After {
			switch {
			case shift[v] == out:
			case shift[u] == out:
				j.say(BrokenAfter, shift[v], v, "visit %d, which comes before it, is left out", u)
			case tts != nil && start[v] < end[u]:
				j.say(BrokenAfter, shift[v], v, "starts at %d, visit %d is over at %d", start[v], u, end[u])
			}
		}
		if x.Meet == 0 {
			continue
		}
		u, ok := first[x.Meet]
		switch {
		case !ok:
			first[x.Meet] = v
		case (shift[u] == out) != (shift[v] == out):
			j.say(BrokenMeet, max(shift[u], shift[v]), v, "only one of it and visit %d is done", u)
		case shift[v] == out:
		case shift[u] == shift[v]:
			j.say(BrokenMeet, shift[v], v, "in one shift with visit %d", u)
		case tts != nil && start[u] != start[v]:
			j.say(BrokenMeet, shift[v], v, "starts at %d, visit %d at %d", start[v], u, start[u])
		}
	}
	if tied && len(j.found) == 0 && !j.circular(plan, frozen) && tts == nil {
		j.wait(plan, frozen)
	}
}

// circular looks for somebody who waits for themselves, by way of those who come
// before them in the round, those they come after, and those they meet.
func (j *judge) circular(plan *Plan, frozen []bool) bool {
	const unseen, open, closed = 0, 1, 2
	color := make([]int, len(j.p.Visits))
	previous, shift := map[int]int{}, map[int]int{}
	mates := map[int][]int{}
	for i, r := range plan.Rounds {
		for k, v := range r.Visits {
			shift[v] = i
			if k > 0 {
				previous[v] = r.Visits[k-1]
			}
			if m := j.p.Visits[v].Meet; m != 0 && !frozen[v] {
				mates[m] = append(mates[m], v)
			}
		}
	}
	var visit func(v int) bool
	visit = func(v int) bool {
		together := []int{v}
		if m := j.p.Visits[v].Meet; m != 0 && !frozen[v] {
			together = mates[m]
		}
		if color[v] != unseen {
			return color[v] == open
		}
		for _, u := range together {
			color[u] = open
		}
		for _, u := range together {
			waits := j.p.Visits[u].After
			if frozen[u] {
				waits = nil
			}
			if before, ok := previous[u]; ok {
				waits = append([]int{before}, waits...)
			}
			for _, w := range waits {
				if _, in := shift[w]; in && visit(w) {
					return true
				}
			}
		}
		for _, u := range together {
			color[u] = closed
		}
		return false
	}
	for v := range j.p.Visits {
		if i, in := shift[v]; in && visit(v) {
			j.say(BrokenAfter, i, v, "waits for somebody who waits for it")
			return true
		}
	}
	return false
}

// wait lets everybody who has to wait for others start later and later, until
// all wait long enough or a round has no times any more. It takes the earliest
// start of each visit for itself, over all places of the breaks, and so finds
// fault only where there is one.
func (j *judge) wait(plan *Plan, frozen []bool) {
	n := len(j.p.Visits)
	j.released, j.soonest = make([]Seconds, n), make([]Seconds, n)
	defer func() { j.released, j.soonest = nil, nil }()
	over, done := make([]Seconds, n), make([]bool, n)
	for waiting := true; waiting; {
		waiting = false
		last := map[int]Seconds{} // start of those who meet
		for i, r := range plan.Rounds {
			for _, v := range r.Visits {
				j.soonest[v], done[v] = math.MaxInt32, true
			}
			if !j.exists(i, r.Visits) {
				return
			}
			for k, v := range r.Visits {
				if k < len(j.p.Shifts[i].Frozen) {
					over[v] = j.p.Shifts[i].Frozen[k].End
					continue
				}
				over[v] = j.soonest[v] + j.serviceOf(i, v)
				last[j.p.Visits[v].Meet] = max(last[j.p.Visits[v].Meet], j.soonest[v])
			}
		}
		for v := range j.p.Visits {
			x := &j.p.Visits[v]
			if frozen[v] || !done[v] {
				continue
			}
			ready := Seconds(0)
			if x.Meet != 0 {
				ready = last[x.Meet]
			}
			for _, u := range x.After {
				ready = max(ready, over[u])
			}
			if ready > j.soonest[v] {
				j.released[v], waiting = ready, true
			}
		}
	}
}

// noteStarts keeps the earliest start of each visit over the ways of a round.
func (j *judge) noteStarts(visits []int, starts []Seconds, from int) {
	if j.soonest == nil {
		return
	}
	for i := from; i < len(visits); i++ {
		j.soonest[visits[i]] = min(j.soonest[visits[i]], starts[i])
	}
}
