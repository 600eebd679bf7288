package roads

import (
	"encoding/binary"
	"math/bits"
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
	// above lists the nodes that are marked and all that can be come to from them by
	// links, the lowest first, takes the marks away again, and counts the links. marked
	// and list have roomFor the nodes.
	above func(marked []byte, list []uint32, l *links) (nodes []uint32, links int)
	// spread goes down from one climb over nodes that are listed, from the highest to
	// the lowest: each is labelled with what it was settled at, or what it costs to come
	// from others by links, whichever is less.
	spread func(label []cost, list []uint32, l *links, settled []entry)
}

// plainKernel says what every kernel gives. Its push and pull are no faster than
// buckets are.
var plainKernel = kernel{pushPlainly, pullPlainly, abovePlainly, spreadPlainly}

// fastest is the kernel for one search, for which each is faster than anything else.
func fastest() kernel {
	if k, ok := wideKernel(); ok {
		return k
	}
	return plainKernel
}

// roomFor gives for how many nodes there is to be room where blocks of 64 are looked
// at together, and the one behind, too.
func roomFor(nodes int) int { return (nodes+63)/64*64 + 64 }

// abovePlainly is above node by node.
func abovePlainly(marked []byte, list []uint32, l *links) (nodes []uint32, links int) {
	nodes = list[:0]
	for at := uint32(0); int(at) < len(marked); at += 8 {
		eight := marked[at : at+8]
		for {
			set := binary.LittleEndian.Uint64(eight)
			if set == 0 {
				break // marks yet to come are above
			}
			i := uint32(bits.TrailingZeros64(set) / 8)
			eight[i] = 0
			nodes = append(nodes, at+i)
			from, last := l.of(at + i)
			links += int(last - from)
			for _, to := range l.to[from:last] {
				marked[to] = 1
			}
		}
	}
	return nodes, links
}

// spreadPlainly is spread node by node.
func spreadPlainly(label []cost, list []uint32, l *links, settled []entry) {
	for i := len(list) - 1; i >= 0; i-- {
		v := list[i]
		from, last := l.of(v)
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
