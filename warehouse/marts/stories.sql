-- Which articles tell the same story? For now: which have the same raw text. A lone article is a story of one.
select
    coalesce(duplicate_of, article_id) as story_id,
    article_id, source, published_on, title
from articles
