-- Generated from the repositories (libs/db/src/generate/main.ts). Do not edit.

-- requestAdmissions
select p.id
from attune.policy p
where p.id = any($1::bigint[])
order by p.id for no key update;

select e.id from attune.execution e
where e.id = any($1::bigint[]) and e.finished_at is null
order by e.id for share;

with input as materialized (
  select distinct on (policy, group_key, execution) * from jsonb_to_recordset($1::jsonb) as i(
    place integer, policy bigint, group_key text, execution bigint
  )
  order by policy, group_key, execution, place
), freed as (
  delete from attune.admission a where a.execution = any($2::bigint[]) and a.policy = any($3::bigint[])
  returning a.policy, a.group_key
), queue as materialized (
  select g.policy, g.group_key, least(1000, p.threshold - (
    select count(*) from (
      select from attune.admission a
      where a.policy = g.policy and a.group_key = g.group_key and a.status = 'active'
        and a.execution <> all($2::bigint[])
      limit p.threshold
    ) active
  )) as room
  from (select policy, group_key from input union select policy, group_key from freed) g
  join attune.policy p on p.id = g.policy
), next as materialized (
  select n.* from queue q cross join lateral (
    select * from (
      select a.policy, a.group_key, a.execution, a.ctid as row from attune.admission a
      where a.policy = q.policy and a.group_key = q.group_key and a.status = 'queued'
        and a.execution <> all($2::bigint[])
      order by a.queue_order limit 1000
    ) head
    limit greatest(q.room, 0)
  ) n
), promoted as (
  update attune.admission a set status = 'active', activated_at = now()
  where a.ctid = any(array(select n.row from next n))
  returning a.*
), known as materialized (
  select a.* from input i join attune.admission a using (policy, group_key, execution)
), newcomer as materialized (
  select i.policy, i.group_key, i.execution, i.place, q.room - (
    select count(*) from next n where n.policy = i.policy and n.group_key = i.group_key
  ) >= row_number() over (partition by i.policy, i.group_key order by i.place) as active
  from input i join queue q using (policy, group_key)
  where not exists (
    select from known k
    where k.policy = i.policy and k.group_key = i.group_key and k.execution = i.execution
  )
), admitted as (
  insert into attune.admission (policy, group_key, execution, status, activated_at)
  select policy, group_key, execution, case when active then 'active' else 'queued' end,
    case when active then now() end
  from newcomer order by place
  returning *
)
select * from (
  select * from promoted
  union all select * from admitted
  union all select k.* from known k where not exists (
    select from next n where n.policy = k.policy and n.group_key = k.group_key and n.execution = k.execution
  )
) standing
order by queue_order;

-- releaseAdmissions
select p.id from attune.policy p
where p.id in (select a.policy from attune.admission a where a.execution = any($1::bigint[]))
order by p.id for no key update;

with input as materialized (
  select distinct on (policy, group_key, execution) * from jsonb_to_recordset($1::jsonb) as i(
    place integer, policy bigint, group_key text, execution bigint
  )
  order by policy, group_key, execution, place
), freed as (
  delete from attune.admission a where a.execution = any($2::bigint[]) and a.policy = any($3::bigint[])
  returning a.policy, a.group_key
), queue as materialized (
  select g.policy, g.group_key, least(1000, p.threshold - (
    select count(*) from (
      select from attune.admission a
      where a.policy = g.policy and a.group_key = g.group_key and a.status = 'active'
        and a.execution <> all($2::bigint[])
      limit p.threshold
    ) active
  )) as room
  from (select policy, group_key from input union select policy, group_key from freed) g
  join attune.policy p on p.id = g.policy
), next as materialized (
  select n.* from queue q cross join lateral (
    select * from (
      select a.policy, a.group_key, a.execution, a.ctid as row from attune.admission a
      where a.policy = q.policy and a.group_key = q.group_key and a.status = 'queued'
        and a.execution <> all($2::bigint[])
      order by a.queue_order limit 1000
    ) head
    limit greatest(q.room, 0)
  ) n
), promoted as (
  update attune.admission a set status = 'active', activated_at = now()
  where a.ctid = any(array(select n.row from next n))
  returning a.*
), known as materialized (
  select a.* from input i join attune.admission a using (policy, group_key, execution)
), newcomer as materialized (
  select i.policy, i.group_key, i.execution, i.place, q.room - (
    select count(*) from next n where n.policy = i.policy and n.group_key = i.group_key
  ) >= row_number() over (partition by i.policy, i.group_key order by i.place) as active
  from input i join queue q using (policy, group_key)
  where not exists (
    select from known k
    where k.policy = i.policy and k.group_key = i.group_key and k.execution = i.execution
  )
), admitted as (
  insert into attune.admission (policy, group_key, execution, status, activated_at)
  select policy, group_key, execution, case when active then 'active' else 'queued' end,
    case when active then now() end
  from newcomer order by place
  returning *
)
select * from (
  select * from promoted
  union all select * from admitted
  union all select k.* from known k where not exists (
    select from next n where n.policy = k.policy and n.group_key = k.group_key and n.execution = k.execution
  )
) standing
order by queue_order;

-- findAdmission
select a.*, case when a.status = 'queued' then (
  select count(*) from attune.admission q
  where q.policy = a.policy and q.group_key = a.group_key and q.status = 'queued'
    and q.queue_order <= a.queue_order
) end as position
from attune.admission a
where a.policy = $1::bigint and a.group_key = $2::text and a.execution = $3::bigint;

-- listAdmissions
select *, array["attune"."admission"."queue_order"::text] as "page_key"
from "attune"."admission"
where "attune"."admission"."policy" = $1 and "attune"."admission"."group_key" = $2 and "attune"."admission"."execution" = $3 and "attune"."admission"."status" = $4
order by "attune"."admission"."queue_order" asc
limit $5;

select count(*) as "total"
from "attune"."admission"
where "attune"."admission"."policy" = $1 and "attune"."admission"."group_key" = $2 and "attune"."admission"."execution" = $3 and "attune"."admission"."status" = $4;
