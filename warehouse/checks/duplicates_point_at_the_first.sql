-- A duplicate points at a live article of the same text that is not itself a duplicate, and stands before it.
with pointing as (
    select article_id, source, content_sha256, duplicate_of from incoming.articles where duplicate_of is not null
)
select d.article_id, d.source, d.duplicate_of
from pointing d
left join articles f on f.article_id = d.duplicate_of
where f.duplicate_of is not null or f.content_sha256 is distinct from d.content_sha256 or f.source >= d.source
