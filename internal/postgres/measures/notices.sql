-- Notices, by when they were written; what is still on its way is not decided.
select 'notices_failed' as measure, count(*) filter (where state = 'failed') as part,
       count(*) filter (where state in ('failed', 'delivered')) as whole, null::interval as p50, null::interval as p90
from notices
where created_at >= $1 and created_at < $2
