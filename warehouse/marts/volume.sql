-- How much was published on a day: what frequencies are to be divided by.
with sizes as (
    select
        article_id, sentence_no,
        count(*) as tokens,
        count(*) filter (is_content(t.norm, upos, is_stop)) as terms
    from tokens t
    group by all
)
select
    published_on as day,
    count(distinct article_id) as article_count,
    count(*) as sentence_count,
    coalesce(sum(tokens), 0)::bigint as token_count,
    coalesce(sum(terms), 0)::bigint as term_count
from sentences
join articles using (article_id)
left join sizes using (article_id, sentence_no)
where duplicate_of is null and not is_repeat and not is_boilerplate
group by all
