-- Visits that ended with a technician: those that did what they were for, and those
-- given up because a part was missing.
with ended as (
    select count(*) as all_visits, count(*) filter (where state = 'completed') as completed,
           count(*) filter (where state = 'cannot_complete' and reason = 'part_missing') as part_missing
    from visits
    where completed_at >= $1 and completed_at < $2 and state in ('completed', 'cannot_complete'))
select m.measure, m.part, m.whole, null::interval as p50, null::interval as p90
from ended, lateral (values
    ('visits_completed', completed, all_visits),
    ('parts_missing', part_missing, all_visits)) as m (measure, part, whole)
