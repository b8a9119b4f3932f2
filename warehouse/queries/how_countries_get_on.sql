-- How countries get on: the mean tone of what one does to another, from -10 (assault) to +10 (aid and agreement).
select
    actor_country,
    recipient_country,
    sum(event_count)::bigint as events,
    round(sum(score_sum) / sum(event_count), 1) as mean_tone
from dyads_monthly
group by all
order by events desc, mean_tone
limit 20
