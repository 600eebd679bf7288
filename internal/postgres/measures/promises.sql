-- Promises, by when they were made. What is open is not decided yet, and what the
-- customer gave up of their own accord, not warned of a risk, is no failure of ours:
-- neither counts. Kept first is kept in the window first told, whatever was told later.
-- A change is unlinked when the ledger names no notice beside it, or when a promise
-- says something that its last entry in the ledger does not.
with made as (
    select id, kind, state, window_start, window_end, first_start, first_end, technician_id, met_at,
           state in ('kept', 'late', 'broken') or state = 'withdrawn' and at_risk_since is not null as counts
    from promises
    where made_at >= $1 and made_at < $2),
kept as (
    select kind, count(*) filter (where state = 'kept') as part, count(*) as whole,
           count(*) filter (where state in ('kept', 'late') and met_at < first_end
               and (kind <> 'arrival' or met_at >= first_start)) as first,
           count(*) filter (where (window_start, window_end) = (first_start, first_end)) as unmoved
    from made where counts group by kind),
said as (
    select count(*) filter (where (p.window_start, p.window_end, p.technician_id)
               is distinct from (e.window_start, e.window_end, e.technician_id)) as silent
    from made p join lateral (
        select x.window_start, x.window_end, x.technician_id
        from promise_entries x where x.promise_id = p.id order by x.seq desc limit 1) e on true),
changed as (
    select count(*) as changes, count(*) filter (where e.notice_id is null) as unlinked,
           count(*) filter (where n.state = 'delivered') as told
    from promise_entries e left join notices n on n.id = e.notice_id
    where e.kind = 'revised' and e.at >= $1 and e.at < $2)
select 'kept_' || k.kind as measure, coalesce(kept.part, 0) as part, coalesce(kept.whole, 0) as whole,
       null::interval as p50, null::interval as p90
from (values ('arrival'), ('status_update'), ('callback'), ('delivery'), ('loan_return')) as k (kind)
left join kept on kept.kind = k.kind
union all
select m.measure, coalesce(m.part, 0), coalesce(m.whole, 0), null, null
from (select 1) always left join kept on kept.kind = 'arrival',
lateral (values ('kept_first_arrival', first, whole), ('arrival_unmoved', unmoved, whole)) as m (measure, part, whole)
union all
select m.measure, m.part, m.whole, null, null
from said, changed, lateral (values
    ('unlinked_changes', unlinked + silent, changes),
    ('changes_told', told, changes)) as m (measure, part, whole)
