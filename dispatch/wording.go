package dispatch

import (
	"fmt"
	"strings"
	"time"

	"roundsman/internal/ids"
)

// Address is what a person is called: the spoken name where there is one, unless
// they want to be called by the whole one.
func (p Person) Address() string {
	if p.SpokenName != "" && p.NameForm != NameFull && p.NameForm != NameFormal {
		return p.SpokenName
	}
	return p.Name
}

// BeforeContact says what to know of somebody before a word is said to them.
func (p Person) BeforeContact() []string {
	out := []string{}
	switch p.NameForm {
	case NameFull:
		out = append(out, "Say "+p.Name+" to them.")
	case NameFormal:
		out = append(out, "Address them formally, by the last name: "+p.Name+".")
	default:
		out = append(out, "Say "+p.Address()+" to them.")
	}
	if p.Language != "" && !strings.HasPrefix(p.Language, "en") {
		out = append(out, "They speak "+p.Language+".")
	}
	if p.Accessibility != "" {
		out = append(out, p.Accessibility)
	}
	if p.Quiet {
		out = append(out, "As few calls and words as will do.")
	}
	if p.PreferredChannel != "" {
		out = append(out, "They prefer "+p.PreferredChannel+".")
	}
	if p.VIP {
		out = append(out, "VIP.")
	}
	if p.Provisional {
		out = append(out, "Entered in passing: ask for the employee number.")
	}
	return out
}

// Where says how to find the person inside the site.
func (p Person) Where() string {
	switch {
	case p.Building != "":
		return fmt.Sprintf("%s, floor %d, room %s", p.Building, p.Floor, p.Room)
	default:
		return fmt.Sprintf("floor %d, room %s", p.Floor, p.Room)
	}
}

// WindowWords says a window in the site's own time: "today between 09:15 and
// 10:30", "tomorrow between …", "on Monday, 9 March, between …".
func WindowWords(start, end, now time.Time, loc *time.Location) string {
	day := "on " + start.In(loc).Format("Monday, 2 January,")
	switch DateOf(start, loc) {
	case DateOf(now, loc):
		day = "today"
	case DateOf(now, loc).Add(1):
		day = "tomorrow"
	}
	return fmt.Sprintf("%s between %s and %s", day, ClockWords(start, loc), ClockWords(end, loc))
}

// DueWords says an instant in the site's own time: "09:15 today", "09:15 tomorrow",
// "09:15 on Monday, 9 March".
func DueWords(due, now time.Time, loc *time.Location) string {
	day := due.In(loc).Format("on Monday, 2 January")
	switch DateOf(due, loc) {
	case DateOf(now, loc):
		day = "today"
	case DateOf(now, loc).Add(1):
		day = "tomorrow"
	}
	return ClockWords(due, loc) + " " + day
}

// OfferSentence is read out to the caller. It states only what the offer holds.
func OfferSentence(technician string, start, end, now time.Time, loc *time.Location, confidence float64) string {
	return fmt.Sprintf("%s can be with you %s; we keep that in %d of 100 cases.",
		technician, WindowWords(start, end, now, loc), Percent(confidence))
}

// Percent rounds a chance down to a whole number, so that it never says more
// than is true.
func Percent(chance float64) int { return int(chance*100 + 1e-9) }

// Reach is the channel on which a notice gets to a person: a mobile first, then
// mail that they can read elsewhere than on the work machine. Nothing is left
// when ok is false: the owner has to reach them some other way.
func Reach(p Person) (channel string, ok bool) {
	if ways := Channels(p); len(ways) > 0 {
		return ways[0], true
	}
	return "desk", false
}

// NoticeFor makes a notice that leads with the person's name and ends with the
// ticket's number. One that nothing can carry is failed from the start, which
// hands it to the ticket's owner.
func NoticeFor(p Person, ticket *Ticket, promise *ids.ID, kind, body string, now time.Time) Notice {
	n := Notice{ID: ids.New(), PersonID: p.ID, PromiseID: promise, Kind: kind, State: NoticeQueued, CreatedAt: now,
		Body: p.Address() + ", " + body}
	if ticket != nil {
		n.TicketID = &ticket.ID
		n.Body += fmt.Sprintf(" (T-%d)", ticket.Number)
	}
	channel, ok := Reach(p)
	n.Channel = channel
	if !ok {
		n.State, n.Failure = NoticeFailed, "no_channel"
	}
	return n
}
