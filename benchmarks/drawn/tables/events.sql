-- The first name of the sentence acts on the last one.
select d.*, if(l.i % 10 = 9, 'future', 'past') as status, l.i % 20 - 10 as score, 'CONSULT/visit زار' as method, 0.81 as confidence,
    ['CONSULT', 'COERCE', 'ASSAULT', 'PROTEST', 'REQUEST', 'ACCUSE', 'AGREE', 'SUPPORT'][(l.i % 8 + 1)::int] as event_type,
    if(first_name is null, [], [a.entity_id]) as actor_entity_ids,
    if(first_name is null or last_name.id = first_name.id, [], [b.entity_id]) as recipient_entity_ids,
    if(l.i % 5 = 0, published_on, null) as date_from, date_from as date_to
from drawn d
join lexicon l using (id)
join lines using (no, sentence_no)
join piece using (no)
left join lexicon a on a.id = first_name.id
left join lexicon b on b.id = last_name.id
where l.role = 'trigger'
