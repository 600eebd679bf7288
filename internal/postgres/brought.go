package postgres

import (
	"context"
	"strconv"

	"roundsman/dispatch"
	"roundsman/internal/ids"

	"github.com/jackc/pgx/v5"
)

// ordinal is the cursor of a list that is in order of a number.
func ordinal(n int64) string { return strconv.FormatInt(n, 36) }

func parseOrdinal(s string) (int64, error) {
	if s == "" {
		return 0, nil
	}
	n, err := strconv.ParseInt(s, 36, 64)
	if err != nil {
		return 0, badCursor(err)
	}
	return n, nil
}

// AddTickets stores many new tickets. Those without a number are given the next;
// no later ticket is given one that is stored here.
func (t *tx) AddTickets(ctx context.Context, tickets []dispatch.Ticket) error {
	numbers, err := t.numbersFor(ctx, tickets)
	if err != nil {
		return err
	}
	uses := map[ids.ID]int{}
	var templates []ids.ID
	for _, k := range tickets {
		if uses[k.TemplateID]++; uses[k.TemplateID] == 1 {
			templates = append(templates, k.TemplateID)
		}
	}
	columns := []string{"id", "number", "person_id", "site_id", "template_id", "owner_id", "state", "priority", "summary", "key_field", "channel",
		"opened_at", "restored_at", "resolved_at", "resolution", "next_update", "impact", "urgency", "responded_at", "reopenings"}
	_, err = t.CopyFrom(ctx, pgx.Identifier{"tickets"}, columns, pgx.CopyFromSlice(len(tickets), func(i int) ([]any, error) {
		k := tickets[i]
		return []any{k.ID, numbers[i], k.PersonID, k.SiteID, k.TemplateID, k.OwnerID, string(k.State), k.Priority, k.Summary, k.KeyField, k.Channel,
			k.OpenedAt, k.RestoredAt, k.ResolvedAt, k.Resolution, k.NextUpdate, k.Impact, k.Urgency, k.RespondedAt, k.Reopenings}, nil
	}))
	if err != nil {
		return failed(err, "adding tickets")
	}
	counts := make([]int, len(templates))
	for i, id := range templates {
		counts[i] = uses[id]
	}
	return run(ctx, t, "counting the uses of templates",
		`insert into template_uses as u (template_id, version, shard, uses)
		 select t.id, t.version, 0, c.uses from unnest($1::uuid[], $2::int[]) as c (id, uses) join templates t on t.id = c.id order by t.id
		 on conflict (template_id, version, shard) do update set uses = u.uses + excluded.uses`, templates, counts)
}

// numbersFor gives each ticket its number: its own, or the next of the sequence,
// which is first taken past the highest of their own.
func (t *tx) numbersFor(ctx context.Context, tickets []dispatch.Ticket) ([]int64, error) {
	numbers := make([]int64, len(tickets))
	highest, wanted := int64(0), 0
	for i, k := range tickets {
		if numbers[i] = k.Number; k.Number == 0 {
			wanted++
		}
		highest = max(highest, k.Number)
	}
	if highest > 0 {
		// One at a time, so that no two take it to where the other has been.
		if err := run(ctx, t, "waiting for the numbers of tickets", `select pg_advisory_xact_lock(hashtext('ticket_numbers'))`); err != nil {
			return nil, err
		}
		if err := run(ctx, t, "passing the numbers of tickets",
			`select setval('ticket_numbers', $1) from ticket_numbers where last_value <= $1`, highest); err != nil {
			return nil, err
		}
	}
	type row struct{ Number int64 }
	fresh, err := list[row](ctx, t, "numbering tickets", `select nextval('ticket_numbers') as number from generate_series(1, $1)`, wanted)
	if err != nil {
		return nil, err
	}
	for i := range numbers {
		if numbers[i] == 0 {
			numbers[i], fresh = fresh[0].Number, fresh[1:]
		}
	}
	return numbers, nil
}

// BroughtBefore gives what earlier rows brought, by key.
func (t *tx) BroughtBefore(ctx context.Context, source, noun string, keys []string) (map[string]ids.ID, error) {
	return t.brought(ctx, ``, source, noun, keys)
}

