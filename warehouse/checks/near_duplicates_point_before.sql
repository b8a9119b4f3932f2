-- A near-duplicate points at a live article that stands before it; neither is an exact duplicate.
with pointing as (
    select article_id, source, duplicate_of, near_duplicate_of from incoming.articles where near_duplicate_of is not null
)
select n.article_id, n.source, n.near_duplicate_of
from pointing n
left join articles f on f.article_id = n.near_duplicate_of
where n.duplicate_of is not null or f.duplicate_of is not null or f.source is null or f.source >= n.source
