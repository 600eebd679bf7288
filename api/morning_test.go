package api_test

import (
	"net/http"
	"testing"
	"time"

	"roundsman/api/contract"
	"roundsman/internal/ids"
	"roundsman/internal/stage"

	"github.com/stretchr/testify/require"
)

type object = map[string]any

// A whole morning through the interface, as everybody who takes part. Every
// answer is held against the contract on the way.
func TestMorning(t *testing.T) {
	t.Parallel()
	s := play(t, stage.Small, nil)
	region, person := stage.Name("region").String(), stage.Name("person 0").String()

	// Monitoring declares an incident; the same again is the same one.
	virus := object{"external_id": "mon-1", "title": "Worm", "cause": "A worm on old desktops.", "state": "suspected", "impairs": []string{"mail"},
		"template": "virus_cleanup", "predicate": object{"models": []string{"OLD-1"}, "os_below": "10.0.15063"}}
	g := s.do(s.mon, "POST", "/v1/incidents", virus)
	var inc contract.IncidentDetail
	g.into(http.StatusCreated, &inc)
	require.Equal(t, 6, inc.AffectedCount)
	require.Equal(t, 6, inc.Calls["queued"])
	at := "/v1/incidents/" + inc.Incident.ID.String()
	require.Equal(t, at, g.Header().Get("Location"))
	again := ok[contract.IncidentDetail](s, http.StatusOK, s.mon, "POST", "/v1/incidents", virus)
	require.Equal(t, inc.Incident.ID, again.Incident.ID)
	s.do(s.dora, "POST", at+"/confirmation", nil).problem(http.StatusPreconditionRequired, "if_match_missing")
	s.do(s.dora, "POST", at+"/confirmation", nil, "If-Match", `"9"`).problem(http.StatusPreconditionFailed, "version_stale")
	inc = ok[contract.IncidentDetail](s, http.StatusOK, s.dora, "POST", at+"/confirmation", nil, "If-Match", g.Header().Get("ETag"))
	require.Equal(t, contract.IncidentStateConfirmed, inc.Incident.State)
	hit := ok[contract.AffectedPeople](s, http.StatusOK, s.dora, "GET", at+"/affected", nil)
	require.Len(t, hit.Items, 6)
	require.Contains(t, hit.Items[0].DeadChannels, "mail")
	calls := ok[contract.CallTasks](s, http.StatusOK, s.anna, "GET", at+"/calls", nil)
	require.Len(t, calls.Items, 6)

	// One of them calls first.
	found := ok[contract.CallerMatches](s, http.StatusOK, s.anna, "POST", "/v1/callers/search", object{"phone": "302/555-0000"})
	require.Equal(t, person, found.Items[0].Person.ID.String())
	card := ok[contract.Card](s, http.StatusOK, s.anna, "GET", "/v1/people/"+person+"/card", nil)
	require.Len(t, card.Devices, 1)
	require.Len(t, card.Incidents, 1)
	require.NotEmpty(t, card.Say)
	contact := ok[contract.ContactStarted](s, http.StatusCreated, s.anna, "POST", "/v1/contacts", object{"person_id": person, "channel": "phone", "direction": "in", "reason": "incident"})
	require.Len(t, contact.CallsCancelled, 1)
	ticket := ok[contract.TicketDetail](s, http.StatusCreated, s.anna, "POST", "/v1/tickets",
		object{"template": "virus_cleanup", "person_id": person, "item_id": card.Devices[0].ID, "incident_id": inc.Incident.ID, "contact_id": contact.Contact.ID})
	require.Len(t, ticket.Visits, 1)
	opened := ok[contract.TicketsOpened](s, http.StatusCreated, s.dora, "POST", at+"/tickets", nil)
	require.Equal(t, 5, opened.Opened)

	// The other calls are made.
	for _, c := range calls.Items {
		if c.PersonID.String() == person {
			s.do(s.anna, "POST", "/v1/call-tasks/"+c.ID.String()+"/taking", nil).problem(http.StatusConflict, "call_task_state")
			continue
		}
		require.Equal(t, contract.CallTaskStateTaken, ok[contract.CallTask](s, http.StatusOK, s.ben, "POST", "/v1/call-tasks/"+c.ID.String()+"/taking", nil).State)
		ok[contract.CallTask](s, http.StatusOK, s.ben, "POST", "/v1/call-tasks/"+c.ID.String()+"/outcome", object{"reached": true, "note": "waits"})
	}
	inc = ok[contract.IncidentDetail](s, http.StatusOK, s.dora, "GET", at, nil)
	require.Equal(t, 6, inc.ReachedCount)
	require.Equal(t, 6, inc.TicketCount)

	// The agent reads out a window, and it is a promise.
	quote := ok[contract.Quote](s, http.StatusCreated, s.anna, "POST", "/v1/quotes", object{"ticket_id": ticket.Ticket.ID, "days": 1})
	require.NotEmpty(t, quote.Offers, "%+v", quote.Refused)
	g = s.do(s.anna, "POST", "/v1/promises", object{"outcome_id": quote.Offers[0].OutcomeID, "contact_id": contact.Contact.ID})
	var promise contract.Promise
	g.into(http.StatusCreated, &promise)
	require.Equal(t, quote.Offers[0].Window, promise.Window)
	require.Equal(t, quote.Offers[0].Sentence, promise.Wording)
	ok[contract.Contact](s, http.StatusOK, s.anna, "POST", "/v1/contacts/"+contact.Contact.ID.String()+"/end", object{"outcome": "promised"})
	detail := ok[contract.PromiseDetail](s, http.StatusOK, s.anna, "GET", g.Header().Get("Location"), nil)
	require.Equal(t, contract.LedgerEntryKindMade, detail.Entries[0].Kind)
	require.Len(t, ok[contract.Promises](s, http.StatusOK, s.anna, "GET", "/v1/promises?state=open&person_id="+person, nil).Items, 1)

	// The dispatcher plans the rest of the day around it, and publishes.
	g = s.do(s.dora, "POST", "/v1/plan-runs", object{"region_id": region, "date": stage.Monday, "duration": "PT1S", "seed": 7})
	require.Equal(t, http.StatusAccepted, g.Code, g.Body)
	run := g.Header().Get("Location")
	s.do(s.dora, "GET", run+"/draft", nil).problem(http.StatusConflict, "no_draft")
	require.NoError(t, s.Work(t.Context()))
	require.Equal(t, contract.PlanRunStateDrafted, ok[contract.PlanRun](s, http.StatusOK, s.dora, "GET", run, nil).State)
	draft := ok[contract.Outcome](s, http.StatusOK, s.dora, "GET", run+"/draft", nil)
	require.True(t, draft.Feasible)
	require.Equal(t, draft.ID, ok[contract.Outcome](s, http.StatusOK, s.dora, "GET", "/v1/outcomes/"+draft.ID.String(), nil).ID)
	require.Equal(t, contract.PlanRunStatePublished, ok[contract.PlanRun](s, http.StatusOK, s.dora, "POST", run+"/publication", nil).State)
	s.do(s.dora, "POST", run+"/cancellation", nil).problem(http.StatusConflict, "plan_run_over")
	require.Len(t, ok[contract.PlanRuns](s, http.StatusOK, s.dora, "GET", "/v1/plan-runs?region_id="+region+"&date=2026-03-09", nil).Items, 1)
	day := ok[contract.Day](s, http.StatusOK, s.dora, "GET", "/v1/regions/"+region+"/days/2026-03-09", nil)
	require.Len(t, day.Rounds, 2)
	ok[contract.Regions](s, http.StatusOK, s.dora, "GET", "/v1/regions", nil)

	// The technician does the promised visit; the other one can't see it.
	mine, other := s.tess, s.tom
	if *promise.TechnicianID != stage.Name("technician 0") {
		mine, other = other, mine
	}
	visit := "/v1/visits/" + promise.VisitID.String()
	own := ok[contract.OwnRound](s, http.StatusOK, mine, "GET", "/v1/me/round", nil)
	require.Len(t, own.Kit, 2)
	require.NotNil(t, own.Round.Stops[0].Room)
	ok[contract.Round](s, http.StatusOK, s.dora, "GET", "/v1/rounds/"+own.Round.ID.String(), nil)
	line := ok[contract.Line](s, http.StatusOK, s.dora, "GET", "/v1/rounds/"+own.Round.ID.String()+"/line", nil)
	require.NotEmpty(t, line.Features)
	strayed := ok[contract.StrayFact](s, http.StatusAccepted, other, "POST", visit+"/departure", nil)
	require.Equal(t, contract.StrayFactWhyNotInYourRound, strayed.Why)
	s.do(mine, "POST", visit+"/options", nil).problem(http.StatusConflict, "visit_state")
	early := object{"id": ids.New(), "note": "all done"}
	kept := s.do(mine, "POST", visit+"/completion", early, "Idempotency-Key", "early")
	require.Equal(t, http.StatusAccepted, kept.Code, kept.Body)
	require.Equal(t, kept.Body.String(), s.do(mine, "POST", visit+"/completion", early, "Idempotency-Key", "early").Body.String())
	require.Equal(t, kept.Body.String(), s.do(mine, "POST", visit+"/completion", early).Body.String(), "the fact's own id is enough")
	stray := ok[contract.StrayFacts](s, http.StatusOK, s.dora, "GET", "/v1/stray-facts", nil).Items[0]
	require.Equal(t, []any{contract.StrayFactDispositionConflict, contract.StrayFactWhyState, "visit_state"}, []any{stray.Disposition, stray.Why, *stray.Code})
	require.Equal(t, []string{"all done", "done"}, []string{*stray.Note, stray.Kind})
	require.Len(t, ok[contract.VisitDetail](s, http.StatusOK, s.anna, "GET", visit, nil).StrayFacts, 2)
	ok[contract.StrayFact](s, http.StatusAccepted, mine, "POST", visit+"/presence", object{"presence": "leaves", "call_number": "+13025550100"})
	require.Equal(t, object{"presence": "leaves"}, ok[contract.StrayFacts](s, http.StatusOK, s.dora, "GET", "/v1/stray-facts", nil).Items[0].Said)
	require.Equal(t, object{"presence": "leaves", "call_number": "+13025550100"},
		ok[contract.VisitDetail](s, http.StatusOK, s.anna, "GET", visit, nil).StrayFacts[2].Said, "the number is for who calls")
	ok[contract.VisitProgress](s, http.StatusOK, mine, "POST", visit+"/departure", nil)
	s.Clock.Set(promise.Window.Start.Add(10 * time.Minute))
	arrived := ok[contract.VisitProgress](s, http.StatusOK, mine, "POST", visit+"/arrival", object{"note": "at the desk"})
	require.Equal(t, contract.PromiseStateKept, arrived.Promise.State)
	options := ok[contract.OptionSet](s, http.StatusCreated, mine, "POST", visit+"/options", nil)
	require.Len(t, options.Options, 2)
	require.NotNil(t, options.Options[0].Outcome, options.Options[0].Blocked)
	choice := "/v1/option-sets/" + options.ID.String() + "/choice"
	s.do(other, "POST", choice, object{"option_id": options.Options[0].ID, "chosen_by": "customer"}).problem(http.StatusNotFound, "option_set_not_found")
	made := ok[contract.ChoiceMade](s, http.StatusOK, mine, "POST", choice, object{"option_id": options.Options[0].ID, "chosen_by": "customer"})
	require.Equal(t, contract.ItemStateInUse, made.Given.State)
	require.Equal(t, contract.ItemStateQuarantined, made.Taken.State)
	s.Clock.Set(promise.Window.Start.Add(2 * time.Hour))
	done := ok[contract.VisitProgress](s, http.StatusOK, mine, "POST", visit+"/completion", nil)
	require.NotNil(t, done.Callback)

	// The hardware has moved, with its history.
	item := ok[contract.ItemDetail](s, http.StatusOK, s.anna, "GET", "/v1/items/"+made.Given.ID.String(), nil)
	require.Equal(t, person, item.Item.Holder.ID.String())
	require.Len(t, item.Custody, 2)
	require.Len(t, ok[contract.Items](s, http.StatusOK, s.anna, "GET", "/v1/items?holder_kind=person&holder_id="+person, nil).Items, 1)
	require.Len(t, ok[contract.Models](s, http.StatusOK, s.anna, "GET", "/v1/models", nil).Items, 2)

	// The agent calls back, and that ends it.
	due := ok[contract.Callbacks](s, http.StatusOK, s.anna, "GET", "/v1/callbacks?state=due", nil)
	require.Len(t, due.Items, 1)
	back := "/v1/callbacks/" + due.Items[0].ID.String() + "/outcome"
	settled := ok[contract.Callback](s, http.StatusOK, s.anna, "POST", back, object{"outcome": "confirmed", "note": "all is fine"}, "If-Match", `"1"`)
	require.Equal(t, contract.CallbackStateSettled, settled.State)
	last := ok[contract.TicketDetail](s, http.StatusOK, s.anna, "GET", "/v1/tickets/"+ticket.Ticket.ID.String(), nil)
	require.Equal(t, contract.TicketStateResolved, last.Ticket.State)
	require.NotEmpty(t, ok[contract.Notices](s, http.StatusOK, s.anna, "GET", "/v1/notices?person_id="+person, nil).Items)
	report := ok[contract.PromiseReport](s, http.StatusOK, s.dora, "GET", "/v1/reports/promises?from=2026-03-09T00:00:00Z&until=2026-03-10T00:00:00Z", nil)
	require.Equal(t, 1, report.Made)
	require.Equal(t, 1, report.Kept)
	s.do(s.dora, "GET", "/v1/reports/promises?from=2026-03-10T00:00:00Z&until=2026-03-10T00:00:00Z", nil).problem(http.StatusUnprocessableEntity, "bad_instants")
	require.Len(t, ok[contract.Templates](s, http.StatusOK, s.anna, "GET", "/v1/templates", nil).Items, 3)
	require.Len(t, ok[contract.Incidents](s, http.StatusOK, s.dora, "GET", "/v1/incidents?state=confirmed", nil).Items, 1)
	ok[contract.IncidentDetail](s, http.StatusOK, s.dora, "POST", at+"/resolution", nil, "If-Match", `"2"`)
	s.do(s.dora, "GET", "/v1/demo/clock", nil).problem(http.StatusNotFound, "not_a_demo")
}
