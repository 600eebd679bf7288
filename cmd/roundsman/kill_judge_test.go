package main

import (
	"fmt"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"
)

// halves are what would be left of acts that were done in part. Each gives the ids
// of what is wrong.
var halves = map[string]string{
	"a ticket without its answer": `select key_field from tickets t where key_field like 'kill-%'
		and not exists (select 1 from acts a where a.key = t.key_field)`,
	"an answer without its ticket": `select key from acts a where key like 'kill-ticket-%'
		and not exists (select 1 from tickets t where t.key_field = a.key)`,
	"a ticket that was not told of once": `select key_field from tickets t where key_field like 'kill-%'
		and 1 <> (select count(*) from events e where e.subject_id = t.id and e.name = 'ticket.opened')`,
	"a ticket without its visit": `select key_field from tickets t where key_field like 'kill-%'
		and not exists (select 1 from visits v where v.ticket_id = t.id)`,
	"a note without its answer": `select body from ticket_notes n where body like 'kill-%'
		and not exists (select 1 from acts a where a.key = n.body)`,
	"an answer without its note": `select key from acts a where key like 'kill-note-%'
		and not exists (select 1 from ticket_notes n where n.body = a.key)`,
	"as many promises as answers": `select 'promises' from (select 1) x where
		(select count(*) from promises p join tickets t on t.id = p.ticket_id where t.key_field like 'kill-%' and p.kind = 'arrival')
		<> (select count(*) from acts where key like 'kill-promise-%' and status < 300)`,
	"a promise that is not in the ledger once": `select p.id::text from promises p join tickets t on t.id = p.ticket_id where t.key_field like 'kill-%'
		and 1 <> (select count(*) from promise_entries e where e.promise_id = p.id and e.kind = 'made')`,
	"a promise that was not told of once": `select p.id::text from promises p join tickets t on t.id = p.ticket_id where t.key_field like 'kill-%' and p.kind = 'arrival'
		and 1 <> (select count(*) from events e where e.subject_id = p.id and e.name = 'promise.made')`,
	"a promise whose person is not told once": `select p.id::text from promises p join tickets t on t.id = p.ticket_id where t.key_field like 'kill-%' and p.kind = 'arrival'
		and 1 <> (select count(*) from notices n where n.promise_id = p.id and n.kind = 'promise_made')`,
	"a promise that is not what its ledger says": `select p.id::text from promises p join tickets t on t.id = p.ticket_id where t.key_field like 'kill-%'
		and (p.state = 'withdrawn') <> exists (select 1 from promise_entries e where e.promise_id = p.id and e.kind = 'withdrawn')`,
	"an answer without its withdrawal": `select 'withdrawals' from (select 1) x where
		(select count(*) from promises p join tickets t on t.id = p.ticket_id where t.key_field like 'kill-%' and p.kind = 'arrival' and p.state = 'withdrawn')
		<> (select count(*) from acts where key like 'kill-withdrawal-%' and status < 300)`,
	"two open promises of a ticket":     `select ticket_id::text from promises where kind = 'arrival' and state = 'open' group by 1 having count(*) > 1`,
	"events whose positions have a gap": `select 'after ' || position from (select position, lead(position) over (order by position) as next from events) e where next <> position + 1`,
}

// judge says everything that is wrong after a run: acknowledged and lost, done
// twice, half-done, told twice or never.
func judge(t *testing.T, pool *pgxpool.Pool, l *load, s *sinks) []string {
	t.Helper()
	var wrong []string
	for what, query := range halves {
		for _, id := range texts(t, pool, query) {
			wrong = append(wrong, what+": "+id)
		}
	}
	for _, a := range l.acts {
		for _, effect := range effectsOf(a) {
			var n int
			require.NoError(t, pool.QueryRow(t.Context(), effect.query, effect.argument).Scan(&n))
			switch done := a.status > 0 && a.status < 300; {
			case done && n == 0:
				wrong = append(wrong, "acknowledged and lost: "+a.key)
			case n > 1:
				wrong = append(wrong, fmt.Sprintf("done %d times: %s", n, a.key))
			case a.status >= 300 && n > 0:
				wrong = append(wrong, "refused and done: "+a.key)
			}
		}
	}
	return append(wrong, told(t, pool, s)...)
}

// effect counts what came of an act.
type effect struct{ query, argument string }

func effectsOf(a *act) []effect {
	const of = `select count(*) from `
	switch a.kind {
	case "ticket":
		return []effect{{of + `tickets where key_field = $1`, a.key}}
	case "note":
		return []effect{{of + `ticket_notes where body = $1`, a.key}}
	case "promise":
		if id := read(a.answer, "id"); id != "" && a.status < 300 {
			return []effect{{of + `promises where id = $1::text::uuid`, id}}
		}
	case "withdrawal":
		if id := read(a.answer, "id"); id != "" && a.status < 300 {
			return []effect{{of + `promises where id = $1::text::uuid and state = 'withdrawn'`, id}}
		}
	}
	return nil
}

