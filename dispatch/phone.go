package dispatch

import (
	"strings"

	"github.com/nyaruka/phonenumbers"
)

// Phone reads a number as people write it, with slashes, brackets, a leading 0 or
// an extension, and gives it in E.164. country (ISO 3166) is where numbers without
// a country code are dialled. ok is false for what can be no number there.
func Phone(raw, country string) (e164 string, ok bool) {
	s := strings.TrimSpace(strings.ReplaceAll(raw, "/", " "))
	// 00 is how most of the world dials abroad, whatever the country's own way.
	if rest, found := strings.CutPrefix(s, "00"); found {
		s = "+" + rest
	}
	n, err := phonenumbers.Parse(s, country)
	if err == nil && !phonenumbers.IsPossibleNumber(n) && strings.HasPrefix(s, "0") {
		// A 0 in front out of habit, where the country has no such prefix.
		n, err = phonenumbers.Parse(strings.TrimPrefix(s, "0"), country)
	}
	if err != nil || !phonenumbers.IsPossibleNumber(n) {
		return "", false
	}
	return phonenumbers.Format(n, phonenumbers.E164), true
}

// Country says whether numbers can be dialled from there: an ISO 3166 code of two
// capital letters.
func Country(code string) bool { return phonenumbers.GetSupportedRegions()[code] }
