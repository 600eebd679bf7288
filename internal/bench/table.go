package main

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"
	"time"
)

// table is what is printed at the end: a column for each size of database.
type table struct {
	columns []*column
}

// column is what was found with one database, in the order of its finding.
type column struct {
	name   string
	series []row
	single []figure
}

// row is a series of requests: at what pace, and what ought to come of it.
type row struct {
	what   string
	target time.Duration // of the 95th of 100; 0 where only the figure is wanted
	pace   float64       // requests a second
	worked time.Duration // by processors for each of them
	series
}

type figure struct {
	what, unit string
	value      float64
}

func (t *table) column(name string) *column {
	c := &column{name: name}
	t.columns = append(t.columns, c)
	return c
}

func (c *column) times(what string, target time.Duration, s settings, found series, worked time.Duration) {
	c.series = append(c.series, row{what, target, float64(time.Second) / float64(s.every), worked, found})
}

func (c *column) one(what, unit string, value float64) {
	c.single = append(c.single, figure{what, unit, value})
}

// print writes the table. Work is what processors did for one request, the program
// and its PostgreSQL together, whatever else the machine had to do. Growth is how many times longer the last database's
// 95th takes than the first's.
func (t *table) print(out io.Writer) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "through HTTP, ms\ttickets\ta second\tanswers\tmedian\tp95\tp99\tmost\ttarget of p95\tgrowth\twork each\t")
	first := t.columns[0]
	for i := range first.series {
		for _, c := range t.columns {
			r := c.series[i]
			fmt.Fprintf(w, "%s\t%s\t%g\t%d\t", r.what, strings.TrimSuffix(c.name, " tickets"), r.pace, len(r.took))
			if len(r.took) > 0 {
				fmt.Fprintf(w, "%s\t%s\t%s\t%s\t", milliseconds(r.quantile(0.5)), milliseconds(r.quantile(0.95)), milliseconds(r.quantile(0.99)), milliseconds(r.quantile(1)))
			} else {
				fmt.Fprint(w, "\t\t\t\t")
			}
			fmt.Fprintf(w, "%s\t", r.verdict())
			if c != first && len(r.took) > 0 && len(first.series[i].took) > 0 {
				fmt.Fprintf(w, "× %.2f", float64(r.quantile(0.95))/float64(first.series[i].quantile(0.95)))
			}
			fmt.Fprintf(w, "\t%s\t  %s\n", milliseconds(r.worked), r.rest())
		}
	}
	if err := w.Flush(); err != nil {
		return err
	}
	fmt.Fprintln(out)
	for _, c := range t.columns {
		for _, f := range c.single {
			fmt.Fprintf(out, "%s: %-44s %.4g %s\n", c.name, f.what, f.value, f.unit)
		}
	}
	return nil
}

// verdict is the target, and whether it is met.
func (r row) verdict() string {
	switch {
	case r.target == 0:
		return ""
	case len(r.took) > 0 && r.quantile(0.95) <= r.target:
		return milliseconds(r.target) + " met"
	default:
		return milliseconds(r.target) + " missed"
	}
}

// rest names what was refused, and the first that got no answer.
func (r row) rest() string {
	var list []string
	for _, code := range slices.Sorted(maps.Keys(r.other)) {
		list = append(list, fmt.Sprintf("%d × %s", r.other[code], code))
	}
	if r.err != nil {
		list = append(list, r.err.Error())
	}
	return strings.Join(list, ", ")
}

func milliseconds(d time.Duration) string {
	return fmt.Sprintf("%.1f", float64(d)/float64(time.Millisecond))
}

func (s series) quantile(q float64) time.Duration { return quantile(s.took, q) }

// quantile gives the smallest of sorted values that at least the share q of them
// does not exceed.
func quantile(sorted []time.Duration, q float64) time.Duration {
	i := int(q*float64(len(sorted))+0.999999) - 1
	return sorted[min(max(i, 0), len(sorted)-1)]
}
