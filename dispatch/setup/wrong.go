package setup

import (
	"fmt"
	"math"
	"net/mail"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"roundsman/dispatch"
	"roundsman/internal/fault"

	"github.com/paulmach/orb"
	"golang.org/x/text/language"
)

// wrong gathers what is wrong with the values of one noun.
type wrong []fault.Field

func (w *wrong) when(is bool, pointer, message string, args ...any) {
	if is {
		*w = append(*w, fault.Field{Pointer: pointer, Message: fmt.Sprintf(message, args...)})
	}
}

// text wants a text of at most so many characters.
func (w *wrong) text(pointer, text string, most int) {
	w.when(strings.TrimSpace(text) == "", pointer, "is missing")
	w.optional(pointer, text, most)
}

func (w *wrong) optional(pointer, text string, most int) {
	w.when(utf8.RuneCountInString(text) > most, pointer, "has more than %d characters", most)
}

var codes = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,39}$`)

// code wants a short name without blanks, as it may stand in an address.
func (w *wrong) code(pointer, code string) {
	w.when(!codes.MatchString(code), pointer, "must be 1 to 40 letters, digits, dots, hyphens or underscores, such as NEW-01")
}

func (w *wrong) zone(pointer, zone string) {
	_, err := time.LoadLocation(zone)
	w.when(err != nil || zone == "" || zone == "Local", pointer, "must be an IANA time zone such as America/New_York")
}

// nowhere is where something is of which nobody has said where; longitude and
// latitude 0 are a place like any other.
var nowhere = orb.Point{math.NaN(), math.NaN()}

func placed(p orb.Point) bool { return !math.IsNaN(p.Lon()) }

func (w *wrong) point(pointer string, p orb.Point) {
	if !placed(p) {
		w.when(true, pointer, "is missing")
		return
	}
	w.when(p.Lon() < -180 || p.Lon() > 180 || p.Lat() < -90 || p.Lat() > 90, pointer, "must be longitude and latitude, in this order")
}

func (w *wrong) language(pointer, tag string) {
	_, err := language.Parse(tag)
	w.when(err != nil, pointer, "must be a language such as en or es-MX")
}

func (w *wrong) mail(pointer string, address *string) {
	if address != nil {
		a, err := mail.ParseAddress(*address)
		w.when(err != nil || a.Name != "" || len(*address) > 254, pointer, "must be a mail address such as gil@bank.example")
	}
}

func (w *wrong) oneOf(pointer, value string, allowed ...string) {
	w.when(!slices.Contains(allowed, value), pointer, "must be one of: %s", strings.Join(allowed, ", "))
}

func (w *wrong) between(pointer string, n, least, most int) {
	w.when(n < least || n > most, pointer, "must be between %d and %d", least, most)
}

// hours wants spans that end after they begin and don't overlap; alone is set
// where a day has one span at most.
func (w *wrong) hours(pointer string, h dispatch.Hours, alone bool) {
	for i, s := range h {
		at := fmt.Sprintf("%s/%d", pointer, i)
		w.when(s.From < 0 || s.Until > dispatch.MinutesADay, at, "must lie between 00:00 and 24:00 of one day")
		w.when(s.From >= s.Until, at+"/until", "must be after from")
		w.when(s.Weekday < time.Sunday || s.Weekday > time.Saturday, at+"/weekday", "must be a weekday")
		for _, other := range h[:i] {
			if other.Weekday != s.Weekday {
				continue
			}
			w.when(alone, at+"/weekday", "%s is named twice; a site opens once a day", strings.ToLower(s.Weekday.String()))
			w.when(!alone && s.From < other.Until && other.From < s.Until, at, "overlaps another span of this day")
		}
	}
}

func (w *wrong) dates(pointer string, list []dispatch.Date) {
	for i, d := range list {
		_, err := dispatch.ParseDate(string(d))
		w.when(err != nil, fmt.Sprintf("%s/%d", pointer, i), "must be a date such as 2026-12-25")
		w.when(slices.Contains(list[:i], d), fmt.Sprintf("%s/%d", pointer, i), "is named twice")
	}
}

// set writes what was given; what is nil stays as it is.
func set[T any](to *T, given *T) {
	if given != nil {
		*to = *given
	}
}

// optional writes a text that may be taken away by giving an empty one.
func optional(to **string, given *string) {
	if given == nil {
		return
	}
	if text := strings.TrimSpace(*given); text != "" {
		*to = &text
	} else {
		*to = nil
	}
}
