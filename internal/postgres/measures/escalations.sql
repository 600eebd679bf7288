-- Calls handed to a leader, by when the agent asked for one.
with asked as (
    select count(*) as calls, count(taken_at) as taken,
           percentile_disc(0.5) within group (order by taken_at - asked_at) filter (where taken_at is not null) as p50,
           percentile_disc(0.9) within group (order by taken_at - asked_at) filter (where taken_at is not null) as p90
    from escalations
    where asked_at >= $1 and asked_at < $2)
select m.measure, m.part, m.whole, m.p50, m.p90
from asked, lateral (values
    ('leader_reached', taken, calls, null::interval, null::interval),
    ('time_to_leader', taken, calls, p50, p90)) as m (measure, part, whole, p50, p90)
