-- The nine rarest words of the text, and seven of its event, three of them names: 400 events make a day.
with told as (
    select no, article_id, published_on, hash(twin, 'event') % 400 as event from piece where published_on is not null
),
candidates as (
    select no, true as is_of_event,
        unnest([
            (hash(published_on, event, k) % names() + if(k < 3, words(), names()))::bigint for k in range(7)
        ]) as id
    from told
    union all
    select no, false, id from drawn semi join told using (no)
),
words as (
    select no, stem, bool_or(role = 'name') as is_name, bool_or(is_of_event) as is_told,
        (4 * log2(min(i) + 2))::int as weight
    from candidates
    join lexicon using (id)
    where role = 'name' or (role = 'word' and not is_stop)
    group by no, stem
),
heaviest as (
    from words
    qualify is_told or row_number() over (partition by no order by is_told, weight desc, stem) <= 9
)
select article_id, published_on as told_on, stem as word, is_name, weight,
    (sum(weight) over (partition by no))::int as article_weight
from heaviest
join told using (no)
