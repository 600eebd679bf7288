package reports

import (
	"context"
	"slices"
	"time"

	"roundsman/dispatch"
	"roundsman/internal/access"
	"roundsman/internal/clock"
	"roundsman/internal/fault"
	"roundsman/internal/ids"
)

// Reports are what a desk's records add up to.
type Reports struct {
	Store dispatch.Store
	Clock clock.Clock
}

// Report is what the measures read over [From, Until). MeasuredUntil is Until, or
// now where that is still to come: what has not happened is neither good nor bad.
// Calls say how much of what happened stands in the books at all.
type Report struct {
	From, Until, MeasuredUntil time.Time
	Readings                   []Read
	Calls                      dispatch.CallCount
}

// Read is a measure with what it read.
type Read struct {
	dispatch.Indicator
	dispatch.Reading
}

// Scorecard is the report of a region's month.
type Scorecard struct {
	Report
	Region dispatch.Region
	Month  string // 2006-01
}

// Measures reads the measures of one manner over [from, until), or of all manners
// when none is named. Codes: "bad_window", "period_too_long".
func (r *Reports) Measures(ctx context.Context, who access.Principal, from, until time.Time, manner dispatch.Manner) (out Report, err error) {
	err = r.read(ctx, who, func(tx dispatch.Tx) error {
		out, err = r.report(ctx, tx, from, until, manner)
		return err
	})
	return out, err
}

// Scorecard reads the measures of all manners over a month, which begins and ends by
// the region's clock. The figures are of everything that the desk did in it. Codes:
// "region_not_found", "bad_month".
func (r *Reports) Scorecard(ctx context.Context, who access.Principal, region ids.ID, month string) (out Scorecard, err error) {
	out.Month = month
	err = r.read(ctx, who, func(tx dispatch.Tx) error {
		if out.Region, err = tx.Region(ctx, region); err != nil {
			return err
		}
		loc, err := out.Region.Location()
		if err != nil {
			return err
		}
		from, until, err := bounds(month, loc)
		if err != nil {
			return err
		}
		out.Report, err = r.report(ctx, tx, from, until, "")
		return err
	})
	return out, err
}

// bounds are the instants at which a month begins and ends somewhere.
func bounds(month string, loc *time.Location) (from, until time.Time, err error) {
	first, err := time.Parse("2006-01", month)
	if err != nil {
		return from, until, fault.New(fault.Invalid, "bad_month", "%q is not a month; months look like 2026-03", month).At("/month", "is not a month")
	}
	day := func(t time.Time) time.Time { return dispatch.Date(t.Format(time.DateOnly)).Midnight(loc) }
	return day(first), day(first.AddDate(0, 1, 0)), nil
}

func (r *Reports) read(ctx context.Context, who access.Principal, fn func(tx dispatch.Tx) error) error {
	if err := who.Require(access.ReportsRead); err != nil {
		return err
	}
	return r.Store.Read(ctx, fn)
}

func (r *Reports) report(ctx context.Context, tx dispatch.Tx, from, until time.Time, manner dispatch.Manner) (Report, error) {
	out := Report{From: from, Until: until, MeasuredUntil: until}
	if until.Before(from) {
		return out, fault.New(fault.Invalid, "bad_window", "the period ends before it begins").At("/until", "is before from")
	}
	if until.Sub(from) > dispatch.LongestReport {
		return out, fault.New(fault.Invalid, "period_too_long", "a report is of 35 days at most; ask for one month after the other").At("/until", "is too far from from")
	}
	if now := r.Clock.Now(); until.After(now) {
		out.MeasuredUntil = now
	}
	wanted, sources := choose(manner)
	got, err := tx.Measure(ctx, sources, from, out.MeasuredUntil)
	if err != nil {
		return out, err
	}
	for _, m := range wanted {
		i := slices.IndexFunc(got, func(g dispatch.Reading) bool { return g.Measure == m.Code })
		if i < 0 {
			return out, fault.New(fault.Internal, "measure_missing", "the query of %q gives no row for %q", m.Source, m.Code)
		}
		out.Readings = append(out.Readings, Read{Indicator: m, Reading: got[i]})
	}
	calls, err := tx.CountCalls(ctx, from, out.MeasuredUntil, false)
	if err != nil {
		return out, err
	}
	out.Calls = calls[0]
	return out, nil
}

// choose gives the measures of a manner, of all where it is empty, and the sources
// to be asked for them, each once.
func choose(manner dispatch.Manner) (wanted []dispatch.Indicator, sources []string) {
	for _, m := range dispatch.Indicators {
		if manner == "" || m.Manner == manner {
			wanted = append(wanted, m)
			if !slices.Contains(sources, m.Source) {
				sources = append(sources, m.Source)
			}
		}
	}
	return wanted, sources
}
