package roads

import (
	"slices"
	"sync"
)

// known remembers what lies above the lists of places that are asked for again and
// again, such as a region's when a day gets a new one. It is laid out when a list
// is asked for the second time, since that costs as much as a few searches.
type known struct {
	mu    sync.Mutex
	lists []*knownList // what was asked for last comes first
}

// A list takes some 2 kilobytes a place and 4 bytes a node of the hierarchy.
const (
	mostKnown  = 4
	leastKnown = 32 // places; what lies above fewer is soon listed
)

// knownList is the side with many positions, and what lies above it.
type knownList struct {
	back  bool
	many  side
	above *sweep // laid out, and not changed any more; nil when the list was asked for once
}

// ask tells of a list that was asked for before; false where it wasn't, but it is
// known from now on.
func (k *known) ask(back bool, list []position) (*knownList, bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	at := slices.IndexFunc(k.lists, func(l *knownList) bool { return l.back == back && slices.Equal(l.many.list, list) })
	if at < 0 {
		if len(k.lists) == mostKnown {
			k.lists = k.lists[:mostKnown-1]
		}
		k.lists = slices.Insert(k.lists, 0, &knownList{back: back, many: side{list: slices.Clone(list)}})
		return nil, false
	}
	l := k.lists[at]
	k.lists = slices.Insert(slices.Delete(k.lists, at, at+1), 0, l)
	return l, true
}

// keep puts a list with what lies above it in the place of the one that was known
// without, if that is still there.
func (k *known) keep(old, laid *knownList) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if at := slices.Index(k.lists, old); at >= 0 {
		k.lists[at] = laid
	}
}

// recall gives the side with many positions and what lies above it, if that is
// known; nil where it isn't. side makes it of a list.
func (k *known) recall(back bool, list []position, side func([]position) side, down *links, reach []uint64, nodes int) *knownList {
	if k == nil || len(list) < leastKnown {
		return nil
	}
	l, again := k.ask(back, list)
	if !again || l.above != nil {
		return l
	}
	many := side(l.many.list)
	many.byEdge = inOrder(many.list)
	w := newSweep(nodes)
	w.above(&many, down, reach)
	w.lay(down, &many)
	w.label, w.marked, w.span = nil, nil, nil // only needed while something is listed
	laid := &knownList{back: back, many: many, above: w}
	k.keep(l, laid)
	return laid
}
