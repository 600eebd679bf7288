-- Tickets resolved, those registered and resolved in one step included, and merged
-- ones left out: they are counted once, as the one they were merged into. A ticket
-- is excepted when an approved service exception covered it.
with done as (
    select id, person_id, site_id, template_id, opened_at, restored_at, resolved_at, one_step
    from tickets
    where resolved_at >= $1 and resolved_at < $2 and merged_into is null),
excepted as (
    select d.id from done d join service_exceptions x on x.ticket_id = d.id
        and x.state = 'approved' and x.decided_at <= d.resolved_at and x.expires_at > d.opened_at
    union select d.id from done d join service_exceptions x on x.person_id = d.person_id
        and x.state = 'approved' and x.decided_at <= d.resolved_at and x.expires_at > d.opened_at
    union select d.id from done d join service_exceptions x on x.site_id = d.site_id
        and x.state = 'approved' and x.decided_at <= d.resolved_at and x.expires_at > d.opened_at
    union select d.id from done d join service_exceptions x on x.template_id = d.template_id
        and x.state = 'approved' and x.decided_at <= d.resolved_at and x.expires_at > d.opened_at),
took as (
    select d.one_step, x.id is not null as excepted,
           d.restored_at < d.resolved_at as restored_first,
           coalesce(least(d.restored_at, d.resolved_at), d.resolved_at) - d.opened_at as restore,
           d.resolved_at - d.opened_at as resolve,
           v.on_site, v.completed, c.contacts
    from done d
    left join excepted x on x.id = d.id
    cross join lateral (
        select count(*) filter (where arrived_at is not null) as on_site,
               count(*) filter (where state = 'completed') as completed
        from visits where ticket_id = d.id) v
    cross join lateral (select count(*) as contacts from contacts where ticket_id = d.id) c),
sums as (
    select count(*) as resolved,
           count(*) filter (where on_site = 0 and contacts <= 1) as first_contact,
           count(*) filter (where on_site > 0) as visited,
           count(*) filter (where on_site = 1 and completed = 1) as first_visit,
           count(*) filter (where restored_first) as restored_first,
           count(*) filter (where one_step) as one_step,
           count(*) filter (where excepted) as excepted,
           percentile_disc(0.5) within group (order by restore) as restore50,
           percentile_disc(0.9) within group (order by restore) as restore90,
           percentile_disc(0.5) within group (order by resolve) filter (where not excepted) as resolve50,
           percentile_disc(0.9) within group (order by resolve) filter (where not excepted) as resolve90,
           percentile_disc(0.5) within group (order by resolve) filter (where excepted) as excepted50,
           percentile_disc(0.9) within group (order by resolve) filter (where excepted) as excepted90
    from took)
select m.measure, m.part, m.whole, m.p50, m.p90
from sums, lateral (values
    ('first_contact_resolution', first_contact, resolved, null::interval, null::interval),
    ('first_visit_resolution', first_visit, visited, null, null),
    ('restored_first', restored_first, resolved, null, null),
    ('one_step', one_step, resolved, null, null),
    ('restore_time', resolved, resolved, restore50, restore90),
    ('resolve_time', resolved - excepted, resolved, resolve50, resolve90),
    ('resolve_time_excepted', excepted, resolved, excepted50, excepted90)) as m (measure, part, whole, p50, p90)
