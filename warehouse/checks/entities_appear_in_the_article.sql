-- An entity that a fact names stands among the appearances of the same article.
select * from (
    select 'mentions' as "table", article_id, entity_id from incoming.mentions
    union all select 'quotes', article_id, speaker_entity_id from incoming.quotes where speaker_entity_id is not null
    union all select 'events', article_id, unnest(actor_entity_ids) from incoming.events
    union all select 'events', article_id, unnest(recipient_entity_ids) from incoming.events
)
anti join incoming.appearances using (article_id, entity_id)
