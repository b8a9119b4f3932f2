select (('0x' || content_sha256[:8])::bigint - 2_147_483_648)::integer as band, article_id from texts
union
select unnest(bands), article_id from signed
