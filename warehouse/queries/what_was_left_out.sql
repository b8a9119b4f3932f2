-- What was left out, and why: rejected files and lines by reason, with an example of each.
select
    reason,
    count(*) as rejects,
    min(source) as example,
    arg_min(detail, source) as detail
from rejects
group by reason
order by rejects desc, reason
