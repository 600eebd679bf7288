package story

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"

	"roundsman/api/client"
)

// others is how many more people are promised a window on the telephone.
const others = 5

// promiseCaller quotes windows to the caller and promises one of them.
func (p *play) promiseCaller(ctx context.Context) error {
	w := p.told[0]
	a := w.agent
	p.step("Anna, agent", "when can somebody be with "+w.name+"? (the caller is on the line)")
	offers, err := p.windows(ctx, w)
	if err != nil {
		return err
	}
	p.request(a)
	if len(offers) == 0 {
		return fmt.Errorf("no window can be promised to %s: %s", w.name, a.tape.last.answer)
	}
	p.offers(offers)
	for _, o := range offers {
		p.check(o.Confidence >= 0.90, "%s is offered only because it is kept in %s of cases", p.window(o.Window), percent(o.Confidence))
	}
	pick := morningOffer(offers, p.loc, p.date)
	p.say("Anna reads out: %q", pick.Sentence)
	p.say("%s takes it.", w.name)

	p.step("Anna, agent", "promise "+p.window(pick.Window)+" with "+pick.TechnicianName)
	if err := p.promise(ctx, w, pick, true); err != nil {
		return err
	}
	first := a.tape.last
	p.request(a)
	p.say("promised to %s: %s, %s, %s sure; said: %q", w.promise.PersonName, p.window(w.promise.Window), deref(w.promise.TechnicianName), percent(deref(w.promise.Confidence)), w.promise.Wording)

	p.blank()
	p.say("the line was bad and Anna's program sends the same request again, with the same key:")
	again, err := p.repeat(ctx, a, first)
	if err != nil {
		return err
	}
	p.check(again.status == http.StatusCreated && bytes.Equal(again.answer, first.answer) && again.header.Get("Idempotent-Replay") == "true",
		"the answer is the same, byte for byte (%d bytes), and marked as a repeat", len(first.answer))

	p.blank()
	p.say("somebody promises the same offer once more, with a new key:")
	_, err = a.api.MakePromiseWithResponse(ctx, &client.MakePromiseParams{IdempotencyKey: key()}, client.NewPromise{OutcomeID: pick.OutcomeID})
	if err := a.answered(err, http.StatusConflict); err != nil {
		return err
	}
	p.request(a)
	gone := problem(a)
	p.say("%s: %s", gone.Code, gone.Detail)
	p.check(gone.Code != "" && gone.Detail != "", "the second promise of one offer is refused with a reason")
	if err := p.hangUp(ctx, w); err != nil {
		return err
	}
	p.knows("%s knows who comes and when; the ledger, the desk and %s's round say the same", w.name, deref(w.promise.TechnicianName))
	return nil
}

// windows asks what can be promised.
func (p *play) windows(ctx context.Context, w *told) ([]client.Offer, error) {
	r, err := w.agent.api.MakeQuoteWithResponse(ctx, &client.MakeQuoteParams{IdempotencyKey: key()}, client.NewQuote{TicketID: w.ticket})
	if err := w.agent.answered(err, http.StatusCreated); err != nil {
		return nil, err
	}
	return r.JSON201.Offers, nil
}

func (p *play) offers(list []client.Offer) {
	var rows [][]string
	for _, o := range list {
		rows = append(rows, []string{p.window(o.Window), o.TechnicianName, percent(o.Confidence),
			fmt.Sprintf("%s, %.1f km", minutes(o.Detour.Duration), float64(o.Detour.Metres)/1000), o.Reason})
	}
	p.table([]string{"window", "technician", "kept in", "detour", "why there"}, rows)
}

// morningOffer is the earliest window of the day's morning, else the earliest.
func morningOffer(list []client.Offer, loc *time.Location, date string) client.Offer {
	best := -1
	for i, o := range list {
		if best >= 0 && !o.Window.Start.Before(list[best].Window.Start) {
			continue
		}
		if t := o.Window.Start.In(loc); t.Format(time.DateOnly) == date && t.Hour() < 12 || best < 0 {
			best = i
		}
	}
	return list[best]
}

// promise promises an offer to somebody and keeps what came back.
func (p *play) promise(ctx context.Context, w *told, o client.Offer, must bool) error {
	r, err := w.agent.api.MakePromiseWithResponse(ctx, &client.MakePromiseParams{IdempotencyKey: key()},
		client.NewPromise{OutcomeID: o.OutcomeID, ContactID: &w.contact, Wording: new(o.Sentence)})
	want := []int{http.StatusCreated}
	if !must {
		want = append(want, http.StatusConflict)
	}
	if err := w.agent.answered(err, want...); err != nil {
		return err
	}
	if r.JSON201 != nil {
		w.promise = *r.JSON201
	}
	return nil
}

