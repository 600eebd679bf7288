package routing

import "math/bits"

// begun is how long the kth way takes that is begun at an instant without waiting;
// never where it can't be.
func (j *judge) begun(t *Table, k int, at Seconds) Seconds {
	takes, slower, since, length := t.Seconds[k], t.Seconds[k], Seconds(0), Seconds(1)
	for i, x := range t.Hours {
		if x.From > at {
			break
		}
		takes, slower, since = x.Seconds[k], x.Seconds[k], at-x.From
		if x.Later != nil {
			slower, length = x.Later[k], t.Hours[i+1].From-x.From
		}
	}
	if takes == Unreachable {
		return never
	}
	change := int64(slower-takes) * int64(since)
	up := change / int64(length)
	if change > 0 && change%int64(length) != 0 {
		up++
	}
	return takes + Seconds(up)
}

// lasts is how long the kth way takes who may wait as long as they like. Inside an
// hour nobody gains by it (a valid one has nobody overtaken), so that the hours'
// begins are what they may wait for.
func (j *judge) lasts(t *Table, k int, at Seconds) Seconds {
	best := min(j.begun(t, k, at), never)
	for _, x := range t.Hours {
		if wait := x.From - at; wait > 0 && wait < best {
			best = min(best, wait+min(j.begun(t, k, x.From), never))
		}
	}
	return best
}

// open says whether there is a kth way at any hour.
func (j *judge) open(t *Table, k int) bool {
	for _, x := range t.Hours {
		if x.Seconds[k] < Unreachable {
			return true
		}
	}
	return t.Seconds[k] < Unreachable
}

// leads is how long the kth way is of those who set out at an instant, and who wait no
// longer than they must to be there as soon as can be.
func (j *judge) leads(t *Table, k int, at Seconds) Metres {
	if len(t.Lengths) == 0 {
		return t.Metres[k]
	}
	there, off := at+j.lasts(t, k, at), at
	for _, x := range t.Hours {
		if off+j.begun(t, k, off) <= there {
			break
		}
		off = max(off, x.From)
	}
	metres := t.Metres[k]
	for _, x := range t.Lengths {
		if off >= x.From {
			metres = x.Metres[k]
		}
	}
	return metres
}

// all is a whole way, in the parts in which what is left of one is counted.
const all uint64 = 1 << 32

// there is the first instant by which a part of the kth way is behind somebody who
// drives from at on, to the nearest second.
func (j *judge) there(t *Table, k int, at Seconds, part uint64) Seconds {
	lasts := j.lasts(t, k, at)
	if lasts >= never {
		return never
	}
	hi, lo := bits.Mul64(part, uint64(lasts))
	seconds, rest := bits.Div64(hi, lo, all)
	if rest >= all/2 {
		seconds++
	}
	return at + Seconds(seconds)
}

// ahead is what is left of a part of the kth way for somebody who drives between two
// instants.
func (j *judge) ahead(t *Table, k int, from, to Seconds, part uint64) uint64 {
	lasts := j.lasts(t, k, from)
	switch {
	case to <= from || lasts >= never:
		return part
	case to >= from+lasts:
		return 0
	}
	done, _ := bits.Div64(uint64(to-from)>>32, uint64(to-from)<<32, uint64(lasts))
	if done >= part {
		return 0
	}
	return part - done
}

// drive is the earliest arrival of somebody who leaves at from and takes the
// breaks up to to, and how long of that they drive.
func (t *walker) drive(from, to Seconds, k int) (arrive, driven Seconds) {
	part, at := all, from
	for _, b := range t.tt.Breaks {
		if b.Start < from || b.End > to {
			continue
		}
		if part > 0 {
			stop := min(b.Start, t.there(t.legs, k, at, part))
			driven += stop - at
			part = t.ahead(t.legs, k, at, b.Start, part)
		}
		at = b.End
	}
	arrive = t.there(t.legs, k, at, part)
	return arrive, driven + arrive - at
}
