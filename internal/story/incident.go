package story

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"roundsman/api/client"

	"github.com/google/uuid"
)

// The virus, as monitoring sees it.
const (
	virusModel   = "OPTI-3020"
	virusBelow   = "10.0.15063"
	virusCleanup = "virus_cleanup"
)

// errNobodyLeft ends the story in peace: everybody has been helped.
var errNobodyLeft = errors.New("nobody is left whom the virus can hit: every old desktop has been replaced or cleaned. " +
	"To begin again, stop the server, remove its data directory and start it")

// errTooFew ends it for want of somebody to call and somebody who calls first.
var errTooFew = errors.New("fewer than two people are left who can be called, and the story needs two. " +
	"To begin again, stop the server, remove its data directory and start it")

// callable counts the tasks that can be done by telephone.
func callable(list []client.CallTask) int {
	n := 0
	for _, t := range list {
		if t.State == client.CallTaskStateQueued && t.Channel != client.CallTaskChannelFloor {
			n++
		}
	}
	return n
}

// declare is monitoring's act: an incident over devices, not over people.
func (p *play) declare(ctx context.Context) error {
	m, err := p.cast.as(ctx, monitoring)
	if err != nil {
		return err
	}
	p.step("Monitoring", "old "+p.model+" desktops behave as if a virus were in them; whom does that hit?")
	body := client.NewIncident{
		ExternalID: externalID + p.date + "-" + uuid.NewString()[:8],
		Title:      "Virus on old desktops",
		Cause:      "A virus gets into older office computers and shuts them down.",
		State:      client.NewIncidentStateSuspected,
		Impairs:    []string{"mail"},
		Template:   virusCleanup,
		Predicate:  client.Predicate{Models: []string{p.model}, OsBelow: new(virusBelow)},
	}
	r, err := m.api.DeclareIncidentWithResponse(ctx, &client.DeclareIncidentParams{IdempotencyKey: key()}, body)
	if err := m.answered(err, http.StatusCreated); err != nil {
		return err
	}
	p.request(m)
	p.incident = r.JSON201.Incident
	i := r.JSON201
	p.say("%s, %q, %s: %s", i.Incident.Number, i.Incident.Title, i.Incident.State, i.Incident.Cause)
	p.say("%s match; calls on the list: %s", count(i.AffectedCount, "device", "devices"), tally(i.Calls))

	p.blank()
	p.say("monitoring sends the same again, as it does every minute:")
	again, err := m.api.DeclareIncidentWithResponse(ctx, &client.DeclareIncidentParams{IdempotencyKey: key()}, body)
	if err := m.answered(err, http.StatusOK, http.StatusCreated); err != nil {
		return err
	}
	p.request(m)
	p.check(again.JSON200 != nil && again.JSON200.Incident.ID == p.incident.ID && again.JSON200.AffectedCount == i.AffectedCount,
		"the same external id is the same incident, %s, unchanged", p.incident.Number)
	return p.whom(ctx)
}

// whom shows the affected set with its reasons, and who can be reached how.
func (p *play) whom(ctx context.Context) error {
	a, err := p.cast.as(ctx, anna)
	if err != nil {
		return err
	}
	p.step("Anna, agent", "whom does "+p.incident.Number+" hit, why, and how can they be told?")
	if err := p.readAffected(ctx); err != nil {
		return err
	}
	p.request(a)
	if len(p.affected) == 0 {
		return errNobodyLeft
	}
	sites, silent, mailOnly := map[string]bool{}, 0, 0
	for _, x := range p.affected {
		sites[x.SiteName] = true
		if !slices.Contains(x.Channels, "sms") && !slices.Contains(x.Channels, "mail") {
			silent++
		}
		if slices.Contains(x.DeadChannels, "mail") {
			mailOnly++
		}
	}
	var rows [][]string
	for _, x := range p.affected[:min(5, len(p.affected))] {
		rows = append(rows, []string{x.PersonName, x.SiteName, strings.Join(x.Clauses, "; "), orDash(x.Channels), orDash(x.DeadChannels)})
	}
	p.table([]string{"who", "where", "why", "reached by", "not by"}, rows)
	p.aside("… %s at %s in all", count(len(p.affected), "person", "people"), count(len(sites), "site", "sites"))
	p.check(all(p.affected, func(x client.Affected) bool { return len(x.Clauses) == 2 }), "each match names both clauses: the model and the OS version")
	p.check(all(p.affected, func(x client.Affected) bool {
		return !slices.ContainsFunc(x.DeadChannels, func(c string) bool { return slices.Contains(x.Channels, c) })
	}), "no channel that the incident breaks is counted as reaching anybody")
	p.say("%d read their mail on the broken machine only; %d get no message at all and have to be called", mailOnly, silent)

	calls, err := p.calls(ctx, a)
	if err != nil {
		return err
	}
	p.blank()
	p.request(a)
	rows = nil
	for _, c := range calls[:min(6, len(calls))] {
		rows = append(rows, []string{fmt.Sprint(c.Rank), deref(c.PersonName), string(c.Channel), c.Address})
	}
	p.table([]string{"rank", "call", "by", "at"}, rows)
	listed := map[client.ID]int{}
	for _, c := range calls {
		listed[c.PersonID]++
	}
	p.check(all(p.affected, func(x client.Affected) bool { return listed[x.PersonID] == 1 }), "everybody affected is on the call list exactly once")
	if callable(calls) < 2 {
		return errTooFew
	}
	p.knows("monitoring, the desk and the dispatcher know who is hit, why, and whom no message reaches")
	return nil
}

// readAffected reads the affected set, in order of names.
func (p *play) readAffected(ctx context.Context) error {
	a, err := p.cast.as(ctx, anna)
	if err != nil {
		return err
	}
	r, err := a.api.ListAffectedWithResponse(ctx, p.incident.ID, nil)
	if err := a.answered(err, http.StatusOK); err != nil {
		return err
	}
	p.affected = r.JSON200.Items
	slices.SortFunc(p.affected, func(x, y client.Affected) int { return cmp.Compare(x.PersonName, y.PersonName) })
	return nil
}

// calls reads the call list in its order.
func (p *play) calls(ctx context.Context, a *actor) ([]client.CallTask, error) {
	r, err := a.api.ListCallsWithResponse(ctx, p.incident.ID, nil)
	if err := a.answered(err, http.StatusOK); err != nil {
		return nil, err
	}
	list := r.JSON200.Items
	slices.SortStableFunc(list, func(x, y client.CallTask) int { return cmp.Compare(x.Rank, y.Rank) })
	return list, nil
}

func all[T any](list []T, ok func(T) bool) bool {
	return !slices.ContainsFunc(list, func(x T) bool { return !ok(x) })
}

func deref[T any](v *T) (zero T) {
	if v == nil {
		return zero
	}
	return *v
}

func orDash(list []string) string {
	if len(list) == 0 {
		return "-"
	}
	return strings.Join(list, ", ")
}

// tally writes counts in the order of their names.
func tally[N ~int | ~int64](m map[string]N) string {
	if len(m) == 0 {
		return "none"
	}
	var keys []string
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	for i, k := range keys {
		keys[i] = fmt.Sprintf("%d %s", m[k], k)
	}
	return strings.Join(keys, ", ")
}
