-- A duplicate points at a live article of the same text that is not itself a duplicate, and stands before it.
with firsts as (
    select article_id, source, content_sha256 from articles where duplicate_of is null
)
select d.article_id, d.source, d.duplicate_of
from articles d
left join firsts f on f.article_id = d.duplicate_of and f.content_sha256 = d.content_sha256 and f.source < d.source
where d.duplicate_of is not null and f.article_id is null
