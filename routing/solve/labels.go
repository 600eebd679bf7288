package solve

import (
	"cmp"
	"slices"
)

// Rounds that no search has met are found by labels: beginnings of a technician's
// round, each made longer by one visit at a time, of which only the best few are
// kept for every visit that they end at and every time that they end. What is best
// follows from what each visit is worth to the rounds known (partition.go): a
// round that costs less than its visits are worth makes a better choice possible.
//
// This is column generation for set partitioning with a beam in place of exact
// dominance: some rounds are missed. What a label costs is its way and how long it
// lasts; the caller evaluates whole rounds.
const (
	labelVisits = 256 // more are not looked at
	labelItems  = 8   // kit items likewise
	labelBeam   = 5   // beginnings kept of one end and time
	labelTimes  = 12  // into which a shift is cut for that
	labelTurns  = 256 // into which it is cut to go through them in order
	labelNext   = 40  // visits looked at after each
)

// label is a beginning of a round.
type label struct {
	set    [labelVisits / 64]uint64
	load   [labelItems]int32 // used up to the call at the depot
	time   segment
	travel int32
	visit  int32   // the last one
	from   int32   // the label before, -1 for none
	called bool    // at the depot
	gone   bool    // pushed out by better ones
	over   float64 // cost less what its visits are worth
}

// labeler makes labels; its slices are used again for each technician.
type labeler struct {
	*core
	worth  []float64 // of each visit; 0 for those that nobody is to serve
	wanted []bool
	next   [][]int32 // visits that go well after each
	all    []label
	beams  [][]int32 // by visit, call and time: labels, the best first
	turns  [][]int32
	ends   []ending
	alone  []segment
	tried  int // labels made or turned down so far
}

// ending is a whole round.
type ending struct {
	label int32
	over  float64
}

func (h *hunt) newLabeler() *labeler {
	b := &labeler{core: h.core, wanted: make([]bool, h.visits), worth: make([]float64, h.visits), next: make([][]int32, h.visits),
		beams: make([][]int32, h.visits*2*labelTimes), turns: make([][]int32, labelTurns), alone: make([]segment, h.visits)}
	l := &h.lanes[0]
	var list []keyed
	for v := range b.next {
		list = list[:0]
		for u := range int32(h.visits) {
			if int(u) != v {
				if d := h.proximity(l, int32(v), u); d < farOff {
					list = append(list, keyed{d<<32 | int64(u), u})
				}
			}
		}
		least(list, labelNext)
		for _, k := range list[:min(labelNext, len(list))] {
			b.next[v] = append(b.next[v], k.visit)
		}
	}
	return b
}

// rounds finds rounds of a lane that cost less than their visits are worth and
// roof, the best first.
func (b *labeler) rounds(r int, roof float64) []ending {
	l := &b.lanes[r]
	b.all, b.ends = b.all[:0], b.ends[:0]
	for i := range b.beams {
		b.beams[i] = b.beams[i][:0]
	}
	for i := range b.turns {
		b.turns[i] = b.turns[i][:0]
	}
	for v := range b.alone {
		b.alone[v] = b.single(l, int32(v), b.asks[v].access, b.asks[v].promiseEnd)
	}
	home := label{time: segment{0, int32(l.Clock), farOff}, visit: -1, from: -1, over: float64(b.p.Prices.Round)}
	for v := range int32(b.visits) {
		b.extend(r, &home, -1, v, roof)
	}
	for turn := range b.turns {
		for i := 0; i < len(b.turns[turn]); i++ {
			k := b.turns[turn][i]
			a := b.all[k]
			if a.gone {
				continue
			}
			for _, v := range b.next[a.visit] {
				b.extend(r, &a, k, v, roof)
			}
		}
	}
	slices.SortFunc(b.ends, func(x, y ending) int { return cmp.Or(cmp.Compare(x.over, y.over), cmp.Compare(x.label, y.label)) })
	return b.ends
}

