-- Four sentences in nine.
select article_id, sentence_no, start_char, end_char - 2 as end_char, q.text[:-3] as text,
    ['indirect', 'indirect', 'mixed', 'direct'][(hash(no, sentence_no) % 4 + 1)::int] as kind,
    first_name.s as speaker_start_char, first_name.e as speaker_end_char,
    l.stem as speaker_text, l.entity_id as speaker_entity_id,
    cue.s as cue_start_char, cue.e as cue_end_char, split_part(q.text, ' ', 1) as cue_text
from lines q
left join lexicon l on l.id = first_name.id
where hash(no, sentence_no) % 9 < 4 and length(q.text) > 20
