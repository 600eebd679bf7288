package story

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"roundsman/api/client"

	"github.com/google/uuid"
)

// crew is a technician at work, with the round as they last read it.
type crew struct {
	a     *actor
	round client.Round
}

// deed is what a technician does next.
type deed string

const (
	leaves   deed = "leaves for"
	arrives  deed = "arrives at"
	finishes deed = "finishes at"
)

// next is what the technician does next, where, and when by the plan. It is false
// when the round is done.
func (c *crew) next() (deed, client.Stop, time.Time, bool) {
	for _, s := range c.round.Stops {
		v := s.Visit
		switch v.State {
		case client.VisitStateScheduled:
			return leaves, s, deref(v.PlannedLeave), true
		case client.VisitStateEnRoute:
			return arrives, s, deref(v.PlannedStart), true
		case client.VisitStateArrived, client.VisitStateInProgress:
			return finishes, s, deref(v.PlannedEnd), true
		}
	}
	return "", client.Stop{}, time.Time{}, false
}

// read reads the technician's own round anew.
func (c *crew) read(ctx context.Context) error {
	r, err := c.a.api.GetOwnRoundWithResponse(ctx, &client.GetOwnRoundParams{})
	if err := c.a.answered(err, http.StatusOK); err != nil {
		return err
	}
	c.round = r.JSON200.Round
	return nil
}

// worked counts what technicians did while nobody of the story was concerned.
type worked struct {
	since, until time.Time
	deeds        map[deed]int
}

// field is the day outside: everybody who works, and what is still owed today.
type field struct {
	crews []*crew
	owed  map[client.ID]bool // visits with a promise for today on which nobody has arrived
	until time.Time          // the day is played to here at least
	quiet worked
}

// workTheDay lets all technicians work their rounds by the demo clock until every
// promise of the day is settled and the callbacks of the story are due.
func (p *play) workTheDay(ctx context.Context) error {
	p.step("Twelve technicians", "what is my round? Then they work it, each departure, arrival and end at its planned time")
	f := &field{owed: map[client.ID]bool{}}
	for _, s := range p.cast.ofRole("technician") {
		a, err := p.cast.as(ctx, s.Login)
		if err != nil {
			return err
		}
		r, err := a.api.GetOwnRoundWithResponse(ctx, &client.GetOwnRoundParams{})
		if err := a.answered(err, http.StatusOK, http.StatusNotFound); err != nil {
			return err
		}
		if r.JSON200 == nil {
			continue // does not work today
		}
		c := &crew{a: a, round: r.JSON200.Round}
		f.crews = append(f.crews, c)
		if *a.me.TechnicianID == deref(p.told[0].promise.TechnicianID) {
			p.request(a)
			p.ownRound(c, r.JSON200.Kit)
		}
	}
	if err := p.owe(ctx, f); err != nil {
		return err
	}
	p.say("%d technicians work today; %s for today stand", len(f.crews), count(len(f.owed), "promise", "promises"))
	for {
		c, at, err := p.nextToAct(ctx, f)
		if err != nil {
			return err
		}
		if c == nil || f.done(p, at) {
			break
		}
		if err := p.act(ctx, f, c, at); err != nil {
			return err
		}
	}
	p.meanwhile(f)
	p.check(len(f.owed) == 0, "nobody who was promised a window today is still waiting")
	return nil
}

// done says whether the day has been played far enough.
func (f *field) done(p *play, at time.Time) bool {
	if len(f.owed) > 0 || at.Before(f.until) {
		return false
	}
	return all(p.choices, func(x choice) bool { return x.callback != nil })
}

// owe reads which promises for today stand.
func (p *play) owe(ctx context.Context, f *field) error {
	open, err := p.openPromises(ctx)
	if err != nil {
		return err
	}
	clear(f.owed)
	for _, x := range open {
		if x.Window.Start.In(p.loc).Format(time.DateOnly) == p.date {
			f.owed[deref(x.VisitID)] = true
		}
	}
	return nil
}

