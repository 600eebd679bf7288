package roads

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/paulmach/osm"
)

// when is at which times of the week a sign holds.
type when []span

// span is a part of some days, by the local clock. One that ends at or before its
// begin ends on the next day.
type span struct {
	days        uint8 // a bit for each weekday, that of Sunday first
	from, until int   // minutes after midnight, 0 to 1440
}

const everyDay = 1<<7 - 1

var weekdays = []string{"su", "mo", "tu", "we", "th", "fr", "sa"}

// whenOf reads opening hours such as "Mo-Fr 07:00-09:00,16:00-18:00; Sa 10:00-12:00".
// ok is false for all that is more than weekdays and clock times: dates, holidays,
// weather, weights.
func whenOf(text string) (w when, ok bool) {
	text = strings.TrimSpace(text)
	if strings.HasPrefix(text, "(") && strings.HasSuffix(text, ")") {
		text = text[1 : len(text)-1]
	}
	for _, rule := range strings.Split(text, ";") {
		fields := strings.Fields(strings.ReplaceAll(strings.ToLower(rule), ", ", ","))
		days := uint8(everyDay)
		if len(fields) > 0 && fields[0] != "" && (fields[0][0] < '0' || fields[0][0] > '9') {
			if days, ok = daysOf(fields[0]); !ok {
				return nil, false
			}
			fields = fields[1:]
		}
		switch {
		case len(fields) == 0 && days != everyDay:
			w = append(w, span{days, 0, 24 * 60})
			continue
		case len(fields) != 1:
			return nil, false
		}
		for _, hours := range strings.Split(fields[0], ",") {
			from, until, _ := strings.Cut(hours, "-")
			s := span{days: days}
			var begins, ends bool
			s.from, begins = minuteOf(from)
			s.until, ends = minuteOf(until)
			if !begins || !ends || s.from == s.until {
				return nil, false
			}
			w = append(w, s)
		}
	}
	return w, true
}

// daysOf reads "Mo-Fr", "Sa,Su" and the like.
func daysOf(text string) (days uint8, ok bool) {
	for _, part := range strings.Split(text, ",") {
		first, last, several := strings.Cut(part, "-")
		if !several {
			last = first
		}
		a, b := slices.Index(weekdays, first), slices.Index(weekdays, last)
		if a < 0 || b < 0 {
			return 0, false
		}
		for d := a; ; d = (d + 1) % 7 {
			if days |= 1 << d; d == b {
				break
			}
		}
	}
	return days, true
}

// minuteOf reads "7:30" and "07:30".
func minuteOf(text string) (int, bool) {
	h, m, ok := strings.Cut(text, ":")
	hour, err := strconv.Atoi(h)
	minute, err2 := strconv.Atoi(m)
	n := hour*60 + minute
	return n, ok && err == nil && err2 == nil && len(m) == 2 && hour >= 0 && minute >= 0 && minute < 60 && n <= 24*60
}

// hourly reads what a sign says for some hours only: the value it has then, and when.
// It is "" where there is no such sign. A sign with several clauses has no hours.
func hourly(tags osm.Tags, keys ...string) (value, hours string) {
	for i := len(keys) - 1; i >= 0; i-- { // the last one is the one that is meant most
		if text := tags.Find(keys[i] + ":conditional"); text != "" {
			value, hours, _ = strings.Cut(text, "@")
			if strings.Contains(hours, "@") {
				hours = "several"
			}
			return strings.TrimSpace(value), strings.TrimSpace(hours)
		}
	}
	return "", ""
}

// hourlyTurn is hourly for a turn restriction, also as it was once written: with its
// hours in tags of their own.
func hourlyTurn(tags osm.Tags, sign string) (value, hours string) {
	from, day := tags.Find("hour_on"), tags.Find("day_on")
	if from == "" && day == "" {
		return hourly(tags, "restriction", "restriction:motor_vehicle", "restriction:motorcar")
	}
	if day != "" {
		hours = short(day) + "-" + short(tags.Find("day_off")) + " "
	}
	return sign, strings.TrimSpace(hours + from + "-" + tags.Find("hour_off"))
}

// short is how opening hours write a day.
func short(day string) string { return day[:min(2, len(day))] }

// during says whether a sign holds at a local time.
func (w when) during(local time.Time) bool {
	minute, today := local.Hour()*60+local.Minute(), uint8(1)<<local.Weekday()
	yesterday := uint8(1) << ((local.Weekday() + 6) % 7)
	for _, s := range w {
		over := s.until <= s.from // midnight lies in it
		if s.days&today != 0 && minute >= s.from && (over || minute < s.until) || over && s.days&yesterday != 0 && minute < s.until {
			return true
		}
	}
	return false
}

// turns lists the instants after one and up to another at which a sign begins to
// hold, or ceases to, in order.
func (w when) turns(after, until time.Time, zone *time.Location) (all []time.Time) {
	local := after.In(zone)
	for day := -1; ; day++ {
		midnight := time.Date(local.Year(), local.Month(), local.Day()+day, 0, 0, 0, 0, zone)
		if midnight.After(until) {
			break
		}
		for _, s := range w {
			if s.days>>midnight.Weekday()&1 == 0 {
				continue
			}
			ends := s.until
			if ends <= s.from {
				ends += 24 * 60
			}
			for _, minute := range []int{s.from, ends} {
				at := time.Date(midnight.Year(), midnight.Month(), midnight.Day(), 0, minute, 0, 0, zone)
				if at.After(after) && !at.After(until) {
					all = append(all, at)
				}
			}
		}
	}
	slices.SortFunc(all, time.Time.Compare)
	return slices.CompactFunc(all, time.Time.Equal)
}
