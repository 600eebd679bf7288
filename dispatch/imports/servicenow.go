package imports

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"roundsman/dispatch"
	"roundsman/dispatch/decide"
	"roundsman/dispatch/setup"
	"roundsman/internal/access"
	"roundsman/internal/fault"
	"roundsman/internal/ids"
)

// The log of a ServiceNow desk: a row for every change of an incident, with what
// the incident was like then. Each row becomes a line of its ticket's history;
// callers and locations become people and sites where they are not here yet.
// "?" is what the other desk did not know.
var serviceNowKind = kind{
	columns: []string{"number", "incident_state", "reassignment_count", "reopen_count", "sys_mod_count", "caller_id", "opened_at", "sys_updated_by",
		"sys_updated_at", "contact_type", "location", "category", "subcategory", "u_symptom", "impact", "urgency", "priority", "assignment_group",
		"assigned_to", "closed_code", "resolved_at", "closed_at"},
	must:  []string{"number", "incident_state", "caller_id", "opened_at", "sys_updated_at", "location"},
	needs: []access.Scope{access.SetupWrite, access.PeopleWrite},
	often: true,
	put:   putLog,
}

// fromServiceNow is the source of what comes by such a log.
const fromServiceNow = "servicenow"

// nobody and nowhere are what "?" stands for.
const (
	unknown = "?"
	nobody  = "Unknown caller"
	nowhere = "Unknown location"
)

func putLog(ctx context.Context, tx dispatch.Tx, b *batch) error {
	region, loc, template, err := logOf(ctx, tx, b.run)
	if err != nil {
		return err
	}
	lines := make([]line, 0, len(b.rows))
	for _, r := range b.good() {
		if l := r.log(loc); r.fine() {
			lines = append(lines, l)
		}
	}
	if len(lines) == 0 {
		return nil
	}
	sites, err := bringAll(ctx, tx, b, "site", lines, func(l line) string { return l.location }, nil, func(names []string) ([]setup.Put, error) {
		return setup.PutSites(ctx, tx, b.who, b.now, each(names, func(name string) setup.SiteEntry {
			code, city := siteCode(name), "unknown"
			return setup.SiteEntry{Code: &code, Name: &name, Address: &name, City: &city, RegionID: &region, Unplaced: true}
		}))
	})
	if err != nil {
		return err
	}
	where := map[string]ids.ID{}
	for _, l := range lines {
		if _, ok := where[l.caller]; !ok {
			where[l.caller] = sites[l.location]
		}
	}
	people, err := bringAll(ctx, tx, b, "person", lines, func(l line) string { return l.caller },
		func(names []string) (map[string]ids.ID, error) { return tx.IDsByCode(ctx, "person", names) },
		func(names []string) ([]setup.Put, error) {
			return setup.PutPeople(ctx, tx, b.who, b.now, each(names, func(name string) setup.PersonEntry {
				site := where[name]
				return setup.PersonEntry{EmployeeNumber: &name, Name: &name, SiteID: &site}
			}))
		})
	if err != nil {
		return err
	}
	tickets, err := logTickets(ctx, tx, b, lines, template, people, sites)
	if err != nil {
		return err
	}
	return logHistory(ctx, tx, lines, tickets)
}

// logOf looks up what the whole log belongs to.
func logOf(ctx context.Context, tx dispatch.Tx, run dispatch.Import) (region ids.ID, loc *time.Location, tpl dispatch.Template, err error) {
	r, found, err := tx.RegionRegister().ByCode(ctx, run.RegionCode)
	if err == nil && !found {
		err = missing("region", run.RegionCode)
	}
	if err == nil {
		err = r.InUse()
	}
	if err != nil {
		return region, nil, tpl, err
	}
	if loc, err = r.Location(); err != nil {
		return region, nil, tpl, err
	}
	tpl, err = tx.TemplateByCode(ctx, run.TemplateCode)
	return r.ID, loc, tpl, err
}

// line is one row of the log, read.
type line struct {
	row                                            *row
	number, caller, location                       string
	state, group, assignee                         string
	openedAt, at                                   time.Time
	endedAt                                        *time.Time
	priority, impact, urgency, changes, reopenings int
}

var dayFirst = "02-01-2006 15:04"

