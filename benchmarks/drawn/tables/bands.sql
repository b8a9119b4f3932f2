select ('0x' || content_sha256[:8])::uinteger as band, article_id from texts
union
select unnest(bands), article_id from signed
