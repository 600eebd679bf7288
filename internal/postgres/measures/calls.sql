-- Inbound calls that telephony saw, by when they came into the queue.
with seen as (
    select count(*) as all_calls, count(answered_at) as answered,
           count(*) filter (where state = 'registered') as registered,
           count(*) filter (where state = 'dismissed') as dismissed
    from calls
    where direction = 'in' and queued_at >= $1 and queued_at < $2)
select m.measure, m.part, m.whole, null::interval as p50, null::interval as p90
from seen, lateral (values
    ('calls_answered', answered, all_calls),
    ('calls_registered', registered, answered - dismissed)) as m (measure, part, whole)