// log reads a row; what is unknown is empty.
func (r *row) log(loc *time.Location) line {
	say := func(column string) string {
		if s := r.name(column); s != unknown {
			return s
		}
		return ""
	}
	instant := func(column string, must bool) *time.Time {
		s := say(column)
		if s == "" {
			if must {
				r.bad(column, "value_missing", "is missing")
			}
			return nil
		}
		wall, err := time.Parse(dayFirst, s)
		if err != nil {
			r.bad(column, "bad_date", "must be day-month-year hour:minute, such as 29-02-2016 01:16")
			return nil
		}
		t, err := dispatch.DateOf(wall, time.UTC).Wall(loc, wall.Hour()*60+wall.Minute())
		if f := fault.Of(err); f != nil {
			r.bad(column, f.Code, f.Message)
			return nil
		}
		return &t
	}
	rated := func(column string) int { // "3 - Moderate" is 3
		digit, _, _ := strings.Cut(say(column), " ")
		n, err := strconv.Atoi(digit)
		if digit != "" && (err != nil || n < 0) {
			r.bad(column, "bad_number", "must begin with a number, such as: 3 - Moderate")
		}
		return n
	}
	l := line{row: r, number: r.must("number"), caller: say("caller_id"), location: say("location"), state: say("incident_state"),
		group: say("assignment_group"), assignee: say("assigned_to"), priority: rated("priority"), impact: rated("impact"), urgency: rated("urgency"),
		changes: rated("sys_mod_count"), reopenings: rated("reopen_count")}
	opened, updated := instant("opened_at", true), instant("sys_updated_at", false)
	if l.endedAt = instant("resolved_at", false); l.endedAt == nil {
		l.endedAt = instant("closed_at", false)
	}
	if opened != nil {
		l.openedAt, l.at = *opened, *opened
	}
	if updated != nil {
		l.at = *updated
	}
	if l.endedAt != nil && l.endedAt.Before(l.openedAt) {
		// The log says no zone: in the hour that comes twice it was the second time.
		if again, ok := dispatch.Again(*l.endedAt, loc); ok {
			l.endedAt = &again
		}
	}
	if l.endedAt != nil && l.endedAt.Before(l.openedAt) {
		r.bad("resolved_at", "bad_instants", "is before opened_at")
	}
	if l.priority > 9 {
		r.bad("priority", "bad_number", "must be between 1 and 9")
	}
	if l.caller == "" {
		l.caller = nobody
	}
	if l.location == "" {
		l.location = nowhere
	}
	return l
}

// bringAll gives the ids of what the lines name, and makes those that are not here
// yet. there finds what came by another way.
func bringAll(ctx context.Context, tx dispatch.Tx, b *batch, noun string, lines []line, name func(line) string,
	there func([]string) (map[string]ids.ID, error), put func([]string) ([]setup.Put, error)) (map[string]ids.ID, error) {
	all := names(lines, name)
	found, err := tx.BroughtBefore(ctx, fromServiceNow, noun, all)
	if err != nil {
		return nil, err
	}
	fresh := absent(all, found)
	if there != nil && len(fresh) > 0 {
		here, err := there(fresh)
		if err != nil {
			return nil, err
		}
		for n, id := range here {
			found[n] = id
		}
		fresh = absent(fresh, here)
	}
	if len(fresh) == 0 {
		return found, nil
	}
	done, err := put(fresh)
	if err != nil {
		return nil, err
	}
	var brought []dispatch.Brought
	for i, p := range done {
		if p.Refused != nil {
			return nil, p.Refused
		}
		found[fresh[i]] = p.Subject
		brought = append(brought, dispatch.Brought{Source: fromServiceNow, Noun: noun, Key: fresh[i], Subject: p.Subject, ImportID: b.run.ID})
	}
	return found, tx.KeepBrought(ctx, brought)
}

func names(lines []line, name func(line) string) []string {
	var out []string
	seen := map[string]bool{}
	for _, l := range lines {
		if n := name(l); !seen[n] {
			seen[n] = true
			out = append(out, n)
		}
	}
	return out
}

func absent(list []string, found map[string]ids.ID) []string {
	var out []string
	for _, n := range list {
		if _, ok := found[n]; !ok {
			out = append(out, n)
		}
	}
	return out
}

func each[A, B any](list []A, f func(A) B) []B {
	out := make([]B, len(list))
	for i, a := range list {
		out[i] = f(a)
	}
	return out
}

// logTickets makes the tickets that are not here yet of their lines, and carries
// those on that an earlier batch of the same file began. A ticket of an earlier file
// is the desk's by now, and is left alone.
func logTickets(ctx context.Context, tx dispatch.Tx, b *batch, lines []line, tpl dispatch.Template, people, sites map[string]ids.ID) (map[string]ids.ID, error) {
	found, err := tx.BroughtBefore(ctx, fromServiceNow, "ticket", names(lines, func(l line) string { return l.number }))
	if err != nil {
		return nil, err
	}
	var fresh []dispatch.Ticket
	var brought []dispatch.Brought
	var begun []line
	at := map[string]int{}
	for _, l := range lines {
		if i, ok := at[l.number]; ok {
			l.onto(&fresh[i]) // the last line of a number is what it came to
			continue
		}
		if _, ok := found[l.number]; ok {
			begun = append(begun, l)
			continue
		}
		t := dispatch.TicketOf(tpl, dispatch.Person{ID: people[l.caller], SiteID: sites[l.location]}, b.who.AccountID, b.now)
		t.KeyField, t.OpenedAt, t.Summary = l.number, l.openedAt, l.summary(tpl)
		t.Channel = l.channel()
		if dispatch.Spoken(t.Channel) {
			t.RespondedAt = &t.OpenedAt
		}
		l.onto(&t)
		found[l.number], at[l.number] = t.ID, len(fresh)
		fresh = append(fresh, t)
		brought = append(brought, dispatch.Brought{Source: fromServiceNow, Noun: "ticket", Key: l.number, Subject: t.ID, ImportID: b.run.ID})
	}
	if err := carryOn(ctx, tx, b, begun); err != nil {
		return nil, err
	}
	return found, bring(ctx, tx, b, fresh, brought)
}

