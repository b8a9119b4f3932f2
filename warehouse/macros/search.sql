-- The sentences that answer a query best, the best first: `select * from search('العقوبات على روسيا') limit 10`.
-- Any word of the query may be missing, clitics and hamza forms are found alike, a function word finds nothing.
-- Copies of articles, sentences that repeat an earlier one and the page around the article are left out.
-- It gives the best 10, and `search('…', best := 200)` more. Open the file itself, or `use` the database first.
-- BM25 with the idf and the constants k1 = 1.2, b = 0.75 of Lucene 10 (BM25Similarity); the terms that one word
-- may stand for count as one, and a sentence holds it as often as the commonest of them.
create macro search(query, best := 10) as table
    with reading as materialized (
        select distinct word, cut, term from readings(query) where term is not null
    ),
    hits as materialized (
        select word, cut, article_id, sentence_no, max(frequency) as frequency, any_value(sentence_terms) as sentence_terms
        from reading
        join postings using (term)
        group by all
    ),
    words as (
        select word, cut, count(*) as sentence_count
        from hits
        group by word, cut
        qualify cut = min(cut) over (partition by word)
    ),
    corpus as (
        select sum(sentence_count) as sentences, sum(term_count) / sum(sentence_count) as mean_terms from volume
    ),
    scored as (
        select
            article_id, sentence_no,
            sum((  -- of decimals, as a sum of floats depends on their order, and ties with it
                ln(1 + (sentences - sentence_count + 0.5) / (sentence_count + 0.5))
                * frequency * 2.2 / (frequency + 1.2 * (0.25 + 0.75 * sentence_terms / mean_terms))
            )::decimal(18, 9)) as score
        from hits
        join words using (word, cut)
        cross join corpus
        group by all
        order by score desc, article_id, sentence_no
        limit best
    ),
    near as (  -- a join by two columns would decode the text of all sentences; `offset 0` keeps DuckDB from making it that
        from sentences semi join scored using (article_id) offset 0
    )
    select
        score::double as score,
        article_id, sentence_no, s.start_char, s.end_char, a.source, a.title, a.published_on, s.text
    from scored
    join near s using (article_id, sentence_no)
    join articles a using (article_id)
    order by scored.score desc, article_id, sentence_no
