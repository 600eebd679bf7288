package postgres_test

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"roundsman/dispatch"
	"roundsman/internal/ids"
	"roundsman/internal/postgres"

	"github.com/stretchr/testify/require"
)

// row is what a row of a table says, by column.
type row map[string]any

// on is a time of the golden day, in a month of which the world knows nothing.
func on(hour, minute, second int) time.Time {
	return time.Date(2025, 2, 10, hour, minute, second, 0, time.UTC)
}

// put writes a row as it is. Like names a row whose columns count where r says nothing.
func put(t *testing.T, w *world, table, like string, r row) {
	t.Helper()
	given, err := json.Marshal(r)
	require.NoError(t, err)
	base := "null::" + table
	if like != "" {
		base = fmt.Sprintf("(select x from %s x where id = '%s')", table, name(like))
	}
	w.exec(t, fmt.Sprintf(`insert into %s select (jsonb_populate_record(%s, $1::jsonb)).*`, table, base), string(given))
}

// golden writes a month of which every figure can be worked out by hand; the comments
// do so.
func golden(t *testing.T, w *world) {
	t.Helper()
	anna, dora, gil := name("anna"), name("dora"), name("gil")
	ticket := func(n int, r row) {
		base := row{"id": name(fmt.Sprint("T", n)), "number": 9000 + n, "opened_at": on(10, 0, 0), "next_update": on(11, 0, 0), "version": 1}
		for k, v := range r {
			base[k] = v
		}
		put(t, w, "tickets", "gil ticket", base)
	}
	resolved := func(at time.Time, r row) row {
		r["state"], r["resolved_at"], r["resolution"] = "resolved", at, "done"
		return r
	}
	// Opened: six. Resolved: T1 after 2 h, T2 after 5 min in one step, T3 after 4 h;
	// T4 is T1 again. Not resolved: T5, of which news is overdue, and T6.
	ticket(1, resolved(on(12, 0, 0), row{"restored_at": on(11, 0, 0)}))
	ticket(2, resolved(on(10, 5, 0), row{"one_step": true}))
	ticket(3, resolved(on(14, 0, 0), row{}))
	ticket(4, resolved(on(13, 0, 0), row{"merged_into": name("T1")}))
	ticket(5, row{})
	ticket(6, row{"next_update": on(10, 0, 0).AddDate(0, 1, 0)})

	// T1 took one visit, T3 two, of which the first lacked a part.
	for n, v := range []row{
		{"ticket_id": name("T1"), "state": "completed"},
		{"ticket_id": name("T3"), "state": "cannot_complete", "reason": "part_missing"},
		{"ticket_id": name("T3"), "state": "completed"},
	} {
		v["id"], v["arrived_at"], v["completed_at"] = name(fmt.Sprint("V", n+1)), on(10, 30, 0), on(11, 0, 0)
		put(t, w, "visits", "gil visit", v)
	}

	// Four inbound contacts that waited 10, 20, 30 and 40 s. The second asks while P1
	// stands, the third after it was kept. The call out waited for nobody.
	for n, c := range []row{
		{"answered_at": on(10, 0, 0), "reason": "new", "ticket_id": name("T1")},
		{"answered_at": on(10, 10, 0), "reason": "status", "ticket_id": name("T1")},
		{"answered_at": on(12, 0, 0), "reason": "status"},
		{"answered_at": on(12, 30, 0), "reason": "new", "ticket_id": name("T2")},
		{"answered_at": on(10, 20, 0), "reason": "status", "direction": "out"},
	} {
		at := c["answered_at"].(time.Time)
		base := row{"id": ids.New(), "person_id": gil, "handler_id": anna, "channel": "phone", "direction": "in", "outcome": "", "waiting": false,
			"queued_at": at.Add(-time.Duration(n+1) * 10 * time.Second)}
		for k, v := range c {
			base[k] = v
		}
		put(t, w, "contacts", "", base)
	}

	// Five calls: two registered, one not, one with nothing to register, one given up.
	for n, state := range []string{"registered", "registered", "seen", "dismissed", "seen"} {
		c := row{"id": ids.New(), "source_id": anna, "external_id": fmt.Sprint("golden ", n), "direction": "in", "number": "", "state": state,
			"queued_at": on(10, n, 0), "dismissal": ""}
		if n < 4 {
			c["answered_at"] = on(10, n, 30)
		}
		if state == "dismissed" {
			c["dismissal"] = "test"
		}
		if state != "seen" {
			c["registered_at"] = on(10, n+1, 0)
		}
		if state == "registered" {
			contact := ids.New()
			put(t, w, "contacts", "", row{"id": contact, "handler_id": anna, "channel": "phone", "direction": "out", "reason": "new", "outcome": "", "waiting": false,
				"queued_at": on(9, n, 0), "answered_at": on(9, n, 0)})
			c["contact_id"] = contact
		}
		put(t, w, "calls", "", c)
	}

	// Arrivals that count: P1 kept as first told, P2 kept as last told, P3 broken. P4
	// the customer gave up, P5 is open. Status updates: P6 kept, P7 late.
	morning, noon := []time.Time{on(10, 0, 0), on(12, 0, 0)}, []time.Time{on(13, 0, 0), on(15, 0, 0)}
	for n, p := range []struct {
		kind, state string
		met         any
		last        []time.Time
	}{
		{"arrival", "kept", on(10, 30, 0), morning}, {"arrival", "kept", on(13, 10, 0), noon}, {"arrival", "broken", nil, morning},
		{"arrival", "withdrawn", nil, morning}, {"arrival", "open", nil, morning},
		{"status_update", "kept", on(10, 30, 0), morning}, {"status_update", "late", on(12, 30, 0), morning},
	} {
		id := name(fmt.Sprint("P", n+1))
		r := row{"id": id, "person_id": name("mia"), "ticket_id": name("T1"), "state": p.state, "kind": p.kind, "made_at": on(9, 0, 0), "made_by": anna,
			"window_start": p.last[0], "window_end": p.last[1], "first_start": morning[0], "first_end": morning[1], "confidence": 0.9,
			"wording": "soon", "salt": `\x`, "version": 1, "forced": false, "note": "", "met_at": p.met}
		if n == 0 {
			r["person_id"] = gil
		}
		if p.kind == "arrival" {
			r["visit_id"], r["technician_id"] = name("V1"), name("tess")
		}
		if p.state != "open" {
			r["settled_at"] = on(11, 0, 0)
		}
		put(t, w, "promises", "", r)
		entry := row{"promise_id": id, "seq": 1, "kind": "made", "at": on(9, 0, 0), "window_start": p.last[0], "window_end": p.last[1], "technician_id": r["technician_id"],
			"confidence": 0.9, "reason": "", "wording_hash": `\x00`, "previous": `\x`, "hash": fmt.Sprintf(`\x%064d`, n), "promise_kind": p.kind, "choice": ""}
		put(t, w, "promise_entries", "", entry)
	}
	// Notices: one told of P2's change, one failed, one on its way.
	for n, state := range []string{"delivered", "failed", "queued"} {
		r := row{"id": name(fmt.Sprint("N", n+1)), "person_id": gil, "kind": "promise_moved", "channel": "sms", "body": "later", "state": state,
			"created_at": on(9, 30, 0), "failure": ""}
		if state == "delivered" {
			r["delivered_at"] = on(9, 31, 0)
		}
		put(t, w, "notices", "", r)
	}
	put(t, w, "promise_entries", "", row{"promise_id": name("P2"), "seq": 2, "kind": "revised", "at": on(9, 30, 0), "window_start": noon[0], "window_end": noon[1],
		"technician_id": name("tess"), "confidence": 0.9, "reason": "late", "notice_id": name("N1"), "wording_hash": `\x00`, "previous": `\x00`,
		"hash": fmt.Sprintf(`\x%064d`, 99), "promise_kind": "arrival", "choice": "us"})

	// Transfers: one accepted after 10 min, one refused. Leaders: one took the call
	// after 10 s, one call nobody took.
	for _, r := range []row{{"state": "accepted", "refusal": ""}, {"state": "refused", "refusal": "not ours"}} {
		r["id"], r["ticket_id"], r["from_id"], r["to_account"], r["reason"], r["context"], r["asked_by"] = ids.New(), name("T1"), anna, dora, "skill", "-", anna
		r["asked_at"], r["due_at"], r["settled_at"], r["settled_by"], r["version"] = on(10, 0, 0), on(11, 0, 0), on(10, 10, 0), dora, 1
		put(t, w, "transfers", "", r)
	}
	for _, r := range []row{{"state": "taken", "leader_id": dora, "taken_at": on(10, 0, 10)}, {"state": "unanswered"}} {
		r["id"], r["ticket_id"], r["reason"], r["context"], r["passed"], r["asked_by"] = ids.New(), name("T1"), "angry", "-", []ids.ID{}, anna
		r["asked_at"], r["called_at"], r["version"] = on(10, 0, 0), on(10, 0, 0), 1
		put(t, w, "escalations", "", r)
	}
	// Callbacks: well, not well, and nobody there.
	for n, outcome := range []string{"confirmed", "reopened", "not_reached"} {
		put(t, w, "callbacks", "", row{"id": ids.New(), "ticket_id": name("T1"), "visit_id": name(fmt.Sprint("V", n+1)), "person_id": gil, "owner_id": anna,
			"due_at": on(12, 0, 0), "state": "settled", "attempts": 1, "outcome": outcome, "note": "", "settled_at": on(12, 0, 0), "created_at": on(11, 0, 0), "version": 1})
	}
	// Loans due at eleven: one is out, one came back in time.
	for _, r := range []row{{"state": "out"}, {"state": "returned", "ended_at": on(10, 30, 0)}} {
		r["id"], r["item_id"], r["person_id"], r["depot_id"], r["booked_by"] = ids.New(), name("loaner"), gil, name("depot"), anna
		r["starts_at"], r["due_at"], r["first_due_at"], r["booked_at"], r["out_at"] = on(9, 0, 0), on(11, 0, 0), on(11, 0, 0), on(9, 0, 0), on(9, 0, 0)
		for _, text := range []string{"condition_out", "condition_in", "waiver", "note"} {
			r[text] = ""
		}
		r["accessories"], r["missing"], r["failed_clauses"], r["version"] = []string{}, []string{}, []string{}, 1
		put(t, w, "loans", "", r)
	}
	// Exceptions: one for T3 approved after 30 min, one for T1 refused after an hour.
	for _, r := range []row{
		{"state": "approved", "ticket_id": name("T3"), "decided_at": on(9, 30, 0), "refusal": ""},
		{"state": "refused", "ticket_id": name("T1"), "decided_at": on(10, 0, 0), "refusal": "no"},
	} {
		r["id"], r["resolve_minutes"], r["reason"], r["asked_by"], r["asked_at"], r["decided_by"] = ids.New(), 600, "waits for a part", anna, on(9, 0, 0), dora
		r["expires_at"], r["version"] = on(18, 0, 0), 1
		put(t, w, "service_exceptions", "", r)
	}
	// Options on site: nobody chose of one set, another was taken back.
	for n, state := range []string{"lapsed", "withdrawn"} {
		put(t, w, "option_sets", "", row{"id": ids.New(), "visit_id": name(fmt.Sprint("V", n+1)), "state": state, "offered_by": anna, "offered_at": on(10, 40, 0), "chosen_by": ""})
	}
	// T5 was reopened twice, and T1's priority changed.
	for n, r := range []row{{"name": "ticket.reopened", "subject_id": name("T5")}, {"name": "ticket.reopened", "subject_id": name("T5")},
		{"name": "ticket.priority_changed", "subject_id": name("T1")}} {
		r["id"], r["subject_kind"], r["subject_seq"], r["at"], r["data"] = ids.New(), "ticket", n+1, on(15, n, 0), row{}
		put(t, w, "events", "", r)
	}
}

