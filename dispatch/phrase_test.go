package dispatch

import (
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

var (
	gap    = regexp.MustCompile(`\{[a-z]*\}`)
	number = regexp.MustCompile(`\d+`)
)

// Every kind is said in every language, about the same things, politely, and
// nobody is called a user.
func TestPhrasesAreWhole(t *testing.T) {
	t.Parallel()
	known := []string{"{technician}", "{window}", "{cause}", "{item}", "{place}", "{due}"}
	sorry := regexp.MustCompile("We are sorry|tut uns leid|désolés|Lo sentimos")
	user := regexp.MustCompile(`(?i)\buser|benutzer|nutzer|utilisat|usuari`)
	for kind, set := range phrases {
		require.Len(t, set, len(languages), kind)
		for _, l := range languages {
			text := set[l]
			require.NotEmpty(t, text, "%s in %s", kind, l)
			gaps := gap.FindAllString(text, -1)
			require.ElementsMatch(t, gap.FindAllString(set["en"], -1), gaps, "%s in %s tells of the same", kind, l)
			for _, g := range gaps {
				require.Contains(t, known, g)
			}
			require.Empty(t, number.FindAllString(text, -1), "%s in %s: a number that is nobody's", kind, l)
			require.False(t, user.MatchString(text), "%s in %s", kind, l)
			require.Equal(t, kind == "late" || kind == "broken" || kind == "loan_cancelled", sorry.MatchString(text), "%s in %s: sorry for what we did not do, and for nothing else", kind, l)
		}
	}
	for _, l := range languages {
		c := calendars[l]
		require.ElementsMatch(t, []string{"{weekday}", "{number}", "{month}"}, gap.FindAllString(c.day, -1))
		require.ElementsMatch(t, []string{"{day}", "{from}", "{until}"}, gap.FindAllString(c.window, -1))
		require.NotContains(t, c.months, "")
		require.NotContains(t, c.weekdays, "")
	}
}

// The name comes first, the ticket's number last, and every number in between is
// one of the window.
func TestEveryNumberHasItsField(t *testing.T) {
	t.Parallel()
	york := zone(t, "America/New_York")
	now := time.Date(2026, 3, 6, 12, 0, 0, 0, york)
	told := Told{Technician: "Tess", Start: time.Date(2026, 3, 9, 9, 15, 0, 0, york), End: time.Date(2026, 3, 9, 10, 30, 0, 0, york), Zone: york,
		Cause: "A virus is on machines of your kind.", Instead: true, Item: "RM-A", Place: "the depot"}
	mobile := "+13025550100"
	ticket := Ticket{Number: 2041}
	for kind, set := range phrases {
		if kind == "subject" || kind == "instead" {
			continue
		}
		for _, l := range languages {
			n := Tell(Person{Name: "Xu Wei", SpokenName: "Ms Xu", Language: l, Mobile: &mobile}, &ticket, nil, kind, told, now)
			require.True(t, strings.HasPrefix(n.Body, "Ms Xu, "), n.Body)
			require.True(t, strings.HasSuffix(n.Body, " (T-2041)"), n.Body)
			want := []string{"2041"}
			if strings.Contains(set[l], "{window}") {
				want = []string{"9", "09", "15", "10", "30", "2041"}
			}
			if strings.Contains(set[l], "{due}") {
				want = []string{"9", "10", "30", "2041"}
			}
			require.Equal(t, want, number.FindAllString(n.Body, -1), n.Body)
			require.Empty(t, gap.FindAllString(n.Body, -1), n.Body)
			require.Equal(t, kind, n.Kind)
		}
	}
}

func TestTell(t *testing.T) {
	t.Parallel()
	york := zone(t, "America/New_York")
	at := func(day, hour, minute int) time.Time { return time.Date(2026, 3, day, hour, minute, 0, 0, york) }
	now := at(9, 8, 0)
	for _, c := range []struct {
		language, kind string
		told           Told
		body           string
	}{
		{"en", "promise_made", Told{Technician: "Tess", Start: at(9, 9, 15), End: at(9, 10, 30), Zone: york}, "Xu, Tess comes to you today between 09:15 and 10:30."},
		{"de-CH", "promise_made", Told{Technician: "Tess", Start: at(10, 9, 15), End: at(10, 10, 30), Zone: york}, "Xu, Tess kommt morgen zwischen 09:15 und 10:30 Uhr zu Ihnen."},
		{"fr", "promise_made", Told{Technician: "Tess", Start: at(12, 9, 15), End: at(12, 10, 30), Zone: york}, "Xu, Tess passera vous voir le jeudi 12 mars entre 09:15 et 10:30."},
		{"ES-mx", "promise_made", Told{Technician: "Tess", Start: at(12, 9, 15), End: at(12, 10, 30), Zone: york}, "Xu, Tess le visitará el jueves 12 de marzo entre las 09:15 y las 10:30."},
		{"xx", "on_the_way", Told{Technician: "Tess"}, "Xu, Tess is on the way to you."},
		{"de", "late", Told{Technician: "Tom", Start: at(9, 9, 0), End: at(9, 10, 0), Zone: york, Instead: true},
			"Xu, wir haben Ihnen zugesagt, heute zwischen 09:00 und 10:00 Uhr bei Ihnen zu sein, und schaffen es nicht rechtzeitig. Das tut uns leid; " +
				"wir melden uns, sobald wir wissen, wann wir kommen. Statt wie angekündigt kommt Tom zu Ihnen."},
		{"en", "incident", Told{Cause: "{technician} is not a name."}, "Xu, {technician} is not a name. We are coming to you; you need do nothing. We call you with the time."},
	} {
		require.Equal(t, c.body, Tell(Person{SpokenName: "Xu", Language: c.language}, nil, nil, c.kind, c.told, now).Body)
	}
	surprise := Tell(Person{SpokenName: "Xu", Language: "en"}, nil, nil, "surprise", Told{}, now)
	require.Equal(t, "Xu, there is news about your request; your support team tells you more.", surprise.Body)
	require.Equal(t, "surprise", surprise.Kind)
	require.Equal(t, "Nachricht vom Vor-Ort-Service", Subject("de-AT"))
}

// In English a window is said as the desk says it.
func TestTheDeskAndTheNoticeSayOneWindow(t *testing.T) {
	t.Parallel()
	york := zone(t, "America/New_York")
	now := time.Date(2026, 3, 6, 22, 30, 0, 0, york)
	for day := range 5 {
		start := now.AddDate(0, 0, day).Add(45 * time.Minute)
		require.Equal(t, WindowWords(start, start.Add(time.Hour), now, york), WindowIn("en", start, start.Add(time.Hour), now, york))
	}
	require.True(t, slices.Contains(languages, LanguageOf("")))
}

// People are called as they wish.
func TestAddress(t *testing.T) {
	t.Parallel()
	for form, want := range map[NameForm]string{"": "Xu", NameSpoken: "Xu", NameFull: "Xu Wei", NameFormal: "Xu Wei"} {
		require.Equal(t, want, Person{Name: "Xu Wei", SpokenName: "Xu", NameForm: form}.Address())
	}
}

// Customers do not know what a desk is: they read of us, or of their support.
func TestCustomersReadNoWordOfTheTrade(t *testing.T) {
	t.Parallel()
	trade := regexp.MustCompile(`(?i)\b(desk|dispatch|sla|incident id|queue)\b`)
	require.Regexp(t, trade, "call the desk.")
	for kind, texts := range phrases {
		for language, text := range texts {
			require.NotRegexp(t, trade, text, "%s in %s", kind, language)
		}
	}
}
