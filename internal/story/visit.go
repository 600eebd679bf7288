package story

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"roundsman/api/client"
)

// Codes of the options that the story wants to see chosen.
const (
	replaceNow = "replace_now"
	fixNow     = "fix_now_deliver_later"
)

// choice is what somebody picked on site, and what it did.
type choice struct {
	told     *told
	made     client.ChoiceMade
	before   map[client.ID]client.ItemDetail // custody before it
	callback *client.Callback                // from the end of the visit
}

func (p *play) departed(ctx context.Context, c *crew, w *told, s client.Stop) error {
	p.step(c.a.me.Name+", technician", fmt.Sprintf("%s: I am on the way to %s, %s", p.at(p.clock.now()), s.PersonName, s.SiteName))
	p.request(c.a)
	p.retimed(ctx, c)
	if err := c.read(ctx); err != nil {
		return err
	}
	if _, now, eta, ok := c.next(); ok && now.Visit.ID == s.Visit.ID {
		p.say("expected at %s, promised %s", p.at(eta), p.window(w.promise.Window))
	}
	return nil
}

// retimed waits for the round's times to be computed anew after what was last
// reported in it. A server that has nothing to say of it is not waited for long.
func (p *play) retimed(ctx context.Context, c *crew) {
	live, _ := p.stream.read()
	since := int64(0)
	for _, e := range live {
		if e.SubjectKind == "visit" && e.TechnicianID != nil && *e.TechnicianID == c.round.Technician.ID {
			since = e.Position
		}
	}
	p.stream.until(ctx, time.Second, func(e client.Event) bool {
		return e.Position > since && e.Name == "round.changed" && e.SubjectID == c.round.ID
	})
}

// atTheDoor judges the promise, and offers options while the story wants one
// chosen.
func (p *play) atTheDoor(ctx context.Context, f *field, c *crew, w *told, s client.Stop, got client.VisitProgress) error {
	p.step(c.a.me.Name+", technician", fmt.Sprintf("%s: I am with %s, %s, room %s", p.at(p.clock.now()), s.PersonName, deref(s.Building), deref(s.Room)))
	p.request(c.a)
	if got.Promise == nil {
		p.check(false, "the arrival at %s settles the promise", w.name)
		return nil
	}
	p.check(got.Promise.State == client.PromiseStateKept, "promised %s, arrived %s: the promise to %s is %s",
		p.window(got.Promise.Window), p.at(deref(got.Visit.ArrivedAt)), w.name, got.Promise.State)
	want := p.wanted(w)
	if want == "" {
		return nil
	}
	if err := p.options(ctx, c, w, s, want); err != nil {
		return err
	}
	for _, x := range f.crews {
		if err := x.read(ctx); err != nil {
			return err
		}
	}
	return p.owe(ctx, f)
}

// wanted is the option that the story would like this person to choose: the
// caller replaces, the next one has it cleaned. "" is none any more.
func (p *play) wanted(w *told) string {
	done := map[string]bool{}
	caller := false
	for _, x := range p.choices {
		done[x.made.Option.Code] = true
		caller = caller || x.told == p.told[0]
	}
	switch {
	case w == p.told[0] && !done[replaceNow], caller && !done[replaceNow]:
		return replaceNow
	case !done[fixNow]:
		return fixNow
	}
	return ""
}

// options offers what can be done, with what each does to everybody else, and
// commits what the customer picks.
func (p *play) options(ctx context.Context, c *crew, w *told, s client.Stop, want string) error {
	p.step(c.a.me.Name+", technician", "what can I offer "+w.name+", and what would each do to everybody else?")
	r, err := c.a.api.OfferOptionsWithResponse(ctx, s.Visit.ID, &client.OfferOptionsParams{IdempotencyKey: key()})
	if err := c.a.answered(err, http.StatusCreated); err != nil {
		return err
	}
	p.request(c.a)
	set := r.JSON201
	p.check(len(set.Options) >= 2, "%d options are offered", len(set.Options))
	var pick *client.Option
	for i := range set.Options {
		o := &set.Options[i]
		p.option(*o)
		if o.Blocked == nil && (pick == nil || o.Code == want) {
			pick = o
		}
	}
	p.check(all(set.Options, func(o client.Option) bool { return (o.Outcome != nil) != (o.Blocked != nil) }),
		"each option shows what it does, or says why it can't be done")
	if pick == nil {
		p.say("nothing can be offered here; the technician does what can be done and finishes the visit")
		return nil
	}
	before, err := p.hardware(ctx, w.item, deref(pick.ItemID))
	if err != nil {
		return err
	}
	p.step(w.name, fmt.Sprintf("%q, please", pick.Name))
	made, err := c.a.api.ChooseOptionWithResponse(ctx, set.ID, &client.ChooseOptionParams{IdempotencyKey: key()},
		client.Choice{OptionID: pick.ID, ChosenBy: "customer"})
	if err := c.a.answered(err, http.StatusOK); err != nil {
		return err
	}
	p.request(c.a)
	x := choice{told: w, made: *made.JSON200, before: before}
	p.choices = append(p.choices, x)
	p.check(same(*pick.Outcome, x.made.Outcome) == "", "what was committed is what was shown%s", same(*pick.Outcome, x.made.Outcome))
	if err := p.upheld(ctx, x); err != nil {
		return err
	}
	if err := p.moved(ctx, x); err != nil {
		return err
	}
	return p.ringThose(ctx, x)
}

