-- A token lies within its sentence, and whatever names a sentence names one that is there.
select 'tokens' as "table", t.article_id, t.sentence_no, t.start_char, t.end_char
from incoming.tokens t
left join incoming.sentences s using (article_id, sentence_no)
where s.article_id is null or t.start_char < s.start_char or t.end_char > s.end_char
union all
select f.*
from (
    select 'mentions' as "table", article_id, sentence_no, start_char, end_char from incoming.mentions
    union all select 'quotes', article_id, sentence_no, start_char, end_char from incoming.quotes
    union all select 'dates', article_id, sentence_no, start_char, end_char from incoming.dates
    union all select 'quantities', article_id, sentence_no, start_char, end_char from incoming.quantities
    union all select 'events', article_id, sentence_no, start_char, end_char from incoming.events
) f
anti join incoming.sentences using (article_id, sentence_no)