// figures reads every measure over February 2025.
func figures(t *testing.T, w *world) map[string]string {
	t.Helper()
	var sources []string
	for _, m := range dispatch.Indicators {
		if !slices.Contains(sources, m.Source) {
			sources = append(sources, m.Source)
		}
	}
	out := map[string]string{}
	w.read(t, func(ctx context.Context, tx dispatch.Tx) {
		list, err := tx.Measure(ctx, sources, time.Date(2025, 2, 1, 0, 0, 0, 0, time.UTC), time.Date(2025, 3, 1, 0, 0, 0, 0, time.UTC))
		require.NoError(t, err)
		for _, r := range list {
			require.NotContains(t, out, r.Measure, "each measure is read once")
			s := fmt.Sprintf("%d of %d", r.Part, r.Whole)
			if r.P50 != nil {
				s += fmt.Sprintf(", %s, %s", r.P50, r.P90)
			}
			out[r.Measure] = s
		}
	})
	return out
}

func TestEveryMeasureIsWhatCanBeWorkedOutByHand(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	golden(t, w)
	want := map[string]string{
		"answer_time":              "4 of 4, 20s, 40s", // the 2nd and the 4th of 10, 20, 30, 40
		"calls_answered":           "4 of 5",
		"first_contact_resolution": "1 of 3", // T2
		"first_visit_resolution":   "1 of 2", // T1 of T1 and T3
		"reopened":                 "1 of 4", // T5 of T1, T2, T3, T5
		"transfers_per_ticket":     "2 of 6",
		"transfer_acceptance_time": "1 of 2, 10m0s, 10m0s",
		"next_update_overdue":      "1 of 2", // T5 of T5 and T6
		"calls_registered":         "2 of 3", // of four answered, one had nothing to register
		"one_step":                 "1 of 3", // T2
		"kept_arrival":             "2 of 3", // P1 and P2 of P1, P2, P3
		"kept_first_arrival":       "1 of 3", // P1
		"kept_status_update":       "1 of 2", // P6 of P6 and P7
		"kept_callback":            "0 of 0",
		"kept_delivery":            "0 of 0",
		"kept_loan_return":         "0 of 0",
		"unlinked_changes":         "0 of 1",
		"where_is_my_technician":   "1 of 4",
		"changes_told":             "1 of 1",
		"notices_failed":           "1 of 2",
		"callbacks_confirmed":      "1 of 2",
		"arrival_unmoved":          "2 of 3", // P1 and P3
		"leader_reached":           "1 of 2",
		"time_to_leader":           "1 of 2, 10s, 10s",
		"visits_completed":         "2 of 3",
		"parts_missing":            "1 of 3",
		"loans_overdue":            "1 of 2",
		"callbacks_reached":        "2 of 3",
		"restore_time":             "3 of 3, 1h0m0s, 4h0m0s", // 5 min, 1 h, 4 h
		"restored_first":           "1 of 3",                 // T1
		"resolve_time":             "2 of 3, 5m0s, 2h0m0s",   // T2 and T1
		"resolve_time_excepted":    "1 of 3, 4h0m0s, 4h0m0s", // T3
		"exceptions_approved":      "1 of 2",
		"exception_decision_time":  "2 of 2, 30m0s, 1h0m0s",
		"priority_changed":         "1 of 6",
		"options_chosen":           "0 of 1",
	}
	got := figures(t, w)
	require.Equal(t, want, got)
	for _, m := range dispatch.Indicators {
		require.Contains(t, got, m.Code)
	}

	// A change that nobody wrote down is seen.
	w.exec(t, `update promises set window_end = window_end + interval '1 hour' where id = $1`, name("P1"))
	require.Equal(t, "1 of 1", figures(t, w)["unlinked_changes"])
}

