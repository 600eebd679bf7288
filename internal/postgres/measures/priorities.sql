-- Tickets whose priority was changed for what is special about them.
select 'priority_changed' as measure,
       (select count(distinct subject_id) from events where name = 'ticket.priority_changed' and at >= $1 and at < $2) as part,
       (select count(*) from tickets where opened_at >= $1 and opened_at < $2) as whole,
       null::interval as p50, null::interval as p90
