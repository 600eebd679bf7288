package story

import (
	"context"
	"fmt"
	"net/http"
	"slices"

	"roundsman/api/client"
)

// callBack lets the agents call those who chose, when it is due, and then all
// others of the story whose visit is over.
func (p *play) callBack(ctx context.Context) error {
	for _, x := range p.choices {
		if x.callback == nil {
			p.check(false, "%s's visit has ended", x.told.name)
			continue
		}
		if err := p.callBackOne(ctx, x); err != nil {
			return err
		}
	}
	quiet := 0
	for _, w := range p.told {
		if p.chose(w) {
			continue
		}
		list, err := p.due(ctx, w)
		if err != nil {
			return err
		}
		for _, c := range list {
			if err := p.move(ctx, c.DueAt); err != nil {
				return err
			}
			if _, err := p.settle(ctx, w, c); err != nil {
				return err
			}
			quiet++
		}
	}
	p.say("%s made to the others of the story", count(quiet, "callback is", "callbacks are"))
	return nil
}

func (p *play) callBackOne(ctx context.Context, x choice) error {
	w := x.told
	p.step(w.agent.me.Name+", agent", "two hours after the visit: is everything all right with "+w.name+"?")
	if err := p.move(ctx, x.callback.DueAt); err != nil {
		return err
	}
	list, err := p.due(ctx, w)
	if err != nil {
		return err
	}
	p.request(w.agent)
	// An earlier visit that came to nothing may have left its owner a call too.
	list = slices.DeleteFunc(list, func(c client.Callback) bool { return c.VisitID != x.callback.VisitID })
	if len(list) != 1 {
		p.check(false, "exactly one callback to %s is due, and there are %d", w.name, len(list))
		return nil
	}
	p.say("due since %s, owned by %s", p.at(list[0].DueAt), w.agent.me.Name)
	done, err := p.settle(ctx, w, list[0])
	if err != nil {
		return err
	}
	p.request(w.agent)
	p.check(done.State == client.CallbackStateSettled && deref(done.Outcome) == client.CallbackOutcomeConfirmed, "%s confirms: it works", w.name)
	t, err := w.agent.api.GetTicketWithResponse(ctx, w.ticket)
	if err := w.agent.answered(err, http.StatusOK); err != nil {
		return err
	}
	want, why := client.TicketStateResolved, "the ticket is closed by the customer's own word"
	if x.made.FollowUp != nil {
		want, why = client.TicketStatePlanned, "the ticket stays open for the second visit"
	}
	p.check(t.JSON200.Ticket.State == want, "%s is %s: %s", t.JSON200.Ticket.Number, t.JSON200.Ticket.State, why)
	return nil
}

// due lists the callbacks of a ticket that somebody still has to make.
func (p *play) due(ctx context.Context, w *told) ([]client.Callback, error) {
	state := client.ListCallbacksParamsState("due")
	r, err := w.agent.api.ListCallbacksWithResponse(ctx, &client.ListCallbacksParams{TicketID: &w.ticket, State: &state})
	if err := w.agent.answered(err, http.StatusOK); err != nil {
		return nil, err
	}
	return r.JSON200.Items, nil
}

// settle calls the customer, who is content.
func (p *play) settle(ctx context.Context, w *told, c client.Callback) (client.Callback, error) {
	r, err := w.agent.api.SettleCallbackWithResponse(ctx, c.ID, &client.SettleCallbackParams{IdempotencyKey: key(), IfMatch: new(fmt.Sprintf("%q", fmt.Sprint(c.Version)))},
		client.CallbackSettlement{Outcome: client.CallbackOutcomeConfirmed, Note: new("all is fine")})
	if err := w.agent.answered(err, http.StatusOK); err != nil {
		return client.Callback{}, err
	}
	return *r.JSON200, nil
}
