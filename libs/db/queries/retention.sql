-- Generated from the repositories (libs/db/src/generate/main.ts). Do not edit.

-- listRetention
select *
from "attune"."retention"
order by "target";

-- setRetention
update "attune"."retention"
set "max_age_seconds" = $1, "updated" = now()
where "target" = $2
returning *;

-- applyRetention
select r.position, date_trunc('milliseconds', now())
    - least(r.max_age_seconds, o.max_age_seconds) * interval '1 second' as cutoff,
  set_config('lock_timeout', '200ms', true) as lock_timeout
from attune.retention r left join attune.retention o on o.target = $2::text
where r.target = $1::text
for update of r skip locked;

select jsonb_build_object('execution', r.execution, 'attempt', r.attempt, 'sequence', r.sequence) as key,
  jsonb_build_array(r.execution, r.attempt, r.sequence) as position,
  coalesce((select e.created from attune.execution e where e.id = r.execution), r.at) < $1::timestamptz as old,
  coalesce((select coalesce(e.settled_at, 'infinity') from attune.execution e where e.id = r.execution), r.at) < $1::timestamptz as over
from attune.execution_log r
where true
  and (r.execution, r.attempt, r.sequence) > (coalesce(($2::jsonb ->> 0)::bigint, 0), coalesce(($2::jsonb ->> 1)::integer, 0), coalesce(($2::jsonb ->> 2)::integer, 0))
order by r.execution, r.attempt, r.sequence limit $3::bigint;

with gone as materialized (
  select r.execution, r.attempt, r.sequence
  from jsonb_to_recordset($2::jsonb) as k(execution bigint, attempt integer, sequence integer)
    join attune.execution_log r on r.execution = k.execution and r.attempt = k.attempt and r.sequence = k.sequence
  where true and coalesce((select e.created from attune.execution e where e.id = r.execution), r.at) < $1::timestamptz
    and coalesce((select coalesce(e.settled_at, 'infinity') from attune.execution e where e.id = r.execution), r.at) < $1::timestamptz
  order by r.execution, r.attempt, r.sequence for update of r skip locked
), removed as (
  delete from attune.execution_log r using gone g where r.execution = g.execution and r.attempt = g.attempt and r.sequence = g.sequence
  returning 1
)
select count(*) as deleted from removed;

update attune.retention set
  position = $2::jsonb,
  horizon = greatest(horizon, $3::timestamptz),
  pass_started_at = case when position is null then now() else pass_started_at end,
  passed_at = case when $2::jsonb is null then now() else passed_at end,
  pass_deleted = case when position is null then 0 else pass_deleted end + $4::bigint,
  pass_kept = case when position is null then 0 else pass_kept end + $5::bigint,
  deleted = deleted + $4::bigint
where target = $1::text;

select r.position, date_trunc('milliseconds', now())
    - least(r.max_age_seconds, o.max_age_seconds) * interval '1 second' as cutoff,
  set_config('lock_timeout', '200ms', true) as lock_timeout
from attune.retention r left join attune.retention o on o.target = $2::text
where r.target = $1::text
for update of r skip locked;

select r.id, r.created < $1::timestamptz as old, r.parent is null as is_root,
  r.parent is null and coalesce(r.settled_at < $1::timestamptz, false) as over
from attune.execution r
where r.id > $2::bigint
order by r.id limit $3::bigint;

select m.root, m.id
from (select u.id from unnest($1::bigint[]) as u(id) order by u.id) r
cross join lateral (
  (
    select e.root, e.id from attune.execution e
    where e.root = r.id and e.parent is not null order by e.id desc limit $2::bigint
  )
  union all
  select r.id, r.id
) m
limit $2::bigint;

select e.id
from attune.execution e
where e.id = any($1::bigint[])
order by e.id for update skip locked;

with tree as materialized (
  select t.root, t.lowest from jsonb_to_recordset($2::jsonb) as t(root bigint, lowest bigint)
), over as materialized (
  select t.root from tree t
  where (select e.id from attune.execution e where e.id = t.root and (
      (e.settled_at is null or e.settled_at >= $1::timestamptz) or (e.id >= t.lowest and e.id <> all($3::bigint[]))
      or exists (select from attune.execution_log l where l.execution = e.id)
    ) limit 1) is null
    and (
    select e.id from attune.execution e where e.root = t.root and e.parent is not null and (
      (e.settled_at is null or e.settled_at >= $1::timestamptz) or (e.id >= t.lowest and e.id <> all($3::bigint[]))
      or exists (select from attune.execution_log l where l.execution = e.id)
    ) limit 1
  ) is null
), removed as (
  delete from attune.execution e using over o where e.id = any($3::bigint[]) and e.root = o.root
  returning e.id, e.root
), attempts as (
  delete from attune.execution_attempt a using removed d where a.execution = d.id
), history as (
  delete from attune.execution_history h using removed d where h.execution = d.id
)
select root, count(*) as deleted from removed group by root;

update attune.retention set
  position = $2::jsonb,
  horizon = greatest(horizon, $3::timestamptz),
  pass_started_at = case when position is null then now() else pass_started_at end,
  passed_at = case when $2::jsonb is null then now() else passed_at end,
  pass_deleted = case when position is null then 0 else pass_deleted end + $4::bigint,
  pass_kept = case when position is null then 0 else pass_kept end + $5::bigint,
  deleted = deleted + $4::bigint
where target = $1::text;

select r.position, date_trunc('milliseconds', now())
    - least(r.max_age_seconds, o.max_age_seconds) * interval '1 second' as cutoff,
  set_config('lock_timeout', '200ms', true) as lock_timeout
from attune.retention r left join attune.retention o on o.target = $2::text
where r.target = $1::text
for update of r skip locked;

