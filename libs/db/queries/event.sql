-- Generated from the repositories (libs/db/src/generate/main.ts). Do not edit.

-- insertEvents
with input as materialized (
  select i.*, t.id as trigger, s.id as source, r.id as rule
  from jsonb_to_recordset($1::jsonb) as i(
    ord integer, trigger_ref text, payload jsonb, config jsonb, source_ref text, rule_ref text, dedupe_key text,
    cause_execution bigint, epoch bigint
  )
  left join attune.trigger t on t.ref = i.trigger_ref
  left join attune.sensor s on s.ref = i.source_ref
  left join attune.rule r on r.ref = i.rule_ref
), missing as materialized (
  select 'epoch' as field, i.epoch::text as value
  from input i join attune.definition_epoch d on d.epoch <> i.epoch
  union all
  select 'trigger_ref', trigger_ref from input where trigger is null
  union all
  select 'source_ref', source_ref from input where source_ref is not null and source is null
  union all
  select 'rule_ref', rule_ref from input where rule_ref is not null and rule is null
), version as materialized (
  select t.trigger, v.id
  from (select distinct trigger, trigger_ref from input) t
  cross join lateral (
    select v.id from attune.definition_version v
    where v.entity_type = 'trigger' and v.entity_ref = t.trigger_ref
    order by v.version desc limit 1
  ) v
), numbered as materialized (
  select o.*, nextval('attune.event_id_seq') as id
  from (select * from input where not exists (select from missing) order by ord) o
), claimed as (
  insert into attune.event_key as k (kind, owner, key, event)
  select 'trigger', f.trigger, f.dedupe_key, f.id
  from (
    select distinct on (trigger, dedupe_key) trigger, dedupe_key, id
    from numbered where dedupe_key is not null
    order by trigger, dedupe_key, ord
  ) f
  order by f.trigger, f.dedupe_key
  on conflict (kind, owner, key) do update set
    event = case when k.expires_at <= now() then excluded.event else k.event end,
    created = case when k.expires_at <= now() then excluded.created else k.created end,
    expires_at = case when k.expires_at <= now() then null else k.expires_at end
  returning k.owner, k.key, k.event, k.created
), recorded as (
  insert into attune.event
    (id, trigger, trigger_ref, trigger_version, source, source_ref, rule, rule_ref, payload, config,
    cause_execution, cause_root, cause_depth)
  overriding system value
  select n.id, n.trigger, n.trigger_ref, v.id, n.source, n.source_ref, n.rule, n.rule_ref, n.payload, n.config,
    cause.execution, cause.root, coalesce(cause.depth, 0)
  from numbered n
  left join lateral (
    select e.id as execution, coalesce(before.cause_root, e.root) as root,
      coalesce(before.cause_depth, 0) + 1 as depth
    from attune.execution e
    left join attune.execution top on top.id = e.root
    left join attune.event before on before.id = top.cause_event
    where e.id = n.cause_execution
  ) cause on n.cause_execution is not null
  left join version v on v.trigger = n.trigger
  left join claimed c on c.owner = n.trigger and c.key = n.dedupe_key
  where n.dedupe_key is null or c.event = n.id
  order by n.id
)
select o.id, o.created, o.duplicate, null as missing_field, null as missing_value
from (
  select n.ord, coalesce(c.event, n.id) as id, coalesce(c.created, now()) as created,
    coalesce(c.event <> n.id, false) as duplicate
  from numbered n left join claimed c on c.owner = n.trigger and c.key = n.dedupe_key
  order by n.ord
) o
union all
select null, null, null, m.field, m.value from missing m;

-- loadPendingEvents
select e.* from unnest($1::bigint[]) as i(id)
cross join lateral (select * from attune.event e where e.id = i.id and e.status = 'pending' limit 1) e
order by e.id;

-- findEvent
select *
from "attune"."event"
where "id" = $1;

