package desk

import (
	"context"
	"fmt"
	"time"

	"roundsman/dispatch"
	"roundsman/dispatch/decide"
	"roundsman/internal/access"
	"roundsman/internal/clock"
	"roundsman/internal/ids"
)

// Post delivers notices.
//
// What it guarantees: a try is on record before anything leaves, and at most one
// is open at a time, whoever races. A notice is sent again only when the try
// before surely did not go out, or when the receiver drops repeats by the
// notice's id. What may have gone out and can't be told apart (a connection lost
// after the last byte of a mail, a server killed while sending) is not sent
// again: it fails with "unclear", and its owner looks into it.
type Post struct {
	Store dispatch.Store
	Clock clock.Clock
	// Machine measures tries and their leases; the domain's clock may jump.
	Machine clock.Clock
	// Couriers carry, by channel. A channel without one is not used.
	Couriers map[string]dispatch.Courier
	// Page is the address of the customer's page as they reach it, such as
	// https://support.example/c; "" sends no links.
	Page string
}

const (
	// sendTime is how long one try may take.
	sendTime = 20 * time.Second
	// lease is when a try that nobody ended is given up: its sender is dead, for
	// it would have stopped at sendTime and said so.
	lease = time.Minute
	// recordTime is how long noting what came of a try may take. A sender that is
	// told to stop notes it all the same.
	recordTime = 10 * time.Second
)

// Deliver tries to get a notice to its person: on the best channel first, on the
// next one when that refuses for good. It may run twice, and at once. An error
// means: try again later.
func (p *Post) Deliver(ctx context.Context, id ids.ID) error {
	for {
		l, try, err := p.claim(ctx, id)
		if err != nil || l == nil {
			return err
		}
		began := p.Machine.Now()
		sending, cancel := context.WithTimeout(ctx, sendTime)
		receipt := p.Couriers[try.Channel].Carry(sending, *l)
		cancel()
		millis := int(p.Machine.Now().Sub(began).Milliseconds())
		try.Outcome, try.Code, try.Millis = receipt.Outcome, receipt.Code, &millis
		recording, cancel := context.WithTimeout(context.WithoutCancel(ctx), recordTime)
		err = p.record(recording, try)
		cancel()
		if err != nil {
			return err
		}
		if receipt.Outcome == dispatch.AttemptDeferred || receipt.Outcome == dispatch.AttemptUnclear {
			return p.later(ctx, id, try)
		}
	}
}

// later says that a notice is to be tried again, unless nothing is left to try.
func (p *Post) later(ctx context.Context, id ids.ID, try dispatch.Attempt) error {
	var n dispatch.Notice
	err := p.Store.Read(ctx, func(tx dispatch.Tx) (err error) {
		n, err = tx.Notice(ctx, id)
		return err
	})
	if err != nil || n.State != dispatch.NoticeQueued {
		return err
	}
	return fmt.Errorf("notice %s by %s: %s (%s), to be tried again", id, try.Channel, try.Outcome, try.Code)
}

// claim decides what to do about a notice and, if it is to be sent, opens a try.
// No letter: nothing is to be done now.
func (p *Post) claim(ctx context.Context, id ids.ID) (*dispatch.Letter, dispatch.Attempt, error) {
	now, machine := p.Clock.Now(), p.Machine.Now()
	var letter *dispatch.Letter
	var try dispatch.Attempt
	err := p.Store.Write(ctx, func(tx dispatch.Tx) error {
		letter = nil
		n, err := tx.LockNotice(ctx, id)
		if err != nil || n.State != dispatch.NoticeQueued {
			return err
		}
		person, err := tx.Person(ctx, n.PersonID)
		if err != nil {
			return err
		}
		tries, err := tx.Attempts(ctx, id)
		if err != nil {
			return err
		}
		promise, err := promiseOf(ctx, tx, n)
		if err != nil {
			return err
		}
		until, quiet, err := p.quiet(ctx, tx, n, promise, person, now)
		if err != nil {
			return err
		}
		if quiet {
			return tx.PutOffNotice(ctx, id, until)
		}
		step := dispatch.NextStep(tries, dispatch.Ways(person, p.Couriers), machine)
		if step.Wait {
			return fmt.Errorf("notice %s is being sent by another worker", id)
		}
		if len(tries) > 0 && tries[len(tries)-1].Outcome == dispatch.AttemptOpen {
			dead := tries[len(tries)-1]
			dead.Outcome, dead.Code = dispatch.AttemptUnclear, "sender_died"
			if _, err := tx.EndAttempt(ctx, dead); err != nil {
				return err
			}
		}
		ticket, err := ticketOf(ctx, tx, n)
		if err != nil {
			return err
		}
		if !n.Stands(promise, ticket, now) {
			return settle(ctx, tx, n, dispatch.NoticeLapse, now, "notice.lapsed", nil)
		}
		if step.Send == nil {
			return p.fail(ctx, tx, n, step.Failure, now)
		}
		if err := tx.PutOffNotice(ctx, id, now.Add(dispatch.NoticePatience)); err != nil {
			return err
		}
		try = dispatch.Attempt{NoticeID: id, Number: len(tries) + 1, Channel: step.Send.Channel, At: now, LeaseUntil: machine.Add(lease)}
		letter = &dispatch.Letter{NoticeID: id, To: person.AddressOn(try.Channel), ToName: person.Name, Language: person.Language,
			Subject: dispatch.Subject(person.Language), Body: n.Body}
		if letter.Body, err = p.linked(ctx, tx, n, person, letter.Body, now); err != nil {
			return err
		}
		return tx.BeginAttempt(ctx, try)
	})
	return letter, try, err
}

