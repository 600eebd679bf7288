package roads

import (
	"cmp"
	"math"
	"slices"
	"strings"
)

// searchRoom is what a search needs room for; it is used by one after the other.
type searchRoom struct {
	shared  []uint8 // by term: letters in a row that it has in common with a text; 0 between searches
	touched []uint32
	keys    []uint32
	hits    []hit
	like    pattern
	found   []candidate
	order   []rank
}

func (z *gazetteer) room() *searchRoom {
	r, ok := z.rooms.Get().(*searchRoom)
	if !ok {
		r = &searchRoom{shared: make([]uint8, len(z.terms))} // a text has no more than 200 letters
	}
	r.found, r.order = r.found[:0], r.order[:0]
	return r
}

// alike finds the names that are most alike to a text, the most alike first: by
// the letters that they share, then letter by letter.
func (z *gazetteer) alike(r *searchRoom, text string) {
	r.keys = trigrams(r.keys[:0], text)
	r.touched = r.touched[:0]
	for _, k := range r.keys {
		if i, ok := slices.BinarySearch(z.trigram, k); ok {
			for _, t := range z.trigramTerm[z.trigramFirst[i]:z.trigramFirst[i+1]] {
				if r.shared[t] == 0 {
					r.touched = append(r.touched, t)
				}
				r.shared[t]++
			}
		}
	}
	// How much is shared, in parts of fine; enough names of the most are kept.
	const fine = 512
	var many [fine + 1]uint32
	for _, t := range r.touched {
		s := 2 * float64(r.shared[t]) / float64(len(r.keys)+len(z.terms[t])+1)
		r.shared[t] = 0
		if s > 0.25 && allowed(text, z.terms[t], leastAlike) >= 0 {
			r.hits = append(r.hits, hit{t, s})
			many[int(s*fine)]++
		}
	}
	least, room := fine, uint32(mostTerms) // all that share more than the least fit in
	for ; least > 0 && many[least] <= room; least-- {
		room -= many[least]
	}
	r.hits = slices.DeleteFunc(r.hits, func(h hit) bool {
		part := int(h.score * fine)
		if part == least && room > 0 {
			room--
			return false
		}
		return part <= least
	})
	r.like.set(text)
	for i := range r.hits {
		r.hits[i].score = r.like.likeness(z.terms[r.hits[i].term], leastAlike)
	}
	r.hits = slices.DeleteFunc(r.hits, func(h hit) bool { return h.score < leastAlike })
	slices.SortFunc(r.hits, func(a, b hit) int { return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(a.term, b.term)) })
}

// beginning finds names in which words begin with a text.
func (z *gazetteer) beginning(r *searchRoom, text string) {
	if text == "" {
		return
	}
	i, _ := slices.BinarySearchFunc(z.starts, text, func(w wordStart, t string) int {
		return cmp.Compare(z.terms[w.term][w.offset:], t)
	})
	const most = 200
	for ; i < len(z.starts) && len(r.hits) < most; i++ {
		w := z.starts[i]
		term := z.terms[w.term]
		if !strings.HasPrefix(term[w.offset:], text) {
			break
		}
		// Better where more of the name is typed, and at the start of the name.
		score := 0.9 + 0.08*float64(len(text))/float64(len(term))
		if w.offset > 0 {
			score -= 0.04
		}
		r.hits = append(r.hits, hit{w.term, score})
	}
}

// likeness tells how alike two names are, from 0 to 1: one less the share of
// letters that must be changed, put in, left out or swapped with their
// neighbour. It is 0 where that is below least.
func likeness(a, b string, least float64) float64 {
	var p pattern
	p.set(a)
	return p.likeness(b, least)
}

// mostAlike is how much of names is compared, in letters: as many as a word of the
// machine has bits.
const mostAlike = 64

// pattern is a name that others are compared with.
type pattern struct {
	text  string
	where [256]uint64 // by letter: a bit for each place in the text where it stands
}

func (p *pattern) set(text string) {
	for i := range min(len(p.text), mostAlike) {
		p.where[p.text[i]] = 0
	}
	p.text = text
	for i := range min(len(text), mostAlike) {
		p.where[text[i]] |= 1 << i
	}
}

// allowed gives how many changes two names may be apart to be as alike as wanted;
// -1 where their lengths alone are more.
func allowed(a, b string, least float64) int {
	longest := max(len(a), len(b))
	n := longest - int(math.Ceil(least*float64(longest)-1e-9))
	if len(a)-len(b) > n || len(b)-len(a) > n {
		return -1
	}
	return n
}

// likeness is that of the pattern and a name. All of a column of the table of
// distances is worked out at once, a bit a letter: where a step down it goes up,
// and where it goes down (Myers 1999, with neighbours swapped after Hyyrö 2003).
func (p *pattern) likeness(name string, least float64) float64 {
	longest := max(len(p.text), len(name))
	if longest == 0 {
		return 1
	}
	most := allowed(p.text, name, least)
	if most < 0 {
		return 0
	}
	changes := min(len(p.text), mostAlike)
	name = name[:min(len(name), mostAlike)]
	if changes == 0 {
		changes = len(name)
		name = ""
	}
	last := uint64(1) << max(0, changes-1)
	up, down := ^uint64(0), uint64(0) // down the column before
	var same, before uint64           // diagonally without a change; the letter before
	for i := range len(name) {
		here := p.where[name[i]]
		swapped := (^same & here) << 1 & before
		same = ((here & up) + up) ^ up | here | down | swapped
		right, left := down|^(same|up), same&up // along the row, up and down
		if right&last != 0 {
			changes++
		}
		if left&last != 0 {
			changes--
		}
		right, left = right<<1|1, left<<1
		up, down = left|^(same|right), right&same
		before = here
	}
	if changes > most {
		return 0
	}
	return 1 - float64(changes)/float64(longest)
}
