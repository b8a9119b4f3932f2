select d.*, label, entity_id, if(is_known, 'lexicon', 'name_rule') as method, if(is_known, 0.95, 0.8) as confidence
from drawn d
join lexicon l using (id)
where l.role = 'name'
