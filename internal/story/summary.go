package story

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"roundsman/api/client"
)

// summary asks the API, and not the story's memory, whether it all came true.
func (p *play) summary(ctx context.Context) error {
	p.step("Everybody", "what became of it? Read back from the API")
	made, err := p.promisesKept(ctx)
	if err != nil {
		return err
	}
	for _, fn := range []func(context.Context) error{
		func(ctx context.Context) error { return p.everybodyTold(ctx, made) },
		p.hardwareMoved, p.nobodyLeftOut, p.everythingHeard,
	} {
		if err := fn(ctx); err != nil {
			return err
		}
	}
	p.blank()
	if len(p.failed) == 0 {
		p.say("%s", p.paint(bold+";"+green, "PASS: what was said came true"))
		return nil
	}
	p.say("%s", p.paint(bold+";"+red, fmt.Sprintf("FAIL: %s not true", count(len(p.failed), "thing is", "things are"))))
	for _, f := range p.failed {
		p.say("- %s", f)
	}
	return nil
}

// promisesKept checks the report against every promise read back with its ledger.
func (p *play) promisesKept(ctx context.Context) ([]client.Promise, error) {
	d, err := p.cast.as(ctx, dora)
	if err != nil {
		return nil, err
	}
	until := p.clock.now().Add(time.Second)
	r, err := d.api.ReportPromisesWithResponse(ctx, &client.ReportPromisesParams{From: p.from, Until: until})
	if err := d.answered(err, http.StatusOK); err != nil {
		return nil, err
	}
	p.request(d)
	rep := r.JSON200
	p.say("promises of this morning: %d made, %d kept (%d by the window first told), %d late, %d broken, %d withdrawn, %d open",
		rep.Made, rep.Kept, rep.KeptFirst, rep.Late, rep.Broken, rep.Withdrawn, rep.Open)
	list, err := p.promises(ctx, d, client.ListPromisesParams{})
	if err != nil {
		return nil, err
	}
	list = slices.DeleteFunc(list, func(x client.Promise) bool { return x.MadeAt.Before(p.from) })
	states := map[string]int{}
	var rows [][]string
	chains := true
	for _, x := range list {
		got, err := d.api.GetPromiseWithResponse(ctx, x.ID)
		if err := d.answered(err, http.StatusOK); err != nil {
			return nil, err
		}
		states[string(x.State)]++
		whole := chain(got.JSON200.Entries, x.State)
		chains = chains && whole
		rows = append(rows, []string{x.PersonName, p.window(x.Window), deref(x.TechnicianName), string(x.State), ledger(got.JSON200.Entries)})
	}
	p.table([]string{"promised to", "window", "technician", "is", "ledger"}, rows)
	p.check(rep.Made == len(list) && rep.Kept == states["kept"] && rep.Late == states["late"] && rep.Broken == states["broken"] && rep.Open == states["open"],
		"the report counts what the promises say one by one (%s)", tally(states))
	p.check(chains, "each promise's ledger is a chain without a break, and ends as the promise stands")
	p.check(rep.Late == 0 && rep.Broken == 0 && rep.Withdrawn == 0, "none is late, broken or withdrawn")
	for _, w := range p.told {
		i := slices.IndexFunc(list, func(x client.Promise) bool { return x.ID == w.promise.ID })
		p.check(i >= 0 && list[i].State == client.PromiseStateKept && list[i].Window == w.promise.Window, "%s was promised %s, and it was kept", w.name, p.window(w.promise.Window))
	}
	for _, x := range list {
		if x.State == client.PromiseStateOpen {
			p.check(x.Window.Start.After(p.clock.now()), "%s's open promise is still to come: %s", x.PersonName, p.window(x.Window))
		}
	}
	return list, nil
}

// chain says whether a ledger's entries follow one another and end as the promise
// stands.
func chain(list []client.LedgerEntry, state client.PromiseState) bool {
	for i, e := range list {
		if e.Seq != int64(i+1) || e.Hash == "" || (i > 0 && deref(e.Previous) != list[i-1].Hash) {
			return false
		}
	}
	if len(list) == 0 || list[0].Kind != client.LedgerEntryKindMade {
		return false
	}
	return state == client.PromiseStateOpen || string(list[len(list)-1].Kind) == string(state)
}

func ledger(list []client.LedgerEntry) string {
	var out []string
	for _, e := range list {
		out = append(out, string(e.Kind))
	}
	return strings.Join(out, " ← ")
}

// everybodyTold checks that each promise has a notice that was delivered, or one
// that failed and whose person was told by voice.
func (p *play) everybodyTold(ctx context.Context, made []client.Promise) error {
	a, err := p.cast.as(ctx, anna)
	if err != nil {
		return err
	}
	p.blank()
	delivered, voiced := 0, 0
	for _, x := range made {
		list, err := p.settledNotices(ctx, a, x.ID)
		if err != nil {
			return err
		}
		ok := len(list) > 0
		for _, n := range list {
			switch n.State {
			case client.NoticeStateDelivered:
				delivered++
			case client.NoticeStateFailed:
				// Nothing can carry it: somebody had to say it.
				voiced++
				told, err := p.toldByVoice(ctx, a, x, n)
				if err != nil {
					return err
				}
				ok = ok && told
			default:
				ok = false
			}
		}
		p.check(ok, "%s heard of the promise for %s (%s)", x.PersonName, p.window(x.Window), kinds(list))
	}
	p.request(a)
	p.say("%s delivered; %d more could go by no message, and were said", count(delivered, "notice was", "notices were"), voiced)
	return nil
}

// settledNotices reads a promise's notices once none is queued any more.
func (p *play) settledNotices(ctx context.Context, a *actor, promise client.ID) ([]client.Notice, error) {
	for try := 0; ; try++ {
		r, err := a.api.ListNoticesWithResponse(ctx, &client.ListNoticesParams{PromiseID: &promise, Limit: new(200)})
		if err := a.answered(err, http.StatusOK); err != nil {
			return nil, err
		}
		list := r.JSON200.Items
		if try == 50 || all(list, func(n client.Notice) bool { return n.State != client.NoticeStateQueued }) {
			return list, nil
		}
		if err := pause(ctx, 200*time.Millisecond); err != nil {
			return nil, err
		}
	}
}

func kinds(list []client.Notice) string {
	out := map[string]int{}
	for _, n := range list {
		out[n.Kind+" "+string(n.State)]++
	}
	return tally(out)
}
