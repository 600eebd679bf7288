-- Tickets opened before the end that are not resolved, and those of them whose next
-- update was due by then. It is how they stand when it is asked.
select 'next_update_overdue' as measure, count(*) filter (where next_update < $2) as part, count(*) as whole,
       null::interval as p50, null::interval as p90
from tickets
where state <> 'resolved' and opened_at < $2 and $1::timestamptz < $2
