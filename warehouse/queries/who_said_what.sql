-- Who said what: the words as they stand in the article, with the speaker's name and where to read on.
select
    name_ar as speaker,
    q.kind,
    raw_text[q.start_char + 1 : q.end_char] as words,
    source,
    published_on
from quotes q
join articles using (article_id)
left join entities on entity_id = speaker_entity_id
where duplicate_of is null
order by published_on desc, source, q.start_char
limit 20
