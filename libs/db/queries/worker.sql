-- Generated from the repositories (libs/db/src/generate/main.ts). Do not edit.

-- registerWorker
insert into "attune"."worker" ("name", "status", "registered_at", "last_heartbeat", "lease_expires_at")
values ($1, $2, now(), now(), now() + $3::double precision * interval '1 millisecond')
on conflict ("name") do update
set "name" = $4, "status" = $5, "registered_at" = now(), "last_heartbeat" = now(), "lease_expires_at" = now() + $6::double precision * interval '1 millisecond', "incarnation" = worker.incarnation + 1, "updated" = now()
returning "id", "incarnation";

-- renewWorkerLease
update "attune"."worker"
set "last_heartbeat" = now(), "lease_expires_at" = now() + $1::double precision * interval '1 millisecond'
where "id" = $2 and "incarnation" = $3 and "recovered_incarnation" < $4 and "lease_expires_at" is not null;

-- releaseWorker
update "attune"."worker"
set "lease_expires_at" = $1, "status" = $2, "updated" = now()
where "id" = $3 and "incarnation" = $4 and "recovered_incarnation" < $5 and "lease_expires_at" is not null;

-- findWorker
select *
from "attune"."worker"
where "id" = $1;

-- getWorker
select *
from "attune"."worker"
where "id" = $1;

-- findLeasedWorker
select *
from "attune"."worker"
where "id" = $1 and "incarnation" = $2 and "recovered_incarnation" < $3 and "lease_expires_at" > now();

-- findWorkerByName
select *
from "attune"."worker"
where "name" = $1;

-- getWorkerByName
select *
from "attune"."worker"
where "name" = $1;

-- listWorkers
select *, array["attune"."worker"."name"::text] as "page_key"
from "attune"."worker"
where "attune"."worker"."name" like $1 and "attune"."worker"."worker_type" = $2 and "attune"."worker"."worker_role" = $3 and "attune"."worker"."status" = $4 and "attune"."worker"."runtime" = $5 and "attune"."worker"."cordoned" = $6 and coalesce(worker.lease_expires_at > now(), false) = $7
order by "attune"."worker"."name" asc
limit $8;

select count(*) as "total"
from "attune"."worker"
where "attune"."worker"."name" like $1 and "attune"."worker"."worker_type" = $2 and "attune"."worker"."worker_role" = $3 and "attune"."worker"."status" = $4 and "attune"."worker"."runtime" = $5 and "attune"."worker"."cordoned" = $6 and coalesce(worker.lease_expires_at > now(), false) = $7;

-- updateWorker
update "attune"."worker"
set "host" = $1, "slots" = $2, "updated" = now()
where "id" = $3
returning *;

-- loadOfWorkers
select now() as now, l.* from (select) one left join (
  select e.worker,
    count(*) filter (where e.status = 'scheduled')::integer as scheduled,
    count(*) filter (where e.status = 'running')::integer as running,
    count(*) filter (where e.status = 'canceling')::integer as canceling
  from attune.execution e
  where e.announced_at is not null and e.worker = any($1::bigint[])
    and e.status in ('scheduled', 'running', 'canceling')
  group by e.worker
) l on true;

-- setWorkerCordon
update "attune"."worker"
set "cordoned" = $1, "cordon_reason" = $2, "cordoned_by" = $3, "cordoned_at" = coalesce(cordoned_at, now()), "updated" = now()
where "id" = $4
returning *;

-- deleteWorker
delete
from "attune"."worker"
where "id" = $1 and "recovered_incarnation" = "incarnation";

-- ensureDispatchQueueRow
insert into "attune"."dispatch_queue" ("name", "runtime", "placement")
values ($1, $2, $3)
on conflict ("name") do update
set "runtime" = excluded.runtime
returning *;

-- listDispatchQueues
select *
from "attune"."dispatch_queue"
order by "name";
