package api

import (
	"context"
	"strings"
	"time"

	"roundsman/api/contract"
	"roundsman/dispatch"
	"roundsman/internal/access"

	"github.com/paulmach/orb"
)

// What standing data has in common: states, hours, dates and lengths of time as
// they are written in the contract.

// chosen reads which of a list are wanted: those in use unless the retired are
// asked for.
func chosen(retired *bool) *bool {
	wanted := value(retired)
	return &wanted
}

// listed reads a whole list: of those in use, which is a matter of everyday work,
// or of the retired, which is one of whoever sets up.
func listed[T any](ctx context.Context, retired bool, inUse func(context.Context, access.Principal) ([]T, error),
	all func(context.Context, access.Principal, dispatch.StandingFilter, dispatch.Page) ([]T, string, error)) ([]T, error) {
	if !retired {
		return inUse(ctx, who(ctx))
	}
	list, _, err := all(ctx, who(ctx), dispatch.StandingFilter{Retired: &retired}, dispatch.Page{Limit: mostListed})
	return list, err
}

// mostListed is how many of a list that is not cut into pages are shown.
const mostListed = 500

func state(retired *time.Time) *contract.SetupState {
	s := contract.SetupState(dispatch.StateOf(retired))
	return &s
}

// weekdays are named as in the contract.
var weekdays = map[contract.Weekday]time.Weekday{
	contract.WeekdayMonday: time.Monday, contract.WeekdayTuesday: time.Tuesday, contract.WeekdayWednesday: time.Wednesday,
	contract.WeekdayThursday: time.Thursday, contract.WeekdayFriday: time.Friday, contract.WeekdaySaturday: time.Saturday,
	contract.WeekdaySunday: time.Sunday,
}

func weekday(d time.Weekday) contract.Weekday { return contract.Weekday(strings.ToLower(d.String())) }

// hoursOf reads hours; nil where none were sent.
func hoursOf(list []contract.OpenSpan) *dispatch.Hours {
	if list == nil {
		return nil
	}
	h := dispatch.Hours(each(list, func(s contract.OpenSpan) dispatch.Span {
		return dispatch.Span{Weekday: weekdays[s.Weekday], From: minuteOf(s.From), Until: minuteOf(s.Until)}
	}))
	return &h
}

func hours(h dispatch.Hours) []contract.OpenSpan {
	if h == nil {
		return nil
	}
	return each(h, func(s dispatch.Span) contract.OpenSpan {
		return contract.OpenSpan{Weekday: weekday(s.Weekday), From: wallClock(s.From), Until: wallClock(s.Until)}
	})
}

// minuteOf reads HH:MM, whose form has been checked, as minutes after midnight.
func minuteOf(clock contract.WallClock) int {
	digit := func(i int) int { return int(clock[i] - '0') }
	return (digit(0)*10+digit(1))*60 + digit(3)*10 + digit(4)
}

// minutesOf reads a length of time, whose form has been checked, as minutes; a
// part of a minute counts as one.
func minutesOf(length string) int {
	d, _ := parseDuration(length)
	return int((d + time.Minute - 1) / time.Minute)
}

func datesOf(list []string) *[]dispatch.Date {
	if list == nil {
		return nil
	}
	dates := each(list, func(d string) dispatch.Date { return dispatch.Date(d) })
	return &dates
}

func pointOf(p contract.Point) orb.Point {
	if len(p.Coordinates) < 2 {
		return orb.Point{}
	}
	return orb.Point{p.Coordinates[0], p.Coordinates[1]}
}
