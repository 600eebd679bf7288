-- Callbacks after visits, by when they were settled: whoever was reached said that it
-- is well, or that it is not.
with settled as (
    select count(*) as all_callbacks,
           count(*) filter (where outcome = 'confirmed') as confirmed,
           count(*) filter (where outcome in ('confirmed', 'reopened')) as answered
    from callbacks
    where settled_at >= $1 and settled_at < $2)
select m.measure, m.part, m.whole, null::interval as p50, null::interval as p90
from settled, lateral (values
    ('callbacks_confirmed', confirmed, answered),
    ('callbacks_reached', answered, all_callbacks)) as m (measure, part, whole)
