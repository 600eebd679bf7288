-- Loans due, and those of them that came back late, or have not come back.
select 'loans_overdue' as measure,
       count(*) filter (where state = 'out' or state = 'lost' or ended_at > due_at) as part, count(*) as whole,
       null::interval as p50, null::interval as p90
from loans
where out_at is not null and due_at >= $1 and due_at < $2
