-- A story has several articles, its first among them, and an article stands in one story at most.
select 'story' as "table", story_id as "key", count(*) as articles
from incoming.story_articles
group by story_id having count(*) < 2 or not bool_or(article_id = story_id)
union all
select 'article', article_id, count(*)
from story_articles semi join incoming.story_articles using (article_id)
group by article_id having count(*) > 1
