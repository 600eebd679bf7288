package dispatch

import (
	"testing"
	"time"

	"roundsman/internal/ids"

	"github.com/stretchr/testify/require"
)

func TestWindowWords(t *testing.T) {
	t.Parallel()
	york := zone(t, "America/New_York")
	at := func(s string) time.Time {
		v, err := time.ParseInLocation("2006-01-02 15:04", s, york)
		require.NoError(t, err)
		return v.UTC()
	}
	now := at("2026-03-06 22:30") // in UTC it is Saturday already
	for _, c := range []struct{ start, end, words string }{
		{"2026-03-06 23:00", "2026-03-06 23:45", "today between 23:00 and 23:45"},
		{"2026-03-07 09:15", "2026-03-07 10:30", "tomorrow between 09:15 and 10:30"},
		{"2026-03-09 09:15", "2026-03-09 10:30", "on Monday, 9 March, between 09:15 and 10:30"}, // clocks have changed
		{"2027-01-04 13:00", "2027-01-04 15:00", "on Monday, 4 January, between 13:00 and 15:00"},
		{"2026-03-05 13:00", "2026-03-05 15:00", "on Thursday, 5 March, between 13:00 and 15:00"},
	} {
		require.Equal(t, c.words, WindowWords(at(c.start), at(c.end), now, york))
	}
	require.Equal(t, "Bela can be with you tomorrow between 09:15 and 10:30; we keep that in 96 of 100 cases.",
		OfferSentence("Bela", at("2026-03-07 09:15"), at("2026-03-07 10:30"), now, york, 0.969))
}

// It never says more than is true, and no float makes 0.29 into 28.
func TestPercent(t *testing.T) {
	t.Parallel()
	for n := range 101 {
		require.Equal(t, n, Percent(float64(n)/100))
	}
	require.Equal(t, 96, Percent(0.9699))
	require.Equal(t, 99, Percent(127.0/128))
}

func TestNotices(t *testing.T) {
	t.Parallel()
	mobile, mail := "+1 302 555 0100", "xu@example.org"
	for _, c := range []struct {
		p       Person
		channel string
		ok      bool
	}{
		{Person{Mobile: &mobile, Mail: &mail}, "sms", true},
		{Person{Mail: &mail}, "mail", true},
		{Person{Mail: &mail, MailOnDeviceOnly: true}, "desk", false},
		{Person{}, "desk", false},
	} {
		channel, ok := Reach(c.p)
		require.Equal(t, c.channel, channel)
		require.Equal(t, c.ok, ok)
		n := NoticeFor(c.p, nil, nil, "late", "body", nine)
		require.Equal(t, c.channel, n.Channel)
		require.Equal(t, c.ok, n.State == NoticeQueued)
		require.Equal(t, !c.ok, n.State == NoticeFailed, "handed to the owner")
	}
	promise := ids.From(ids.Nil, "promise")
	ticket := Ticket{ID: ids.From(ids.Nil, "ticket"), Number: 2041}
	n := NoticeFor(Person{Name: "Xu Wei", SpokenName: "Ms Xu", Mobile: &mobile}, &ticket, &promise, "promise_made", "Bela comes to you today.", nine)
	require.Equal(t, "Ms Xu, Bela comes to you today. (T-2041)", n.Body)
	require.Equal(t, ticket.ID, *n.TicketID)
	require.Equal(t, promise, *n.PromiseID)
	require.Equal(t, nine, n.CreatedAt)
	require.Equal(t, "Xu Wei", Person{Name: "Xu Wei"}.Address())
}

func TestWhereSomebodySits(t *testing.T) {
	t.Parallel()
	require.Equal(t, "North, floor 3, room 3.14", Person{Building: "North", Floor: 3, Room: "3.14"}.Where())
	require.Equal(t, "floor -1, room 2", Person{Floor: -1, Room: "2"}.Where())
}
