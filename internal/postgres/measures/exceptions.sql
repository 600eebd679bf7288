-- Requests to deviate from the service level, by when they were decided.
with decided as (
    select count(*) as all_decided, count(*) filter (where state = 'approved') as approved,
           percentile_disc(0.5) within group (order by decided_at - asked_at) as p50,
           percentile_disc(0.9) within group (order by decided_at - asked_at) as p90
    from service_exceptions
    where decided_at >= $1 and decided_at < $2 and state in ('approved', 'refused'))
select m.measure, m.part, m.whole, m.p50, m.p90
from decided, lateral (values
    ('exceptions_approved', approved, all_decided, null::interval, null::interval),
    ('exception_decision_time', all_decided, all_decided, p50, p90)) as m (measure, part, whole, p50, p90)