// The page shows every measure, and the query that computes it as it is.
func TestReportsPageShowsTheQueries(t *testing.T) {
	t.Parallel()
	page := reportsPage(t)
	if *update {
		require.NoError(t, os.WriteFile("../../docs/reports.md", []byte(page), 0o644))
	}
	kept, err := os.ReadFile("../../docs/reports.md")
	require.NoError(t, err)
	require.Equal(t, strings.Split(string(kept), "\n"), strings.Split(page, "\n"), "run: go test ./internal/postgres -run TestReportsPage -update")
}

func reportsPage(t *testing.T) string {
	t.Helper()
	var b strings.Builder
	b.WriteString(`# Reports

How a desk lives up to its charter, measured. The charter promises ten manners of serving; each is shown by measures that are computed from what was recorded, by the queries on this page. ` + "`GET /v1/reports/scorecard`" + ` gives all of them for a month, which begins and ends by the clock of a region, ` + "`GET /v1/reports/measures`" + ` for any period of up to 35 days. A test writes this page from the program and works every figure out by hand on a small month.

What to know before reading a figure:

- A period is half-open, ` + "`[from, until)`" + `. What is still to come is neither good nor bad: a period that has not ended is measured until now.
- A **share** is part by whole, a **ratio** is part for each of whole, a **count** is part, and a **duration** is read off its percentiles, each a length that occurred. Where there was nothing to measure there is no value, never 0.
- Every report states its coverage: how many of the calls that had something to register stand in the books. A desk that does not register its short calls looks slow, and one that registers nothing looks good.
- Quick tickets, registered and resolved in one step, count like any other. Tickets under an approved service exception are told apart.
- No measure is of a single person, and none counts what somebody closed: who is measured by closed tickets closes tickets. Figures of single people need the right ` + "`team:read`" + ` and state their caveat.
- Numbers without a goal beside them mean little. Compare a month with the months before it.

## Measures
`)
	for _, manner := range dispatch.Manners {
		fmt.Fprintf(&b, "\n### Be %s\n\n| measure | kind | better | what it is | query |\n|---|---|---|---|---|\n", manner)
		for _, m := range dispatch.Indicators {
			if m.Manner == manner {
				better := "less"
				if m.More {
					better = "more"
				}
				fmt.Fprintf(&b, "| `%s` | %s | %s | %s | [%s](#%s) |\n", m.Code, m.Kind, better, m.Text, m.Source, m.Source)
			}
		}
	}
	b.WriteString("\n## Queries\n\n`$1` is the period's start, `$2` its end, or now where that is earlier.\n")
	var shown []string
	for _, m := range dispatch.Indicators {
		if !slices.Contains(shown, m.Source) {
			shown = append(shown, m.Source)
			sql, err := postgres.MeasureQuery(m.Source)
			require.NoError(t, err)
			fmt.Fprintf(&b, "\n### %s\n\n```sql\n%s\n```\n", m.Source, sql)
		}
	}
	return b.String()
}
