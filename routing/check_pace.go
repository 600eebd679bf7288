package routing

// done is what somebody who drives from the zero on has behind them by an
// instant, in thousandths of a second at the table's pace.
func (j *judge) done(t *Table, by Seconds) int64 {
	sum := int64(by) * 1000
	for i, p := range t.Paces {
		end := by
		if i+1 < len(t.Paces) && t.Paces[i+1].From < by {
			end = t.Paces[i+1].From
		}
		if p.From < end {
			sum += int64(end-p.From) * (int64(p.Share) - 1000)
		}
	}
	return sum
}

// there is the first instant by which a way is behind somebody who drives from at
// on.
func (j *judge) there(t *Table, at Seconds, way int64) Seconds {
	if len(t.Paces) == 0 {
		return at + Seconds((way+999)/1000)
	}
	goal := j.done(t, at) + way
	lo, hi := at, at+Seconds(way/50+1) // no pace is slower than a twentieth
	for lo < hi {
		mid := lo + (hi-lo)/2
		if j.done(t, mid) >= goal {
			hi = mid
		} else {
			lo = mid + 1
		}
	}
	return lo
}

// drive is the earliest arrival of somebody who leaves at from and takes the
// breaks up to to, and how long of that they drive.
func (t *walker) drive(from, to, leg Seconds) (arrive, driven Seconds) {
	way, at := int64(leg)*1000, from
	for _, b := range t.tt.Breaks {
		if b.Start < from || b.End > to {
			continue
		}
		if way > 0 {
			stop := min(b.Start, t.there(t.legs, at, way))
			driven += stop - at
			way = max(0, way-(t.done(t.legs, stop)-t.done(t.legs, at)))
		}
		at = b.End
	}
	arrive = t.there(t.legs, at, way)
	return arrive, driven + arrive - at
}
