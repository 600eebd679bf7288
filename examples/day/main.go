package main

import (
	"bytes"
	"cmp"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"roundsman/api/client"

	"github.com/google/uuid"
)

// day is what happened so far. Nothing goes on where something has failed.
type day struct {
	url, file         string
	err               error
	agent, dispatcher *user
	ticket            client.Ticket // that needs a visit
	promise           client.Promise
	region            uuid.UUID
	date              string
}

func main() {
	server := flag.String("server", "http://127.0.0.1:8080", "where the server listens")
	file := flag.String("sign-ins", filepath.Join(dataDir(), "demo", "sign-ins.json"), "the demo's sign-ins; the server prints where they are")
	flag.Parse()
	d := &day{url: *server, file: *file}
	d.agent, d.dispatcher = d.signIn("anna"), d.signIn("dora")
	for _, part := range []func(){d.calls, d.unknownCaller, d.plan, d.move, d.absence, d.round, d.callBack, d.summary} {
		if part(); d.err != nil {
			fmt.Fprintln(os.Stderr, "day:", d.err)
			os.Exit(1)
		}
	}
}

// wait moves the demo's clock, which runs and is only moved forward.
func (d *day) wait(until *time.Time) {
	if d.holds(until != nil, "what comes next has its time") && until.After(get[client.DemoClock](d.agent, "/v1/demo/clock").Now) {
		ask[any](d.dispatcher, "PUT", "/v1/demo/clock", client.DemoClock{Now: *until}, "")
	}
}

func (d *day) ring(person *uuid.UUID, direction client.NewContactDirection, reason client.NewContactReason) uuid.UUID {
	return post[client.ContactStarted](d.agent, "/v1/contacts", client.NewContact{PersonID: person, Channel: "phone", Direction: direction, Reason: reason}).Contact.ID
}

func (d *day) hangUp(contact uuid.UUID, outcome client.ContactEndOutcome) {
	post[any](d.agent, "/v1/contacts/"+contact.String()+"/end", client.ContactEnd{Outcome: outcome})
}

// calls: one caller is helped on the line, to another somebody is promised.
func (d *day) calls() {
	people := get[client.People](d.agent, "/v1/people?limit=2").Items
	kinds := get[client.Templates](d.agent, "/v1/templates").Items
	remote := slices.IndexFunc(kinds, func(t client.Template) bool { return !t.OnSite })
	onSite := slices.IndexFunc(kinds, func(t client.Template) bool { return t.OnSite && len(t.OptionCodes) > 1 })
	if !d.holds(len(people) == 2 && remote >= 0 && onSite >= 0, "the demo has people and templates of both kinds") {
		return
	}
	what, how := "as the caller said", "Reset while they waited"
	call := d.ring(&people[0].ID, "in", "new")
	quick := post[client.TicketDetail](d.agent, "/v1/tickets", client.NewTicket{PersonID: people[0].ID, ContactID: &call, Template: &kinds[remote].Code, KeyField: &what, Resolution: &how})
	d.holds(quick.Ticket.State == "resolved", "what is resolved on the line is resolved")
	d.hangUp(call, "resolved")
	d.say("%s called: %s, resolved on the line", people[0].Name, kinds[remote].Name)

	found := post[client.CallerMatches](d.agent, "/v1/callers/search", client.CallerSearch{EmployeeNumber: &people[1].EmployeeNumber}).Items
	d.holds(len(found) == 1 && found[0].Sure, "an employee number is one person's")
	person := get[client.Card](d.agent, "/v1/people/"+people[1].ID.String()+"/card").Person
	call = d.ring(&person.ID, "in", "new")
	made := post[client.TicketDetail](d.agent, "/v1/tickets", client.NewTicket{PersonID: person.ID, ContactID: &call, Template: &kinds[onSite].Code, KeyField: &what})
	d.ticket = made.Ticket
	offers := post[client.Quote](d.agent, "/v1/quotes", client.NewQuote{TicketID: d.ticket.ID}).Offers
	if !d.holds(len(offers) > 0 && len(made.Visits) == 1, "there is a window to offer for the visit") {
		return
	}
	d.region = made.Visits[0].RegionID
	d.promise = post[client.Promise](d.agent, "/v1/promises", client.NewPromise{OutcomeID: offers[0].OutcomeID, ContactID: &call})
	post[any](d.agent, "/v1/tickets/"+d.ticket.ID.String()+"/notes", client.NewNote{Audience: "internal", Body: "Ring at the side door."})
	d.hangUp(call, "promised")
	d.say("%s called: %s. %s", person.Name, kinds[onSite].Name, d.promise.Wording)
}

