package story

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"roundsman/api/client"

	"golang.org/x/sync/errgroup"
)

// told is somebody to whom an agent promised something, or is about to.
type told struct {
	agent   *actor
	person  client.ID
	name    string
	ticket  client.ID
	item    client.ID
	contact client.ID
	promise client.Promise
}

// whomToTell makes a told of an affected person.
func (p *play) whomToTell(person client.ID, agent *actor) (*told, error) {
	i := slices.IndexFunc(p.affected, func(x client.Affected) bool { return x.PersonID == person })
	if i < 0 || p.affected[i].TicketID == nil {
		return nil, fmt.Errorf("person %s is on the call list but has no ticket of %s", person, p.incident.Number)
	}
	x := p.affected[i]
	return &told{agent: agent, person: person, name: x.PersonName, ticket: *x.TicketID, item: x.ItemID}, nil
}

// callSomebody is an outbound call from the list.
func (p *play) callSomebody(ctx context.Context) error {
	b, err := p.cast.as(ctx, ben)
	if err != nil {
		return err
	}
	p.step("Ben, agent", "whom do I call next? I take it, so that nobody else does")
	task, err := p.nextCall(ctx, b)
	if err != nil {
		return err
	}
	w, err := p.call(ctx, b, task, true)
	if err != nil {
		return err
	}
	p.told = append(p.told, w)
	p.knows("%s knows that help comes, though no mail could have said so; the time follows in a moment", w.name)
	return nil
}

// nextCall is the first task of the list that can be done by telephone.
func (p *play) nextCall(ctx context.Context, a *actor) (client.CallTask, error) {
	list, err := p.calls(ctx, a)
	if err != nil {
		return client.CallTask{}, err
	}
	for _, t := range list {
		if t.State == client.CallTaskStateQueued && t.Channel != client.CallTaskChannelFloor {
			return t, nil
		}
	}
	return client.CallTask{}, errors.New("nobody is left on the call list who can be called")
}

// call takes a task, reaches the person, and takes over their ticket.
func (p *play) call(ctx context.Context, a *actor, t client.CallTask, show bool) (*told, error) {
	w, err := p.whomToTell(t.PersonID, a)
	if err != nil {
		return nil, err
	}
	_, err = a.api.TakeCallWithResponse(ctx, t.ID, &client.TakeCallParams{IdempotencyKey: key()})
	if err := a.answered(err, http.StatusOK); err != nil {
		return nil, err
	}
	if show {
		p.request(a)
		p.say("%s, %s %s, rank %d", w.name, t.Channel, t.Address, t.Rank)
	}
	c, err := a.api.StartContactWithResponse(ctx, &client.StartContactParams{IdempotencyKey: key()}, client.NewContact{
		PersonID: &w.person, Channel: client.ChannelPhone, Direction: client.NewContactDirectionOut, Reason: client.NewContactReasonIncident})
	if err := a.answered(err, http.StatusCreated); err != nil {
		return nil, err
	}
	w.contact = c.JSON201.Contact.ID
	done, err := a.api.SettleCallWithResponse(ctx, t.ID, &client.SettleCallParams{IdempotencyKey: key()},
		client.CallOutcome{Reached: true, Note: new("knows about the virus; waits for a time")})
	if err := a.answered(err, http.StatusOK); err != nil {
		return nil, err
	}
	if show {
		p.request(a)
		p.check(done.JSON200.State == client.CallTaskStateDone, "the task is done: %s was reached by a call", w.name)
	}
	return w, p.takeOver(ctx, w, show)
}

// takeOver makes the agent the one who answers for the ticket.
func (p *play) takeOver(ctx context.Context, w *told, show bool) error {
	a := w.agent
	_, err := a.api.GetTicketWithResponse(ctx, w.ticket)
	if err := a.answered(err, http.StatusOK); err != nil {
		return err
	}
	version := a.tape.last.header.Get("ETag")
	r, err := a.api.ChangeTicketWithApplicationMergePatchPlusJSONBodyWithResponse(ctx, w.ticket, &client.ChangeTicketParams{IfMatch: &version},
		client.TicketChange{OwnerID: &a.me.AccountID})
	if err := a.answered(err, http.StatusOK); err != nil {
		return err
	}
	if show {
		p.request(a)
		p.say("%s answers for %s from now on", a.me.Name, r.JSON200.Number)
	}
	return nil
}

