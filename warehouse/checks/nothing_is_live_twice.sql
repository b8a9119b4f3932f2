-- What just came in must not be live beside an older version of itself.
select 'articles' as "table", article_id as "key", count(*) as times
from articles semi join incoming.articles using (article_id)
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
