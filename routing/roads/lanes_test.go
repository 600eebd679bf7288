package roads

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

// allKernels are those that this processor can do, and plainKernel.
func allKernels() []*kernel {
	all := []*kernel{&plainKernel}
	for r := bits64; r <= widest; r++ {
		all = append(all, kernelOf(r))
	}
	return all
}

// What the processor does with wide registers is what plain code does.
func TestEveryKernelGivesWhatPlainCodeGives(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 1))
	some := func() (l lanes) {
		for i := range l {
			switch l[i] = cost(r.Uint64N(uint64(noCost))); r.IntN(4) {
			case 0:
				l[i] = noCost
			case 1:
				l[i] = cost(r.Uint64N(1 << 33)) // alike to others in their milliseconds
			}
		}
		return l
	}
	link := func() cost {
		switch r.IntN(6) {
		case 0, 1:
			return cost(r.Uint64N(uint64(noCost)))
		case 2:
			return noCost - 1 - cost(r.Uint64N(3)) // what is no number to registers for fractions
		}
		return cost(r.Uint64N(1 << 33))
	}
	for places := range 60 {
		rows, seeds := make([]lanes, places+1), []lanes{farLanes, some(), some()}
		for i := range rows {
			rows[i] = some()
		}
		var row, seed, to []uint32
		var by []cost
		first := []uint32{0}
		for p := range places {
			// A row of their own for the lower half; one of the others for each two above.
			row = append(row, uint32(min(p, places/2+(p-places/2)/2)))
			seed = append(seed, uint32(r.IntN(len(seeds))))
			for n := r.IntN(9); n > 0 && p+1 < places; n-- {
				to, by = append(to, uint32(r.IntN(places))), append(by, link())
			}
			first = append(first, uint32(len(to)))
		}
		want := slices.Clone(rows)
		pullPlainly(want, seeds, row, seed, first, to, by)
		pushed := slices.Clone(rows)
		pushPlainly(pushed, uint32(places), to, by)
		for i, k := range allKernels() {
			got := slices.Clone(rows)
			k.pull(got, seeds, row, seed, first, to, by)
			require.Equal(t, want, got, "%d places, kernel %d", places, i)
			got = slices.Clone(rows)
			k.push(got, uint32(places), to, by)
			require.Equal(t, pushed, got, "%d links, kernel %d", len(to), i)
		}
	}
}

// Three places, the last on top: 2 is seeded with 10, and 0 comes from it by 5 or
// over 1, whose row is that of 2, by 1 and 3.
func TestPullTakesTheCheaperWayDown(t *testing.T) {
	t.Parallel()
	for i, k := range allKernels() {
		seed := farLanes
		seed[0], seed[width-1] = 10, 20
		rows := make([]lanes, 2)
		k.pull(rows, []lanes{farLanes, seed}, []uint32{0, 1, 1}, []uint32{0, 0, 1}, []uint32{0, 1, 2, 2}, []uint32{1, 1}, []cost{3, 1})
		want := farLanes
		want[0], want[width-1] = 14, 24
		require.Equal(t, want, rows[0], "kernel %d", i)
		k.push(rows, 0, []uint32{1}, []cost{100}) // dearer than what is there
		require.EqualValues(t, 11, rows[1][0], "kernel %d", i)
		k.push(rows, 1, []uint32{0}, []cost{1})
		require.EqualValues(t, 12, rows[0][0], "kernel %d", i)
		require.Equal(t, noCost, rows[0][1], "kernel %d", i)
	}
}

// Some places' rows are turned over, from one place in the result on, which is nowhere
// else changed.
func TestEveryKernelTurnsLanesOver(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(2, 2))
	rows := make([]lanes, 100)
	for i := range rows {
		for l := range rows[i] {
			rows[i][l] = 1_000_000 + cost(100*i+l)
			switch r.IntN(8) {
			case 0:
				rows[i][l] = noCost
			case 1:
				rows[i][l] = noCost - 1 // the dearest way there is
			}
		}
	}
	for n := range turnedPlaces + 1 {
		places := make([]uint32, n)
		for k := range places {
			places[k] = uint32(r.IntN(len(rows)))
		}
		for at := 0; at+n <= turnedPlaces; at += 1 + r.IntN(9) {
			for i, k := range allKernels() {
				for lane := 0; lane < width; lane += turnedLanes {
					var got turned
					k.turn(rows, lane, places, 5, &got, at)
					for l := range got {
						for p, c := range got[l] {
							want := cost(0)
							if p >= at && p < at+n {
								if want = rows[places[p-at]][lane+l]; want < noCost {
									want -= 5
								}
							}
							if c != want {
								t.Fatal("kernel", i, "lane", lane+l, "place", p, "of", n, "from", at, "is", c, "and not", want)
							}
						}
					}
				}
			}
		}
	}
}

