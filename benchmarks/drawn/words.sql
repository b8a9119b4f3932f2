-- All that can stand in a text, the frequent before the rare: words, names, days, numbers, words of events, the full stop.
create macro words() as 250_000;
create macro names() as 50_000;
create macro days() as words() + names();
create macro numbers() as days() + 1_000;
create macro triggers() as numbers() + 1_000;
create macro full_stop() as triggers() + 100;

create table lexicon as
with numbered as (
    select i as id, 'word' as role, i from range(words()) r(i)
    union all select words() + i, 'name', i from range(names()) r(i)
    union all select days() + i, 'date', i from range(1_000) r(i)
    union all select numbers() + i, 'number', i from range(1_000) r(i)
    union all select triggers() + i, 'trigger', i from range(100) r(i)
    union all select full_stop(), 'stop', 0
),
spelled as (
    select *,
        'ابتثجحخدذرزسشصضطظعغفقكلمنهوي' as letters,
        -- multiplied with a prime, so that neighbours in frequency are none in the alphabet
        (i + 700) * 48271 % 614656 as code,
        [code % 28, code // 28 % 28, code // 784 % 28, code // 21952] as places,
        array_to_string([substr(letters, (place + 1)::int, 1) for place in places], '') as four,
        role = 'word' and i >= 60 as is_content,
        if(role = 'word' and i < 60, four[:2], four) as base,
        case when not is_content then []
            when code % 3 = 0 then ['ال']
            when code % 16 = 1 then ['و']
            when code % 16 = 3 then ['ب']
            else [] end as proclitics,
        if(is_content and code % 24 = 5, ['ها'], []) as enclitics
    from numbered
)
select id, role, i, proclitics, enclitics,
    case role
        when 'word' then if(i in (0, 3, 6), substr('،:؛', (i // 3 + 1)::int, 1), base)
        when 'name' then 'ال' || base || 'ي' || four[2:]
        when 'date' then strftime(date '2020-01-01' + i::int, '%d/%m/%Y')
        when 'number' then (i * 7)::varchar
        when 'trigger' then 'ا' || base
        else '.' end as stem,
    array_to_string(proclitics, '') || stem || array_to_string(enclitics, '') as text,
    role = 'stop' or (role = 'word' and i < 60) as is_stop,
    case when role = 'stop' or stem in ('،', ':', '؛') then 'PUNCT'
        when role = 'number' then 'NUM'
        when is_stop and i % 2 = 1 then 'ADP'
        when is_stop and i % 7 = 2 then 'PRON' end as upos,
    role = 'name' and i % 1_000 < 500 as is_known,
    if(is_known, 'geo:', 'name:') || sha256(text)[:12] as entity_id,
    ['LOC', 'ORG', 'PER', 'NORP', 'LOC', 'ORG', 'PER', 'MISC'][(i % 8 + 1)::int] as label,
    if(is_known and label in ('LOC', 'NORP'), chr((65 + i % 26)::int) || chr((65 + i // 26 % 8)::int), null)
        as country_code
from spelled
