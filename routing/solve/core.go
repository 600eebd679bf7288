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
	nodes  int // visits, and behind them the call at the depot of each lane
	lanes  []lane

	place       []int32
	asks        []ask
	spans       [][]span
	split       bool // some visit has several windows
	promised    []bool
	awaited     []bool // promised, not optional, and somebody could go
	frozen      []bool
	tools       []uint64
	suits       []bool  // lane*visits + visit: all but time and company
	demand      []int32 // how much of a round a visit asks for: kit units, else service
	far         []int32 // travel from the first lane's start
	preferring  bool    // some visit prefers a lane
	kitted      []bool  // the visit needs kit
	stock       bool    // some visit needs kit or tools
	items       int     // kit items that visits need
	needs       []int32 // visit*items + item: units needed
	carried     []int32 // lane*items + item: units carried
	bounded     bool    // some lane has a bound on travel
	tie         []int32 // visits with the same number, 0 apart, go together
	tied        bool
	prize       []int64 // of optional visits, -1 for the others
	simple      bool    // see isSimple
	mixed       bool    // lanes differ in table or speed
	short       bool    // see isBrief
	first, last []int32 // of simple and brief problems: the window of each visit
	paid        bool    // access is paid somewhere, so that limits depend on who comes
	told        bool    // somebody was told a time
	exact       bool    // times of every stop are asked for, not only costs
	timed       bool    // waiting, overtime or churn cost something
	budgeted    bool    // those told may not all be moved
}

// ask is what a visit asks for by time and place, in one cache line.
type ask struct {
	site                     int32
	access, indoors          int32 // access holds the walk indoors, too
	promiseStart, promiseEnd int32 // arrival: not before, not after (inclusive); 0 and never without a promise
	first, last              int32 // start: the first and the last second of the windows
}

// lane is one shift: what all its rounds have in common.
type lane struct {
	routing.Outset
	seconds []routing.Seconds
	into    []int32 // the same seconds by column: into[to*cols+from]
	metres  []routing.Metres
	cols    int
	tools   uint64
	travel  int64 // the most that legs to go may take
	pause   int32 // how long the first break owed lasts
	depot   int32 // the node of the call at the depot, -1 when there is none
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
	m := n + len(p.Shifts)
	c := &core{
		p: p, visits: n, nodes: m, lanes: make([]lane, len(p.Shifts)),
		place: make([]int32, m), asks: make([]ask, m),
		spans: make([][]span, m), promised: make([]bool, m), frozen: make([]bool, m),
		tie: make([]int32, n), prize: make([]int64, n),
		tools: make([]uint64, m), suits: make([]bool, n*len(p.Shifts)),
	}
	possible := make([]bool, n)
	for i := range p.Visits {
		possible[i] = c.visit(i)
	}
	c.number()
	for i := range c.asks {
		c.hull(i)
	}
	c.kit()
	pr := &p.Prices
	c.timed = c.timed || pr.WaitSecond > 0 || pr.DutySecond > 0 || pr.OvertimeSecond > 0 || pr.LateSecond > 0
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
			times := make([]int32, m)
			for v := range p.Visits {
				times[v] = int32(routing.ServiceTime(s, &p.Visits[v]))
			}
			for k := range p.Shifts {
				if d := p.Shifts[k].Restock; d != nil {
					times[n+k] = int32(d.Service)
				}
			}
			bySpeed[s.Speed] = times
		}
		l.service = bySpeed[s.Speed]
		l.pause = int32(l.Breaks[0].Duration)
		l.tools = bits(s.Tools)
		l.travel = math.MaxInt64
		if s.MaxTravel > 0 {
			l.travel = int64(s.MaxTravel)
			if home := l.leg(int32(l.Place), l.end); l.Out && home != never {
				l.travel = max(l.travel, int64(home))
			}
			c.bounded = true
		}
		l.depot = -1
		if s.Restock != nil {
			d := n + i
			l.depot = int32(d)
			c.place[d], c.asks[d] = int32(s.Restock.Place), ask{site: math.MinInt32, promiseEnd: never, first: -farOff, last: never}
		}
		for _, f := range s.Frozen {
			l.head = append(l.head, int32(f.Visit))
			c.frozen[f.Visit] = true
		}
		for v := range p.Visits {
			c.suits[i*n+v] = possible[v] && !routing.Suits(p, i, v).Refused()
		}
		l.class = c.classOf(i, classes)
		c.mixed = c.mixed || s.Table != p.Shifts[0].Table || s.Speed != p.Shifts[0].Speed
	}
	c.awaited = make([]bool, m)
	for k, suits := range c.suits {
		v := k % n
		c.awaited[v] = c.awaited[v] || suits && c.promised[v] && c.prize[v] < 0
	}
	c.rank()
	c.budgeted = c.bounds(p.MostMoved)
	c.simple = c.isSimple()
	c.short = c.isBrief()
	if c.simple || c.short {
		c.first, c.last = make([]int32, m), make([]int32, m)
		for v := range m {
			c.last[v] = farOff
			if len(c.spans[v]) > 0 {
				c.first[v], c.last[v] = c.spans[v][0].start, c.spans[v][0].last
			}
		}
	}
	return c
}

