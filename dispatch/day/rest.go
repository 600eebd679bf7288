package day

import (
	"slices"
	"time"

	"roundsman/routing"
)

// rest enters the break and the absences of a shift. An absence at an end of the
// work shortens it; one in the middle is a break that begins to the second. The
// shift's frozen stops are known already.
func (d *Day) rest(out *routing.Shift, s *Shift, now time.Time) {
	work := out.Work
	clock := max(work.Start, out.Now)
	if n := len(out.Frozen); n > 0 {
		clock = max(out.Now, out.Frozen[n-1].End)
	}
	var middle []routing.Window
	for _, a := range d.absences(s.Away) {
		switch {
		case a.End <= clock || a.Start >= out.Work.End+out.Overtime:
			// Over, or after work.
		case a.Start <= max(clock, work.Start) && a.End >= work.End:
			// Nothing is left of the day; work must not be empty, so a second is.
			out.Work, out.Overtime = routing.Window{Start: work.Start, End: work.Start + 1}, 0
		case a.Start <= max(clock, work.Start):
			out.Work.Start = max(out.Work.Start, a.End)
			out.Now, clock = max(out.Now, a.End), a.End
		case a.Start > out.Work.End:
			out.Overtime = a.Start - out.Work.End
		case a.End >= out.Work.End:
			out.Work.End, out.Overtime = a.Start, 0
		default:
			middle = append(middle, a)
		}
	}
	if s.Break > 0 && now.Before(s.BreakUntil) {
		d.lunch(out, s, middle)
	}
	for _, a := range atMost(routing.MaxBreaks-len(out.Breaks), middle) {
		out.Breaks = append(out.Breaks, routing.Break{Window: routing.Window{Start: a.Start, End: a.Start + 1}, Duration: a.End - a.Start})
	}
	slices.SortFunc(out.Breaks, func(a, b routing.Break) int { return int(a.Window.Start - b.Window.Start) })
}

// absent says whether rest has left nothing of a shift.
func absent(s *routing.Shift) bool { return s.Work.End <= s.Work.Start+1 }

// lunch owes the break in the longest part of its window that the absences leave.
// Where they leave none, or no work around it, no break is owed.
func (d *Day) lunch(out *routing.Shift, s *Shift, middle []routing.Window) {
	length := routing.Seconds(s.Break / time.Second)
	parts := []routing.Window{*d.window(s.BreakFrom, s.BreakUntil)}
	for _, a := range middle {
		var left []routing.Window
		for _, w := range parts {
			if before := (routing.Window{Start: w.Start, End: min(w.End, a.Start-length+1)}); before.Start < before.End {
				left = append(left, before)
			}
			if after := (routing.Window{Start: max(w.Start, a.End), End: w.End}); after.Start < after.End {
				left = append(left, after)
			}
		}
		parts = left
	}
	if len(parts) == 0 {
		return
	}
	w := slices.MaxFunc(parts, func(a, b routing.Window) int { return int((a.End - a.Start) - (b.End - b.Start)) })
	if w.Start < out.Work.End && w.End > out.Work.Start {
		out.Breaks = append(out.Breaks, routing.Break{Window: w, Duration: length})
	}
}

// absences gives the spans in seconds, in order, those that touch joined.
func (d *Day) absences(spans []Span) []routing.Window {
	var list []routing.Window
	for _, a := range spans {
		if w := (routing.Window{Start: d.seconds(a.From), End: d.seconds(a.Until)}); w.Start < w.End {
			list = append(list, w)
		}
	}
	slices.SortFunc(list, func(a, b routing.Window) int { return int(a.Start - b.Start) })
	out := list[:0]
	for _, w := range list {
		if n := len(out); n > 0 && w.Start <= out[n-1].End {
			out[n-1].End = max(out[n-1].End, w.End)
		} else {
			out = append(out, w)
		}
	}
	return out
}

// atMost joins the windows with the least between them until there are n.
func atMost(n int, list []routing.Window) []routing.Window {
	for len(list) > n {
		near := 1
		for i := 2; i < len(list); i++ {
			if list[i].Start-list[i-1].End < list[near].Start-list[near-1].End {
				near = i
			}
		}
		list[near-1].End = list[near].End
		list = slices.Delete(list, near, near+1)
	}
	return list
}
