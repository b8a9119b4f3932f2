-- Which sentences hold a term, how often, and how long are they?
with content as (
    select
        article_id, sentence_no,
        terms_of(norm(coalesce(lemma, stem)), lemma is null and len(enclitics) > 0) as terms,
        count(*) over (partition by article_id, sentence_no) as sentence_terms
    from tokens t
    join sentences using (article_id, sentence_no)
    join articles using (article_id)
    where duplicate_of is null and not is_repeat and not is_boilerplate
        and is_content(t.norm, upos, is_stop)
)
select term, article_id, sentence_no, count(*)::integer as frequency, sentence_terms::integer as sentence_terms
from (select unnest(terms) as term, * from content)
group by all