// linked adds the customer's link to the text of a notice that carries one, with a
// key made for this letter. The key goes into the letter and nowhere else: what is
// kept is its hash. A try that comes again has a key of its own, and both open the
// link, for nobody knows which letter got there.
func (p *Post) linked(ctx context.Context, tx dispatch.Tx, n dispatch.Notice, person dispatch.Person, body string, now time.Time) (string, error) {
	if n.LinkID == nil || p.Page == "" {
		return body, nil
	}
	l, err := tx.CustomerLink(ctx, *n.LinkID)
	if err != nil || l.State(now) != dispatch.CustomerLinkLive {
		return body, err
	}
	key, hash := dispatch.NewLinkKey()
	return body + dispatch.LinkLine(person.Language, p.Page, key), tx.AddLinkKey(ctx, l.ID, hash, now)
}

// promiseOf gives the promise that a notice tells of, nil when there is none.
func ticketOf(ctx context.Context, tx dispatch.Tx, n dispatch.Notice) (*dispatch.Ticket, error) {
	if n.TicketID == nil {
		return nil, nil
	}
	t, err := tx.Ticket(ctx, *n.TicketID)
	return &t, err
}

func promiseOf(ctx context.Context, tx dispatch.Tx, n dispatch.Notice) (*dispatch.Promise, error) {
	if n.PromiseID == nil {
		return nil, nil
	}
	p, err := tx.Promise(ctx, *n.PromiseID)
	return &p, err
}

// quiet says whether a notice waits for the morning where the person is.
func (p *Post) quiet(ctx context.Context, tx dispatch.Tx, n dispatch.Notice, promise *dispatch.Promise, person dispatch.Person, now time.Time) (time.Time, bool, error) {
	site, err := tx.Site(ctx, person.SiteID)
	if err != nil {
		return now, false, err
	}
	loc, err := time.LoadLocation(site.Zone)
	if err != nil {
		return now, false, fmt.Errorf("time zone of site %s: %w", site.Code, err)
	}
	var starts *time.Time
	if promise != nil && promise.Kind == dispatch.ArrivalPromise { // what is due at night otherwise can wait
		starts = &promise.WindowStart
	}
	until, quiet := dispatch.QuietHours(n.Kind, starts, now, loc)
	return until, quiet, nil
}

// record notes what came of a try, and what that means for the notice.
func (p *Post) record(ctx context.Context, try dispatch.Attempt) error {
	now, machine := p.Clock.Now(), p.Machine.Now()
	return p.Store.Write(ctx, func(tx dispatch.Tx) error {
		n, err := tx.LockNotice(ctx, try.NoticeID)
		if err != nil {
			return err
		}
		fresh, err := tx.EndAttempt(ctx, try)
		if err != nil || n.State != dispatch.NoticeQueued {
			return err
		}
		if !fresh {
			return nil // it took so long that another gave it up for dead
		}
		if try.Outcome == dispatch.AttemptDelivered {
			return p.deliver(ctx, tx, n, try.Channel, now)
		}
		person, err := tx.Person(ctx, n.PersonID)
		if err != nil {
			return err
		}
		tries, err := tx.Attempts(ctx, n.ID)
		if err != nil {
			return err
		}
		if step := dispatch.NextStep(tries, dispatch.Ways(person, p.Couriers), machine); step.Failure != "" {
			return p.fail(ctx, tx, n, step.Failure, now)
		}
		return nil
	})
}

func (p *Post) deliver(ctx context.Context, tx dispatch.Tx, n dispatch.Notice, channel string, now time.Time) error {
	n.Channel, n.DeliveredAt = channel, &now
	if n.TicketID != nil && n.TellsOfTicket() {
		if err := decide.Told(ctx, tx, access.Principal{}, *n.TicketID, n.CreatedAt.Add(-time.Nanosecond), "notice", now); err != nil {
			return err
		}
	}
	return settle(ctx, tx, n, dispatch.NoticeDeliver, now, "notice.delivered", nil)
}

// fail hands a notice to the owner: it stands in their list of failed ones.
func (p *Post) fail(ctx context.Context, tx dispatch.Tx, n dispatch.Notice, why string, now time.Time) error {
	n.Failure = why
	return settle(ctx, tx, n, dispatch.NoticeGiveUp, now, "notice.failed", &why)
}

func settle(ctx context.Context, tx dispatch.Tx, n dispatch.Notice, act dispatch.NoticeAct, now time.Time, event string, why *string) error {
	to, over := n.State.After(act)
	if over != nil {
		return nil // another worker was faster
	}
	n.State = to
	fresh, err := tx.SettleNotice(ctx, n)
	if err != nil || !fresh {
		return err
	}
	data := map[string]any{"person_id": n.PersonID, "kind": n.Kind, "channel": n.Channel, "ticket_id": n.TicketID, "promise_id": n.PromiseID}
	if why != nil {
		data["failure"] = *why
	}
	return decide.Emit(ctx, tx, now, access.Principal{}, decide.Event{Name: event, Kind: "notice", Subject: n.ID, Data: data})
}

// postBatch is how many notices one sweep asks for.
const postBatch = 200

// Sweep asks again for the delivery of queued notices that are due: those that
// waited for the morning, and those whose job was lost.
func (p *Post) Sweep(ctx context.Context) error {
	now := p.Clock.Now()
	return p.Store.Write(ctx, func(tx dispatch.Tx) error {
		due, err := tx.DueNotices(ctx, now, postBatch)
		if err != nil {
			return err
		}
		for _, id := range due {
			if err := tx.PutOffNotice(ctx, id, now.Add(dispatch.NoticePatience)); err != nil {
				return err
			}
			if err := tx.Enqueue(ctx, dispatch.Job{Kind: "notice", ID: id}); err != nil {
				return err
			}
		}
		return nil
	})
}
