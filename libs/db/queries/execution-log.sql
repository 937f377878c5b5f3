-- Generated from the repositories (libs/db/src/generate/main.ts). Do not edit.

-- appendLogChunks
insert into attune.execution_log (execution, attempt, sequence, stream, content, truncated)
select execution_id, attempt, sequence, stream, content, coalesce(truncated, false)
from jsonb_to_recordset($1::jsonb) as i(
  execution_id bigint, attempt integer, sequence integer, stream text, content text, truncated boolean
)
order by execution_id, attempt, sequence
on conflict do nothing;

-- listLogChunks
select *
from "attune"."execution_log"
where "execution" = $1 and ("attempt", "sequence") > ($2, $3)
order by "attempt", "sequence"
limit $4;
