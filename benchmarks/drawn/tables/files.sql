select file, strlen(raw_text) as size, 1 as mtime_ns, content_sha256 as sha256, 1 as article_count, pipeline
from texts
union all
select replace(file, '.txt', '.html'), 9_000, 1, content_sha256, 0, pipeline from texts where no % 200 = 7