select jsonb_build_object('id', r.id) as key,
  jsonb_build_array(r.id) as position,
  r.created < $1::timestamptz as old,
  r.resolved_at < $1::timestamptz as over
from attune.enforcement r
where true
  and (r.id) > (coalesce(($2::jsonb ->> 0)::bigint, 0))
order by r.id limit $3::bigint;

with gone as materialized (
  select r.id
  from jsonb_to_recordset($2::jsonb) as k(id bigint)
    join attune.enforcement r on r.id = k.id
  where true and r.created < $1::timestamptz
    and r.resolved_at < $1::timestamptz
  order by r.id for update of r skip locked
), removed as (
  delete from attune.enforcement r using gone g where r.id = g.id
  returning 1
)
select count(*) as deleted from removed;

update attune.retention set
  position = $2::jsonb,
  horizon = greatest(horizon, $3::timestamptz),
  pass_started_at = case when position is null then now() else pass_started_at end,
  passed_at = case when $2::jsonb is null then now() else passed_at end,
  pass_deleted = case when position is null then 0 else pass_deleted end + $4::bigint,
  pass_kept = case when position is null then 0 else pass_kept end + $5::bigint,
  deleted = deleted + $4::bigint
where target = $1::text;

select r.position, date_trunc('milliseconds', now())
    - least(r.max_age_seconds, o.max_age_seconds) * interval '1 second' as cutoff,
  set_config('lock_timeout', '200ms', true) as lock_timeout
from attune.retention r left join attune.retention o on o.target = $2::text
where r.target = $1::text
for update of r skip locked;

select jsonb_build_object('id', r.id) as key,
  jsonb_build_array(r.id) as position,
  r.created < $1::timestamptz as old,
  r.evaluated_at is not null
    and (select f.id from attune.enforcement f where f.event = r.id and f.resolved_at is null limit 1) is null as over
from attune.event r
where true
  and (r.id) > (coalesce(($2::jsonb ->> 0)::bigint, 0))
order by r.id limit $3::bigint;

with gone as materialized (
  select r.id
  from jsonb_to_recordset($2::jsonb) as k(id bigint)
    join attune.event r on r.id = k.id
  where true and r.created < $1::timestamptz
    and r.evaluated_at is not null
    and (select f.id from attune.enforcement f where f.event = r.id and f.resolved_at is null limit 1) is null
  order by r.id for update of r skip locked
), removed as (
  delete from attune.event r using gone g where r.id = g.id
  returning 1
)
select count(*) as deleted from removed;

update attune.retention set
  position = $2::jsonb,
  horizon = greatest(horizon, $3::timestamptz),
  pass_started_at = case when position is null then now() else pass_started_at end,
  passed_at = case when $2::jsonb is null then now() else passed_at end,
  pass_deleted = case when position is null then 0 else pass_deleted end + $4::bigint,
  pass_kept = case when position is null then 0 else pass_kept end + $5::bigint,
  deleted = deleted + $4::bigint
where target = $1::text;

select r.position, date_trunc('milliseconds', now())
    - least(r.max_age_seconds, o.max_age_seconds) * interval '1 second' as cutoff,
  set_config('lock_timeout', '200ms', true) as lock_timeout
from attune.retention r left join attune.retention o on o.target = $2::text
where r.target = $1::text
for update of r skip locked;

select jsonb_build_object('kind', r.kind, 'owner', r.owner, 'key', r.key) as key,
  jsonb_build_array(r.created, r.kind, r.owner, r.key) as position,
  r.created < $1::timestamptz as old,
  true as over
from attune.event_key r
where r.expires_at is null
  and (r.created, r.kind, r.owner, r.key) > (coalesce(($2::jsonb ->> 0)::timestamptz, '-infinity'), coalesce(($2::jsonb ->> 1)::text, ''), coalesce(($2::jsonb ->> 2)::bigint, 0), coalesce(($2::jsonb ->> 3)::text, ''))
order by r.created, r.kind, r.owner, r.key limit $3::bigint;

with gone as materialized (
  select r.kind, r.owner, r.key
  from jsonb_to_recordset($2::jsonb) as k(kind text, owner bigint, key text)
    join attune.event_key r on r.kind = k.kind and r.owner = k.owner and r.key = k.key
  where r.expires_at is null and r.created < $1::timestamptz
    and true
  order by r.kind, r.owner, r.key for update of r skip locked
), removed as (
  delete from attune.event_key r using gone g where r.kind = g.kind and r.owner = g.owner and r.key = g.key
  returning 1
)
select count(*) as deleted from removed;

update attune.retention set
  position = $2::jsonb,
  horizon = greatest(horizon, $3::timestamptz),
  pass_started_at = case when position is null then now() else pass_started_at end,
  passed_at = case when $2::jsonb is null then now() else passed_at end,
  pass_deleted = case when position is null then 0 else pass_deleted end + $4::bigint,
  pass_kept = case when position is null then 0 else pass_kept end + $5::bigint,
  deleted = deleted + $4::bigint
where target = $1::text;

select r.position, date_trunc('milliseconds', now())
    - least(r.max_age_seconds, o.max_age_seconds) * interval '1 second' as cutoff,
  set_config('lock_timeout', '200ms', true) as lock_timeout
from attune.retention r left join attune.retention o on o.target = $2::text
where r.target = $1::text
for update of r skip locked;

select jsonb_build_object('kind', r.kind, 'owner', r.owner, 'key', r.key) as key,
  jsonb_build_array(r.expires_at, r.kind, r.owner, r.key) as position,
  r.expires_at < $1::timestamptz as old,
  true as over
