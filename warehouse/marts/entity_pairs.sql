-- Which two entities stand in one sentence, and how often in a month?
with present as (
    select distinct date_trunc('month', published_on)::date as month, article_id, sentence_no, entity_id
    from mentions
    join sentences using (article_id, sentence_no)
    join articles using (article_id)
    where duplicate_of is null and not is_repeat and not is_boilerplate
)
select
    a.month,
    a.entity_id as entity_id_a,
    b.entity_id as entity_id_b,
    count(*) as sentence_count,
    count(distinct article_id) as article_count
from present a
join present b using (article_id, sentence_no)
where a.entity_id < b.entity_id
group by all
