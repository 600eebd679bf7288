package routing

// gap is one way through the gap between two services.
type gap struct {
	arrive Seconds // at the door, after travel and breaks
	clock  Seconds // the gap's begin, or the end of the last break: where the next one may begin
	leg    int     // which, in the shift's table
	way    int64   // what is still to go of it at clock
}

// gap begins a gap with a leg of the shift's table.
func (e *Outset) gap(clock Seconds, leg int) gap { return e.going(clock, leg, whole) }

func (e *Outset) going(clock Seconds, leg int, way int64) gap {
	return gap{e.table.drive(leg, clock, way), clock, leg, way}
}

// rest takes break k in a gap and says whether it can begin inside its window.
func (e *Outset) rest(g gap, k int) (gap, bool) {
	b := &e.Breaks[k]
	begin := max(g.clock, b.Window.Start)
	return e.going(begin+b.Duration, g.leg, e.table.left(g.leg, g.clock, begin, g.way)), begin < b.Window.End
}

// meet gives when the service of visit v starts after an arrival at the door.
func meet(v *Visit, door, access Seconds) (arrive, start Seconds, ok bool) {
	arrive = door
	if v.Promise != nil {
		arrive = max(arrive, v.Promise.Start)
	}
	start = max(arrive+access, v.Release)
	if v.Pin != nil && v.Pin.Start != nil {
		if start > *v.Pin.Start {
			return 0, 0, false
		}
		start = *v.Pin.Start
	}
	if len(v.Windows) == 0 {
		return arrive, start, bearable(v, start)
	}
	for _, w := range v.Windows {
		if start < w.End {
			if start >= w.Start {
				return arrive, start, bearable(v, start)
			}
			if v.Pin != nil && v.Pin.Start != nil {
				return 0, 0, false
			}
			return arrive, w.Start, bearable(v, w.Start)
		}
	}
	return 0, 0, false
}

// bearable says whether a start is before the hard end of a soft window.
func bearable(v *Visit, start Seconds) bool { return v.Soft == nil || start <= v.Soft.End+v.Soft.Cap }

func lateness(v *Visit, arrive Seconds) Seconds {
	if v.Promise == nil {
		return 0
	}
	return max(0, arrive-(v.Promise.End-1))
}

// access is what passes between arriving at stop i and being ready for service.
func (e *evaluation) access(i int) Seconds {
	v := &e.p.Visits[e.visits[i]]
	if i > 0 && i != e.call && e.p.Visits[e.visits[i-1]].Site == v.Site {
		return v.Walk
	}
	return v.Access + v.Walk
}
