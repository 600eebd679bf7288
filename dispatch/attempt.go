package dispatch

import (
	"context"
	"slices"
	"time"

	"roundsman/internal/ids"
)

// AttemptOutcome is how a try to deliver a notice ended.
type AttemptOutcome string

// The outcomes of a try.
const (
	AttemptOpen      AttemptOutcome = "open"      // being sent, or its sender died
	AttemptDelivered AttemptOutcome = "delivered" // the other side took it
	AttemptDeferred  AttemptOutcome = "deferred"  // not taken now; nothing went out
	AttemptRefused   AttemptOutcome = "refused"   // not taken, and never will be
	AttemptUnclear   AttemptOutcome = "unclear"   // it may have gone out, or not
)

// Attempt is one try to deliver a notice.
type Attempt struct {
	NoticeID ids.ID
	Number   int // 1, 2, ...
	Channel  string
	At       time.Time
	// LeaseUntil is when an open try is given up for dead, in machine time.
	LeaseUntil time.Time
	Outcome    AttemptOutcome
	Code       string // of what was said: "smtp_450", "http_503", "timeout"
	Millis     *int   // how long it took
}

// Letter is a notice as a courier carries it.
type Letter struct {
	// NoticeID is the same at every try, so that a receiver can tell a repeat.
	NoticeID ids.ID
	To       string // a mail address, or a phone number in E.164
	ToName   string
	Language string // BCP 47
	Subject  string // for channels that have one
	Body     string
}

// Receipt is what came of carrying a letter. Code says why, without personal data.
type Receipt struct {
	Outcome AttemptOutcome
	Code    string
}

// Courier carries letters over one channel.
type Courier interface {
	// Carry sends a letter and says what came of it. It gives up when ctx ends.
	Carry(ctx context.Context, l Letter) Receipt
	// Dedupes says whether the receiving side drops a letter whose id it had
	// before, so that one of which nothing is known may be sent again.
	Dedupes() bool
}

// Way is a channel on which a notice may still go to a person.
type Way struct {
	Channel string
	Dedupes bool
}

// TriesAWay is how often a notice is tried on one channel that puts it off.
const TriesAWay = 5

// Step is what is to be done next about a queued notice: one of its parts is set.
type Step struct {
	Send *Way
	// Wait: somebody else is sending it right now.
	Wait bool
	// Failure: nothing is left to try, and why: "no_channel", "unclear" or the
	// code of the last try.
	Failure string
}

// NextStep decides what to do about a queued notice from the tries so far, oldest
// first, on the ways that get to the person, best first. What may have gone out
// is never sent again knowingly: only a receiver that tells repeats gets it once
// more, and no other channel does either; a human looks into it.
func NextStep(tries []Attempt, ways []Way, machine time.Time) Step {
	dedupes := map[string]bool{}
	for _, w := range ways {
		dedupes[w.Channel] = w.Dedupes
	}
	step := Step{Failure: "no_channel"}
	count, refused := map[string]int{}, map[string]bool{}
	for _, a := range tries {
		open := a.Outcome == AttemptOpen
		switch {
		case open && machine.Before(a.LeaseUntil):
			return Step{Wait: true}
		case (open || a.Outcome == AttemptUnclear) && !dedupes[a.Channel]:
			return Step{Failure: "unclear"}
		case a.Code != "":
			step.Failure = a.Code
		}
		count[a.Channel]++
		refused[a.Channel] = refused[a.Channel] || a.Outcome == AttemptRefused
	}
	for _, w := range ways {
		if !refused[w.Channel] && count[w.Channel] < TriesAWay {
			return Step{Send: &w}
		}
	}
	return step
}

// Channels lists the channels on which a notice gets to a person, best first. Mail
// that is read on the work machine and nowhere else is none.
func Channels(p Person) []string {
	var out []string
	if p.Mobile != nil {
		out = append(out, "sms")
	}
	if p.Mail != nil && !p.MailOnDeviceOnly {
		out = append(out, "mail")
	}
	return out
}

// Ways lists the channels that get to a person and that somebody carries.
func Ways(p Person, couriers map[string]Courier) []Way {
	var out []Way
	for _, c := range Channels(p) {
		if courier := couriers[c]; courier != nil {
			out = append(out, Way{c, courier.Dedupes()})
		}
	}
	return out
}

// AddressOn gives where a person is reached on a channel.
func (p Person) AddressOn(channel string) string {
	switch {
	case channel == "sms" && p.Mobile != nil:
		return *p.Mobile
	case channel == "mail" && p.Mail != nil:
		return *p.Mail
	}
	return ""
}

// Quiet hours, in the local time of the person's site: from QuietFrom until
// QuietUntil the next morning nobody is woken for what can wait.
const (
	QuietFrom  = 21
	QuietUntil = 7
)

// alwaysUrgent are kinds that can't wait: they answer what the person asked just
// now, or somebody is at the door.
var alwaysUrgent = []string{"promise_made", "on_the_way", "late", "received"}

// QuietHours says until when a notice of a kind waits. It does not wait when it is
// of a kind that can't, or tells of a promise whose window starts before somebody
// who was told in the morning could do anything about it.
func QuietHours(kind string, windowStart *time.Time, now time.Time, loc *time.Location) (until time.Time, quiet bool) {
	local := now.In(loc)
	day := DateOf(now, loc)
	switch {
	case local.Hour() >= QuietFrom:
		until = day.Add(1).At(loc, QuietUntil, 0)
	case local.Hour() < QuietUntil:
		until = day.At(loc, QuietUntil, 0)
	default:
		return now, false
	}
	if slices.Contains(alwaysUrgent, kind) || windowStart != nil && windowStart.Before(until.Add(time.Hour)) {
		return now, false
	}
	return until, true
}

// Attempts to deliver notices.
type Attempts interface {
	// LockNotice reads a notice for change.
	LockNotice(ctx context.Context, id ids.ID) (Notice, error)
	// Attempts gives the tries of a notice, oldest first.
	Attempts(ctx context.Context, notice ids.ID) ([]Attempt, error)
	// BeginAttempt stores an open try; code "notice_in_hand" when there is one.
	BeginAttempt(ctx context.Context, a Attempt) error
	// EndAttempt writes how an open try ended; false when it had ended already.
	EndAttempt(ctx context.Context, a Attempt) (bool, error)
	// SettleNotice ends a queued notice as delivered, failed or lapsed; false when it
	// had been ended.
	SettleNotice(ctx context.Context, n Notice) (bool, error)
	// PutOffNotice has a queued notice looked at again later.
	PutOffNotice(ctx context.Context, id ids.ID, until time.Time) error
	// DueNotices locks queued notices that are due, skipping those in use.
	DueNotices(ctx context.Context, before time.Time, limit int) ([]ids.ID, error)
}
