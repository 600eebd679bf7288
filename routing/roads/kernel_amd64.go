package roads

import (
	"slices"
	"unsafe"

	"golang.org/x/sys/cpu"
)

//go:noescape
func pushRows(rows *lanes, from, n uint64, to *uint32, by *cost)

//go:noescape
func pullRows(rows, seeds *lanes, row, seed, first, to *uint32, by *cost, n uint64)

//go:noescape
func aboveNodes(marked *byte, block, blocks uint64, first, to *uint32, within *uint64, node *uint32, span *uint64, room uint64) (next, n, links uint64)

//go:noescape
func spreadNodes(label *cost, node *uint32, span *uint64, n uint64, to *uint32, by *cost, settled *entry, top uint64)

//go:noescape
func nearestLine(lines *int32, n uint64, s *spot, best float64) (square float64, at int)

//go:noescape
func fetchLines(lines *int32, n uint64)

//go:noescape
func fetchThree(a, b, c unsafe.Pointer)

// wide says whether the processor has registers of 512 bits, and all that is done with
// them here.
var wide = cpu.X86.HasAVX512F && cpu.X86.HasAVX512BW && cpu.X86.HasAVX512VL && cpu.X86.HasBMI1 && cpu.X86.HasBMI2 && cpu.X86.HasPOPCNT

// nearestOf is nearestPlainly, eight lines at a time where the processor can.
func nearestOf(lines []int32, s *spot, best float64) (square float64, at int) {
	if !wide || len(lines) < 4 {
		return nearestPlainly(lines, s, best)
	}
	return nearestLine(&lines[0], uint64(len(lines)/4), s, best)
}

// fetch has lines come from memory that will be looked at soon.
func fetch(lines []int32) {
	if len(lines) > 0 {
		fetchLines(&lines[0], uint64(len(lines)))
	}
}

// fetch has what is known of a segment come from memory.
func (g *graph) fetch(segment uint32) {
	fetchThree(unsafe.Pointer(&g.cum[segment]), unsafe.Pointer(&g.attr[segment]), unsafe.Pointer(&g.edgeAt[segment/edgeStep]))
}

// fetch has come from memory what is needed to leave a position, and to come to it.
func (q *query) fetch(p *position) {
	if arc := 2 * p.edge; q.h.turns {
		fetchThree(unsafe.Pointer(&q.g.arcs[arc]), unsafe.Pointer(&q.g.copyFirst[arc]), unsafe.Pointer(&q.h.rank[arc]))
	}
}

// wideKernel gives the one for registers of 512 bits; false where there are none.
func wideKernel() (kernel, bool) {
	return kernel{
		push: func(rows []lanes, from uint32, to []uint32, by []cost) {
			if len(to) > 0 {
				pushRows(&rows[0], uint64(from), uint64(len(to)), &to[0], &by[0])
			}
		},
		pull: func(rows, seeds []lanes, row, seed, first, to []uint32, by []cost) {
			if len(to) == 0 {
				pullPlainly(rows, seeds, row, seed, first, to, by)
				return
			}
			pullRows(&rows[0], &seeds[0], &row[0], &seed[0], &first[0], &to[0], &by[0], uint64(len(row)))
		},
		above: func(w *sweep, l *links, within []uint64) {
			if len(l.to) == 0 {
				abovePlainly(w, l, within)
				return
			}
			w.list, w.span, w.links = w.list[:0], w.span[:0], 0
			for next, blocks := uint64(0), uint64(len(w.marked)/64-1); next < blocks; {
				const room = 4096 // nodes, of which a block is 64
				at := len(w.list)
				w.list, w.span = slices.Grow(w.list, room), slices.Grow(w.span, room)
				var n, links uint64
				next, n, links = aboveNodes(&w.marked[0], next, blocks, &l.first[l.side], &l.to[0], &within[0],
					&w.list[:at+1][at], &w.span[:at+1][at], room)
				w.list, w.span = w.list[:at+int(n)], w.span[:at+int(n)]
				w.links += int(links)
			}
		},
		spread: spreadAhead,
	}, wide
}

// spreadAhead is spread with what nodes to come need on its way from memory, which
// takes no wide registers.
func spreadAhead(w *sweep, l *links, settled []entry) {
	if len(w.list) == 0 || len(settled) == 0 || len(l.to) == 0 {
		spreadPlainly(w, l, settled)
		return
	}
	spreadNodes(&w.label[0], &w.list[0], &w.span[0], uint64(len(w.list)), &l.to[0], &l.c[0], &settled[0], uint64(len(settled)))
}

// fastest is the kernel for one search.
func fastest() kernel {
	k, ok := wideKernel()
	if !ok {
		k = plainKernel
		k.spread = spreadAhead
	}
	return k
}
