package main

import (
	"fmt"
	"io"
	"math"
)

// report prints a line as soon as it is known: a whole table takes hours.
type report struct {
	out io.Writer
	err error
}

// figure is one line: what came out, what it has to reach, and what is hoped
// for. Smaller is better.
type figure struct {
	what       string
	value      float64
	unit       string
	reach, aim float64 // math.NaN() for none
	more       string
}

var none = math.NaN()

func (r *report) head() {
	r.print("%-46s %12s %10s %10s  %s\n", "what", "figure", "to reach", "aim", "")
}

func (r *report) line(f figure) {
	r.print("%-46s %12s %10s %10s  %s\n", f.what, number(f.value, f.unit), number(f.reach, ""), number(f.aim, ""), f.verdict()+f.more)
}

// skip says why a part is not there.
func (r *report) skip(what, why string) { r.print("%-46s skipped: %s\n", what, why) }

func (r *report) print(format string, args ...any) {
	if _, err := fmt.Fprintf(r.out, format, args...); r.err == nil {
		r.err = err
	}
}

// verdict holds a figure against its target.
func (f figure) verdict() string {
	switch {
	case math.IsNaN(f.reach):
		return ""
	case f.value > f.reach:
		return "MISSED "
	case !math.IsNaN(f.aim) && f.value <= f.aim:
		return "met, and the aim "
	}
	return "met "
}

func number(x float64, unit string) string {
	switch {
	case math.IsNaN(x):
		return ""
	case unit == "":
		return fmt.Sprintf("%g", x)
	case math.Abs(x) >= 100 || x == math.Trunc(x):
		return fmt.Sprintf("%.0f %s", x, unit)
	}
	return fmt.Sprintf("%.2f %s", x, unit)
}
