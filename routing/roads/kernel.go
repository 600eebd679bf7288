package roads

import (
	"encoding/binary"
	"math/bits"

	"roundsman/routing"
)

// kernel is what searches spend most of their time with, in as few instructions as
// the processor can do it with. It takes numbers of nodes and links as sound: they
// are this code's own, or were looked at when they were read (see sound).
type kernel struct {
	// push goes from one row by links to others, with all lanes at once.
	push func(rows []lanes, from uint32, to []uint32, by []cost)
	// pull goes down over all places, from the last to the first: into a place's row
	// comes what its seed is, or what it costs to come from others by links. A row
	// may be used for one place after another.
	pull func(rows, seeds []lanes, row, seed, first, to []uint32, by []cost)
	// above lists the nodes that are marked in a sweep and all that can be come to from
	// them by links, and takes the marks away again.
	above func(w *sweep, l *links, within []uint64)
	// spread goes down from one climb over what a sweep has listed, from the highest to
	// the lowest: each node is labelled with what it was settled at, or what it costs to
	// come from others by links, whichever is less.
	spread func(w *sweep, l *links, settled []entry)
	// turn turns over what it costs turnedLanes of the lanes, from one on, to be at places,
	// of which there are no more than turnedPlaces: a lane's costs come to stand side by
	// side, without what all of them are lifted by, from one place in costs on.
	turn func(rows []lanes, lane int, places []uint32, lifted cost, costs *turned, at int)
	// round rounds costs for a table.
	round func(seconds []routing.Seconds, metres []routing.Metres, costs []cost)
}

// registers says how wide the registers are that a kernel works with.
type registers uint8

const (
	bits64 registers = iota // no vectors: one number at a time
	bits256
	bits512
)

// fastest is the kernel for one search.
func fastest() *kernel { return kernelOf(widest) }

// nearestOf is nearestPlainly with the widest registers.
func nearestOf(lines []int32, s *spot, best float64) (square float64, at int) {
	return nearestBy(widest, lines, s, best)
}

// plainKernel says what every kernel gives. Its push and pull are no faster than
// buckets are.
var plainKernel = kernel{pushPlainly, pullPlainly, abovePlainly, spreadPlainly, turnPlainly, roundPlainly}

// reach gives, for every node, which of the block of 64 nodes that it is in can be
// come to from it by the links, a bit each, itself among them.
func (l *links) reach(nodes int) []uint64 {
	within := make([]uint64, (nodes+63)/64*64)
	for v := uint32(nodes); v > 0; {
		v--
		all := uint64(1) << (v % 64)
		from, last := l.of(v)
		for _, to := range l.to[from:last] {
			if to/64 == v/64 {
				all |= within[to]
			}
		}
		within[v] = all
	}
	return within
}

// abovePlainly is above block by block, as every kernel does it: what is in a block is
// known from what is marked in it when its turn comes, since links lead to higher
// numbers, and none within the block need be followed to see where they end.
func abovePlainly(w *sweep, l *links, within []uint64) {
	w.list, w.span, w.links = w.list[:0], w.span[:0], 0
	for at := uint32(0); int(at) < len(within); at += 64 {
		var all uint64
		for eight := at; eight < at+64; eight += 8 {
			for left := binary.LittleEndian.Uint64(w.marked[eight:]); left != 0; left &= left - 1 {
				all |= within[eight+uint32(bits.TrailingZeros64(left)/8)] // a mark is a 1
			}
		}
		for left := all; left != 0; left &= left - 1 {
			v := at + uint32(bits.TrailingZeros64(left))
			from, last := l.of(v)
			for _, to := range l.to[from:last] {
				w.marked[to] = 1
			}
			w.list, w.span = append(w.list, v), append(w.span, uint64(last)<<32|uint64(from))
			w.links += int(last - from)
		}
		if all != 0 {
			clear(w.marked[at : at+64])
		}
	}
}

// spreadPlainly is spread node by node.
func spreadPlainly(w *sweep, l *links, settled []entry) {
	label := w.label
	for i := len(w.list) - 1; i >= 0; i-- {
		v, from, last := w.list[i], uint32(w.span[i]), uint32(w.span[i]>>32)
		to := l.to[from:last]
		by := l.c[from:last][:len(to)]
		var best cost
		best, settled = climbedTo(v, settled)
		for k, u := range to {
			best = min(best, label[u]+by[k])
		}
		label[v] = best
	}
}
