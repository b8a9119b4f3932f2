-- Under which names and descriptions did an entity appear, and how often?
-- All mentions count here, repeated sentences too: whatever is mentioned must be found in `entities`.
select
    entity_id, label, kind, name_ar, name_en, wikidata_id, country_code, latitude, longitude, is_known,
    sum(mention_count)::bigint as mention_count,
    count(*) as article_count
from appearances
join articles using (article_id)
where duplicate_of is null
group by all