from attune.event_key r
where r.expires_at is not null
  and (r.expires_at, r.kind, r.owner, r.key) > (coalesce(($2::jsonb ->> 0)::timestamptz, '-infinity'), coalesce(($2::jsonb ->> 1)::text, ''), coalesce(($2::jsonb ->> 2)::bigint, 0), coalesce(($2::jsonb ->> 3)::text, ''))
order by r.expires_at, r.kind, r.owner, r.key limit $3::bigint;

with gone as materialized (
  select r.kind, r.owner, r.key
  from jsonb_to_recordset($2::jsonb) as k(kind text, owner bigint, key text)
    join attune.event_key r on r.kind = k.kind and r.owner = k.owner and r.key = k.key
  where r.expires_at is not null and r.expires_at < $1::timestamptz
    and true
  order by r.kind, r.owner, r.key for update of r skip locked
), removed as (
  delete from attune.event_key r using gone g where r.kind = g.kind and r.owner = g.owner and r.key = g.key
  returning 1
)
select count(*) as deleted from removed;

update attune.retention set
  position = $2::jsonb,
  horizon = greatest(horizon, $3::timestamptz),
  pass_started_at = case when position is null then now() else pass_started_at end,
  passed_at = case when $2::jsonb is null then now() else passed_at end,
  pass_deleted = case when position is null then 0 else pass_deleted end + $4::bigint,
  pass_kept = case when position is null then 0 else pass_kept end + $5::bigint,
  deleted = deleted + $4::bigint
where target = $1::text;

select r.position, date_trunc('milliseconds', now())
    - least(r.max_age_seconds, o.max_age_seconds) * interval '1 second' as cutoff,
  set_config('lock_timeout', '200ms', true) as lock_timeout
from attune.retention r left join attune.retention o on o.target = $2::text
where r.target = $1::text
for update of r skip locked;

select jsonb_build_object('rule', r.rule, 'kind', r.kind, 'key', r.key) as key,
  jsonb_build_array(r.expires_at, r.rule, r.kind, r.key) as position,
  r.expires_at < $1::timestamptz as old,
  true as over
from attune.rule_flow r
where true
  and (r.expires_at, r.rule, r.kind, r.key) > (coalesce(($2::jsonb ->> 0)::timestamptz, '-infinity'), coalesce(($2::jsonb ->> 1)::bigint, 0), coalesce(($2::jsonb ->> 2)::text, ''), coalesce(($2::jsonb ->> 3)::text, ''))
order by r.expires_at, r.rule, r.kind, r.key limit $3::bigint;

with gone as materialized (
  select r.rule, r.kind, r.key
  from jsonb_to_recordset($2::jsonb) as k(rule bigint, kind text, key text)
    join attune.rule_flow r on r.rule = k.rule and r.kind = k.kind and r.key = k.key
  where true and r.expires_at < $1::timestamptz
    and true
  order by r.rule, r.kind, r.key for update of r skip locked
), removed as (
  delete from attune.rule_flow r using gone g where r.rule = g.rule and r.kind = g.kind and r.key = g.key
  returning 1
)
select count(*) as deleted from removed;

update attune.retention set
  position = $2::jsonb,
  horizon = greatest(horizon, $3::timestamptz),
  pass_started_at = case when position is null then now() else pass_started_at end,
  passed_at = case when $2::jsonb is null then now() else passed_at end,
  pass_deleted = case when position is null then 0 else pass_deleted end + $4::bigint,
  pass_kept = case when position is null then 0 else pass_kept end + $5::bigint,
  deleted = deleted + $4::bigint
where target = $1::text;

select r.position, date_trunc('milliseconds', now())
    - least(r.max_age_seconds, o.max_age_seconds) * interval '1 second' as cutoff,
  set_config('lock_timeout', '200ms', true) as lock_timeout
from attune.retention r left join attune.retention o on o.target = $2::text
where r.target = $1::text
for update of r skip locked;

select jsonb_build_object('owner', r.owner, 'key', r.key) as key,
  jsonb_build_array(r.created, r.owner, r.key) as position,
  r.created < $1::timestamptz as old,
  r.begun_at < $1::timestamptz as over
from attune.idempotent_request r
where true
  and (r.created, r.owner, r.key) > (coalesce(($2::jsonb ->> 0)::timestamptz, '-infinity'), coalesce(($2::jsonb ->> 1)::bigint, 0), coalesce(($2::jsonb ->> 2)::text, ''))
order by r.created, r.owner, r.key limit $3::bigint;

with gone as materialized (
  select r.owner, r.key
  from jsonb_to_recordset($2::jsonb) as k(owner bigint, key text)
    join attune.idempotent_request r on r.owner = k.owner and r.key = k.key
  where true and r.created < $1::timestamptz
    and r.begun_at < $1::timestamptz
  order by r.owner, r.key for update of r skip locked
), removed as (
  delete from attune.idempotent_request r using gone g where r.owner = g.owner and r.key = g.key
  returning 1
)
select count(*) as deleted from removed;

update attune.retention set
  position = $2::jsonb,
  horizon = greatest(horizon, $3::timestamptz),
  pass_started_at = case when position is null then now() else pass_started_at end,
  passed_at = case when $2::jsonb is null then now() else passed_at end,
  pass_deleted = case when position is null then 0 else pass_deleted end + $4::bigint,
  pass_kept = case when position is null then 0 else pass_kept end + $5::bigint,
  deleted = deleted + $4::bigint
where target = $1::text;

select r.position, date_trunc('milliseconds', now())
    - least(r.max_age_seconds, o.max_age_seconds) * interval '1 second' as cutoff,
  set_config('lock_timeout', '200ms', true) as lock_timeout
from attune.retention r left join attune.retention o on o.target = $2::text
where r.target = $1::text
for update of r skip locked;

