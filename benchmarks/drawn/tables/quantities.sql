select d.*, i * 7 as value, if(i % 5 = 0, 'percent', null) as unit
from drawn d
join lexicon l using (id)
where l.role = 'number'
