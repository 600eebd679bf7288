package api

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"roundsman/api/contract"

	"github.com/paulmach/orb"
)

// duration writes a length of time the way of ISO 8601: PT1H30M.
func duration(d time.Duration) string {
	seconds := int64(d / time.Second)
	if seconds <= 0 {
		return "PT0S"
	}
	var b strings.Builder
	b.WriteString("PT")
	for _, part := range []struct {
		unit string
		of   int64
	}{{"H", 3600}, {"M", 60}, {"S", 1}} {
		if n := seconds / part.of; n > 0 {
			b.WriteString(strconv.FormatInt(n, 10))
			b.WriteString(part.unit)
			seconds -= n * part.of
		}
	}
	return b.String()
}

// longestDuration is far more than anything here lasts, and keeps the sum in range.
const longestDuration = 31 * 24 * time.Hour

// parseDuration reads PT1H30M: hours, minutes and seconds, at least one of them.
func parseDuration(s string) (time.Duration, error) {
	parts := durationPattern.FindStringSubmatch(s)
	if parts == nil || s == "PT" {
		return 0, fmt.Errorf("%q is no length of time", s)
	}
	// Go writes the same with small letters and without PT.
	d, err := time.ParseDuration(strings.ToLower(strings.TrimPrefix(s, "PT")))
	if err != nil || d > longestDuration {
		return 0, fmt.Errorf("%q is no length of time that is of use here", s)
	}
	return d, nil
}

func minutes(n int) string { return duration(time.Duration(n) * time.Minute) }

func seconds(n int) string { return duration(time.Duration(n) * time.Second) }

func leg(s, metres int) contract.Leg { return contract.Leg{Duration: seconds(s), Metres: metres} }

func window(start, end time.Time) contract.Window { return contract.Window{Start: start, End: end} }

func point(p orb.Point) contract.Point {
	return contract.Point{Type: contract.PointTypePoint, Coordinates: []float64{p.Lon(), p.Lat()}}
}

// wallClock writes minutes after midnight as HH:MM.
func wallClock(m int) string { return fmt.Sprintf("%02d:%02d", m/60, m%60) }

func ticketNumber(n int64) string { return fmt.Sprintf("T-%d", n) }

func incidentNumber(n int64) string { return fmt.Sprintf("I-%d", n) }

// given leaves out what is empty.
func given[T comparable](v T) *T {
	var zero T
	if v == zero {
		return nil
	}
	return &v
}

// value is what a pointer points to, or the empty value.
func value[T any](p *T) T {
	if p == nil {
		var zero T
		return zero
	}
	return *p
}

// each converts a list; nothing gives an empty list, never null.
func each[A, B any](list []A, to func(A) B) []B {
	out := make([]B, 0, len(list))
	for _, a := range list {
		out = append(out, to(a))
	}
	return out
}

// some converts what may be absent.
func some[A, B any](p *A, to func(A) B) *B {
	if p == nil {
		return nil
	}
	b := to(*p)
	return &b
}

// named converts between two kinds of string, such as a state of the domain and
// the same state of the contract.
func named[B, A ~string](p *A) *B {
	return some(p, func(a A) B { return B(a) })
}

func same[T any](v T) T { return v }
