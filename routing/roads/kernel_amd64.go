package roads

import (
	"slices"
	"unsafe"

	"roundsman/routing"

	"golang.org/x/sys/cpu"
)

//go:noescape
func pushRows(rows *lanes, from, n uint64, to *uint32, by *cost)

//go:noescape
func pushRows256(rows *lanes, from, n uint64, to *uint32, by *cost)

//go:noescape
func pullRows(rows, seeds *lanes, row, seed, first, to *uint32, by *cost, n uint64)

//go:noescape
func pullRows256(rows, seeds *lanes, row, seed, first, to *uint32, by *cost, n uint64)

//go:noescape
func aboveNodes(marked *byte, block, blocks uint64, first, to *uint32, within *uint64, node *uint32, span *uint64, room uint64) (next, n, links uint64)

//go:noescape
func aboveNodes256(marked *byte, block, blocks uint64, first, to *uint32, within *uint64, node *uint32, span *uint64, room uint64) (next, n, links uint64)

//go:noescape
func spreadNodes(label *cost, node *uint32, span *uint64, n uint64, to *uint32, by *cost, settled *entry, top uint64)

//go:noescape
func turnRows(rows *lanes, lane uint64, place *uint32, n uint64, lifted cost, costs *cost)

//go:noescape
func roundCosts(seconds *routing.Seconds, metres *routing.Metres, costs *cost, n uint64)

//go:noescape
func nearestLine(lines *int32, n uint64, s *spot, best float64) (square float64, at int)

//go:noescape
func nearestLine256(lines *int32, n uint64, s *spot, best float64) (square float64, at int)

//go:noescape
func fetchLines(lines *int32, n uint64)

//go:noescape
func fetchThree(a, b, c unsafe.Pointer)

// bitwise says whether the processor has what is done here with the bits of one number.
var bitwise = cpu.X86.HasBMI1 && cpu.X86.HasBMI2 && cpu.X86.HasPOPCNT

// widest are the widest registers that the processor has, with all that is done with
// them here.
var widest = func() registers {
	switch x := &cpu.X86; {
	case bitwise && x.HasAVX512F && x.HasAVX512BW && x.HasAVX512VL:
		return bits512
	case bitwise && x.HasAVX2:
		return bits256
	}
	return bits64
}()

// nearestBy is nearestPlainly, as many lines at a time as the registers hold.
func nearestBy(r registers, lines []int32, s *spot, best float64) (square float64, at int) {
	switch {
	case len(lines) < 4:
	case r == bits512:
		return nearestLine(&lines[0], uint64(len(lines)/4), s, best)
	case r == bits256:
		return nearestLine256(&lines[0], uint64(len(lines)/4), s, best)
	}
	return nearestPlainly(lines, s, best)
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

// kernels are by the width of their registers.
var kernels = [...]kernel{
	bits64:  {pushPlainly, pullPlainly, abovePlainly, spreadAhead, turnPlainly, roundPlainly},
	bits256: {pushOver(pushRows256), pullOver(pullRows256), aboveOver(aboveNodes256), spreadAhead, turnWide, roundWide},
	bits512: {pushOver(pushRows), pullOver(pullRows), aboveOver(aboveNodes), spreadAhead, turnWide, roundWide},
}

// kernelOf gives the one for registers that the processor has.
func kernelOf(r registers) *kernel { return &kernels[r] }

func pushOver(push func(rows *lanes, from, n uint64, to *uint32, by *cost)) func(rows []lanes, from uint32, to []uint32, by []cost) {
	return func(rows []lanes, from uint32, to []uint32, by []cost) {
		if len(to) > 0 {
			push(&rows[0], uint64(from), uint64(len(to)), &to[0], &by[0])
		}
	}
}

func pullOver(pull func(rows, seeds *lanes, row, seed, first, to *uint32, by *cost, n uint64)) func(rows, seeds []lanes, row, seed, first, to []uint32, by []cost) {
	return func(rows, seeds []lanes, row, seed, first, to []uint32, by []cost) {
		if len(to) == 0 {
			pullPlainly(rows, seeds, row, seed, first, to, by)
			return
		}
		pull(&rows[0], &seeds[0], &row[0], &seed[0], &first[0], &to[0], &by[0], uint64(len(row)))
	}
}

func aboveOver(above func(marked *byte, block, blocks uint64, first, to *uint32, within *uint64, node *uint32, span *uint64, room uint64) (next, n, links uint64)) func(w *sweep, l *links, within []uint64) {
	return func(w *sweep, l *links, within []uint64) {
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
			next, n, links = above(&w.marked[0], next, blocks, &l.first[l.side], &l.to[0], &within[0],
				&w.list[:at+1][at], &w.span[:at+1][at], room)
			w.list, w.span = w.list[:at+int(n)], w.span[:at+int(n)]
			w.links += int(links)
		}
	}
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

// turnWide is turn four places at a time.
func turnWide(rows []lanes, lane int, places []uint32, lifted cost, costs *turned, at int) {
	n := len(places) &^ 3
	if n > 0 {
		turnRows(&rows[0], uint64(lane), &places[0], uint64(n), lifted, &costs[0][at])
	}
	turnPlainly(rows, lane, places[n:], lifted, costs, at+n)
}

// roundWide is round eight costs at a time.
func roundWide(seconds []routing.Seconds, metres []routing.Metres, costs []cost) {
	n := len(costs) &^ 7
	if n > 0 {
		roundCosts(&seconds[0], &metres[0], &costs[0], uint64(n))
	}
	roundPlainly(seconds[n:], metres[n:], costs[n:])
}
