-- As which terms are the written forms read, and how often? A function word is read as none: its term is null.
-- What a form is without its clitics stands here too, so that a query is read as any form of the word is.
with words as (
    select
        unnest(list_distinct([t.norm, norm(stem)])) as norm,
        if(
            is_content(t.norm, upos, is_stop),
            terms_of(norm(coalesce(lemma, stem)), lemma is null and len(enclitics) > 0),
            [null]
        ) as terms
    from tokens t
    join sentences using (article_id, sentence_no)
    join articles using (article_id)
    where duplicate_of is null and not is_repeat and not is_boilerplate
        and regexp_matches(t.norm, '[\pL\pN]')
)
select norm, term, count(*) as token_count
from (select norm, unnest(terms) as term from words)
group by all
