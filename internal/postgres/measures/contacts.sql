-- Inbound contacts, by when they were answered. Somebody asks where the technician
-- is when the contact's reason is status and an arrival was promised to them that
-- had neither been kept nor ended when they asked.
with inbound as (
    select count(*) as answered,
           count(*) filter (where c.reason = 'status' and exists (
               select from promises p
               where p.person_id = c.person_id and p.kind = 'arrival'
                   and p.made_at <= c.answered_at and (p.settled_at is null or p.settled_at > c.answered_at))) as asked,
           percentile_disc(0.5) within group (order by c.answered_at - c.queued_at) as p50,
           percentile_disc(0.9) within group (order by c.answered_at - c.queued_at) as p90
    from contacts c
    where c.direction = 'in' and c.answered_at >= $1 and c.answered_at < $2)
select m.measure, m.part, m.whole, m.p50, m.p90
from inbound, lateral (values
    ('answer_time', answered, answered, p50, p90),
    ('where_is_my_technician', asked, answered, null::interval, null::interval)) as m (measure, part, whole, p50, p90)
