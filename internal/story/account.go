package story

import (
	"context"
	"fmt"
	"net/http"

	"roundsman/api/client"
)

// hardwareMoved reads the items of each choice back, with their custody.
func (p *play) hardwareMoved(ctx context.Context) error {
	p.blank()
	codes := map[string]bool{}
	for _, x := range p.choices {
		codes[x.made.Option.Code] = true
		items, err := p.hardware(ctx, x.told.item, deref(x.made.Option.ItemID))
		if err != nil {
			return err
		}
		for _, y := range items {
			way, open := "", 0
			for i, c := range y.Custody {
				if c.Until == nil {
					open++
				} else if i+1 < len(y.Custody) && !c.Until.Equal(y.Custody[i+1].Since) {
					open += 10 // a hole, or two at once
				}
				if i > 0 {
					way += " → "
				}
				way += p.holder(c.Holder) + " (" + c.Reason + ")"
			}
			p.say("%s %s: %s; now %s%s", y.Item.Model.Name, y.Item.Tag, way, y.Item.State, kept(y.Item))
			p.check(open == 1, "%s had exactly one custodian at every instant, and has one now", y.Item.Tag)
		}
		if x.made.Taken != nil {
			p.check(items[x.made.Taken.ID].Item.State == client.ItemStateQuarantined, "the infected %s is still in quarantine", x.made.Taken.Tag)
		}
	}
	p.check(codes[replaceNow], "somebody chose the new machine at once")
	p.check(codes[fixNow], "somebody chose the quick repair with a later delivery")
	return nil
}

// nobodyLeftOut checks that each affected person has been reached, or has a
// ticket, or waits on the call list.
func (p *play) nobodyLeftOut(ctx context.Context) error {
	a, err := p.cast.as(ctx, anna)
	if err != nil {
		return err
	}
	if err := p.readAffected(ctx); err != nil {
		return err
	}
	p.request(a)
	calls, err := p.calls(ctx, a)
	if err != nil {
		return err
	}
	waiting := map[client.ID]bool{}
	for _, t := range calls {
		if t.State == client.CallTaskStateQueued || t.State == client.CallTaskStateTaken {
			waiting[t.PersonID] = true
		}
	}
	reached, ticketed, listed := 0, 0, 0
	forgotten := ""
	for _, x := range p.affected {
		switch {
		case x.Reached != nil:
			reached++
		case waiting[x.PersonID]:
			listed++
		case x.TicketID != nil:
			ticketed++
		default:
			forgotten += "; not " + x.PersonName
		}
	}
	p.say("%d affected: %d reached, %d still on the call list, %d with a ticket only", len(p.affected), reached, listed, ticketed)
	p.check(forgotten == "" && all(p.affected, func(x client.Affected) bool { return x.TicketID != nil }), "nobody is left out: everybody affected has a ticket with an owner%s", forgotten)
	for _, w := range p.told {
		for _, x := range p.affected {
			if x.PersonID == w.person {
				p.check(x.Reached != nil, "%s counts as reached", w.name)
			}
		}
	}
	r, err := a.api.GetIncidentWithResponse(ctx, p.incident.ID)
	if err := a.answered(err, http.StatusOK); err != nil {
		return err
	}
	p.check(r.JSON200.ReachedCount == reached && r.JSON200.TicketCount == len(p.affected), "%s counts the same: %d reached, %d with a ticket",
		p.incident.Number, r.JSON200.ReachedCount, r.JSON200.TicketCount)
	return nil
}

// expected are the events without which the story was not played.
var expected = []string{
	"incident.declared", "incident.confirmed", "incident.tickets_opened", "plan.published", "call.taken", "call.done", "call.cancelled",
	"contact.started", "contact.ended", "ticket.changed", "promise.made", "visit.en_route", "visit.arrived", "options.offered",
	"option.chosen", "item.swapped", "item.reserved", "promise.kept", "visit.completed", "callback.due", "callback.confirmed", "ticket.confirmed",
}

// everythingHeard checks the event stream that was read all along.
func (p *play) everythingHeard(ctx context.Context) error {
	p.blank()
	// The end of the stream is where the last callback is told of.
	last := func(e client.Event) bool {
		return e.Name == "callback.confirmed"
	}
	if _, ok := p.stream.until(ctx, patience, last); !ok {
		p.check(false, "the stream told of a callback")
	}
	live, err := p.stream.read()
	p.check(err == nil, "the stream stayed open from the beginning%s", because(err))
	if len(live) == 0 {
		p.check(false, "events came")
		return nil
	}
	p.say("%d events came, positions %d to %d:", len(live), live[0].Position, live[len(live)-1].Position)
	p.say("  %s", tally(names(live)))
	at, hole := gap(live)
	p.check(!hole, "their positions follow one another without a gap%s", before(at, hole))
	heard, silent := names(live), ""
	for _, n := range expected {
		if heard[n] == 0 {
			silent += "; not " + n
		}
	}
	p.check(silent == "", "each of the %d things that the story did was told of%s", len(expected), silent)
	p.check(heard["ticket.opened"]+heard["ticket.linked"] >= len(p.affected), "everybody's ticket was told of: %d opened, %d of an earlier incident",
		heard["ticket.opened"], heard["ticket.linked"])
	err = p.replayed(ctx, live)
	p.check(err == nil, "read again from the beginning, it is the same stream%s", because(err))
	return nil
}

func because(err error) string {
	if err == nil {
		return ""
	}
	return ": " + err.Error()
}

func before(at int64, hole bool) string {
	if !hole {
		return ""
	}
	return fmt.Sprintf(": something is missing before %d", at)
}
