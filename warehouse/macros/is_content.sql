-- Whether a word of the text says something by itself: no punctuation, no function word; a number does.
create macro is_content(norm, upos, is_stop) as
    regexp_matches(norm, '[\pL\pN]')
    and (coalesce(upos, 'X') = 'NUM' or (not is_stop and coalesce(upos, 'X') not in ('PUNCT', 'SYM')))