// told compares what is kept about notices with what came out at the other end. A
// letter that a server was killed over may have gone out: it is not sent again, and
// its owner looks into it. A text may come again, under the same id.
func told(t *testing.T, pool *pgxpool.Pool, s *sinks) []string {
	t.Helper()
	rows, err := pool.Query(t.Context(), `select n.id::text, n.channel, n.state, n.failure,
		(select count(*) from notice_attempts a where a.notice_id = n.id and a.outcome in ('unclear', 'deferred'))
		from notices n where ticket_id in (select id from tickets where key_field like 'kill-%')`)
	require.NoError(t, err)
	var wrong []string
	known := map[string]bool{}
	var id, channel, state, failure string
	var again int
	_, err = pgx.ForEachRow(rows, []any{&id, &channel, &state, &failure, &again}, func() error {
		known[id] = true
		came := s.count(channel, id)
		switch {
		case state == "queued":
			wrong = append(wrong, "a notice is left: "+id)
		case state == "failed" && failure != "unclear":
			wrong = append(wrong, "a notice failed, "+failure+": "+id)
		case state == "failed" && channel == "sms":
			wrong = append(wrong, "a text that may be sent again was given up: "+id)
		case state == "delivered" && came == 0:
			wrong = append(wrong, "delivered, and never came: "+id)
		case channel == "mail" && came > 1:
			wrong = append(wrong, "a letter came twice: "+id)
		case channel == "sms" && came > 1+again:
			wrong = append(wrong, "a text came again without need: "+id)
		}
		return nil
	})
	require.NoError(t, err)
	for _, channel := range []string{"sms", "mail"} {
		for id := range s.came[channel] {
			if !known[id] && len(texts(t, pool, `select id::text from notices where id::text = '`+id+`'`)) == 0 {
				wrong = append(wrong, "somebody was told what is not on record: "+id)
			}
		}
	}
	return wrong
}

func texts(t *testing.T, pool *pgxpool.Pool, query string) []string {
	t.Helper()
	rows, err := pool.Query(t.Context(), query)
	require.NoError(t, err)
	out, err := pgx.CollectRows(rows, pgx.RowTo[string])
	require.NoError(t, err, query)
	return out
}

// judgeCanTell takes each guard away in turn, and the judge must speak.
func judgeCanTell(t *testing.T, pool *pgxpool.Pool, l *load, s *sinks) {
	t.Helper()
	first := func(kind string) *act {
		for _, a := range l.acts {
			if a.kind == kind && a.status > 0 && a.status < 300 {
				return a
			}
		}
		t.Fatalf("no %s was acknowledged", kind)
		return nil
	}
	letter := texts(t, pool, `select id::text from notices where channel = 'mail' and state = 'delivered' limit 1`)[0]
	text := texts(t, pool, `select id::text from notices where channel = 'sms' and state = 'delivered' limit 1`)[0]

	lost := &act{kind: "ticket", key: "kill-ticket-never", status: 201}
	l.acts = append(l.acts, lost)
	require.Contains(t, judge(t, pool, l, s), "acknowledged and lost: "+lost.key)
	l.acts = l.acts[:len(l.acts)-1]

	s.came["mail"][letter]++
	require.Contains(t, judge(t, pool, l, s), "a letter came twice: "+letter)
	s.came["mail"][letter]--
	kept := s.came["sms"][text]
	delete(s.came["sms"], text)
	require.Contains(t, judge(t, pool, l, s), "delivered, and never came: "+text)
	s.came["sms"][text] = kept + 9
	require.Contains(t, judge(t, pool, l, s), "a text came again without need: "+text)
	s.came["sms"][text] = kept
	require.Empty(t, judge(t, pool, l, s))

	// A client without keys, whose answer was lost, asks again.
	url, _ := l.server(-1)
	note := first("note")
	got, _, err := post(t.Context(), l.web, url+note.path, l.token, "", note.body)
	require.NoError(t, err)
	require.Equal(t, 201, got.status, string(got.body))
	require.Contains(t, judge(t, pool, l, s), "done 2 times: "+note.key)

	// Half an act: the ticket is there, and nobody was told.
	_, err = pool.Exec(t.Context(), `delete from events where name = 'ticket.opened' and subject_id = (select id from tickets where key_field = $1)`, first("ticket").key)
	require.NoError(t, err)
	require.Contains(t, judge(t, pool, l, s), "a ticket that was not told of once: "+first("ticket").key)
}
