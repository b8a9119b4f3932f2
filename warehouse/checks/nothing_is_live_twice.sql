-- What just came in must not be live beside an older version of itself.
-- An article is looked up unless its file came with it and replaced none: then the file would be live twice.
with new_files as (
    select file from incoming.files
    anti join (select owner as file from meta.dead where owner_column = 'file') using (file)
)
select 'articles' as "table", article_id as "key", count(*) as times
from articles semi join (from incoming.articles anti join new_files using (file)) using (article_id)
group by all having count(*) > 1
union all
select 'files', file, count(*)
from files semi join incoming.files using (file)
group by all having count(*) > 1
union all
select 'rejects', source, count(*)
from rejects semi join incoming.rejects using (source)
group by all having count(*) > 1
union all
select 'runs', run_id, count(*)
from runs semi join incoming.runs using (run_id)
group by all having count(*) > 1
