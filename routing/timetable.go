package routing

import "math"

// write goes forward once more, now that it is known how many breaks each gap
// holds, and fills the timetable.
func (e *evaluation) write(lastK, homeK int, home Leg) {
	tt, head := e.tt, len(e.s.Frozen)
	for _, f := range e.s.Frozen {
		tt.Stops = append(tt.Stops, Stop{Visit: f.Visit, Leave: f.Start, Arrive: f.Start, Start: f.Start, End: f.End})
	}
	// taken[i] breaks are over when stop i ends; found from the back.
	k := lastK
	for i := len(tt.rows) - 1; i > 0; i-- {
		tt.Stops = append(tt.Stops, Stop{Late: Seconds(k)}) // Late holds the count for a moment
		k = int(tt.rows[i][k].from)
	}
	for a, b := head, len(tt.Stops)-1; a < b; a, b = a+1, b-1 {
		tt.Stops[a], tt.Stops[b] = tt.Stops[b], tt.Stops[a]
	}

	table := e.p.Tables[e.s.Table]
	now, place, taken := e.Clock, e.Place, 0
	tt.Leave = now
	if head > 0 {
		tt.Leave = min(now, e.s.Frozen[0].Start)
	}
	for i := head; i < len(tt.Stops); i++ {
		st := &tt.Stops[i]
		v := &e.p.Visits[e.visits[i]]
		leg, _ := table.At(place, v.Place)
		access, service := e.access(i), ServiceTime(e.s, v)
		leave, door, rest := e.cross(now, leg.Seconds, taken, int(st.Late), i)
		arrive, start, _ := meet(v, door, access)
		if i == 0 && !e.Out {
			// Waiting at home costs nothing, waiting at the first door does.
			latest := start - access
			if v.Promise != nil {
				latest = min(latest, max(arrive, v.Promise.End-1))
			}
			now = max(now, min(latest-leg.Seconds-rest, e.chain(taken, int(st.Late))))
			tt.Breaks = tt.Breaks[:0]
			leave, door, rest = e.cross(now, leg.Seconds, taken, int(st.Late), i)
			arrive, start, _ = meet(v, door, access)
			tt.Leave = leave
		}
		taken = int(st.Late)
		*st = Stop{Visit: e.visits[i], Leave: leave, Arrive: arrive, Start: start, End: start + service, Leg: leg, Late: lateness(v, arrive)}
		tt.Travel += leg.Seconds
		tt.Metres += leg.Metres
		tt.Waiting += start - now - leg.Seconds - rest - access
		tt.Late += st.Late
		now, place = st.End, v.Place
	}
	_, door, rest := e.cross(now, home.Seconds, taken, homeK, len(tt.Stops))
	tt.Home, tt.Return = home, door
	tt.Travel += home.Seconds
	tt.Metres += home.Metres
	tt.Waiting += door - now - home.Seconds - rest
	tt.Overtime = max(0, door-e.s.Work.End)
	for ; homeK < e.Owed; homeK++ {
		b := &e.Breaks[homeK]
		begin := max(door, b.Window.Start)
		door = begin + b.Duration
		tt.Breaks = append(tt.Breaks, TakenBreak{begin, door, len(tt.Stops)})
	}
}

// cross goes through one gap, taking breaks from..to, and notes them. A break
// that begins when the gap begins is taken before leaving.
func (e *evaluation) cross(now, leg Seconds, from, to, before int) (leave, door, rest Seconds) {
	g := gap{now + leg, now}
	leave = now
	for k := from; k < to; k++ {
		b := &e.Breaks[k]
		begin := max(g.clock, b.Window.Start)
		e.tt.Breaks = append(e.tt.Breaks, TakenBreak{begin, begin + b.Duration, before})
		if begin == leave {
			leave += b.Duration
		}
		rest += b.Duration
		g, _ = e.rest(g, k)
	}
	return leave, g.arrive, rest
}

// chain is the latest instant at which breaks from..to-1 can begin one after
// the other, each inside its window.
func (e *evaluation) chain(from, to int) Seconds {
	last := Seconds(math.MaxInt32)
	for k := to - 1; k >= from; k-- {
		last = min(e.Breaks[k].Window.End-1, last-e.Breaks[k].Duration)
	}
	return last
}
