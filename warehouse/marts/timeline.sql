-- What happened when, as far as the text fixes the day or the period?
select
    date_from, date_to, event_type, article_id, e.start_char, e.end_char, sentence_no,
    e.text as trigger,
    s.text as sentence,
    actor_entity_ids, recipient_entity_ids, status, is_negated
from events e
join sentences s using (article_id, sentence_no)
join articles using (article_id)
where duplicate_of is null and not is_repeat and not is_boilerplate
    and date_from is not null
order by date_from, date_to, article_id, e.start_char
