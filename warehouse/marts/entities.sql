-- Which things do the articles mention, each under its commonest name?
select
    entity_id, label, kind, name_ar, name_en, wikidata_id, country_code, latitude, longitude, is_known,
    sum(n.mention_count) over (partition by entity_id)::bigint as mention_count,
    -- exact, as an article knows an entity under one name
    sum(n.article_count) over (partition by entity_id)::bigint as article_count
from entity_names n
qualify 1 = row_number() over (
    partition by entity_id
    order by n.mention_count desc, name_ar, label, kind, name_en, wikidata_id, country_code, latitude, longitude, is_known
)