-- getEvent
select *
from "attune"."event"
where "id" = $1;

-- listEvents
select "id", "created", "trigger", "trigger_ref", "trigger_version", "source", "source_ref", "rule", "rule_ref", "status", "evaluated_at", "matched", "announced_at", "announcements", "cause_execution", "cause_root", "cause_depth", array["attune"."event"."id"::text] as "page_key"
from "attune"."event"
where "attune"."event"."trigger_ref" like $1 and "attune"."event"."source_ref" = $2 and "attune"."event"."rule_ref" = $3 and "attune"."event"."status" = $4 and "attune"."event"."announced_at" is not null and "attune"."event"."created" >= $5 and "attune"."event"."created" < $6
order by "attune"."event"."id" desc
limit $7;

select count(*) as "total"
from "attune"."event"
where "attune"."event"."trigger_ref" like $1 and "attune"."event"."source_ref" = $2 and "attune"."event"."rule_ref" = $3 and "attune"."event"."status" = $4 and "attune"."event"."announced_at" is not null and "attune"."event"."created" >= $5 and "attune"."event"."created" < $6;

-- holdPendingEvents
select e.id
from attune.event e
where e.id = any($1::bigint[]) and e.status = 'pending'
order by e.id for update;

-- loadEvents
select e.*
from attune.event e
where e.id = any($1::bigint[])
order by e.id;

-- listBusyCauses
select r.root from unnest($1::bigint[]) as r(root)
cross join lateral (
  select e.created from attune.event e where e.cause_root = r.root order by e.id desc offset $2::bigint limit 1
) e
where e.created > now() - $3::double precision * interval '1 millisecond';

-- deleteEvent
with e as materialized (select id, status from attune.event where id = $1::bigint for update
), f as materialized (select id, status, execution from attune.enforcement where event = $1::bigint for update
), x as materialized (select t.id, t.root from attune.execution t join f on f.execution = t.id
), tree as materialized (
  select t.id, t.settled_at from attune.execution t where t.id in (select id from x)
  union all
  select t.id, t.settled_at from x join attune.execution t on t.root = x.id and t.parent is not null
), hindrance as materialized (
  select 'event ' || id || ' is not evaluated yet' as text from e where status = 'pending'
  union all
  select 'enforcement ' || id || ' is not decided yet' from f where status = 'created'
  union all
  select 'execution ' || id || ' is not settled yet' from tree where settled_at is null
  union all
  select 'execution ' || id || ' is part of execution ' || root from x where root <> id
  limit 1
), gone as materialized (
  select id from tree where not exists (select from hindrance)
), attempts as (
  delete from attune.execution_attempt a using gone g where a.execution = g.id
), history as (
  delete from attune.execution_history h using gone g where h.execution = g.id
), logs as (
  delete from attune.execution_log l using gone g where l.execution = g.id
), gone_executions as (
  delete from attune.execution t using gone g where t.id = g.id
), gone_enforcements as (
  delete from attune.enforcement n using f where n.id = f.id and not exists (select from hindrance)
  returning n.event
), gone_events as (
  delete from attune.event v using e where v.id = e.id and not exists (select from hindrance)
), fewer_matches as (
  update attune.event v set matched = v.matched - m.count
  from (select event, count(*)::integer as count from gone_enforcements group by event) m
  where v.id = m.event and v.id not in (select id from e) and v.matched is not null
)
select exists (select from e union all select from f union all select from x) as found,
  (select text from hindrance) as hindrance;

-- listEvents (next page)
select "id", "created", "trigger", "trigger_ref", "trigger_version", "source", "source_ref", "rule", "rule_ref", "status", "evaluated_at", "matched", "announced_at", "announcements", "cause_execution", "cause_root", "cause_depth", array["attune"."event"."id"::text] as "page_key"
from "attune"."event"
where true and ("attune"."event"."id") < ($1::int8)
order by "attune"."event"."id" desc
limit $2;
