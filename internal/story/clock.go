package story

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"path/filepath"
	"strings"
	"time"

	"roundsman/api/client"
	"roundsman/internal/clock"
)

// externalID begins the incidents that the story declares.
const externalID = "story-"

// demoClock knows what the demo's clock says between two looks at it: it runs
// with the machine's.
type demoClock struct {
	machine clock.System
	read    time.Time // what it said when it was last looked at
	offset  time.Duration
}

func (c *demoClock) set(now time.Time) { c.read, c.offset = now, now.Sub(c.machine.Now()) }
func (c *demoClock) now() time.Time    { return c.machine.Now().Add(c.offset) }

// signIn is step 0: everybody but the technicians, who come when they are needed.
func (p *play) signIn(file string) func(context.Context) error {
	return func(ctx context.Context) error {
		p.step("Everybody", "sign in, so that each request says who asks")
		if file == "" {
			file = "sign-ins.json"
		}
		for _, login := range []string{monitoring, anna, ben, dora} {
			a, err := p.cast.as(ctx, login)
			if err != nil {
				return err
			}
			p.say("%s", p.paint(cyan, fmt.Sprintf(`$ %s=$(curl -s %s/v1/sessions -H 'Content-Type: application/json' \
       -d "$(jq -c '.[]|select(.login=="%s")|{login,password}' %s)" | jq -r .access_token)`,
				tokenName(login), p.cast.server, login, quote(filepath.Clean(file)))))
			p.say("%d signed in: %s, %s", a.tape.last.status, a.me.Name, strings.Join(roles(a.me), ", "))
		}
		p.aside("Technicians sign in the same way when the day needs them (t01 … t12).")
		return nil
	}
}

func roles(me client.Me) []string {
	var out []string
	for _, r := range me.Roles {
		out = append(out, string(r))
	}
	return out
}

// morning makes sure that it is 07:30 of a working day on which the story was not
// played yet, with published rounds.
func (p *play) morning(ctx context.Context) error {
	d, err := p.cast.as(ctx, dora)
	if err != nil {
		return err
	}
	regions, err := d.api.ListRegionsWithResponse(ctx, nil)
	if err := d.answered(err, http.StatusOK); err != nil {
		return err
	}
	if len(regions.JSON200.Items) == 0 {
		return errors.New("the server has no region; start it with --demo")
	}
	p.region = regions.JSON200.Items[0]
	if p.loc, err = time.LoadLocation(p.region.Zone); err != nil {
		return fmt.Errorf("the region's zone: %w", err)
	}
	p.step("Dora, dispatcher", "what time is it in the demo, and is the day planned?")
	read, err := d.api.GetDemoClockWithResponse(ctx)
	if err := d.answered(err, http.StatusOK); err != nil {
		return fmt.Errorf("the story needs a demo (roundsman serve --demo): %w", err)
	}
	p.request(d)
	now := read.JSON200.Now.In(p.loc)
	p.clock.set(now)
	p.date = now.Format(time.DateOnly)
	p.say("it is %s in %s (%s)", now.Format("Monday, 2 January 2006, 15:04"), p.region.Name, p.region.Zone)
	fresh, err := p.putAway(ctx, d, now)
	if err != nil {
		return err
	}
	if !fresh || now.Format("15:04") > "07:45" || isWeekend(now) {
		if err := p.nextMorning(ctx, d, now); err != nil {
			return err
		}
	}
	return p.ensurePlan(ctx, d)
}

func isWeekend(t time.Time) bool {
	return t.Weekday() == time.Saturday || t.Weekday() == time.Sunday
}

