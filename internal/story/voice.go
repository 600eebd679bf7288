package story

import (
	"context"
	"net/http"
	"time"

	"roundsman/api/client"
)

// ringThose calls everybody whose promise a choice changed and whom no message
// reaches: a notice that nothing can carry lies with the ticket's owner.
func (p *play) ringThose(ctx context.Context, x choice) error {
	var whom []*told
	for _, t := range x.made.Outcome.Tell {
		if t.PromiseID == nil {
			continue // nobody has promised them anything
		}
		w := p.ofVisit(t.VisitID)
		if w == nil {
			w = &told{agent: x.told.agent, person: t.PersonID, name: t.PersonName}
		}
		list, err := p.settledNotices(ctx, w.agent, *t.PromiseID)
		if err != nil {
			return err
		}
		for _, n := range list {
			if n.Kind == string(t.Why) && n.State == client.NoticeStateFailed {
				whom = append(whom, w)
				p.step(w.agent.me.Name+", agent", "no message reaches "+w.name+"; I ring, before somebody else than promised stands at the door")
				p.request(w.agent)
				p.say("to be said: %q", n.Body)
			}
		}
	}
	for _, w := range whom {
		if err := p.ring(ctx, w); err != nil {
			return err
		}
	}
	p.knows("%s, the rounds that changed, and everybody whose technician or time it moves", x.told.name)
	return nil
}

// ring is an outbound call in which the person is told how their promise stands.
func (p *play) ring(ctx context.Context, w *told) error {
	a := w.agent
	c, err := a.api.StartContactWithResponse(ctx, &client.StartContactParams{IdempotencyKey: key()}, client.NewContact{
		PersonID: &w.person, Channel: client.ChannelPhone, Direction: client.NewContactDirectionOut, Reason: client.NewContactReasonStatus})
	if err := a.answered(err, http.StatusCreated); err != nil {
		return err
	}
	p.request(a)
	_, err = a.api.EndContactWithResponse(ctx, c.JSON201.Contact.ID, &client.EndContactParams{IdempotencyKey: key()},
		client.ContactEnd{Outcome: client.ContactEndOutcomeInformed})
	return a.answered(err, http.StatusOK)
}

// spoken is how long before a notice was written the words that it repeats may
// have been said: a window is promised while the person is on the line.
const spoken = 15 * time.Minute

// toldByVoice says whether somebody spoke to the person about a notice that
// nothing could carry: on the telephone, or at their desk, where a follow-up is
// promised. That somebody is on the way is worth a message and no call; the
// promise of it stands.
func (p *play) toldByVoice(ctx context.Context, a *actor, x client.Promise, n client.Notice) (bool, error) {
	if n.Kind == "on_the_way" {
		return true, nil
	}
	for _, c := range p.choices {
		if c.made.FollowUpPromise != nil && c.made.FollowUpPromise.ID == x.ID && n.Kind == "promise_made" {
			return true, nil
		}
	}
	r, err := a.api.GetCardWithResponse(ctx, x.PersonID)
	if err := a.answered(err, http.StatusOK); err != nil {
		return false, err
	}
	since := n.CreatedAt
	if n.Kind == "promise_made" {
		since = since.Add(-spoken)
	}
	for _, c := range r.JSON200.LastContacts {
		if !c.AnsweredAt.Before(since) && c.Channel == client.ChannelPhone && c.EndedAt != nil {
			return true, nil
		}
	}
	return false, nil
}