// nextToAct finds the technician whose planned time is the earliest. The round is
// read again before it is believed, for every fact and choice may have moved it.
func (p *play) nextToAct(ctx context.Context, f *field) (*crew, time.Time, error) {
	for {
		var first *crew
		var at time.Time
		for _, c := range f.crews {
			if _, _, t, ok := c.next(); ok && (first == nil || t.Before(at)) {
				first, at = c, t
			}
		}
		if first == nil {
			return nil, at, nil
		}
		if err := first.read(ctx); err != nil {
			return nil, at, err
		}
		if _, _, t, ok := first.next(); ok && !t.After(at) {
			return first, t, nil
		}
	}
}

// act does what the technician does next, at its time.
func (p *play) act(ctx context.Context, f *field, c *crew, at time.Time) error {
	what, stop, _, _ := c.next()
	if err := p.move(ctx, at); err != nil {
		return err
	}
	w := p.ofVisit(stop.Visit.ID)
	if w != nil {
		p.meanwhile(f)
	}
	f.quiet.add(what, p.clock.now(), w == nil)
	fact := client.Fact{ID: new(uuid.New())}
	switch what {
	case leaves:
		_, err := c.a.api.LeaveForVisitWithResponse(ctx, stop.Visit.ID, &client.LeaveForVisitParams{IdempotencyKey: key()}, fact)
		if err := c.a.answered(err, http.StatusOK); err != nil {
			return err
		}
		if w != nil {
			return p.departed(ctx, c, w, stop)
		}
	case arrives:
		r, err := c.a.api.ArriveAtVisitWithResponse(ctx, stop.Visit.ID, &client.ArriveAtVisitParams{IdempotencyKey: key()}, fact)
		if err := c.a.answered(err, http.StatusOK); err != nil {
			return err
		}
		delete(f.owed, stop.Visit.ID)
		if w != nil {
			if err := p.atTheDoor(ctx, f, c, w, stop, *r.JSON200); err != nil {
				return err
			}
		}
	case finishes:
		r, err := c.a.api.CompleteVisitWithResponse(ctx, stop.Visit.ID, &client.CompleteVisitParams{IdempotencyKey: key()}, fact)
		if err := c.a.answered(err, http.StatusOK); err != nil {
			return err
		}
		if w != nil {
			p.finished(f, c, w, *r.JSON200)
		}
	}
	return c.read(ctx)
}

// ofVisit is the person of the story whom a visit is for.
func (p *play) ofVisit(visit client.ID) *told {
	for _, w := range p.told {
		if deref(w.promise.VisitID) == visit {
			return w
		}
	}
	return nil
}

func (w *worked) add(what deed, at time.Time, quiet bool) {
	if !quiet {
		return
	}
	if w.deeds == nil {
		w.deeds, w.since = map[deed]int{}, at
	}
	w.deeds[what]++
	w.until = at
}

// meanwhile says what the others did since it was last said.
func (p *play) meanwhile(f *field) {
	if w := f.quiet; len(w.deeds) > 0 {
		p.blank()
		p.aside("%s to %s, elsewhere: %s, %s, %s", p.at(w.since), p.at(w.until), count(w.deeds[leaves], "departure", "departures"),
			count(w.deeds[arrives], "arrival", "arrivals"), count(w.deeds[finishes], "visit finished", "visits finished"))
	}
	f.quiet = worked{}
}

// ownRound shows a round as its technician sees it.
func (p *play) ownRound(c *crew, kit []client.KitItem) {
	p.say("%s, shift %s–%s, %s in the kit", c.round.Technician.Name, p.at(c.round.Shift.StartsAt), p.at(c.round.Shift.EndsAt), count(len(kit), "item", "items"))
	var rows [][]string
	for _, s := range c.round.Stops {
		promised := ""
		if s.Promise != nil {
			promised = p.window(s.Promise.Window)
		}
		rows = append(rows, []string{p.at(deref(s.Visit.PlannedLeave)), p.at(deref(s.Visit.PlannedStart)), s.PersonName, s.SiteName,
			fmt.Sprintf("%.1f km", float64(deref(s.Visit.Leg).Metres)/1000), s.TicketNumber, promised})
	}
	p.table([]string{"leave", "arrive", "person", "site", "way", "ticket", "promised"}, rows)
}
