-- Which words rise: terms that take a larger share of the latest month's words than of all earlier ones.
with counts as (
    select
        term,
        coalesce(sum(token_count) filter (month = (select max(month) from terms)), 0) as latest,
        coalesce(sum(token_count) filter (month < (select max(month) from terms)), 0) as earlier
    from terms
    group by term
)
select
    term, latest, earlier,
    round(latest / sum(latest) over () - coalesce(earlier / nullif(sum(earlier) over (), 0), 0), 4) as rise
from counts
order by rise desc, term
limit 20