select jsonb_build_object('id', r.id) as key,
  jsonb_build_array(r.id) as position,
  r.created < $1::timestamptz as old,
  true as over
from attune.webhook_delivery r
where true
  and (r.id) > (coalesce(($2::jsonb ->> 0)::bigint, 0))
order by r.id limit $3::bigint;

with gone as materialized (
  select r.id
  from jsonb_to_recordset($2::jsonb) as k(id bigint)
    join attune.webhook_delivery r on r.id = k.id
  where true and r.created < $1::timestamptz
    and true
  order by r.id for update of r skip locked
), removed as (
  delete from attune.webhook_delivery r using gone g where r.id = g.id
  returning 1
)
select count(*) as deleted from removed;

update attune.retention set
  position = $2::jsonb,
  horizon = greatest(horizon, $3::timestamptz),
  pass_started_at = case when position is null then now() else pass_started_at end,
  passed_at = case when $2::jsonb is null then now() else passed_at end,
  pass_deleted = case when position is null then 0 else pass_deleted end + $4::bigint,
  pass_kept = case when position is null then 0 else pass_kept end + $5::bigint,
  deleted = deleted + $4::bigint
where target = $1::text;

select r.position, date_trunc('milliseconds', now())
    - least(r.max_age_seconds, o.max_age_seconds) * interval '1 second' as cutoff,
  set_config('lock_timeout', '200ms', true) as lock_timeout
from attune.retention r left join attune.retention o on o.target = $2::text
where r.target = $1::text
for update of r skip locked;

select jsonb_build_object('id', r.id) as key,
  jsonb_build_array(r.id) as position,
  r.created < $1::timestamptz as old,
  true as over
from attune.notification r
where true
  and (r.id) > (coalesce(($2::jsonb ->> 0)::bigint, 0))
order by r.id limit $3::bigint;

with gone as materialized (
  select r.id
  from jsonb_to_recordset($2::jsonb) as k(id bigint)
    join attune.notification r on r.id = k.id
  where true and r.created < $1::timestamptz
    and true
  order by r.id for update of r skip locked
), removed as (
  delete from attune.notification r using gone g where r.id = g.id
  returning 1
)
select count(*) as deleted from removed;

update attune.retention set
  position = $2::jsonb,
  horizon = greatest(horizon, $3::timestamptz),
  pass_started_at = case when position is null then now() else pass_started_at end,
  passed_at = case when $2::jsonb is null then now() else passed_at end,
  pass_deleted = case when position is null then 0 else pass_deleted end + $4::bigint,
  pass_kept = case when position is null then 0 else pass_kept end + $5::bigint,
  deleted = deleted + $4::bigint
where target = $1::text;

select r.position, date_trunc('milliseconds', now())
    - least(r.max_age_seconds, o.max_age_seconds) * interval '1 second' as cutoff,
  set_config('lock_timeout', '200ms', true) as lock_timeout
from attune.retention r left join attune.retention o on o.target = $2::text
where r.target = $1::text
for update of r skip locked;

select jsonb_build_object('id', r.id) as key,
  jsonb_build_array(r.id) as position,
  r.created < $1::timestamptz as old,
  true as over
from attune.audit_event r
where true
  and (r.id) > (coalesce(($2::jsonb ->> 0)::bigint, 0))
order by r.id limit $3::bigint;

with gone as materialized (
  select r.id
  from jsonb_to_recordset($2::jsonb) as k(id bigint)
    join attune.audit_event r on r.id = k.id
  where true and r.created < $1::timestamptz
    and true
  order by r.id for update of r skip locked
), removed as (
  delete from attune.audit_event r using gone g where r.id = g.id
  returning 1
)
select count(*) as deleted from removed;

update attune.retention set
  position = $2::jsonb,
  horizon = greatest(horizon, $3::timestamptz),
  pass_started_at = case when position is null then now() else pass_started_at end,
  passed_at = case when $2::jsonb is null then now() else passed_at end,
  pass_deleted = case when position is null then 0 else pass_deleted end + $4::bigint,
  pass_kept = case when position is null then 0 else pass_kept end + $5::bigint,
  deleted = deleted + $4::bigint
where target = $1::text;

select r.position, date_trunc('milliseconds', now())
    - least(r.max_age_seconds, o.max_age_seconds) * interval '1 second' as cutoff,
  set_config('lock_timeout', '200ms', true) as lock_timeout
from attune.retention r left join attune.retention o on o.target = $2::text
where r.target = $1::text
for update of r skip locked;

select jsonb_build_object('id', r.id) as key,
  jsonb_build_array(r.id) as position,
  r.created < $1::timestamptz as old,
  true as over
from attune.ledger_check r
where true
  and (r.id) > (coalesce(($2::jsonb ->> 0)::bigint, 0))
order by r.id limit $3::bigint;

with gone as materialized (
  select r.id
  from jsonb_to_recordset($2::jsonb) as k(id bigint)
    join attune.ledger_check r on r.id = k.id
  where true and r.created < $1::timestamptz
    and true
  order by r.id for update of r skip locked
), removed as (
  delete from attune.ledger_check r using gone g where r.id = g.id
  returning 1
)
select count(*) as deleted from removed;

update attune.retention set
  position = $2::jsonb,
  horizon = greatest(horizon, $3::timestamptz),
  pass_started_at = case when position is null then now() else pass_started_at end,
  passed_at = case when $2::jsonb is null then now() else passed_at end,
  pass_deleted = case when position is null then 0 else pass_deleted end + $4::bigint,
  pass_kept = case when position is null then 0 else pass_kept end + $5::bigint,
  deleted = deleted + $4::bigint
where target = $1::text;

select r.position, date_trunc('milliseconds', now())
    - least(r.max_age_seconds, o.max_age_seconds) * interval '1 second' as cutoff,
  set_config('lock_timeout', '200ms', true) as lock_timeout
