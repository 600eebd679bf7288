package stage_test

import (
	"testing"
	"time"

	"roundsman/dispatch"
	"roundsman/dispatch/desk"
	"roundsman/dispatch/setup"
	"roundsman/internal/stage"

	"github.com/stretchr/testify/require"
)

// Who comes while nobody is there gets a number and is told when somebody is; who
// comes in time is told nothing of the sort.
func TestOutsideHoursTheyHearWhen(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Small)
	ctx := t.Context()
	for _, channel := range []string{"mail", "phone"} {
		_, err := s.Entering.Services().Add(ctx, s.Admin, setup.ServiceEntry{RegionID: ptr(stage.Name("region")), Channel: &channel, Address: ptr("+13025550100"),
			Hours: &dispatch.Hours{{Weekday: time.Monday, From: 8 * 60, Until: 17 * 60}, {Weekday: time.Thursday, From: 9*60 + 30, Until: 12 * 60}}})
		require.NoError(t, err)
	}
	told := func(n desk.RequestTaken) (bodies []string) {
		list, _, err := s.Desk.Notices(ctx, s.Agent, dispatch.NoticeFilter{TicketID: &n.Ticket.ID}, dispatch.Page{Limit: 10})
		require.NoError(t, err)
		for _, x := range list {
			require.Equal(t, "received", x.Kind)
			bodies = append(bodies, x.Body)
		}
		return bodies
	}
	nine := stage.At(9, 30).AddDate(0, 0, 3)

	s.Clock.Set(stage.At(16, 59))
	day := request(t, s, mail("m1", "", "pat0@road.example"))
	require.True(t, day.Opening.Open)
	require.Nil(t, day.Opening.Next)
	require.Empty(t, told(day))

	s.Clock.Set(stage.At(17, 0))
	night := request(t, s, mail("m2", "", "pat0@road.example"))
	require.False(t, night.Opening.Open)
	require.Equal(t, nine, night.Opening.Next.UTC())
	require.Len(t, told(night), 1)
	require.Regexp(t, `^Pat, we have your request\. Nobody is here right now; we look at it on Thursday, 12 March, at 09:30\. \(T-\d+\)$`, told(night)[0])
	again := request(t, s, mail("m2", "", "pat0@road.example"))
	require.Equal(t, night.Opening, again.Opening, "the same message, the same answer")
	require.Len(t, told(again), 1, "told once")
	joined := request(t, s, mail("m3", "m2", "pat0@road.example"))
	require.Equal(t, nine, joined.Opening.Next.UTC())
	require.Len(t, told(joined), 1, "they know the number by now")
	unreached := request(t, s, mail("m4", "", "pat2@road.example")) // reads mail on the broken machine alone
	require.Equal(t, nine, unreached.Opening.Next.UTC())
	require.Empty(t, told(unreached), "the answer to the portal says it")

	// What is opened by hand says it too, and by the channel that it came by.
	v := opened(t, s, 0, "printer_fault")
	require.Equal(t, nine, v.Opening.Next.UTC())
	require.NotZero(t, v.Ticket.Number)
	one, err := s.Desk.OpenTicket(ctx, s.Agent, desk.NewTicket{Template: "password_reset", PersonID: stage.Name("person 0"),
		Contact: &desk.NewContact{Reason: "new"}, Channel: "phone"})
	require.NoError(t, err)
	require.Equal(t, "phone", one.Opening.Service.Channel)
	require.Equal(t, nine, one.Opening.Next.UTC())
	chat, err := s.Desk.OpenTicket(ctx, s.Agent, desk.NewTicket{Template: "password_reset", PersonID: stage.Name("person 0"), Channel: "chat"})
	require.NoError(t, err)
	require.Nil(t, chat.Opening, "nobody has said when")
}