// putAway resolves what earlier plays declared, and says whether none of it is of
// today.
func (p *play) putAway(ctx context.Context, d *actor, now time.Time) (fresh bool, err error) {
	limit := 200
	list, err := d.api.ListIncidentsWithResponse(ctx, &client.ListIncidentsParams{Limit: &limit})
	if err := d.answered(err, http.StatusOK); err != nil {
		return false, err
	}
	fresh = true
	for _, i := range list.JSON200.Items {
		if !strings.HasPrefix(i.ExternalID, externalID) {
			continue
		}
		if i.DeclaredAt.In(p.loc).Format(time.DateOnly) == now.Format(time.DateOnly) {
			fresh = false
		}
		if i.State == client.IncidentStateSuspected {
			r, err := d.api.ConfirmIncidentWithResponse(ctx, i.ID, &client.ConfirmIncidentParams{IdempotencyKey: key(), IfMatch: etag(i.Version)})
			if err := d.answered(err, http.StatusOK); err != nil {
				return false, err
			}
			i = r.JSON200.Incident
		}
		if i.State == client.IncidentStateConfirmed {
			_, err := d.api.ResolveIncidentWithResponse(ctx, i.ID, &client.ResolveIncidentParams{IdempotencyKey: key(), IfMatch: etag(i.Version)})
			if err := d.answered(err, http.StatusOK); err != nil {
				return false, err
			}
			p.aside("%s of an earlier play is resolved, so that this one stands alone.", i.Number)
		}
	}
	return fresh, nil
}

// etag is the strong ETag of a version.
func etag(version int64) *client.IfMatch { return new(fmt.Sprintf("%q", fmt.Sprint(version))) }

// nextMorning moves the clock to 07:30 of the next day on which somebody works.
func (p *play) nextMorning(ctx context.Context, d *actor, now time.Time) error {
	for n := 1; n <= 10; n++ {
		day := now.AddDate(0, 0, n)
		if isWeekend(day) {
			continue
		}
		r, err := d.api.GetDayWithResponse(ctx, p.region.ID, day.Format(time.DateOnly))
		if err := d.answered(err, http.StatusOK, http.StatusNotFound); err != nil {
			return err
		}
		if r.JSON200 == nil || len(r.JSON200.Rounds) == 0 {
			continue
		}
		at := time.Date(day.Year(), day.Month(), day.Day(), 7, 30, 0, 0, p.loc)
		if err := p.move(ctx, at); err != nil {
			return err
		}
		p.date = at.Format(time.DateOnly)
		p.blank()
		p.say("this morning is not untouched any more: the clock moves on to %s", at.Format("Monday, 2 January, 15:04"))
		p.request(d)
		return nil
	}
	return errors.New("nobody works on any of the next days: the demo's shifts are used up. Stop the server, remove its data directory, and start it again")
}

// move sets the demo clock forward; it does nothing when it is later already.
func (p *play) move(ctx context.Context, to time.Time) error {
	if !to.After(p.clock.now()) {
		return nil
	}
	d, err := p.cast.as(ctx, dora)
	if err != nil {
		return err
	}
	r, err := d.api.MoveDemoClockWithResponse(ctx, client.DemoClock{Now: to.In(p.loc)})
	if err := d.answered(err, http.StatusOK); err != nil {
		return err
	}
	p.clock.set(r.JSON200.Now)
	return nil
}

// ensurePlan plans and publishes the day if nothing of it is published.
func (p *play) ensurePlan(ctx context.Context, d *actor) error {
	p.from = p.clock.read
	r, err := d.api.GetDayWithResponse(ctx, p.region.ID, p.date)
	if err := d.answered(err, http.StatusOK); err != nil {
		return err
	}
	visits, published := 0, 0
	for _, x := range r.JSON200.Rounds {
		visits += len(x.Stops)
		if x.PublishedAt != nil {
			published++
		}
	}
	if published == 0 {
		p.say("nothing is published for %s yet: a first plan is made", p.date)
		if _, _, err := p.plan(ctx, d); err != nil {
			return err
		}
		return p.ensurePlan(ctx, d)
	}
	p.request(d)
	p.say("%s are published with %s; %s", count(published, "round", "rounds"), count(visits, "visit", "visits"),
		count(len(r.JSON200.Waiting), "visit waits", "visits wait"))
	return nil
}