// hangUp ends the call in which something was promised.
func (p *play) hangUp(ctx context.Context, w *told) error {
	_, err := w.agent.api.EndContactWithResponse(ctx, w.contact, &client.EndContactParams{IdempotencyKey: key()},
		client.ContactEnd{Outcome: client.ContactEndOutcomePromised})
	return w.agent.answered(err, http.StatusOK)
}

// repeat sends a request once more, as it was.
func (p *play) repeat(ctx context.Context, a *actor, x exchange) (exchange, error) {
	r := x.request.Clone(ctx)
	r.Body = http.NoBody
	if len(x.body) > 0 {
		r.Body = readAgain(x.body)
	}
	res, err := a.tape.Do(r)
	if err != nil {
		return exchange{}, err
	}
	_ = res.Body.Close()
	p.request(a)
	return a.tape.last, nil
}

// problem reads the last answer as a problem document.
func problem(a *actor) client.Problem {
	var out client.Problem
	_ = json.Unmarshal(a.tape.last.answer, &out) // what is no problem document has no code, and is checked for one
	return out
}

// promiseOthers calls more people of the list and promises them windows, with the
// caller's technician where that can be, so that the later choice touches them.
func (p *play) promiseOthers(ctx context.Context) error {
	b, err := p.cast.as(ctx, ben)
	if err != nil {
		return err
	}
	p.step("Ben, agent", "call down the list and promise each a window")
	whom := p.told[1:]
	for len(whom) < others {
		t, err := p.nextCall(ctx, b)
		if err != nil {
			break // the list is done
		}
		w, err := p.call(ctx, b, t, false)
		if err != nil {
			return err
		}
		whom = append(whom, w)
	}
	lead := p.told[0].promise
	p.told = p.told[:1]
	var rows [][]string
	for i, w := range whom {
		how, err := p.promiseOther(ctx, w, lead, i == 0)
		if err != nil {
			return err
		}
		if how == "" {
			rows = append(rows, []string{w.name, "-", "-", "-", "no window can be promised; stays on the plan without one"})
			continue
		}
		p.told = append(p.told, w)
		rows = append(rows, []string{w.name, p.window(w.promise.Window), deref(w.promise.TechnicianName), percent(deref(w.promise.Confidence)), how})
	}
	p.table([]string{"promised to", "window", "technician", "kept in", "how"}, rows)
	p.check(len(p.told) >= 2, "%s been promised a window", count(len(p.told), "person has", "people have"))
	p.knows("%d more people know who comes and when", len(p.told)-1)
	return nil
}

// promiseOther quotes and promises to one person. An offer that is gone by the
// time it is promised is replaced by one of those that the refusal brings.
func (p *play) promiseOther(ctx context.Context, w *told, lead client.Promise, show bool) (string, error) {
	list, err := p.windows(ctx, w)
	if err != nil {
		return "", err
	}
	if show {
		p.request(w.agent)
	}
	how := "at the first try"
	for range 3 {
		o, ok := like(list, lead, p.loc, p.date)
		if !ok {
			return "", nil
		}
		err := p.promise(ctx, w, o, false)
		if err != nil {
			return "", err
		}
		if w.promise.ID != (client.ID{}) {
			return how, p.hangUp(ctx, w)
		}
		gone := problem(w.agent)
		list, how = gone.FeasibleWindows, "gone meanwhile ("+gone.Code+"), then one of the fresh windows"
	}
	return "", errors.New("three windows in a row were gone when they were promised to " + w.name)
}

// like picks the offer of today that is with the lead's technician and after the
// lead's window if there is one, else any of today with another technician.
func like(list []client.Offer, lead client.Promise, loc *time.Location, date string) (client.Offer, bool) {
	best, score := -1, -1
	for i, o := range list {
		if o.Window.Start.In(loc).Format(time.DateOnly) != date {
			continue
		}
		s := 0
		if o.TechnicianID == deref(lead.TechnicianID) {
			s++
			if o.PlannedStart.After(lead.Window.Start) {
				s++
			}
		}
		if s > score {
			best, score = i, s
		}
	}
	if best < 0 {
		return client.Offer{}, false
	}
	return list[best], true
}