// BroughtBy gives what earlier rows of one import brought, by key.
func (t *tx) BroughtBy(ctx context.Context, run ids.ID, source, noun string, keys []string) (map[string]ids.ID, error) {
	return t.brought(ctx, ` and b.import_id = $4`, source, noun, keys, run)
}

// brought looks each key up by itself: asked for all at once, a table that grew since
// its statistics were made is read whole.
func (t *tx) brought(ctx context.Context, more string, arguments ...any) (map[string]ids.ID, error) {
	type row struct {
		Key     string
		Subject ids.ID
	}
	rows, err := list[row](ctx, t, "reading what was brought before",
		`select k.key, b.subject from unnest($3::text[]) as k (key)
		 cross join lateral (select subject from brought b where b.source = $1 and b.noun = $2 and b.key = k.key`+more+` limit 1) b`, arguments...)
	out := make(map[string]ids.ID, len(rows))
	for _, r := range rows {
		out[r.Key] = r.Subject
	}
	return out, err
}

// KeepBrought stores what an import made of the keys of another system.
func (t *tx) KeepBrought(ctx context.Context, list []dispatch.Brought) error {
	_, err := t.CopyFrom(ctx, pgx.Identifier{"brought"}, []string{"source", "noun", "key", "subject", "import_id"},
		pgx.CopyFromSlice(len(list), func(i int) ([]any, error) {
			b := list[i]
			return []any{b.Source, b.Noun, b.Key, b.Subject, b.ImportID}, nil
		}))
	return failed(err, "keeping what was brought")
}

// AddPastEvents keeps lines of history, each once.
func (t *tx) AddPastEvents(ctx context.Context, events []dispatch.PastEvent) ([]ids.ID, error) {
	var batch struct {
		ids, tickets []ids.ID
		names, data  []string
		at           []any
	}
	for _, e := range events {
		batch.ids, batch.tickets = append(batch.ids, e.ID), append(batch.tickets, e.TicketID)
		batch.names, batch.data, batch.at = append(batch.names, e.Name), append(batch.data, string(e.Data)), append(batch.at, e.At)
	}
	type row struct{ ID ids.ID }
	rows, err := list[row](ctx, t, "keeping history",
		`insert into past_events (id, ticket_id, name, at, data)
		 select u.id, u.ticket_id, u.name, u.at, u.data::jsonb
		 from unnest($1::uuid[], $2::uuid[], $3::text[], $4::timestamptz[], $5::text[]) as u (id, ticket_id, name, at, data)
		 on conflict (id) do nothing returning id`, batch.ids, batch.tickets, batch.names, batch.at, batch.data)
	out := make([]ids.ID, len(rows))
	for i, r := range rows {
		out[i] = r.ID
	}
	return out, err
}

// TicketsByID gives tickets, by id.
func (t *tx) TicketsByID(ctx context.Context, wanted []ids.ID) ([]dispatch.Ticket, error) {
	return list[dispatch.Ticket](ctx, t, "reading tickets", `select `+ticketColumns+` from tickets where id = any($1) order by id`, wanted)
}

// TicketsByNumber gives those of the numbers that exist, by number.
func (t *tx) TicketsByNumber(ctx context.Context, numbers []int64) ([]dispatch.Ticket, error) {
	return list[dispatch.Ticket](ctx, t, "reading tickets by number",
		`select `+ticketColumns+` from tickets where number = any($1) order by number`, numbers)
}

// ListTicketsByNumber gives all of them, the lowest number first.
func (t *tx) ListTicketsByNumber(ctx context.Context, p dispatch.Page) ([]dispatch.Ticket, string, error) {
	after, err := parseOrdinal(p.After)
	if err != nil {
		return nil, "", err
	}
	limit := limitOf(p.Limit)
	rows, err := list[dispatch.Ticket](ctx, t, "listing tickets by number",
		`select `+ticketColumns+` from tickets where number > $1 order by number limit $2`, after, limit+1)
	if err != nil || len(rows) <= limit {
		return rows, "", err
	}
	return rows[:limit], ordinal(rows[limit-1].Number), nil
}