from attune.retention r left join attune.retention o on o.target = $2::text
where r.target = $1::text
for update of r skip locked;

select jsonb_build_object('id', r.id) as key,
  jsonb_build_array(r.id) as position,
  r.created < $1::timestamptz as old,
  true as over
from attune.pack_test_run r
where true
  and (r.id) > (coalesce(($2::jsonb ->> 0)::bigint, 0))
order by r.id limit $3::bigint;

with gone as materialized (
  select r.id
  from jsonb_to_recordset($2::jsonb) as k(id bigint)
    join attune.pack_test_run r on r.id = k.id
  where true and r.created < $1::timestamptz
    and true
  order by r.id for update of r skip locked
), removed as (
  delete from attune.pack_test_run r using gone g where r.id = g.id
  returning 1
)
select count(*) as deleted from removed;

update attune.retention set
  position = $2::jsonb,
  horizon = greatest(horizon, $3::timestamptz),
  pass_started_at = case when position is null then now() else pass_started_at end,
  passed_at = case when $2::jsonb is null then now() else passed_at end,
  pass_deleted = case when position is null then 0 else pass_deleted end + $4::bigint,
  pass_kept = case when position is null then 0 else pass_kept end + $5::bigint,
  deleted = deleted + $4::bigint
where target = $1::text;

select r.position, date_trunc('milliseconds', now())
    - least(r.max_age_seconds, o.max_age_seconds) * interval '1 second' as cutoff,
  set_config('lock_timeout', '200ms', true) as lock_timeout
from attune.retention r left join attune.retention o on o.target = $2::text
where r.target = $1::text
for update of r skip locked;

select jsonb_build_object('id', r.id) as key,
  jsonb_build_array(r.created, r.id) as position,
  r.created < $1::timestamptz as old,
  least(r.ended_at, r.expires_at) < $1::timestamptz as over
from attune.session r
where true
  and (r.created, r.id) > (coalesce(($2::jsonb ->> 0)::timestamptz, '-infinity'), coalesce(($2::jsonb ->> 1)::uuid, '00000000-0000-0000-0000-000000000000'))
order by r.created, r.id limit $3::bigint;

with gone as materialized (
  select r.id
  from jsonb_to_recordset($2::jsonb) as k(id uuid)
    join attune.session r on r.id = k.id
  where true and r.created < $1::timestamptz
    and least(r.ended_at, r.expires_at) < $1::timestamptz
  order by r.id for update of r skip locked
), removed as (
  delete from attune.session r using gone g where r.id = g.id
  returning 1
)
select count(*) as deleted from removed;

update attune.retention set
  position = $2::jsonb,
  horizon = greatest(horizon, $3::timestamptz),
  pass_started_at = case when position is null then now() else pass_started_at end,
  passed_at = case when $2::jsonb is null then now() else passed_at end,
  pass_deleted = case when position is null then 0 else pass_deleted end + $4::bigint,
  pass_kept = case when position is null then 0 else pass_kept end + $5::bigint,
  deleted = deleted + $4::bigint
where target = $1::text;

select r.position, date_trunc('milliseconds', now())
    - least(r.max_age_seconds, o.max_age_seconds) * interval '1 second' as cutoff,
  set_config('lock_timeout', '200ms', true) as lock_timeout
from attune.retention r left join attune.retention o on o.target = $2::text
where r.target = $1::text
for update of r skip locked;

select jsonb_build_object('state_hash', r.state_hash) as key,
  jsonb_build_array(r.created, r.state_hash) as position,
  r.created < $1::timestamptz as old,
  true as over
from attune.sign_in r
where true
  and (r.created, r.state_hash) > (coalesce(($2::jsonb ->> 0)::timestamptz, '-infinity'), coalesce(($2::jsonb ->> 1)::text, ''))
order by r.created, r.state_hash limit $3::bigint;

with gone as materialized (
  select r.state_hash
  from jsonb_to_recordset($2::jsonb) as k(state_hash text)
    join attune.sign_in r on r.state_hash = k.state_hash
  where true and r.created < $1::timestamptz
    and true
  order by r.state_hash for update of r skip locked
), removed as (
  delete from attune.sign_in r using gone g where r.state_hash = g.state_hash
  returning 1
)
select count(*) as deleted from removed;

update attune.retention set
  position = $2::jsonb,
  horizon = greatest(horizon, $3::timestamptz),
  pass_started_at = case when position is null then now() else pass_started_at end,
  passed_at = case when $2::jsonb is null then now() else passed_at end,
  pass_deleted = case when position is null then 0 else pass_deleted end + $4::bigint,
  pass_kept = case when position is null then 0 else pass_kept end + $5::bigint,
  deleted = deleted + $4::bigint
where target = $1::text;

select r.position, date_trunc('milliseconds', now())
    - least(r.max_age_seconds, o.max_age_seconds) * interval '1 second' as cutoff,
  set_config('lock_timeout', '200ms', true) as lock_timeout
from attune.retention r left join attune.retention o on o.target = $2::text
where r.target = $1::text
for update of r skip locked;

select jsonb_build_object('login_hash', r.login_hash) as key,
  jsonb_build_array(r.created, r.login_hash) as position,
  r.created < $1::timestamptz as old,
  greatest(r.attempted_at, r.locked_until) < $1::timestamptz as over
from attune.login_attempt r
where true
  and (r.created, r.login_hash) > (coalesce(($2::jsonb ->> 0)::timestamptz, '-infinity'), coalesce(($2::jsonb ->> 1)::text, ''))
order by r.created, r.login_hash limit $3::bigint;

