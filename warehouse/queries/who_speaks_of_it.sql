-- Who speaks of a subject, here of talks with Egypt: the speakers in the sentences that a search finds, most quoted first.
select
    coalesce(name_ar, speaker_text) as speaker,
    count(*) as quotes,
    arg_max(f.text, score) as sentence,
    arg_max(f.source, score) as source
from search('محادثات مع مصر', best := 100) f
join quotes q using (article_id, sentence_no)
left join entities on entity_id = speaker_entity_id
where coalesce(name_ar, speaker_text) is not null
group by all
order by quotes desc, speaker
limit 20
