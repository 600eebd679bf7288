package postgres

import (
	"context"
	"fmt"
	"time"

	"roundsman/dispatch"
	"roundsman/internal/ids"
)

// spreadColumns reads a length of time, in seconds, into a Spread. percentile_disc
// is the nearest rank: a value that occurred.
const spreadColumns = `count(*) as count, coalesce(avg(x), 0)::float8 as mean, coalesce(max(x), 0)::float8 as most,
	coalesce(percentile_disc(array[0.5, 0.9, 0.95, 0.99]) within group (order by x), array[0, 0, 0, 0])::float8[] as ranks`

// spreadRow is what those columns give.
type spreadRow struct {
	Count int
	Mean  float64
	Most  float64
	Ranks []float64
}

func (r spreadRow) spread() dispatch.Spread {
	return dispatch.Spread{Count: r.Count, Mean: length(r.Mean), P50: length(r.Ranks[0]), P90: length(r.Ranks[1]),
		P95: length(r.Ranks[2]), P99: length(r.Ranks[3]), Most: length(r.Most)}
}

// length reads seconds; instants are kept to the microsecond.
func length(seconds float64) time.Duration {
	return time.Duration(seconds * float64(time.Second)).Round(time.Microsecond)
}

// answerGroups says how contacts are put into groups: the columns of a group and
// what has to be read for it. An agent of several teams counts for each.
var answerGroups = map[dispatch.AnswerGroup]struct{ columns, join, by string }{
	dispatch.AnswerByChannel: {"channel, null::uuid as handler_id, null::uuid as team_id", "", "channel"},
	dispatch.AnswerByHandler: {"null::text as channel, handler_id, null::uuid as team_id", "", "handler_id"},
	dispatch.AnswerByTeam:    {"null::text as channel, null::uuid as handler_id, team_id", "join team_members m on m.account_id = k.handler_id", "team_id"},
}

// AnswerTimes gives how long inbound contacts waited, everything first.
func (t *tx) AnswerTimes(ctx context.Context, from, until time.Time, by dispatch.AnswerGroup) ([]dispatch.AnswerTimes, error) {
	type row struct {
		Channel   *string
		HandlerID *ids.ID
		TeamID    *ids.ID
		spreadRow
	}
	g := answerGroups[by]
	const contacts = `with k as (select channel, handler_id, extract(epoch from answered_at - queued_at)::float8 as x from contacts
		where direction = 'in' and not waiting and answered_at >= $1 and answered_at < $2) `
	all, err := list[row](ctx, t, "counting answer times",
		contacts+`select null::text as channel, null::uuid as handler_id, null::uuid as team_id, `+spreadColumns+` from k`, from, until)
	if err != nil {
		return nil, err
	}
	groups, err := list[row](ctx, t, "counting answer times of groups", fmt.Sprintf(contacts+`select %s, %s from k %s group by %s order by %s`,
		g.columns, spreadColumns, g.join, g.by, g.by), from, until)
	if err != nil {
		return nil, err
	}
	out := make([]dispatch.AnswerTimes, 0, 1+len(groups))
	for _, r := range append(all, groups...) {
		a := dispatch.AnswerTimes{HandlerID: r.HandlerID, TeamID: r.TeamID, Spread: r.spread()}
		if r.Channel != nil {
			a.Channel = *r.Channel
		}
		out = append(out, a)
	}
	return out, nil
}

// ResolveTimes gives how long tickets took. One that was registered and resolved
// in one step counts like every other, from the contact's beginning.
func (t *tx) ResolveTimes(ctx context.Context, from, until time.Time) ([]dispatch.ResolveTimes, error) {
	type row struct {
		OneStep *bool
		All     bool
		spreadRow
	}
	rows, err := list[row](ctx, t, "counting times to resolve",
		`select one_step, grouping(one_step) = 1 as all, `+spreadColumns+`
		 from (select one_step, extract(epoch from resolved_at - opened_at)::float8 as x from tickets
		     where resolved_at >= $1 and resolved_at < $2) k
		 group by grouping sets ((), (one_step))`, from, until)
	if err != nil {
		return nil, err
	}
	out := []dispatch.ResolveTimes{{Which: "all"}, {Which: "one_step"}, {Which: "later"}}
	for _, r := range rows {
		switch {
		case r.All:
			out[0].Spread = r.spread()
		case *r.OneStep:
			out[1].Spread = r.spread()
		default:
			out[2].Spread = r.spread()
		}
	}
	return out, nil
}
