-- Generated from the repositories (libs/db/src/generate/main.ts). Do not edit.

-- beginLoginAttempt
with counted as (
  insert into attune.login_attempt as a (login_hash, failures, locked_until)
  values ($1, 1, now() + make_interval(secs => nullif(($2::integer[])[1], 0)))
  on conflict (login_hash) do update set
    failures = a.failures + 1,
    attempted_at = now(),
    locked_until = now()
      + make_interval(secs => nullif(($2::integer[])[least(a.failures + 1, cardinality($2::integer[]))], 0))
  where coalesce(a.locked_until <= now(), true)
  returning 0 as wait
), refused as (
  select max(ceil(extract(epoch from a.locked_until - now())))::integer as wait
  from attune.login_attempt a where a.login_hash = $1
)
select coalesce((select wait from counted), greatest(1, (select wait from refused))) as wait;

-- clearLoginAttempts
delete
from "attune"."login_attempt"
where "login_hash" = $1;
