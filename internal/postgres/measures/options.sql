-- Sets of options offered on site, those aside that we took back for a new offer.
select 'options_chosen' as measure, count(*) filter (where state = 'chosen') as part,
       count(*) filter (where state in ('chosen', 'lapsed')) as whole, null::interval as p50, null::interval as p90
from option_sets
where offered_at >= $1 and offered_at < $2