with gone as materialized (
  select r.login_hash
  from jsonb_to_recordset($2::jsonb) as k(login_hash text)
    join attune.login_attempt r on r.login_hash = k.login_hash
  where true and r.created < $1::timestamptz
    and greatest(r.attempted_at, r.locked_until) < $1::timestamptz
  order by r.login_hash for update of r skip locked
), removed as (
  delete from attune.login_attempt r using gone g where r.login_hash = g.login_hash
  returning 1
)
select count(*) as deleted from removed;

update attune.retention set
  position = $2::jsonb,
  horizon = greatest(horizon, $3::timestamptz),
  pass_started_at = case when position is null then now() else pass_started_at end,
  passed_at = case when $2::jsonb is null then now() else passed_at end,
  pass_deleted = case when position is null then 0 else pass_deleted end + $4::bigint,
  pass_kept = case when position is null then 0 else pass_kept end + $5::bigint,
  deleted = deleted + $4::bigint
where target = $1::text;

select r.position, date_trunc('milliseconds', now())
    - least(r.max_age_seconds, o.max_age_seconds) * interval '1 second' as cutoff,
  set_config('lock_timeout', '200ms', true) as lock_timeout
from attune.retention r left join attune.retention o on o.target = $2::text
where r.target = $1::text
for update of r skip locked;

select jsonb_build_object('kid', r.kid) as key,
  jsonb_build_array(r.kid) as position,
  true as old,
  r.expires_at < $1::timestamptz as over
from attune.signing_key r
where true
  and (r.kid) > (coalesce(($2::jsonb ->> 0)::text, ''))
order by r.kid limit $3::bigint;

with gone as materialized (
  select r.kid
  from jsonb_to_recordset($2::jsonb) as k(kid text)
    join attune.signing_key r on r.kid = k.kid
  where true and true
    and r.expires_at < $1::timestamptz
  order by r.kid for update of r skip locked
), removed as (
  delete from attune.signing_key r using gone g where r.kid = g.kid
  returning 1
)
select count(*) as deleted from removed;

update attune.retention set
  position = $2::jsonb,
  horizon = greatest(horizon, $3::timestamptz),
  pass_started_at = case when position is null then now() else pass_started_at end,
  passed_at = case when $2::jsonb is null then now() else passed_at end,
  pass_deleted = case when position is null then 0 else pass_deleted end + $4::bigint,
  pass_kept = case when position is null then 0 else pass_kept end + $5::bigint,
  deleted = deleted + $4::bigint
where target = $1::text;

select r.position, date_trunc('milliseconds', now())
    - least(r.max_age_seconds, o.max_age_seconds) * interval '1 second' as cutoff,
  set_config('lock_timeout', '200ms', true) as lock_timeout
from attune.retention r left join attune.retention o on o.target = $2::text
where r.target = $1::text
for update of r skip locked;

select jsonb_build_object('id', r.id) as key,
  jsonb_build_array(r.id) as position,
  r.created < $1::timestamptz as old,
  r.recovered_incarnation = r.incarnation and not r.cordoned
    and coalesce(r.last_heartbeat, r.created) < $1::timestamptz as over
from attune.worker r
where true
  and (r.id) > (coalesce(($2::jsonb ->> 0)::bigint, 0))
order by r.id limit $3::bigint;

with gone as materialized (
  select r.id
  from jsonb_to_recordset($2::jsonb) as k(id bigint)
    join attune.worker r on r.id = k.id
  where true and r.created < $1::timestamptz
    and r.recovered_incarnation = r.incarnation and not r.cordoned
    and coalesce(r.last_heartbeat, r.created) < $1::timestamptz
  order by r.id for update of r skip locked
), removed as (
  delete from attune.worker r using gone g where r.id = g.id
  returning 1
)
select count(*) as deleted from removed;

update attune.retention set
  position = $2::jsonb,
  horizon = greatest(horizon, $3::timestamptz),
  pass_started_at = case when position is null then now() else pass_started_at end,
  passed_at = case when $2::jsonb is null then now() else passed_at end,
  pass_deleted = case when position is null then 0 else pass_deleted end + $4::bigint,
  pass_kept = case when position is null then 0 else pass_kept end + $5::bigint,
  deleted = deleted + $4::bigint
where target = $1::text;

-- applyRetention (dry run)
select r.position, date_trunc('milliseconds', now())
    - least(r.max_age_seconds, o.max_age_seconds) * interval '1 second' as cutoff
from attune.retention r left join attune.retention o on o.target = $2::text
where r.target = $1::text;

select jsonb_build_object('execution', r.execution, 'attempt', r.attempt, 'sequence', r.sequence) as key,
  jsonb_build_array(r.execution, r.attempt, r.sequence) as position,
  coalesce((select e.created from attune.execution e where e.id = r.execution), r.at) < $1::timestamptz as old,
  coalesce((select coalesce(e.settled_at, 'infinity') from attune.execution e where e.id = r.execution), r.at) < $1::timestamptz as over
from attune.execution_log r
where true
  and (r.execution, r.attempt, r.sequence) > (coalesce(($2::jsonb ->> 0)::bigint, 0), coalesce(($2::jsonb ->> 1)::integer, 0), coalesce(($2::jsonb ->> 2)::integer, 0))
order by r.execution, r.attempt, r.sequence limit $3::bigint;

select r.position, date_trunc('milliseconds', now())
    - least(r.max_age_seconds, o.max_age_seconds) * interval '1 second' as cutoff
from attune.retention r left join attune.retention o on o.target = $2::text
where r.target = $1::text;

select r.id, r.created < $1::timestamptz as old, r.parent is null as is_root,
  r.parent is null and coalesce(r.settled_at < $1::timestamptz, false) as over
from attune.execution r
where r.id > $2::bigint
order by r.id limit $3::bigint;

