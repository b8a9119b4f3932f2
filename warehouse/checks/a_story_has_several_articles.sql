-- A story has several articles, its first among them, and an article stands in one story at most.
-- Looked for is another story of the same days or later, so that DuckDB reads no others.
set variable first_told = (
    select if(count(*) = count(first_day), min(first_day), '-infinity'::date) from incoming.story_articles
);
select 'story' as "table", story_id as "key", count(*) as articles
from incoming.story_articles
group by story_id having count(*) < 2 or not bool_or(article_id = story_id)
union all
select 'article', article_id, count(*)
from story_articles semi join incoming.story_articles using (article_id)
where last_day >= getvariable('first_told') or last_day is null
group by article_id having count(*) > 1
