-- Generated from the repositories (libs/db/src/generate/main.ts). Do not edit.

-- listAttempts
select *
from "attune"."execution_attempt"
where "execution" = $1
order by "attempt";

-- listExecutionHistory
with step as (
  select h.at, h.attempt, h.to_status, null::bigint as worker, h.detail
  from attune.execution_history h where h.execution = $1::bigint
  union all
  select a.started_at, a.attempt, 'running', a.worker, null
  from attune.execution_attempt a where a.execution = $1::bigint
  union all
  select a.finished_at, a.attempt, case when e.attempt > a.attempt then 'requested' else a.outcome end,
    a.worker, a.error
  from attune.execution_attempt a join attune.execution e on e.id = a.execution
  where a.execution = $1::bigint and a.finished_at is not null
)
select at, attempt, lag(to_status, 1, 'requested') over life as from_status, to_status, worker, detail
from step
window life as (order by at, attempt, to_status = 'requested', to_status)
order by at, attempt, to_status = 'requested', to_status;
