package dispatch

import (
	"cmp"
	"slices"
	"time"
)

// MinutesADay is where a local day ends.
const MinutesADay = 24 * 60

// Span is a part of one weekday, in minutes after local midnight, half-open.
// Until is at most 1440; what goes on past midnight is a span of the next day.
type Span struct {
	Weekday time.Weekday `json:"w"`
	From    int          `json:"f"`
	Until   int          `json:"u"`
}

// Hours are the spans of a week in which something is open. A weekday that is in
// none is closed; nil says nothing about any day.
type Hours []Span

// On gives the spans of a weekday, the earliest first.
func (h Hours) On(day time.Weekday) []Span {
	var list []Span
	for _, s := range h {
		if s.Weekday == day {
			list = append(list, s)
		}
	}
	slices.SortFunc(list, func(a, b Span) int { return cmp.Compare(a.From, b.From) })
	return list
}

// Widest gives the earliest opening and the latest closing of the week.
func (h Hours) Widest() (from, until int) {
	for i, s := range h {
		if i == 0 || s.From < from {
			from = s.From
		}
		until = max(until, s.Until)
	}
	return from, until
}
