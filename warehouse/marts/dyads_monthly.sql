-- Which country did what to which, how often, and how friendly was it?
-- An event counts once for a pair of countries, however many participants each has. A reciprocal
-- event has no recipients: its pairs are written once, the smaller country code as the actor.
with told as (
    select
        article_id, e.start_char, e.end_char, event_type, score,
        date_trunc('month', published_on)::date as month,
        actor_entity_ids as actors,
        len(recipient_entity_ids) = 0 as is_reciprocal,
        if(is_reciprocal, actor_entity_ids, recipient_entity_ids) as recipients
    from events e
    join sentences using (article_id, sentence_no)
    join articles using (article_id)
    where duplicate_of is null and not is_repeat and not is_boilerplate
        and status in ('past', 'ongoing') and not is_negated
),
sides as (
    select distinct
        t.article_id, t.start_char, t.end_char, t.month, t.event_type, t.score,
        a.country_code as actor_country,
        r.country_code as recipient_country
    from told t
    join appearances a on a.article_id = t.article_id and list_contains(t.actors, a.entity_id)
    join appearances r on r.article_id = t.article_id and list_contains(t.recipients, r.entity_id)
    where a.country_code <> r.country_code
        and (a.country_code < r.country_code or not t.is_reciprocal)
)
select
    month,
    actor_country,
    recipient_country,
    event_type,
    count(*) as event_count,
    sum(score::decimal(18, 1))::decimal(18, 1) as score_sum
from sides
group by all
