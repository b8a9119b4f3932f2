-- Which events did most articles tell of, who carried them, and how many of them wrote a text of their own?
select
    s.first_day,
    s.title,
    article_count,
    article_count - copy_count as own_texts,
    outlet_count,
    list(distinct outlet order by outlet) filter (outlet is not null) as outlets
from stories s
join story_articles using (story_id)
join articles using (article_id)
group by all
order by article_count desc, s.first_day, s.title
limit 20
