-- Evidence is at least one character of the raw text of its article.
select f.*, length(raw_text) as text_length
from (
    select 'sentences' as "table", article_id, start_char, end_char from incoming.sentences
    union all select 'tokens', article_id, start_char, end_char from incoming.tokens
    union all select 'mentions', article_id, start_char, end_char from incoming.mentions
    union all select 'quotes', article_id, start_char, end_char from incoming.quotes
    union all select 'speakers of quotes', article_id, speaker_start_char, speaker_end_char from incoming.quotes
    union all select 'cues of quotes', article_id, cue_start_char, cue_end_char from incoming.quotes
    union all select 'dates', article_id, start_char, end_char from incoming.dates
    union all select 'quantities', article_id, start_char, end_char from incoming.quantities
    union all select 'events', article_id, start_char, end_char from incoming.events
) f
join incoming.articles using (article_id)
where not (start_char >= 0 and start_char < end_char and end_char <= length(raw_text))
    or (start_char is null) <> (end_char is null)
