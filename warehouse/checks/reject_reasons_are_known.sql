-- A reject says why in a word that a dashboard can count.
select source, reason
from incoming.rejects
where reason not in (
    'unreadable', 'empty', 'binary', 'too_large', 'undecodable', 'not_arabic',
    'outside_seeds', 'not_a_file', 'bad_json', 'duplicate_id', 'failed'
)
