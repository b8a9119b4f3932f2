-- Who and what is most in the news, month by month: the ten most mentioned entities of each.
with monthly as (
    select
        date_trunc('month', day)::date as month,
        entity_id,
        sum(mention_count)::bigint as mentions,
        sum(article_count)::bigint as articles
    from entity_daily
    group by all
)
select month, name_ar, name_en, label, mentions, articles
from monthly
join entities using (entity_id)
qualify row_number() over (partition by month order by mentions desc, entity_id) <= 10
order by month, mentions desc, entity_id
