-- What happened when, and who did it to whom: events that the text dates, with names in place of ids.
with latest as (
    from timeline
    where not is_negated
    order by date_from desc, date_to, article_id, start_char
    limit 20
)
select
    date_from,
    date_to,
    event_type,
    trigger,
    (select list(name_ar order by name_ar) from entities where entity_id in (select unnest(actor_entity_ids))) as actors,
    (select list(name_ar order by name_ar) from entities where entity_id in (select unnest(recipient_entity_ids))) as recipients,
    status,
    sentence
from latest
order by date_from desc, date_to, article_id, start_char
