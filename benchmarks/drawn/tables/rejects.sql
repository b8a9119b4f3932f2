-- One file in 200 gives nothing.
select replace(file, '.txt', '.html') as file, file as source, 'as drawn' as detail,
    ['empty', 'not_arabic', 'undecodable'][(no % 3 + 1)::int] as reason
from texts
where no % 200 = 7