// someLinks are those of so many nodes: from none up to 40 a node, near and far.
func someLinks(r *rand.Rand, nodes int) *links {
	l := &links{first: []uint32{0}, side: uint32(r.IntN(2))}
	for v := range nodes {
		for side := range uint32(2) {
			n := r.IntN(12)
			if r.IntN(20) == 0 {
				n = r.IntN(40)
			}
			for ; n > 0 && v+1 < nodes && (side == l.side || r.IntN(2) == 0); n-- {
				to := v + 1 + r.IntN(min(nodes-v-1, 1+r.IntN(500)))
				l.to, l.c = append(l.to, uint32(to)), append(l.c, cost(r.Uint64N(1<<40)))
				if r.IntN(10) == 0 {
					l.c[len(l.c)-1] = noCost
				}
			}
			l.first = append(l.first, uint32(len(l.to)))
		}
	}
	return l
}

func TestEveryKernelListsAndSpreadsAsPlainCodeDoes(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(6, 6))
	for nodes := 1; nodes < 6000; nodes += 1 + nodes/7 {
		l := someLinks(r, nodes)
		plain, swept := newSweep(nodes), newSweep(nodes)
		reach := l.reach(nodes)
		for range 20 {
			var marked []int
			for range 1 + r.IntN(5) {
				marked = append(marked, r.IntN(nodes))
			}
			var settled []entry
			for v := range nodes {
				if r.IntN(6) == 0 {
					settled = append(settled, entry{cost(r.Uint64N(1 << 40)), uint32(v)})
				}
			}
			mark := func(w *sweep) {
				for _, v := range marked {
					w.marked[v] = 1
				}
			}
			mark(plain)
			abovePlainly(plain, l, reach)
			require.NotContains(t, plain.marked, byte(1), "marks are taken away")
			before := slices.Clone(plain.label)
			spreadPlainly(plain, l, settled)
			for i, k := range allKernels() {
				mark(swept)
				k.above(swept, l, reach)
				require.NotContains(t, swept.marked, byte(1), "kernel %d", i)
				require.Equal(t, plain.list, swept.list, "%d nodes, kernel %d", nodes, i)
				require.Equal(t, plain.span, swept.span, "%d nodes, kernel %d", nodes, i)
				require.Equal(t, plain.links, swept.links, "kernel %d", i)
				copy(swept.label, before)
				k.spread(swept, l, settled)
				require.Equal(t, plain.label, swept.label, "%d nodes, kernel %d", nodes, i)
			}
		}
	}
}

// What is listed is what a walk along all links comes by.
func TestAllThatLiesAboveIsListed(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(8, 8))
	for nodes := 1; nodes < 2000; nodes += 1 + nodes/3 {
		l := someLinks(r, nodes)
		w, reach := newSweep(nodes), l.reach(nodes)
		for range 20 {
			seen := make([]bool, nodes)
			for range 1 + r.IntN(3) {
				v := r.IntN(nodes)
				seen[v] = true
			}
			begins := slices.Clone(seen)
			var want []uint32
			links := 0
			for v := range uint32(nodes) {
				if !seen[v] {
					continue
				}
				from, last := l.of(v)
				for _, to := range l.to[from:last] {
					seen[to] = true
				}
				want, links = append(want, v), links+int(last-from)
			}
			for i, k := range allKernels() {
				for v, on := range begins {
					if on {
						w.marked[v] = 1
					}
				}
				k.above(w, l, reach)
				require.Equal(t, want, w.list, "%d nodes, kernel %d", nodes, i)
				require.Equal(t, links, w.links, "kernel %d", i)
			}
		}
	}
}

// Of six nodes, 1 leads to 3 and 3 to 5; 0, 2 and 4 to all behind them. One climb has
// settled 4 at 7 and 5 at 2.
func TestOneSearchGoesDownOverWhatIsListed(t *testing.T) {
	t.Parallel()
	l := &links{
		first: []uint32{0, 5, 5, 6, 6, 9, 9, 10, 10, 11, 11, 11, 11},
		to:    []uint32{1, 2, 3, 4, 5, 3, 3, 4, 5, 5, 5},
		c:     []cost{1, 1, 1, 1, 1, 20, 1, 1, 1, 10, 1},
	}
	for i, k := range allKernels() {
		w, reach := newSweep(6), l.reach(6)
		w.marked[1] = 1
		k.above(w, l, reach)
		require.Equal(t, []uint32{1, 3, 5}, w.list, "kernel %d", i)
		require.Equal(t, 2, w.links)
		k.spread(w, l, []entry{{7, 4}, {2, 5}})
		require.Equal(t, []cost{0, 32, 0, 12, 0, 2}, w.label, "kernel %d", i)
		w.marked[2] = 1
		k.above(w, l, reach)
		k.spread(w, l, []entry{{7, 4}, {2, 5}})
		require.Equal(t, []cost{0, 32, 3, 12, 3, 2}, w.label, "4 is cheaper from 5; kernel %d", i)
	}
}