// isSimple says whether rounds are so plain that a leaner refresh will do: one
// window a visit at most, no promises, breaks, access or depots, and only travel
// and rounds have a price.
func (c *core) isSimple() bool {
	pr := &c.p.Prices
	if c.timed || c.preferring || c.bounded || c.tied || pr.OvertimeSecond > 0 {
		return false
	}
	for i := range c.lanes {
		if l := &c.lanes[i]; l.Owed > 0 || l.Out || l.depot >= 0 || len(l.head) > 0 {
			return false
		}
	}
	for v := range c.p.Visits {
		if c.promised[v] || c.asks[v].access > 0 || len(c.spans[v]) > 1 || c.tools[v] != 0 {
			return false
		}
	}
	return true
}

// rank measures visits for the orders in which recreate brings them back.
func (c *core) rank() {
	c.demand, c.far = make([]int32, c.visits), make([]int32, c.visits)
	for v := range c.demand {
		c.demand[v] = int32(c.p.Visits[v].Service)
		if c.items > 0 {
			c.demand[v] = 0
			for _, n := range c.needs[v*c.items : (v+1)*c.items] {
				c.demand[v] += n
			}
		}
		if len(c.lanes) > 0 {
			c.far[v] = c.lanes[0].leg(int32(c.lanes[0].Place), c.place[v])
		}
	}
}