// option shows one option with its effect on others.
func (p *play) option(o client.Option) {
	p.blank()
	p.say("%s (%s), %s", p.paint(bold, o.Name), o.Code, minutes(o.Duration))
	if o.Blocked != nil {
		p.say("can't be done: %s", *o.Blocked)
		return
	}
	if o.FollowUpWindow != nil {
		p.say("with a second visit on %s", p.window(*o.FollowUpWindow))
	}
	if o.Outcome == nil {
		return
	}
	if rows := p.effects(*o.Outcome); len(rows) > 0 {
		p.table([]string{"promised to", "window", "kept in", "arrival", "technician"}, rows)
	} else {
		p.say("no other promise is touched")
	}
	shifted, handed := loose(*o.Outcome)
	p.say("without a promise: %s by five minutes or more, %s; %s driving in all; %s to be told", count(shifted, "visit moves", "visits move"),
		count(handed, "goes to another technician", "go to another technician"), signed(time.Duration(o.Outcome.TravelSeconds)*time.Second),
		count(len(o.Outcome.Tell), "person has", "people have"))
	for _, u := range o.Outcome.Waiting {
		p.say("loses the place for now: %s (%s)", u.PersonName, u.TicketNumber)
	}
}

// loose counts the visits without a promise that an outcome moves by five minutes
// or more, and those that it gives to another technician.
func loose(o client.Outcome) (shifted, handed int) {
	for _, m := range o.Moves {
		if m.Promised || m.From == nil || m.To == nil {
			continue
		}
		if m.From.TechnicianID != m.To.TechnicianID {
			handed++
		} else if m.To.Start.Sub(m.From.Start).Abs() >= 5*time.Minute {
			shifted++
		}
	}
	return shifted, handed
}

// effects is a row for each promise that an outcome touches.
func (p *play) effects(o client.Outcome) [][]string {
	from := map[client.ID]client.MovedVisit{}
	for _, m := range o.Moves {
		from[m.VisitID] = m
	}
	var rows [][]string
	for _, im := range o.Promises {
		chance, arrival, who := "new "+percent(im.ChanceAfter), p.at(im.ArrivalAfter), im.TechnicianName
		if im.ChanceBefore != nil {
			chance = percent(*im.ChanceBefore) + " → " + percent(im.ChanceAfter)
		}
		if im.ArrivalBefore != nil && p.at(*im.ArrivalBefore) != arrival {
			arrival = p.at(*im.ArrivalBefore) + " → " + arrival
		}
		if im.TechnicianBefore != nil && *im.TechnicianBefore != im.TechnicianAfter {
			was := "another"
			if m, ok := from[im.VisitID]; ok && m.From != nil {
				was = m.From.TechnicianName
			}
			who = was + " → " + who
		}
		rows = append(rows, []string{im.PersonName, p.window(im.Window), chance, arrival, who})
	}
	return rows
}

// finished takes note of the end of a visit of the story.
func (p *play) finished(f *field, c *crew, w *told, got client.VisitProgress) {
	p.step(c.a.me.Name+", technician", fmt.Sprintf("%s: the work at %s's desk is finished", p.at(p.clock.now()), w.name))
	p.request(c.a)
	p.check(got.Callback != nil && got.Callback.OwnerID == w.agent.me.AccountID, "%s has a callback to make", w.agent.me.Name)
	if got.Callback == nil {
		return
	}
	p.say("due %s", p.at(got.Callback.DueAt))
	if got.Callback.DueAt.After(f.until) && p.chose(w) {
		f.until = got.Callback.DueAt
	}
	for i := range p.choices {
		if p.choices[i].told == w {
			p.choices[i].callback = got.Callback
		}
	}
}

func (p *play) chose(w *told) bool {
	return !all(p.choices, func(x choice) bool { return x.told != w })
}
