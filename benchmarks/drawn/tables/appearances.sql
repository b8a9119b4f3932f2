select article_id, entity_id, label, stem as name_ar, country_code, is_known, count(*) as mention_count,
    if(country_code is null, null, 'country') as kind
from drawn d
join lexicon l using (id)
where l.role = 'name'
group by all