// classOf numbers the lanes so that those with the same number are the same to
// every visit. Such lanes stand for one another while they are empty.
func (c *core) classOf(i int, known map[string]int32) int32 {
	s := &c.p.Shifts[i]
	key := []byte(fmt.Sprintf("%d %d %v %d %v %d %v %v %d %v %d %v %v", s.Start, s.End, s.Work, s.Overtime, s.Breaks, s.Table, s.Skills, s.Kit, s.Speed, s.Now, s.From, s.HasLeft, s.Tools))
	key = fmt.Appendf(key, " %d", s.MaxTravel)
	if s.Restock != nil {
		key = fmt.Appendf(key, " %v", *s.Restock)
	}
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
			c.timed, c.told = true, true
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

func bits(list []int) (set uint64) {
	for _, k := range list {
		set |= 1 << k
	}
	return set
}

// visit copies one visit and says whether any start satisfies its windows and
// pin at all.
func (c *core) visit(i int) bool {
	v := &c.p.Visits[i]
	a := &c.asks[i]
	c.place[i] = int32(v.Place)
	*a = ask{site: a.site, access: int32(v.Access + v.Walk), indoors: int32(v.Walk), promiseEnd: never}
	c.paid = c.paid || v.Access+v.Walk > 0
	c.tools[i] = bits(v.Tools)
	c.prize[i] = -1
	if v.Optional {
		c.prize[i] = int64(v.Prize)
	}
	if v.Promise != nil {
		c.promised[i] = true
		a.promiseStart, a.promiseEnd = int32(v.Promise.Start), int32(v.Promise.End)-1
	}
	for _, w := range v.Windows {
		c.spans[i] = append(c.spans[i], span{int32(w.Start), int32(w.End) - 1})
	}
	if v.Release > 0 && !c.release(i, int32(v.Release)) {
		return false
	}
	if v.Soft != nil && !c.soften(i, v.Soft) {
		return false
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

// number numbers sites and ties anew, since anybody may call one by any number.
func (c *core) number() {
	sites, ties := map[int]int32{}, map[int]int32{0: 0}
	given := func(to map[int]int32, number int) int32 {
		if _, ok := to[number]; !ok {
			to[number] = int32(len(to))
		}
		return to[number]
	}
	for i := range c.p.Visits {
		v := &c.p.Visits[i]
		c.asks[i].site, c.tie[i] = given(sites, v.Site), given(ties, v.Together)
	}
	c.tied = len(ties) > 1
}

// soften cuts the windows of a visit at the hard end of its soft one, and says
// whether any is left.
func (c *core) soften(i int, soft *routing.Soft) bool {
	c.timed, c.told = true, true
	end := int32(soft.End + soft.Cap)
	if len(c.spans[i]) == 0 {
		c.spans[i] = []span{{0, end}}
		return true
	}
	kept := c.spans[i][:0]
	for _, w := range c.spans[i] {
		if w.start <= end {
			kept = append(kept, span{w.start, min(w.last, end)})
		}
	}
	c.spans[i] = kept
	return len(kept) > 0
}

// unpriced is the latest start of a visit that costs no more than one at start.
func (c *core) unpriced(v, start int32) int32 {
	if int(v) >= c.visits || c.p.Visits[v].Soft == nil {
		return farOff
	}
	return max(start, int32(c.p.Visits[v].Soft.End))
}

// hull notes the first and the last second of a visit's windows.
func (c *core) hull(v int) {
	a, spans := &c.asks[v], c.spans[v]
	a.first, a.last = -farOff, never
	if n := len(spans); n > 0 {
		a.first, a.last = spans[0].start, spans[n-1].last
		c.split = c.split || n > 1
	}
}

// opens gives the earliest start of service at or after t, never when there is none.
func (c *core) opens(v, t int32) int32 {
	a := &c.asks[v]
	if t > a.last {
		return never
	}
	if c.split {
		return c.opensIn(v, t)
	}
	return max(t, a.first)
}

func (c *core) opensIn(v, t int32) int32 {
	for _, w := range c.spans[v] {
		if t <= w.last {
			return max(t, w.start)
		}
	}
	return t // there are no windows
}

// closes gives the latest start of service at or before t, -1 when there is none.
func (c *core) closes(v, t int32) int32 {
	a := &c.asks[v]
	if t < a.first {
		return -1
	}
	if c.split {
		return c.closesIn(v, t)
	}
	return min(t, a.last)
}

func (c *core) closesIn(v, t int32) int32 {
	spans := c.spans[v]
	for i := len(spans) - 1; i >= 0; i-- {
		if t >= spans[i].start {
			return min(t, spans[i].last)
		}
	}
	return t // there are no windows
}

// release cuts the windows of a visit at its release, and says whether any is left.
func (c *core) release(i int, at int32) bool {
	if len(c.spans[i]) == 0 {
		c.spans[i] = []span{{at, farOff}}
		return true
	}
	kept := c.spans[i][:0]
	for _, w := range c.spans[i] {
		if w.last >= at {
			kept = append(kept, span{max(w.start, at), w.last})
		}
	}
	c.spans[i] = kept
	return len(kept) > 0
}

// accessTo is the access paid at v after prev, which is -1 at the start.
func (c *core) accessTo(prev, v int32) int32 {
	if prev >= 0 && c.asks[prev].site == c.asks[v].site {
		return c.asks[v].indoors
	}
	return c.asks[v].access
}

// extra is what a visit costs in a lane whatever the order, but for churn.
func (c *core) extra(lane int, v int32) int64 {
	if int(v) >= c.visits || c.p.Visits[v].Preferred == nil {
		return 0
	}
	x := &c.p.Visits[v]
	for _, s := range x.Preferred {
		if s == lane {
			return 0
		}
	}
	return int64(c.p.Prices.NotPreferred)
}

// churn is the price of when a visit starts: differing from what people were
// told, and after the end of a soft window.
func (c *core) churn(lane int, v, start int32) int64 {
	if int(v) >= c.visits {
		return 0
	}
	cost := int64(0)
	if x := c.p.Visits[v].Soft; x != nil {
		cost = int64(x.PerSecond) * int64(max(0, start-int32(x.End)))
	}
	if c.moves(lane, v, start) {
		cost += int64(c.p.Prices.Churn)
	}
	return cost
}

// moves says whether a visit that starts then is otherwise than told.
func (c *core) moves(lane int, v, start int32) bool {
	t := c.p.Visits[v].Told
	if t == nil {
		return false
	}
	d, free := start-int32(t.Start), int32(c.p.Prices.ChurnFree)
	return t.Shift != lane || d > free || -d > free
}

// moved counts whom a round, whose times are known, leaves otherwise than told.
func (c *core) moved(lane int, t *track) (n int32) {
	for i, v := range t.visits[len(c.lanes[lane].head):] {
		if int(v) < c.visits && c.moves(lane, v, t.start[i]) {
			n++
		}
	}
	return n
}