// customerCallsFirst: somebody else of the list is faster than the desk.
func (p *play) customerCallsFirst(ctx context.Context) error {
	a, err := p.cast.as(ctx, anna)
	if err != nil {
		return err
	}
	b, err := p.cast.as(ctx, ben)
	if err != nil {
		return err
	}
	task, err := p.nextCall(ctx, a)
	if err != nil {
		return err
	}
	w, err := p.whomToTell(task.PersonID, a)
	if err != nil {
		return err
	}
	p.step("Anna, agent", "the telephone rings; the display shows "+odd(task.Address)+". Who is it?")
	found, err := a.api.FindCallersWithResponse(ctx, client.CallerSearch{Phone: new(odd(task.Address))})
	if err := a.answered(err, http.StatusOK); err != nil {
		return err
	}
	p.request(a)
	for _, m := range found.JSON200.Items[:min(3, len(found.JSON200.Items))] {
		p.say("%s (%s) of %s, found by %s, %s", m.Person.Name, m.Person.EmployeeNumber, m.Site.Name, m.MatchedBy, sure(m.Sure))
	}
	p.check(len(found.JSON200.Items) > 0 && found.JSON200.Items[0].Person.ID == w.person, "the first match is %s", w.name)
	if err := p.card(ctx, a, w); err != nil {
		return err
	}

	p.step("Anna and Ben, agents", w.name+" is in Anna's ear and, cut off once, in Ben's too: both record the call at the same moment")
	var first, second *client.StartContactResponse
	var group errgroup.Group
	ring := func(x *actor, into **client.StartContactResponse) func() error {
		return func() error {
			r, err := x.api.StartContactWithResponse(ctx, &client.StartContactParams{IdempotencyKey: key()}, client.NewContact{
				PersonID: &w.person, Channel: client.ChannelPhone, Direction: client.NewContactDirectionIn, Reason: client.NewContactReasonIncident})
			*into = r
			return x.answered(err, http.StatusCreated)
		}
	}
	group.Go(ring(a, &first))
	group.Go(ring(b, &second))
	if err := group.Wait(); err != nil {
		return err
	}
	p.request(a)
	p.say("calls that nobody needs to make any more: %d", ours(first.JSON201.CallsCancelled, p.incident.ID))
	p.request(b)
	p.say("calls that nobody needs to make any more: %d", ours(second.JSON201.CallsCancelled, p.incident.ID))
	p.check(ours(first.JSON201.CallsCancelled, p.incident.ID)+ours(second.JSON201.CallsCancelled, p.incident.ID) == 1,
		"two calls at once took %s off the call list exactly once", w.name)
	w.contact = first.JSON201.Contact.ID
	_, err = b.api.EndContactWithResponse(ctx, second.JSON201.Contact.ID, &client.EndContactParams{IdempotencyKey: key()},
		client.ContactEnd{Outcome: client.ContactEndOutcomeInformed})
	if err := b.answered(err, http.StatusOK); err != nil {
		return err
	}
	p.blank()
	_, err = b.api.TakeCallWithResponse(ctx, task.ID, &client.TakeCallParams{IdempotencyKey: key()})
	if err := b.answered(err, http.StatusConflict); err != nil {
		return err
	}
	p.request(b)
	p.say("Ben, who had the list open, hears: %s", problem(b).Detail)
	if err := p.takeOver(ctx, w, false); err != nil {
		return err
	}
	// The caller leads the story from here on.
	p.told = append([]*told{w}, p.told...)
	p.knows("the desk knows that %s called first; nobody will call them needlessly", w.name)
	return nil
}

// card shows all that is known of the caller, and what may be said.
func (p *play) card(ctx context.Context, a *actor, w *told) error {
	r, err := a.api.GetCardWithResponse(ctx, w.person)
	if err := a.answered(err, http.StatusOK); err != nil {
		return err
	}
	p.request(a)
	c := r.JSON200
	p.say("%s, called %q, %s", c.Person.Name, c.Person.SpokenName, strings.TrimPrefix(fmt.Sprintf("%s, floor %d, room %s", c.Person.Building, c.Person.Floor, c.Person.Room), ", "))
	p.say("%s, %s %s", c.Site.Name, c.Site.Address, c.Site.City)
	for _, d := range c.Devices {
		p.say("%s %s, %s %s", d.Model.Name, d.Tag, deref(d.OsName), deref(d.OsVersion))
	}
	for _, t := range c.OpenTickets {
		p.say("%s %s: %s", t.Number, t.State, t.Summary)
	}
	touched := false
	for _, t := range c.Incidents {
		touched = touched || t.Incident.ID == p.incident.ID
		p.say("%s %s: %s", t.Incident.Number, t.Incident.State, strings.Join(t.Clauses, "; "))
	}
	p.check(touched, "the card shows %s before the caller has said a word", p.incident.Number)
	p.say("what to say:")
	for _, l := range c.Say {
		p.say("  %q (from %s %s)", l.Text, l.SourceKind, l.SourceID)
	}
	p.check(len(c.Say) > 0 && all(c.Say, func(l client.SayLine) bool { return l.SourceID != client.ID{} }), "each sentence names the record it comes from")
	return nil
}

// ours counts the tasks of an incident.
func ours(list []client.CallTask, incident client.ID) int {
	n := 0
	for _, t := range list {
		if t.IncidentID == incident {
			n++
		}
	}
	return n
}

func sure(yes bool) string {
	if yes {
		return "surely"
	}
	return "maybe"
}

// odd writes a number of +1 the way that a telephone shows it.
func odd(e164 string) string {
	n, ok := strings.CutPrefix(e164, "+1")
	if !ok || len(n) != 10 {
		return e164
	}
	return n[:3] + "/" + n[3:6] + " " + n[6:8] + " " + n[8:]
}

// nextPage reads the cursor out of a Link header.
func nextPage(link string) string {
	address, _, ok := strings.Cut(strings.TrimPrefix(link, "<"), ">")
	if !ok || !strings.Contains(link, `rel="next"`) {
		return ""
	}
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return u.Query().Get("after")
}
