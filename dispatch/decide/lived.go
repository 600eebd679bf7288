package decide

import (
	"time"

	"roundsman/dispatch"
	"roundsman/routing"
)

// lived are roads on which everything takes a share of the time that they say: what
// drives at the hour have taught. It is not a state that the roads know of, and needs
// no table of its own.
type lived struct {
	on      routing.Roads
	percent int
}

// heard gives the roads behind some roads, and the share.
func heard(r routing.Roads) lived {
	if l, ok := r.(lived); ok {
		return l
	}
	return lived{r, 100}
}

// livedStages lists how roads are driven that change as some stages say, and at each
// hour take as much longer as was learned; it covers the time until then. The factor
// of an hour holds at its begin, and moves evenly to the next one's, as the roads do.
func livedStages(stages []routing.Stage, l *dispatch.Lived, until time.Time) []routing.Stage {
	if l == nil {
		return stages
	}
	var out []routing.Stage
	add := func(s routing.Stage) {
		if k := len(out) - 1; k >= 0 && s.Steady() && out[k].Steady() && out[k].Here == s.Here {
			return
		}
		out = append(out, s)
	}
	for i, s := range stages {
		if !s.Steady() { // an hour of its own, or a part of one
			s.Here, s.Next = lived{s.Here, l.Percent(s.Hour)}, lived{s.Next, l.Percent(s.Hour.Add(time.Hour))}
			add(s)
			continue
		}
		end := until
		if i+1 < len(stages) {
			end = stages[i+1].From
		}
		for at := s.From; ; {
			hour := l.Hour(at)
			next := hour.Add(time.Hour)
			add(routing.Stage{From: at, Hour: hour, Here: lived{s.Here, l.Percent(hour)}, Next: lived{s.Here, l.Percent(next)}})
			if at = next; !at.Before(end) {
				break
			}
		}
	}
	return out
}

// scaled gives a table whose ways take a share of the time.
func scaled(t *routing.Table, percent int) *routing.Table {
	if percent == 100 {
		return t
	}
	out := *t
	out.Seconds = make([]routing.Seconds, len(t.Seconds))
	for k, s := range t.Seconds {
		if out.Seconds[k] = s; s != routing.Unreachable {
			out.Seconds[k] = routing.Seconds((int64(s)*int64(percent) + 50) / 100)
		}
	}
	return &out
}
