-- Who is quoted, how often in a month, directly or indirectly?
select
    date_trunc('month', published_on)::date as month,
    speaker_entity_id,
    kind,
    count(*) as quote_count,
    count(distinct article_id) as article_count
from quotes
join sentences using (article_id, sentence_no)
join articles using (article_id)
where duplicate_of is null and not is_repeat and not is_boilerplate
    and speaker_entity_id is not null
group by all