// unknownCaller is served at once, and entered properly afterwards.
func (d *day) unknownCaller() {
	number := "X" + uuid.NewString()[:8]
	found := post[client.CallerMatches](d.agent, "/v1/callers/search", client.CallerSearch{EmployeeNumber: &number})
	d.holds(len(found.Items) == 0, "nobody has the number "+number)
	call := d.ring(nil, "in", "new")
	known := post[client.CallerKnown](d.agent, "/v1/contacts/"+call.String()+"/caller", client.NewCaller{Name: "Nora Quist", SiteID: d.ticket.SiteID})
	d.hangUp(call, "informed")
	post[any](d.agent, "/v1/people/"+known.Person.ID.String()+"/completion", client.PersonCompletion{EmployeeNumber: number})
	d.say("%s was unknown, is %s now", known.Person.Name, number)
}

// plan has the day planned again, with what came in since, and publishes it.
func (d *day) plan() {
	d.date = d.promise.Window.Start.Format(time.DateOnly)
	r := post[client.PlanRun](d.dispatcher, "/v1/plan-runs", client.NewPlanRun{RegionID: d.region, Date: d.date, Duration: new("PT2S")})
	for tick := time.Tick(100 * time.Millisecond); d.err == nil && r.EndedAt == nil && r.OutcomeID == nil; <-tick {
		r = get[client.PlanRun](d.dispatcher, "/v1/plan-runs/"+r.ID.String())
	}
	r = post[client.PlanRun](d.dispatcher, "/v1/plan-runs/"+r.ID.String()+"/publication", struct{}{})
	if d.err != nil && strings.Contains(d.err.Error(), `"outcome_changed"`) {
		d.err = nil
		d.plan() // the day has moved meanwhile: published now, it would be something else
		return
	}
	d.holds(r.State == "published", "what is published is published")
	d.say("%s planned: %d visits in rounds, %d left out", d.date, r.Assigned, r.Unassigned)
}

// rounds reads the board: the round of our promise, and the others that have work.
func (d *day) rounds() (mine client.BoardRound, others []client.BoardRound) {
	for _, r := range get[client.Board](d.dispatcher, "/v1/regions/"+d.region.String()+"/board?date="+d.date).Rounds {
		if slices.ContainsFunc(r.Visits, func(v client.BoardVisit) bool { return v.TicketID == d.ticket.ID }) {
			mine = r
		} else if len(r.Visits) > 0 {
			others = append(others, r)
		}
	}
	d.holds(len(mine.Visits) > 0, "the promised visit is in a round")
	return mine, others
}

// change asks what a change would do, and does it if it can be done.
func (d *day) change(path string, asked any, chosen func(id *uuid.UUID) any) bool {
	o := post[client.Outcome](d.dispatcher, path+"?dry_run=true", asked)
	return d.err == nil && o.Feasible && d.holds(post[client.Outcome](d.dispatcher, path, chosen(&o.ID)).ID == o.ID, "what was shown is what is done")
}

// move gives one of somebody's visits to the first colleague who can take it.
func (d *day) move() {
	if _, others := d.rounds(); len(others) > 1 { // on a later day there may be no work yet
		for _, v := range slices.Backward(others[0].Visits) {
			if i := slices.IndexFunc(others[1:], func(to client.BoardRound) bool {
				end := len(to.Visits) + 1
				return d.change("/v1/visits/"+v.VisitID.String()+"/move", client.Move{RoundID: &to.ID, Position: &end},
					func(id *uuid.UUID) any { return client.Move{OutcomeID: id} })
			}); i >= 0 {
				d.say("%s moved from %s to %s", v.TicketNumber, others[0].Technician.Name, others[1+i].Technician.Name)
				return
			}
		}
		d.holds(false, "some colleague can take a visit")
	}
}

// absence: somebody else goes home an hour early.
func (d *day) absence() {
	if _, others := d.rounds(); len(others) > 1 { // on a later day there may be no work yet
		who, until := others[1].Technician, others[1].Shift.EndsAt
		from := until.Add(-time.Hour)
		d.holds(d.change("/v1/absences", client.Absence{TechnicianID: &who.ID, From: &from, Until: &until, Reason: "sick"},
			func(id *uuid.UUID) any { return client.Absence{OutcomeID: id, Reason: "sick"} }), "a technician may go home")
		d.say("%s goes home an hour early", who.Name)
	}
}

// round: the technician serves the stops until the promised one is done.
func (d *day) round() {
	mine, _ := d.rounds()
	technician := d.signIn(strings.ToLower(mine.Technician.Code))
	for d.err == nil {
		stops := slices.DeleteFunc(get[client.OwnRound](technician, "/v1/me/round?date="+d.date).Round.Stops, func(s client.Stop) bool { return s.Visit.CompletedAt != nil })
		if !d.holds(len(stops) > 0, "the promised visit is among the stops") {
			break
		}
		stop := stops[0]
		ours, path := stop.Visit.TicketID == d.ticket.ID, "/v1/visits/"+stop.Visit.ID.String()
		d.wait(stop.Visit.PlannedLeave)
		post[any](technician, path+"/departure", client.Fact{})
		d.wait(stop.Visit.PlannedStart)
		post[any](technician, path+"/arrival", client.Fact{})
		if ours {
			set := post[client.OptionSet](technician, path+"/options", struct{}{})
			set.Options = slices.DeleteFunc(set.Options, func(o client.Option) bool { return o.Blocked != nil })
			if d.holds(len(set.Options) > 0, "something can be done") { // the customer takes the first
				post[any](technician, "/v1/option-sets/"+set.ID.String()+"/choice", client.Choice{OptionID: set.Options[0].ID, ChosenBy: "customer"})
			}
			post[any](technician, path+"/follow-up", client.FollowUpNeed{Note: new("A part is to be fetched")})
		}
		post[any](technician, path+"/completion", client.Fact{})
		d.say("%s served %s at %s", mine.Technician.Name, stop.PersonName, stop.SiteName)
		if ours {
			return
		}
	}
}

