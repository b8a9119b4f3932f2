select d.*, 'date' as kind, date '2020-01-01' + i::int as date_from, date_from as date_to,
    strftime(date_from, '%Y-%m-%d') as value, 'day' as precision
from drawn d
join lexicon l using (id)
where l.role = 'date'