// extend goes on to one visit more, straight on or by way of the depot.
func (b *labeler) extend(r int, a *label, from, v int32, roof float64) {
	if !b.wanted[v] || !b.suits[r*b.visits+int(v)] || a.set[v>>6]&(1<<(v&63)) != 0 {
		return
	}
	b.tried++
	l := &b.lanes[r]
	at := int32(l.Place)
	if a.visit >= 0 {
		at = b.place[a.visit]
	}
	one := b.alone[v]
	access := b.accessTo(a.visit, v)
	if access != b.asks[v].access {
		one = b.single(l, v, access, b.asks[v].promiseEnd)
	}
	if leg := l.leg(at, b.place[v]); leg != never {
		if load, ok := b.loaded(r, a, v); ok {
			x := label{set: a.set, load: load, travel: a.travel + leg, visit: v, from: from, called: a.called, over: a.over}
			x.time = join(a.time, leg+access, one)
			b.add(r, &x, a, roof)
		}
	}
	if a.called || l.depot < 0 {
		return
	}
	depot := b.place[l.depot]
	in, out := l.leg(at, depot), l.leg(depot, b.place[v])
	if in == never || out == never {
		return
	}
	x := label{set: a.set, travel: a.travel + in + out, visit: v, from: from, called: true, over: a.over}
	x.time = join(join(a.time, in, segment{l.service[l.depot], 0, farOff}), out+b.asks[v].access, one)
	b.add(r, &x, a, roof)
}

// loaded adds what a visit uses up and says whether there is enough of it.
func (b *labeler) loaded(r int, a *label, v int32) (load [labelItems]int32, ok bool) {
	load = a.load
	if a.called || !b.kitted[v] {
		return load, true
	}
	if b.tools[v]&^b.lanes[r].tools != 0 {
		return load, false
	}
	for i, n := range b.needs[int(v)*b.items : (int(v)+1)*b.items] {
		if load[i] += n; n > 0 && load[i] > b.carried[r*b.items+i] {
			return load, false
		}
	}
	return load, true
}

// add keeps a label if it is possible and among the best of its end and time.
func (b *labeler) add(r int, x, a *label, roof float64) {
	if x.time.early > x.time.late {
		return
	}
	l, pr := &b.lanes[r], &b.p.Prices
	back := l.leg(b.place[x.visit], l.end)
	done := x.time.early + x.time.lasts
	if back == never || done+back > int32(l.Limit) || int64(x.travel)+int64(back) > l.travel {
		return
	}
	x.over += float64(x.time.lasts-a.time.lasts)*float64(pr.DutySecond) + float64(x.travel-a.travel)*float64(pr.TravelSecond) - b.worth[x.visit]
	x.set[x.visit>>6] |= 1 << (x.visit & 63)
	span := int(l.Limit) - int(l.Clock) + 1
	side := 0
	if x.called {
		side = 1
	}
	since := int(done) - int(l.Clock)
	beam := &b.beams[(int(x.visit)*2+side)*labelTimes+since*labelTimes/span]
	place := len(*beam)
	for i, k := range *beam {
		if y := &b.all[k]; y.set == x.set && y.over <= x.over {
			return
		} else if x.over < y.over && i < place {
			place = i
		}
	}
	if place == labelBeam {
		return
	}
	k := int32(len(b.all))
	b.all = append(b.all, *x)
	if len(*beam) == labelBeam {
		b.all[(*beam)[labelBeam-1]].gone = true
		*beam = (*beam)[:labelBeam-1]
	}
	*beam = slices.Insert(*beam, place, k)
	b.turns[since*labelTurns/span] = append(b.turns[since*labelTurns/span], k)
	whole := join(x.time, back, segment{0, 0, int32(l.Limit)})
	over := x.over + float64(whole.lasts-x.time.lasts)*float64(pr.DutySecond) + float64(back)*float64(pr.TravelSecond)
	if over < roof {
		b.ends = append(b.ends, ending{k, over})
	}
}

// visitsOf lists the visits of a label in order.
func (b *labeler) visitsOf(k int32, buf []int32) []int32 {
	buf = buf[:0]
	for ; k >= 0; k = b.all[k].from {
		buf = append(buf, b.all[k].visit)
	}
	slices.Reverse(buf)
	return buf
}