// callBack asks the customer how it went, when that is due.
func (d *day) callBack() {
	due := get[client.Callbacks](d.agent, "/v1/callbacks?state=due&ticket_id="+d.ticket.ID.String()).Items
	if d.holds(len(due) == 1, "a visit that is done is called about") {
		d.wait(&due[0].DueAt)
		call := d.ring(&due[0].PersonID, "out", "callback")
		ask[any](d.agent, "POST", "/v1/callbacks/"+due[0].ID.String()+"/outcome", client.CallbackSettlement{Outcome: "confirmed"}, fmt.Sprintf(`"%d"`, due[0].Version))
		d.hangUp(call, "informed")
	}
}

// summary reads back what the day left.
func (d *day) summary() {
	t := get[client.TicketDetail](d.agent, "/v1/tickets/"+d.ticket.ID.String())
	p := get[client.PromiseDetail](d.agent, "/v1/promises/"+d.promise.ID.String()).Promise
	notes := get[client.Notes](d.agent, "/v1/tickets/"+d.ticket.ID.String()+"/notes").Items
	due := get[client.Callbacks](d.agent, "/v1/callbacks?state=due&ticket_id="+d.ticket.ID.String()).Items
	d.holds(p.State == "kept", "the promise is kept, not "+string(p.State))
	d.holds(len(t.Visits) > 1 && len(notes) > 0 && len(due) == 0, "the ticket has a second visit, a note and no callback that is due")
	d.say("%s at the end: %s; promise %s, %d visits, %d notes", t.Ticket.Number, t.Ticket.State, p.State, len(t.Visits), len(notes))
}

// dataDir is where the server keeps its data when it is not told otherwise.
func dataDir() string {
	if os.Geteuid() == 0 {
		return "/var/lib/roundsman"
	}
	home, _ := os.UserHomeDir()
	return filepath.Join(cmp.Or(os.Getenv("XDG_DATA_HOME"), filepath.Join(home, ".local", "share")), "roundsman")
}

// user is somebody who is signed in.
type user struct {
	day   *day
	token string
}

func (d *day) signIn(login string) *user {
	u := &user{day: d}
	var list []client.SignIn
	text, _ := os.ReadFile(d.file)
	d.holds(json.Unmarshal(text, &list) == nil, "the sign-ins are in "+d.file)
	if i := slices.IndexFunc(list, func(s client.SignIn) bool { return s.Login == login }); d.holds(i >= 0, login+" can sign in") {
		u.token = post[client.Session](u, "/v1/sessions", list[i]).AccessToken
	}
	return u
}

func (d *day) say(format string, args ...any) {
	if d.err == nil {
		fmt.Printf(format+"\n", args...)
	}
}

func get[T any](u *user, path string) T            { return ask[T](u, "GET", path, nil, "") }
func post[T any](u *user, path string, body any) T { return ask[T](u, "POST", path, body, "") }

// ask sends a request and reads the answer, unless something has failed before.
func ask[T any](u *user, method, path string, body any, match string) (out T) {
	if u.day.err != nil {
		return out
	}
	answer, err := u.send(method, path, body, match)
	if err == nil {
		err = json.Unmarshal(answer, &out)
	}
	if err != nil {
		u.day.err = fmt.Errorf("%s %s: %w", method, path, err)
	}
	return out
}

func (u *user) send(method, path string, body any, match string) ([]byte, error) {
	text, _ := json.Marshal(body)
	r, err := http.NewRequest(method, u.day.url+path, bytes.NewReader(text))
	if err != nil {
		return nil, err
	}
	r.Header = http.Header{"Content-Type": {"application/json"}, "Authorization": {"Bearer " + u.token}, "If-Match": {match},
		"Idempotency-Key": {uuid.NewString()}} // sent again with it, it would be done once
	got, err := http.DefaultClient.Do(r)
	if err != nil {
		return nil, err
	}
	defer got.Body.Close()
	answer, err := io.ReadAll(got.Body)
	if got.StatusCode >= http.StatusMultipleChoices {
		return nil, fmt.Errorf("%s: %s", got.Status, answer)
	}
	return answer, err
}

// holds fails unless what must be so is so.
func (d *day) holds(so bool, what string) bool {
	if !so && d.err == nil {
		d.err = fmt.Errorf("it does not hold that %s", what)
	}
	return d.err == nil
}
