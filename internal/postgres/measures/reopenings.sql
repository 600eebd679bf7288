-- Tickets that were resolved or reopened, each once, and those of them reopened.
with reopened as (
    select distinct subject_id as id from events
    where name = 'ticket.reopened' and at >= $1 and at < $2),
done as (
    select id from tickets where resolved_at >= $1 and resolved_at < $2 and merged_into is null)
select 'reopened' as measure, (select count(*) from reopened) as part,
       (select count(*) from (select id from reopened union select id from done) either) as whole,
       null::interval as p50, null::interval as p90
