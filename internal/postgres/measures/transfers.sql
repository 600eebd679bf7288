-- Transfers, by when they were asked for, beside the tickets opened.
with asked as (
    select count(*) as all_transfers,
           count(*) filter (where state = 'accepted') as accepted,
           percentile_disc(0.5) within group (order by settled_at - asked_at) filter (where state = 'accepted') as p50,
           percentile_disc(0.9) within group (order by settled_at - asked_at) filter (where state = 'accepted') as p90
    from transfers
    where asked_at >= $1 and asked_at < $2),
opened as (
    select count(*) as tickets from tickets where opened_at >= $1 and opened_at < $2)
select m.measure, m.part, m.whole, m.p50, m.p90
from asked, opened, lateral (values
    ('transfers_per_ticket', all_transfers, tickets, null::interval, null::interval),
    ('transfer_acceptance_time', accepted, all_transfers, p50, p90)) as m (measure, part, whole, p50, p90)