// carryOn writes later lines onto the tickets that this import brought.
func carryOn(ctx context.Context, tx dispatch.Tx, b *batch, lines []line) error {
	if len(lines) == 0 {
		return nil
	}
	ours, err := tx.BroughtBy(ctx, b.run.ID, fromServiceNow, "ticket", names(lines, func(l line) string { return l.number }))
	if err != nil || len(ours) == 0 {
		return err
	}
	tickets, err := tx.TicketsByID(ctx, slices.Collect(maps.Values(ours)))
	if err != nil {
		return err
	}
	for _, was := range tickets {
		is := was
		for _, l := range lines {
			if ours[l.number] == was.ID {
				l.onto(&is)
			}
		}
		if sameLog(was, is) {
			continue
		}
		if _, err := tx.SaveTicket(ctx, is); err != nil {
			return err
		}
		if err := decide.Emit(ctx, tx, b.now, b.who, decide.Event{Name: "ticket.imported", Kind: "ticket", Subject: is.ID,
			Data: map[string]any{"state": is.State, "import_id": b.run.ID}}); err != nil {
			return err
		}
	}
	return nil
}

// sameLog says whether two tickets agree in what lines may change.
func sameLog(a, b dispatch.Ticket) bool {
	same := func(a, b *int) bool { return value(a) == value(b) }
	return a.State == b.State && a.Priority == b.Priority && same(a.Impact, b.Impact) && same(a.Urgency, b.Urgency) &&
		a.Reopenings == b.Reopenings && sameInstant(a.ResolvedAt, b.ResolvedAt) && value(a.Resolution) == value(b.Resolution)
}

// onto writes what a later line may have changed.
func (l line) onto(t *dispatch.Ticket) {
	if l.priority > 0 {
		t.Priority = l.priority
	}
	if l.impact >= 1 && l.impact <= 3 && l.urgency >= 1 && l.urgency <= 3 {
		t.Impact, t.Urgency = &l.impact, &l.urgency
	}
	t.Reopenings = max(t.Reopenings, l.reopenings)
	if l.endedAt != nil {
		how := l.row.name("closed_code")
		t.State, t.ResolvedAt, t.RestoredAt, t.NextUpdate, t.Resolution = dispatch.TicketResolved, l.endedAt, l.endedAt, *l.endedAt, &how
	}
}

func (l line) summary(tpl dispatch.Template) string {
	var parts []string
	for _, c := range []string{"category", "subcategory", "u_symptom"} {
		if s := l.row.name(c); s != "" && s != unknown {
			parts = append(parts, s)
		}
	}
	if len(parts) == 0 {
		return tpl.Name
	}
	return strings.Join(parts, ", ")
}

func (l line) channel() string {
	switch strings.ToLower(l.row.name("contact_type")) {
	case "email", "mail":
		return "mail"
	case "self service", "self-service":
		return "portal"
	case "chat":
		return "chat"
	case "walk-in", "walk in":
		return "walk_in"
	}
	return "phone"
}

// logHistory keeps each line as history of its ticket, once however often the
// file comes.
func logHistory(ctx context.Context, tx dispatch.Tx, lines []line, tickets map[string]ids.ID) error {
	events := make([]dispatch.PastEvent, len(lines))
	for i, l := range lines {
		data := map[string]any{"source": fromServiceNow, "reference": l.number, "state": l.state, "priority": l.priority, "change": l.changes}
		for name, s := range map[string]string{"group": l.group, "assigned_to": l.assignee} {
			if s != "" {
				data[name] = s
			}
		}
		raw, err := json.Marshal(data)
		if err != nil {
			return err
		}
		ticket := tickets[l.number]
		events[i] = dispatch.PastEvent{ID: ids.From(ticket, strings.Join(l.row.cells, "\x1f")), TicketID: ticket, Name: "ticket.recorded", At: l.at, Data: raw}
	}
	added, err := tx.AddPastEvents(ctx, events)
	if err != nil {
		return err
	}
	fresh := make(map[ids.ID]bool, len(added))
	for _, id := range added {
		fresh[id] = true
	}
	for i, l := range lines {
		l.row.did = setup.Unchanged
		if fresh[events[i].ID] {
			l.row.did = setup.Added
			delete(fresh, events[i].ID) // the same line twice in one file is one
		}
	}
	return nil
}

var noCode = regexp.MustCompile(`[^a-z0-9]+`)

// siteCode makes a code of a name; one that loses something gets a trace of the
// whole name, so that no two are one.
func siteCode(name string) string {
	slug := strings.Trim(noCode.ReplaceAllString(strings.ToLower(name), "-"), "-")
	if strings.ReplaceAll(slug, "-", " ") != strings.ToLower(name) || len(slug) > 36 {
		h := sha256.Sum256([]byte(name))
		slug = slug[:min(len(slug), 24)] + "-" + hex.EncodeToString(h[:4])
	}
	return "sn-" + strings.TrimPrefix(slug, "-")
}
