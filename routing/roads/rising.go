package roads

import "math/bits"

// rising is a set of nodes that gives them out again, the lowest first, while
// higher ones than the last given come in. All links of a hierarchy lead to
// higher numbers, so that a search up it needs no heap: when a node's turn
// comes, what it costs to be there is known for good.
type rising struct {
	bit  []uint64 // by node, a bit each
	word []uint64 // by word of bit, a bit each: set where it may not be zero
	at   uint32   // the word of bit that the last one was in
}

func newRising(nodes int) rising {
	words := (nodes + 63) / 64
	return rising{bit: make([]uint64, words), word: make([]uint64, (words+63)/64)}
}

func (r *rising) add(node uint32) {
	i := node / 64
	r.bit[i] |= 1 << (node % 64)
	r.word[i/64] |= 1 << (i % 64)
}

// next takes the lowest node out; none when there is no more.
func (r *rising) next() uint32 {
	b := r.bit[r.at]
	if b == 0 {
		k := r.at / 64
		r.word[k] &^= 1 << (r.at % 64)
		for r.word[k] == 0 {
			if k++; int(k) == len(r.word) {
				r.at = 0
				return none
			}
		}
		r.at = 64*k + uint32(bits.TrailingZeros64(r.word[k]))
		b = r.bit[r.at]
	}
	r.bit[r.at] = b & (b - 1)
	return 64*r.at + uint32(bits.TrailingZeros64(b))
}
