-- How a query is read: the terms that each of its words stands for: `from readings('وبالعقوبات على روسيا')`.
-- A word that the articles hold is read as it is read there; `term` is null where that is a function word. A
-- word that they lack loses clitics, as few as it takes to leave a form that they hold. Where no cut does that,
-- what each cut leaves is taken for a term, and `search` goes by the least cut that finds something.
create macro readings(query) as table
    with words as (
        -- words of other scripts (covid-19, g20), numbers, Arabic words: as the tokenizer parts them
        select distinct unnest(regexp_extract_all(
            norm(query),
            '\pN*[^\P{L}\p{Arabic}](?:[^\P{L}\p{Arabic}]|\pM|\pN)*(?:[-.&''’](?:[^\P{L}\p{Arabic}]|\pM|\pN)+)*'
            || '|\pN+(?:[.,٫٬/:]\pN+)*'
            || '|[\x{0621}-\x{063a}\x{0641}-\x{064a}\x{066e}-\x{06d3}\x{06d5}]+'
        )) as word
    ),
    cuts as (
        select distinct
            word,
            length(proclitics) + length(enclitic) as cut,
            unnest(terms_of(
                word[length(proclitics) + 1 : length(word) - length(enclitic)], enclitic <> ''
            )) as form
        from words
        cross join (select unnest(['', 'و', 'ف']) as conjunction)
        cross join (select unnest(['', 'ال', 'ب', 'بال', 'ل', 'لل', 'ك', 'كال', 'س']) as particle)
        cross join (select unnest(['', 'ه', 'ها', 'هم', 'هن', 'هما', 'نا', 'ني', 'كم', 'كما', 'ي', 'ك']) as enclitic)
        cross join lateral (select conjunction || particle as proclitics)
        where (starts_with(word, proclitics) and ends_with(word, enclitic)
            and length(word) - length(proclitics) - length(enclitic) >= case when particle in ('', 'ال', 'لل') then 2 else 3 end)
            or proclitics || enclitic = ''
    ),
    known as (
        -- not the mart itself, which is summed up before it is looked into
        select norm as form, term
        from meta.forms
        where norm in (select form from cuts)
        group by all
        having sum(token_count) > 0
    ),
    options as (
        select
            c.word, c.cut, c.form,
            k.form is not null as is_known,
            case when k.form is null then c.form else k.term end as term,
            min(c.cut) filter (k.form is not null) over (partition by c.word) as least
        from cuts c
        left join known k using (form)
    )
    select word, cut, form, term
    from options
    where least is null or (cut = least and is_known)
