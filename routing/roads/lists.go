package roads

import (
	"slices"
	"sync"

	"github.com/paulmach/orb"
)

// lists remembers where the places of long lists met the network, a day's for
// instance, which is asked for again and again with a place more or less. It is to
// many places what recent is to one: keeping each by itself would cost a quarter of
// finding it. What it holds is never changed.
type lists struct {
	mu   sync.Mutex
	kept [][]met // what was asked for last comes first
}

// A list takes 88 bytes a place.
const (
	mostLists  = 8
	leastList  = 32   // places; fewer are remembered one by one
	mostListed = 8192 // places; more are not remembered
)

// find gives the list that has most in common with some places, and how many it
// begins with and ends with that they begin and end with, too.
func (l *lists) find(places []orb.Point) (list []met, head, tail int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	at := 0
	for i, k := range l.kept {
		n := min(len(k), len(places))
		h, t := 0, 0
		for h < n && k[h].place == places[h] {
			h++
		}
		for t < n-h && k[len(k)-1-t].place == places[len(places)-1-t] {
			t++
		}
		if h+t > head+tail {
			list, head, tail, at = k, h, t, i
		}
	}
	if list != nil {
		l.kept = slices.Insert(slices.Delete(l.kept, at, at+1), 0, list)
	}
	return list, head, tail
}

func (l *lists) keep(list []met) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.kept) == mostLists {
		l.kept = slices.Delete(l.kept, mostLists-1, mostLists)
	}
	l.kept = slices.Insert(l.kept, 0, list)
}

// meetAll says where places meet the network. The answer is not to be changed.
func (g *graph) meetAll(places []orb.Point) []met {
	if g.lists == nil || len(places) < leastList || len(places) > mostListed {
		all := make([]met, len(places))
		g.meetEach(places, all, g.recent)
		return all
	}
	old, head, tail := g.lists.find(places)
	if head == len(places) && head == len(old) {
		return old
	}
	all := make([]met, len(places))
	copy(all, old[:head])
	copy(all[len(all)-tail:], old[len(old)-tail:])
	g.meetEach(places[head:len(all)-tail], all[head:len(all)-tail], nil)
	g.lists.keep(all)
	return all
}

// meetEach is meet for any number of places.
func (g *graph) meetEach(places []orb.Point, at []met, r *recent) {
	for from := 0; from < len(places); from += metAtOnce {
		to := min(from+metAtOnce, len(places))
		g.meet(places[from:to], at[from:to], r)
	}
}
