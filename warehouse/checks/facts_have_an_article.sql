-- The facts of an article come and go with it.
select * from (
    select 'sentences' as "table", article_id from incoming.sentences
    union all select 'tokens', article_id from incoming.tokens
    union all select 'mentions', article_id from incoming.mentions
    union all select 'appearances', article_id from incoming.appearances
    union all select 'quotes', article_id from incoming.quotes
    union all select 'dates', article_id from incoming.dates
    union all select 'quantities', article_id from incoming.quantities
    union all select 'events', article_id from incoming.events
)
anti join incoming.articles using (article_id)
