package dispatch

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestNextStep(t *testing.T) {
	t.Parallel()
	sms, mail := Way{"sms", true}, Way{"mail", false}
	both := []Way{sms, mail}
	try := func(channel string, o AttemptOutcome, code string) Attempt {
		return Attempt{Channel: channel, Outcome: o, Code: code, LeaseUntil: nine.Add(time.Minute)}
	}
	dead := func(channel string) Attempt {
		return Attempt{Channel: channel, Outcome: AttemptOpen, LeaseUntil: nine}
	}
	times := func(n int, a Attempt) (out []Attempt) {
		for range n {
			out = append(out, a)
		}
		return out
	}
	send := func(w Way) Step { return Step{Send: &w} }
	for name, c := range map[string]struct {
		tries []Attempt
		ways  []Way
		want  Step
	}{
		"the best way first":                     {nil, both, send(sms)},
		"nothing gets there":                     {nil, nil, Step{Failure: "no_channel"}},
		"somebody has it in hand":                {[]Attempt{try("sms", AttemptOpen, "")}, both, Step{Wait: true}},
		"in hand, and the number is gone":        {[]Attempt{try("sms", AttemptOpen, "")}, []Way{mail}, Step{Wait: true}},
		"put off: the same way again":            {[]Attempt{try("sms", AttemptDeferred, "http_503")}, both, send(sms)},
		"put off too often: the next way":        {times(TriesAWay, try("sms", AttemptDeferred, "http_503")), both, send(mail)},
		"refused: the next way":                  {[]Attempt{try("sms", AttemptRefused, "http_410")}, both, send(mail)},
		"refused everywhere":                     {[]Attempt{try("sms", AttemptRefused, "http_410"), try("mail", AttemptRefused, "smtp_550")}, both, Step{Failure: "smtp_550"}},
		"unclear, and repeats are told":          {[]Attempt{try("sms", AttemptUnclear, "timeout")}, both, send(sms)},
		"unclear, and repeats are not told":      {[]Attempt{try("mail", AttemptUnclear, "no_answer_after_data")}, []Way{mail}, Step{Failure: "unclear"}},
		"unclear mail is not told by text again": {[]Attempt{try("mail", AttemptUnclear, "")}, both, Step{Failure: "unclear"}},
		"unclear for ever":                       {times(TriesAWay, try("sms", AttemptUnclear, "timeout")), []Way{sms}, Step{Failure: "timeout"}},
		"its sender died, repeats are told":      {[]Attempt{dead("sms")}, both, send(sms)},
		"its sender died, repeats are not told":  {[]Attempt{dead("mail")}, []Way{mail}, Step{Failure: "unclear"}},
		"unclear on a way that is gone":          {[]Attempt{try("sms", AttemptUnclear, "timeout")}, []Way{mail}, Step{Failure: "unclear"}},
	} {
		require.Equal(t, c.want, NextStep(c.tries, c.ways, nine), name)
	}
}

func TestQuietHours(t *testing.T) {
	t.Parallel()
	york := zone(t, "America/New_York")
	at := func(s string) time.Time {
		v, err := time.ParseInLocation("2006-01-02 15:04", s, york)
		require.NoError(t, err)
		return v
	}
	window := func(s string) *time.Time { v := at(s); return &v }
	for _, c := range []struct {
		kind   string
		window *time.Time
		now    string
		until  string // "": not quiet
	}{
		{"technician_changed", window("2026-03-10 10:00"), "2026-03-09 20:59", ""},
		{"technician_changed", window("2026-03-10 10:00"), "2026-03-09 21:00", "2026-03-10 07:00"},
		{"technician_changed", window("2026-03-10 10:00"), "2026-03-10 06:59", "2026-03-10 07:00"},
		{"technician_changed", window("2026-03-10 10:00"), "2026-03-10 07:00", ""},
		{"technician_changed", window("2026-03-10 07:59"), "2026-03-09 23:00", ""}, // too early to wait for the morning
		{"technician_changed", window("2026-03-10 08:00"), "2026-03-09 23:00", "2026-03-10 07:00"},
		{"on_the_way", window("2026-03-10 10:00"), "2026-03-09 23:00", ""},
		{"incident", nil, "2026-03-09 23:00", "2026-03-10 07:00"},
		{"incident", nil, "2026-03-07 23:30", "2026-03-08 07:00"}, // the clocks change in this night
	} {
		until, quiet := QuietHours(c.kind, c.window, at(c.now).UTC(), york)
		require.Equal(t, c.until != "", quiet, "%+v", c)
		if quiet {
			require.Equal(t, c.until, until.In(york).Format("2006-01-02 15:04"), "%+v", c)
		}
	}
}