select r.id as root, 1 + (
  select count(*) from attune.execution e where e.root = r.id and e.parent is not null
) as deleted
from unnest($2::bigint[]) as r(id)
where (
  select e.id from attune.execution e where e.root = r.id and e.parent is not null and (e.settled_at is null or e.settled_at >= $1::timestamptz) limit 1
) is null;

select r.position, date_trunc('milliseconds', now())
    - least(r.max_age_seconds, o.max_age_seconds) * interval '1 second' as cutoff
from attune.retention r left join attune.retention o on o.target = $2::text
where r.target = $1::text;

select jsonb_build_object('id', r.id) as key,
  jsonb_build_array(r.id) as position,
  r.created < $1::timestamptz as old,
  r.resolved_at < $1::timestamptz as over
from attune.enforcement r
where true
  and (r.id) > (coalesce(($2::jsonb ->> 0)::bigint, 0))
order by r.id limit $3::bigint;

select r.position, date_trunc('milliseconds', now())
    - least(r.max_age_seconds, o.max_age_seconds) * interval '1 second' as cutoff
from attune.retention r left join attune.retention o on o.target = $2::text
where r.target = $1::text;

select jsonb_build_object('id', r.id) as key,
  jsonb_build_array(r.id) as position,
  r.created < $1::timestamptz as old,
  r.evaluated_at is not null
    and (select f.id from attune.enforcement f where f.event = r.id and f.resolved_at is null limit 1) is null as over
from attune.event r
where true
  and (r.id) > (coalesce(($2::jsonb ->> 0)::bigint, 0))
order by r.id limit $3::bigint;

select r.position, date_trunc('milliseconds', now())
    - least(r.max_age_seconds, o.max_age_seconds) * interval '1 second' as cutoff
from attune.retention r left join attune.retention o on o.target = $2::text
where r.target = $1::text;

select jsonb_build_object('kind', r.kind, 'owner', r.owner, 'key', r.key) as key,
  jsonb_build_array(r.created, r.kind, r.owner, r.key) as position,
  r.created < $1::timestamptz as old,
  true as over
from attune.event_key r
where r.expires_at is null
  and (r.created, r.kind, r.owner, r.key) > (coalesce(($2::jsonb ->> 0)::timestamptz, '-infinity'), coalesce(($2::jsonb ->> 1)::text, ''), coalesce(($2::jsonb ->> 2)::bigint, 0), coalesce(($2::jsonb ->> 3)::text, ''))
order by r.created, r.kind, r.owner, r.key limit $3::bigint;

select r.position, date_trunc('milliseconds', now())
    - least(r.max_age_seconds, o.max_age_seconds) * interval '1 second' as cutoff
from attune.retention r left join attune.retention o on o.target = $2::text
where r.target = $1::text;

select jsonb_build_object('kind', r.kind, 'owner', r.owner, 'key', r.key) as key,
  jsonb_build_array(r.expires_at, r.kind, r.owner, r.key) as position,
  r.expires_at < $1::timestamptz as old,
  true as over
from attune.event_key r
where r.expires_at is not null
  and (r.expires_at, r.kind, r.owner, r.key) > (coalesce(($2::jsonb ->> 0)::timestamptz, '-infinity'), coalesce(($2::jsonb ->> 1)::text, ''), coalesce(($2::jsonb ->> 2)::bigint, 0), coalesce(($2::jsonb ->> 3)::text, ''))
order by r.expires_at, r.kind, r.owner, r.key limit $3::bigint;

select r.position, date_trunc('milliseconds', now())
    - least(r.max_age_seconds, o.max_age_seconds) * interval '1 second' as cutoff
from attune.retention r left join attune.retention o on o.target = $2::text
where r.target = $1::text;

select jsonb_build_object('rule', r.rule, 'kind', r.kind, 'key', r.key) as key,
  jsonb_build_array(r.expires_at, r.rule, r.kind, r.key) as position,
  r.expires_at < $1::timestamptz as old,
  true as over
from attune.rule_flow r
where true
  and (r.expires_at, r.rule, r.kind, r.key) > (coalesce(($2::jsonb ->> 0)::timestamptz, '-infinity'), coalesce(($2::jsonb ->> 1)::bigint, 0), coalesce(($2::jsonb ->> 2)::text, ''), coalesce(($2::jsonb ->> 3)::text, ''))
order by r.expires_at, r.rule, r.kind, r.key limit $3::bigint;

select r.position, date_trunc('milliseconds', now())
    - least(r.max_age_seconds, o.max_age_seconds) * interval '1 second' as cutoff
from attune.retention r left join attune.retention o on o.target = $2::text
where r.target = $1::text;

select jsonb_build_object('owner', r.owner, 'key', r.key) as key,
  jsonb_build_array(r.created, r.owner, r.key) as position,
  r.created < $1::timestamptz as old,
  r.begun_at < $1::timestamptz as over
from attune.idempotent_request r
where true
  and (r.created, r.owner, r.key) > (coalesce(($2::jsonb ->> 0)::timestamptz, '-infinity'), coalesce(($2::jsonb ->> 1)::bigint, 0), coalesce(($2::jsonb ->> 2)::text, ''))
order by r.created, r.owner, r.key limit $3::bigint;

select r.position, date_trunc('milliseconds', now())
    - least(r.max_age_seconds, o.max_age_seconds) * interval '1 second' as cutoff
from attune.retention r left join attune.retention o on o.target = $2::text
where r.target = $1::text;

select jsonb_build_object('id', r.id) as key,
  jsonb_build_array(r.id) as position,
  r.created < $1::timestamptz as old,
  true as over
from attune.webhook_delivery r
where true
  and (r.id) > (coalesce(($2::jsonb ->> 0)::bigint, 0))
