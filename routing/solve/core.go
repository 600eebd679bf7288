package solve

import (
	"fmt"
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
	suits                    []bool  // lane*visits + visit: all but time and company
	preferring               bool    // some visit prefers a lane
	kitted                   []bool  // the visit needs kit
	items                    int     // kit items that visits need
	needs                    []int32 // visit*items + item: units needed
	carried                  []int32 // lane*items + item: units carried
	timed                    bool    // waiting, overtime or churn cost something
}

// lane is one shift: what all its rounds have in common.
type lane struct {
	routing.Outset
	seconds []routing.Seconds
	into    []int32 // the same seconds by column: into[to*cols+from]
	metres  []routing.Metres
	cols    int
	class   int32 // lanes of one class are the same to every visit
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
	c.kit()
	pr := &p.Prices
	c.timed = pr.WaitSecond > 0 || pr.OvertimeSecond > 0 || pr.LateSecond > 0
	into := make([][]int32, len(p.Tables))
	for k, t := range p.Tables {
		into[k] = make([]int32, len(t.Seconds))
		for i := range t.Rows {
			for j := range t.Cols {
				into[k][j*t.Cols+i] = int32(t.Seconds[i*t.Cols+j])
			}
		}
	}
	bySpeed := map[uint16][]int32{}
	classes := map[string]int32{}
	for i := range p.Shifts {
		s := &p.Shifts[i]
		t := p.Tables[s.Table]
		l := &c.lanes[i]
		*l = lane{Outset: routing.Begin(p, i), seconds: t.Seconds, metres: t.Metres, into: into[s.Table], cols: t.Cols, end: int32(s.End), workEnd: int32(s.Work.End)}
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
		l.class = c.classOf(i, classes)
	}
	return c
}

// kit lays needs and stock out flat.
func (c *core) kit() {
	c.kitted = make([]bool, c.visits)
	for v := range c.p.Visits {
		for _, n := range c.p.Visits[v].Kit {
			c.items = max(c.items, n.Item+1)
		}
	}
	c.needs = make([]int32, c.visits*c.items)
	for v := range c.p.Visits {
		for _, n := range c.p.Visits[v].Kit {
			c.kitted[v] = true
			c.needs[v*c.items+n.Item] += int32(n.Units)
		}
	}
	c.carried = make([]int32, len(c.lanes)*c.items)
	for i := range c.p.Shifts {
		for item, units := range c.p.Shifts[i].Kit {
			if item < c.items {
				c.carried[i*c.items+item] = int32(units)
			}
		}
	}
}

// uses sums the kit that the visits of a track that aren't frozen use.
func (c *core) uses(lane int, t *track) {
	t.used = sized(t.used, c.items)
	clear(t.used)
	for _, v := range t.visits[len(c.lanes[lane].head):] {
		if c.kitted[v] {
			for k, n := range c.needs[int(v)*c.items : (int(v)+1)*c.items] {
				t.used[k] += n
			}
		}
	}
}

// carries says whether a lane still has the kit that a visit needs.
func (c *core) carries(lane int, t *track, v int32) bool {
	if !c.kitted[v] {
		return true
	}
	carried := c.carried[lane*c.items : (lane+1)*c.items]
	for k, n := range c.needs[int(v)*c.items : (int(v)+1)*c.items] {
		if n > 0 && t.used[k]+n > carried[k] {
			return false
		}
	}
	return true
}

// classOf numbers the lanes so that those with the same number are the same to
// every visit. Such lanes stand for one another while they are empty.
func (c *core) classOf(i int, known map[string]int32) int32 {
	s := &c.p.Shifts[i]
	key := []byte(fmt.Sprintf("%d %d %v %d %v %d %v %v %d %v %d %v", s.Start, s.End, s.Work, s.Overtime, s.Breaks, s.Table, s.Skills, s.Kit, s.Speed, s.Now, s.From, s.HasLeft))
	if len(s.Frozen) > 0 {
		key = fmt.Appendf(key, " %d alone", i)
	}
	for v := range c.p.Visits {
		x := &c.p.Visits[v]
		bit := byte('0')
		if c.suits[i*c.visits+v] {
			bit++
		}
		if x.Preferred != nil {
			c.preferring = true
			bit += 2 * byte(min(1, c.extra(i, int32(v))))
		}
		if x.Told != nil {
			c.timed = true
			if x.Told.Shift == i {
				bit += 4
			}
		}
		key = append(key, bit)
	}
	if k, ok := known[string(key)]; ok {
		return k
	}
	k := int32(len(known))
	known[string(key)] = k
	return k
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
