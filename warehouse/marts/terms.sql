-- Which content words were used in a month, and in how many articles?
select
    date_trunc('month', published_on)::date as month,
    coalesce(lemma, stem) as term,
    count(*) as token_count,
    count(distinct article_id) as article_count
from tokens
join sentences using (article_id, sentence_no)
join articles using (article_id)
where duplicate_of is null and not is_repeat and not is_boilerplate
    and not is_stop
    and coalesce(upos, 'X') not in ('PUNCT', 'NUM', 'SYM')
    and regexp_matches(stem, '\pL.*\pL')
group by all