order by r.id limit $3::bigint;

select r.position, date_trunc('milliseconds', now())
    - least(r.max_age_seconds, o.max_age_seconds) * interval '1 second' as cutoff
from attune.retention r left join attune.retention o on o.target = $2::text
where r.target = $1::text;

select jsonb_build_object('id', r.id) as key,
  jsonb_build_array(r.id) as position,
  r.created < $1::timestamptz as old,
  true as over
from attune.notification r
where true
  and (r.id) > (coalesce(($2::jsonb ->> 0)::bigint, 0))
order by r.id limit $3::bigint;

select r.position, date_trunc('milliseconds', now())
    - least(r.max_age_seconds, o.max_age_seconds) * interval '1 second' as cutoff
from attune.retention r left join attune.retention o on o.target = $2::text
where r.target = $1::text;

select jsonb_build_object('id', r.id) as key,
  jsonb_build_array(r.id) as position,
  r.created < $1::timestamptz as old,
  true as over
from attune.audit_event r
where true
  and (r.id) > (coalesce(($2::jsonb ->> 0)::bigint, 0))
order by r.id limit $3::bigint;

select r.position, date_trunc('milliseconds', now())
    - least(r.max_age_seconds, o.max_age_seconds) * interval '1 second' as cutoff
from attune.retention r left join attune.retention o on o.target = $2::text
where r.target = $1::text;

select jsonb_build_object('id', r.id) as key,
  jsonb_build_array(r.id) as position,
  r.created < $1::timestamptz as old,
  true as over
from attune.ledger_check r
where true
  and (r.id) > (coalesce(($2::jsonb ->> 0)::bigint, 0))
order by r.id limit $3::bigint;

select r.position, date_trunc('milliseconds', now())
    - least(r.max_age_seconds, o.max_age_seconds) * interval '1 second' as cutoff
from attune.retention r left join attune.retention o on o.target = $2::text
where r.target = $1::text;

select jsonb_build_object('id', r.id) as key,
  jsonb_build_array(r.id) as position,
  r.created < $1::timestamptz as old,
  true as over
from attune.pack_test_run r
where true
  and (r.id) > (coalesce(($2::jsonb ->> 0)::bigint, 0))
order by r.id limit $3::bigint;

select r.position, date_trunc('milliseconds', now())
    - least(r.max_age_seconds, o.max_age_seconds) * interval '1 second' as cutoff
from attune.retention r left join attune.retention o on o.target = $2::text
where r.target = $1::text;

select jsonb_build_object('id', r.id) as key,
  jsonb_build_array(r.created, r.id) as position,
  r.created < $1::timestamptz as old,
  least(r.ended_at, r.expires_at) < $1::timestamptz as over
from attune.session r
where true
  and (r.created, r.id) > (coalesce(($2::jsonb ->> 0)::timestamptz, '-infinity'), coalesce(($2::jsonb ->> 1)::uuid, '00000000-0000-0000-0000-000000000000'))
order by r.created, r.id limit $3::bigint;

select r.position, date_trunc('milliseconds', now())
    - least(r.max_age_seconds, o.max_age_seconds) * interval '1 second' as cutoff
from attune.retention r left join attune.retention o on o.target = $2::text
where r.target = $1::text;

select jsonb_build_object('state_hash', r.state_hash) as key,
  jsonb_build_array(r.created, r.state_hash) as position,
  r.created < $1::timestamptz as old,
  true as over
from attune.sign_in r
where true
  and (r.created, r.state_hash) > (coalesce(($2::jsonb ->> 0)::timestamptz, '-infinity'), coalesce(($2::jsonb ->> 1)::text, ''))
order by r.created, r.state_hash limit $3::bigint;

select r.position, date_trunc('milliseconds', now())
    - least(r.max_age_seconds, o.max_age_seconds) * interval '1 second' as cutoff
from attune.retention r left join attune.retention o on o.target = $2::text
where r.target = $1::text;

select jsonb_build_object('login_hash', r.login_hash) as key,
  jsonb_build_array(r.created, r.login_hash) as position,
  r.created < $1::timestamptz as old,
  greatest(r.attempted_at, r.locked_until) < $1::timestamptz as over
from attune.login_attempt r
where true
  and (r.created, r.login_hash) > (coalesce(($2::jsonb ->> 0)::timestamptz, '-infinity'), coalesce(($2::jsonb ->> 1)::text, ''))
order by r.created, r.login_hash limit $3::bigint;

select r.position, date_trunc('milliseconds', now())
    - least(r.max_age_seconds, o.max_age_seconds) * interval '1 second' as cutoff
from attune.retention r left join attune.retention o on o.target = $2::text
where r.target = $1::text;

select jsonb_build_object('kid', r.kid) as key,
  jsonb_build_array(r.kid) as position,
  true as old,
  r.expires_at < $1::timestamptz as over
from attune.signing_key r
where true
  and (r.kid) > (coalesce(($2::jsonb ->> 0)::text, ''))
order by r.kid limit $3::bigint;

select r.position, date_trunc('milliseconds', now())
    - least(r.max_age_seconds, o.max_age_seconds) * interval '1 second' as cutoff
from attune.retention r left join attune.retention o on o.target = $2::text
where r.target = $1::text;

select jsonb_build_object('id', r.id) as key,
  jsonb_build_array(r.id) as position,
  r.created < $1::timestamptz as old,
  r.recovered_incarnation = r.incarnation and not r.cordoned
    and coalesce(r.last_heartbeat, r.created) < $1::timestamptz as over
from attune.worker r
where true
  and (r.id) > (coalesce(($2::jsonb ->> 0)::bigint, 0))
order by r.id limit $3::bigint;
