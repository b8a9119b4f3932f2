-- How often was an entity mentioned on a day, and in how many articles?
select
    published_on as day,
    entity_id,
    count(*) as mention_count,
    count(distinct article_id) as article_count
from mentions
join sentences using (article_id, sentence_no)
join articles using (article_id)
where duplicate_of is null and not is_repeat and not is_boilerplate
group by all
