-- One row an article, a token, a sentence, a text. What is drawn hangs on the number of the article alone.
-- Of 50 articles one has the text of the one before, its `twin`, and another says nearly the same as the one before, its
-- `alike`. 700 make a day.
create or replace temp table piece as
select no, twin, alike,
    printf('%04d/%07d.txt', no // 1_000, no) as source,
    sha256(source)[:16] as article_id,
    if(no <> twin, sha256(printf('%04d/%07d.txt', twin // 1_000, twin))[:16], null) as duplicate_of,
    if(no <> twin or no = alike, null, sha256(printf('%04d/%07d.txt', alike // 1_000, alike))[:16]) as near_duplicate_of,
    if(hash(no) % 10 = 0, null, date '2020-01-01' + (no // 700)::int) as published_on,
    (hash(twin, 'length') % 10_000 + 10) / 10_020 as chance,
    -- half of the articles have fewer tokens than $tokens; where that is 120, a quarter each fewer than 84 and more than 171
    greatest($tokens / 6, $tokens * exp(0.32 * ln(chance / (1 - chance))))::int as token_count
from (
    select no, if(no % 50 = 49, no - 1, no) as twin, if(no % 50 = 37, no - 1, twin) as alike
    from range($first, $end, $step) r(no)
);

create or replace temp table drawn as
with chances as (
    select no, article_id, token_no::int as token_no, (token_no // 24)::int as sentence_no,
        token_no % 24 = 23 or token_no = token_count - 1 as is_last,
        hash(twin * 4_096 + token_no, $edition) as h,
        (h & 16_777_215) / 16_777_216 as kind,
        (h >> 24 & 268_435_455) / 268_435_456 as choice
    from piece, unnest(range(token_count)) r(token_no)
),
chosen as (
    -- by Zipf's law the thing of rank r is drawn one time in r
    select no, article_id, token_no, sentence_no,
        case when is_last then full_stop()
            when kind < 0.072 then words() + floor(pow(names(), choice)) - 1
            when kind < 0.097 then days() + floor(choice * 1_000)
            when kind < 0.115 then numbers() + floor(choice * 1_000)
            when kind < 0.131 then triggers() + floor(choice * 100)
            else floor(pow(words(), choice)) - 1 end::bigint as id
    from chances
)
select c.*, l.text, role,
    (sum(length(l.text) + 1) over (partition by no order by token_no))::int - 1 as end_char,
    end_char - length(l.text)::int as start_char
from chosen c
join lexicon l using (id);

create or replace temp table lines as
select no, article_id, sentence_no,
    min(start_char) as start_char,
    max(end_char) as end_char,
    string_agg(text, ' ' order by token_no) as text,
    arg_min(struct_pack(id, s := start_char, e := end_char), token_no) filter (role = 'name') as first_name,
    arg_max(struct_pack(id, s := start_char, e := end_char), token_no) filter (role = 'name') as last_name,
    min(struct_pack(s := start_char, e := end_char)) as cue
from drawn
group by no, article_id, sentence_no;

create or replace temp table texts as
with whole as (
    select no, string_agg(text, ' ' order by sentence_no) as raw_text, count(*)::int as sentence_count
    from lines
    group by no
)
select *, source as file, sha256(raw_text) as content_sha256, content_sha256 as record_sha256,
    'utf_8' as encoding, 'ar' as language, raw_text[:60] as title, 'وكالة ' || no % 40 as outlet,
    'synthetic' as pipeline
from piece
join whole using (no);

create or replace temp table signed as
select article_id,
    concat(
        to_base64(unhex(sha256(printf('%d %d a', alike, $edition))))[:43],
        to_base64(unhex(sha256(printf('%d %d b', alike, $edition))))[:43],
        to_base64(unhex(sha256(printf('%d %d c', twin, $edition))))[:42]
    ) as signature,
    [((hash(alike, $edition, band) & 4_294_967_295)::bigint - 2_147_483_648)::integer for band in range(8)] as bands
from piece
