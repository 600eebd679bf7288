package solve

import (
	"math"

	"roundsman/routing"
)

const never = math.MaxInt32 // an instant that is not reached

// span is a time window with its last second inside.
type span struct{ start, last int32 }

// core is the problem as the search wants it: flat, small, read only.
type core struct {
	p      *routing.Problem
	visits int
	lanes  []lane

	place, site, access      []int32
	promiseStart, promiseEnd []int32 // arrival: not before, not after (inclusive); 0 and never without a promise
	spans                    [][]span
	promised                 []bool
	frozen                   []bool
	suits                    []bool // lane*visits + visit: all but time and company
}

// lane is one shift: what all its rounds have in common.
type lane struct {
	routing.Outset
	seconds []routing.Seconds
	metres  []routing.Metres
	cols    int
	end     int32
	workEnd int32
	service []int32 // by visit, at this technician's speed
	head    []int32 // frozen visits
}

// leg gives seconds, never where there is no way.
func (l *lane) leg(from, to int32) int32 { return int32(l.seconds[int(from)*l.cols+int(to)]) }

func newCore(p *routing.Problem) *core {
	n := len(p.Visits)
	c := &core{
		p: p, visits: n, lanes: make([]lane, len(p.Shifts)),
		place: make([]int32, n), site: make([]int32, n), access: make([]int32, n),
		promiseStart: make([]int32, n), promiseEnd: make([]int32, n),
		spans: make([][]span, n), promised: make([]bool, n), frozen: make([]bool, n),
		suits: make([]bool, n*len(p.Shifts)),
	}
	possible := make([]bool, n)
	for i := range p.Visits {
		possible[i] = c.visit(i)
	}
	bySpeed := map[uint16][]int32{}
	for i := range p.Shifts {
		s := &p.Shifts[i]
		t := p.Tables[s.Table]
		l := &c.lanes[i]
		*l = lane{Outset: routing.Begin(p, i), seconds: t.Seconds, metres: t.Metres, cols: t.Cols, end: int32(s.End), workEnd: int32(s.Work.End)}
		if bySpeed[s.Speed] == nil {
			times := make([]int32, n)
			for v := range p.Visits {
				times[v] = int32(routing.ServiceTime(s, &p.Visits[v]))
			}
			bySpeed[s.Speed] = times
		}
		l.service = bySpeed[s.Speed]
		for _, f := range s.Frozen {
			l.head = append(l.head, int32(f.Visit))
			c.frozen[f.Visit] = true
		}
		for v := range p.Visits {
			c.suits[i*n+v] = possible[v] && !routing.Suits(p, i, v).Refused()
		}
	}
	return c
}

// visit copies one visit and says whether any start satisfies its windows and
// pin at all.
func (c *core) visit(i int) bool {
	v := &c.p.Visits[i]
	c.place[i], c.site[i], c.access[i] = int32(v.Place), int32(v.Site), int32(v.Access)
	c.promiseEnd[i] = never
	if v.Promise != nil {
		c.promised[i] = true
		c.promiseStart[i], c.promiseEnd[i] = int32(v.Promise.Start), int32(v.Promise.End)-1
	}
	for _, w := range v.Windows {
		c.spans[i] = append(c.spans[i], span{int32(w.Start), int32(w.End) - 1})
	}
	if v.Pin == nil || v.Pin.Start == nil {
		return true
	}
	at := int32(*v.Pin.Start)
	open := len(c.spans[i]) == 0
	for _, w := range c.spans[i] {
		open = open || at >= w.start && at <= w.last
	}
	c.spans[i] = []span{{at, at}}
	return open
}

// opens gives the earliest start of service at or after t, never when there is none.
func (c *core) opens(v, t int32) int32 {
	spans := c.spans[v]
	if len(spans) == 0 {
		return t
	}
	for i := range spans {
		if t <= spans[i].last {
			return max(t, spans[i].start)
		}
	}
	return never
}

// closes gives the latest start of service at or before t, -1 when there is none.
func (c *core) closes(v, t int32) int32 {
	spans := c.spans[v]
	if len(spans) == 0 {
		return t
	}
	for i := len(spans) - 1; i >= 0; i-- {
		if t >= spans[i].start {
			return min(t, spans[i].last)
		}
	}
	return -1
}

// accessTo is the access paid at v after prev, which is -1 at the start.
func (c *core) accessTo(prev, v int32) int32 {
	if prev >= 0 && c.site[prev] == c.site[v] {
		return 0
	}
	return c.access[v]
}

// extra is what a visit costs in a lane whatever the order, but for churn.
func (c *core) extra(lane int, v int32) int64 {
	x := &c.p.Visits[v]
	if x.Preferred == nil {
		return 0
	}
	for _, s := range x.Preferred {
		if s == lane {
			return 0
		}
	}
	return int64(c.p.Prices.NotPreferred)
}

// churn is the price of a start that differs from what people were told.
func (c *core) churn(lane int, v, start int32) int64 {
	t := c.p.Visits[v].Told
	if t == nil {
		return 0
	}
	d, free := start-int32(t.Start), int32(c.p.Prices.ChurnFree)
	if t.Shift == lane && d <= free && -d <= free {
		return 0
	}
	return int64(c.p.Prices.Churn)
}
