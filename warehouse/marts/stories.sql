-- Which events do several articles tell of, who carried them, and for how long?
select
    story_id,
    any_value(title) filter (article_id = story_id) as title,
    count(*) as article_count,
    count(coalesce(duplicate_of, near_duplicate_of)) as copy_count,
    count(distinct outlet) as outlet_count,
    any_value(first_day) as first_day,
    any_value(last_day) as last_day
from story_articles
join articles using (article_id)
group by story_id
