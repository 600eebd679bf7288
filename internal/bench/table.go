package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"roundsman/api/client"
)

// table is what is printed at the end: figures of series, then single ones.
type table struct {
	w      *tabwriter.Writer
	series []string
	single []string
}

func (t *table) text(what, figure string) {
	t.single = append(t.single, fmt.Sprintf("%-36s %s", what, figure))
}

// run tells what a plan run found, and how long it took by the machine.
func (t *table) run(what string, r client.PlanRun) {
	took, after := "", ""
	if r.StartedAt != nil && r.EndedAt != nil {
		took = fmt.Sprintf(" in %.1f s", r.EndedAt.Sub(*r.StartedAt).Seconds())
	}
	if r.ScoreAfter != nil {
		after = "; " + *r.ScoreAfter
	}
	t.text(what, fmt.Sprintf("%d visits in rounds, %d iterations%s%s", r.Assigned, r.Iterations, took, after))
}

func (t *table) times(what string, s series) {
	line := fmt.Sprintf("%s\t%d\t", what, len(s.took))
	if len(s.took) > 0 {
		line += fmt.Sprintf("%s\t%s\t%s\t", milliseconds(quantile(s.took, 0.5)), milliseconds(quantile(s.took, 0.99)), milliseconds(s.took[len(s.took)-1]))
	} else {
		line += "\t\t\t"
	}
	var rest []string
	for _, code := range slices.Sorted(maps.Keys(s.other)) {
		rest = append(rest, fmt.Sprintf("%d × %s", s.other[code], code))
	}
	if s.err != nil {
		rest = append(rest, s.err.Error())
	}
	t.series = append(t.series, line+"  "+strings.Join(rest, ", "))
}

func (t *table) print() error {
	fmt.Fprintln(t.w, "through HTTP\tanswers\tmedian ms\tp99 ms\tmost ms\t")
	for _, line := range t.series {
		fmt.Fprintln(t.w, line)
	}
	fmt.Fprintln(t.w)
	if err := t.w.Flush(); err != nil {
		return err
	}
	for _, line := range t.single {
		fmt.Println(line)
	}
	return nil
}

func milliseconds(d time.Duration) string {
	return fmt.Sprintf("%.1f", float64(d)/float64(time.Millisecond))
}

// quantile gives the smallest of sorted values that at least the share q of them
// does not exceed.
func quantile(sorted []time.Duration, q float64) time.Duration {
	i := int(q*float64(len(sorted))+0.999999) - 1
	return sorted[min(max(i, 0), len(sorted)-1)]
}
