package routing

import "math"

// Outset is what the problem says about a shift before anything is planned in
// it: when and where it can begin and which breaks are still owed.
type Outset struct {
	Clock Seconds // the earliest instant at which anything may be planned
	Place int     // where the technician is then
	Out   bool    // already under way: when to leave is no longer ours to choose
	Limit Seconds // the latest return
	// Breaks holds the Owed breaks still to take, in order. Windows that have
	// passed, or will have when those before are over, are kept open for one
	// second more.
	Breaks [MaxBreaks]Break
	Owed   int
	// Last[k] is the latest instant at which break k can begin so that it and
	// all after it begin inside their windows; -1 when they never can.
	Last  [MaxBreaks + 1]Seconds
	table *Table
}

// Begin reads the outset of a shift.
func Begin(p *Problem, shift int) Outset {
	s := &p.Shifts[shift]
	o := Outset{Clock: max(s.Work.Start, s.Now), Place: s.Start, Limit: s.Work.End + s.Overtime, table: p.Tables[s.Table]}
	if n := len(s.Frozen); n > 0 || s.HasLeft {
		o.Place, o.Out = s.From, true
		if n > 0 {
			o.Clock = max(s.Now, s.Frozen[n-1].End)
		}
	}
	free := o.Clock // when the next break can begin at the earliest
	for _, b := range s.Breaks {
		if b.Taken {
			continue
		}
		free = max(free, b.Window.Start)
		b.Window.End = max(b.Window.End, free+1)
		free += b.Duration
		o.Breaks[o.Owed] = b
		o.Owed++
	}
	o.Last[o.Owed] = math.MaxInt32
	for k := o.Owed - 1; k >= 0; k-- {
		b := &o.Breaks[k]
		o.Last[k] = min(b.Window.End-1, o.Last[k+1]-b.Duration)
		if o.Last[k] < b.Window.Start {
			o.Last[k] = -1
		}
	}
	if o.Out {
		o.Limit = max(o.Limit, o.straightHome(p, s))
	}
	return o
}

// Stranded says whether a technician who is out has no way home any more from where they
// are. Such a shift can't be planned; it can end where its technician is.
func Stranded(p *Problem, shift int) bool {
	s := &p.Shifts[shift]
	if len(s.Frozen) == 0 && !s.HasLeft {
		return false
	}
	begun := make([]int, len(s.Frozen))
	for i, f := range s.Frozen {
		begun[i] = f.Visit
	}
	return EvaluateRound(p, shift, begun, &Timetable{}).Refused()
}

// straightHome is when a technician who is out would be back if nothing more
// were planned. Somebody who is late for home already is not refused for it;
// they only get nothing that would make them later.
func (o *Outset) straightHome(p *Problem, s *Shift) Seconds {
	if _, ok := o.table.At(o.Place, s.End); !ok {
		return 0
	}
	back := Seconds(never)
	g := o.gap(o.Clock, o.table.leg(o.Place, s.End))
	for k, ok := 0, true; ok; k++ {
		if g.arrive <= o.Last[k] {
			back = min(back, g.arrive) // on the road, who rests may be home sooner than who waits
		}
		if k == o.Owed {
			break
		}
		g, ok = o.rest(g, k)
	}
	if back >= never {
		return 0
	}
	return back
}
