package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"roundsman/internal/fault"
	"roundsman/routing/solve/instance"
)

// goal is what a public set has to reach in a time, in percent over the best known.
type goal struct{ seconds, reach, aim float64 }

// counted is how many of a set's instances have to be at the best known or below.
type counted struct{ of, reach, aim int }

var public = []part{
	set("solomon", counted{56, 0, 44}, goal{1, 0.45, 0.25}, goal{5, 0.15, 0.05}),
	set("homberger-200", counted{}, goal{5, 0.45, 0.30}, goal{10, 0.30, 0.20}),
	set("homberger-400", counted{}, goal{10, 1.1, 0.8}, goal{30, 0.7, 0.4}),
	set("homberger-1000", counted{}, goal{10, 4.2, 3.0}, goal{30, 2.2, 1.6}, goal{60, 1.4, 1.0}),
	set("trsp", counted{56, 46, 56}, goal{10, -0.6, -1.0}),
}

// set measures one public set in each of its times. The count is asked of the
// longest time.
func set(name string, count counted, goals ...goal) part {
	return part{name, func(ctx context.Context, s settings, r *report) error {
		for k, g := range goals {
			found, err := instance.Measure(ctx, s.trial(name, g.seconds, 1, r))
			if err != nil {
				return absent(r, name, err)
			}
			r.line(figure{
				what: fmt.Sprintf("%s, %g s, mean gap", name, g.seconds), value: found.Mean, unit: "%", reach: g.reach, aim: g.aim,
				more: fmt.Sprintf("at the best known %d of %d runs; %s", found.Reached, found.Runs, classes(found.ByClass)),
			})
			if k == len(goals)-1 && count.of > 0 && found.Runs > 0 {
				share := float64(found.Reached) / float64(found.Runs) * float64(count.of)
				f := figure{what: fmt.Sprintf("%s, %g s, not at the best known", name, g.seconds), value: float64(count.of) - share,
					unit: fmt.Sprintf("of %d", count.of), reach: none, aim: float64(count.of - count.aim)}
				if count.reach > 0 {
					f.reach = float64(count.of - count.reach)
				}
				r.line(f)
			}
		}
		return nil
	}}
}

func (s settings) trial(name string, seconds float64, threads int, r *report) instance.Trial {
	t := instance.Trial{Data: s.data, Set: name, Time: s.bound(seconds), Seeds: s.seeds, Threads: threads, Every: s.every}
	if s.each {
		t.Each = r.out
	}
	return t
}

// absent leaves out a set whose files are not there.
func absent(r *report, name string, err error) error {
	var f *fault.Error
	if errors.As(err, &f) && f.Code == "data_missing" {
		r.skip(name, f.Message)
		return nil
	}
	return err
}

func classes(gaps map[string]float64) string {
	var out []string
	for _, c := range slices.Sorted(maps.Keys(gaps)) {
		out = append(out, fmt.Sprintf("%s %+.2f", c, gaps[c]))
	}
	return strings.Join(out, ", ")
}

// threads compares two threads with one that has as long by the clock of a quiet
// machine: each thread has the same processor's time.
func threads(ctx context.Context, s settings, r *report) error {
	for _, x := range []struct {
		name    string
		seconds float64
	}{{"solomon", 1}, {"homberger-200", 5}, {"homberger-400", 10}, {"homberger-1000", 10}, {"trsp", 5}} {
		var cost [2][]float64
		for k := range cost {
			found, err := instance.Measure(ctx, s.trial(x.name, x.seconds, k+1, r))
			if err != nil {
				if err := absent(r, x.name, err); err != nil {
					return err
				}
				break
			}
			cost[k] = found.Costs
		}
		if len(cost[1]) == 0 {
			continue
		}
		mean, wins, losses := 0.0, 0, 0
		for i, one := range cost[0] {
			two := cost[1][i]
			mean += 100 * (two/one - 1) / float64(len(cost[0]))
			if two < one {
				wins++
			} else if two > one {
				losses++
			}
		}
		r.line(figure{
			what: fmt.Sprintf("%s, %g s, two threads against one", x.name, x.seconds), value: mean, unit: "%", reach: 0, aim: none,
			more: fmt.Sprintf("better in %d, worse in %d of %d runs", wins, losses, len(cost[0])),
		})
	}
	return nil
}
