-- Generated from the repositories (libs/db/src/generate/main.ts). Do not edit.

-- findSensorRun
select *
from "attune"."sensor_run"
where "id" = $1;

-- getSensorRun
select *
from "attune"."sensor_run"
where "id" = $1;

-- listSensorRuns
select *, array["attune"."sensor_run"."sensor_ref"::text, "attune"."sensor_run"."partition"::text, "attune"."sensor_run"."id"::text] as "page_key"
from "attune"."sensor_run"
where "attune"."sensor_run"."sensor" = $1 and "attune"."sensor_run"."sensor_ref" like $2 and "attune"."sensor_run"."worker" = $3 and "attune"."sensor_run"."status" = $4
order by "attune"."sensor_run"."sensor_ref" asc, "attune"."sensor_run"."partition" asc, "attune"."sensor_run"."id" asc
limit $5;

select count(*) as "total"
from "attune"."sensor_run"
where "attune"."sensor_run"."sensor" = $1 and "attune"."sensor_run"."sensor_ref" like $2 and "attune"."sensor_run"."worker" = $3 and "attune"."sensor_run"."status" = $4;

-- ensureSensorRuns
insert into attune.sensor_run as r (sensor, sensor_ref, partition)
select s.id, s.ref, p.partition
from attune.sensor s cross join lateral generate_series(0, s.partitions - 1) as p(partition)
where s.id = any($1::bigint[])
order by s.id, p.partition
on conflict (sensor, partition) do update set
  status = case when r.status in ('stopped', 'failed') then 'starting' else r.status end,
  consecutive_failures = case when r.status in ('stopped', 'failed') then 0 else r.consecutive_failures end,
  updated = case when r.status in ('stopped', 'failed') then now() else r.updated end
returning r.*;

-- takeSensorRuns
with holder as materialized (
  select w.id from attune.worker w
  where w.id = $1::bigint and w.incarnation = $2::integer
    and w.recovered_incarnation < w.incarnation and w.lease_expires_at > now()
), free as materialized (
  select r.id from attune.sensor_run r
  where not r.status in ('stopped', 'failed') and exists (select from holder) and case
    when r.worker = $1::bigint then r.incarnation < $2::integer
    else coalesce(r.lease_expires_at <= now(), true) end
    and ($5::bigint[] is null or r.sensor = any($5::bigint[]))
  order by r.id limit $4::bigint for update skip locked
)
update attune.sensor_run r set worker = $1::bigint, incarnation = $2::integer,
  lease_expires_at = now() + $3::double precision * interval '1 millisecond', status = case when r.status = 'running' then 'backoff' else r.status end,
  next_restart_at = case when r.status = 'running' then now() else r.next_restart_at end,
  last_stopped_at = case when r.status = 'running' then now() else r.last_stopped_at end,
  pid = null, updated = now()
from free f where r.id = f.id
returning r.*;

-- renewSensorRunLeases
update attune.sensor_run r set lease_expires_at = now() + $3::double precision * interval '1 millisecond'
where r.worker = $1::bigint and r.incarnation = $2::integer
returning r.id;

-- releaseSensorRuns
update attune.sensor_run r set worker = null, incarnation = null, lease_expires_at = null, status = case when r.status = 'running' then 'backoff' else r.status end,
  next_restart_at = case when r.status = 'running' then now() else r.next_restart_at end,
  last_stopped_at = case when r.status = 'running' then now() else r.last_stopped_at end,
  pid = null, updated = now()
where r.worker = $1::bigint and r.incarnation = $2::integer
returning r.id;

-- deleteUnwantedSensorRuns
with unwanted as materialized (
  select r.id from attune.sensor_run r join attune.sensor s on s.id = r.sensor
  where r.partition >= s.partitions and coalesce(r.lease_expires_at <= now(), true)
  order by r.id for update of r skip locked
)
delete from attune.sensor_run r using unwanted u where r.id = u.id
returning r.id;
