-- Generated from the repositories (libs/db/src/generate/main.ts). Do not edit.

-- insertDeliveredEvents
with input as materialized (
  select i.*, t.id as trigger, s.id as source, r.id as rule
  from jsonb_to_recordset($1::jsonb) as i(
    ord integer, trigger_ref text, payload jsonb, config jsonb, source_ref text, rule_ref text, dedupe_key text,
    cause_execution bigint, epoch bigint, delivery jsonb
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
), logged as (
  insert into attune.webhook_delivery (trigger, trigger_ref, event, duplicate, method, status_code, verified,
    source_ip, user_agent, headers, payload_size_bytes, processing_time_ms)
  select n.trigger, n.trigger_ref, coalesce(c.event, n.id), coalesce(c.event <> n.id, false), d.*
  from numbered n
  left join claimed c on c.owner = n.trigger and c.key = n.dedupe_key
  cross join lateral jsonb_to_record(n.delivery) as d(
    method text, status_code integer, verified boolean, source_ip text, user_agent text, headers jsonb,
    payload_size_bytes integer, processing_time_ms integer
  )
  order by n.ord
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

-- insertWebhookDelivery
insert into "attune"."webhook_delivery" ("trigger", "status_code", "trigger_ref")
values ($1, $2, (select "ref"
from "attune"."trigger"
where "id" = $3))
returning *;

-- getWebhookDelivery
select *
from "attune"."webhook_delivery"
where "id" = $1;

-- listWebhookDeliveries
select *, array["attune"."webhook_delivery"."created"::text, "attune"."webhook_delivery"."id"::text] as "page_key"
from "attune"."webhook_delivery"
where "attune"."webhook_delivery"."trigger" = $1 and "attune"."webhook_delivery"."status_code" >= 400
order by "attune"."webhook_delivery"."created" desc, "attune"."webhook_delivery"."id" desc
limit $2;

select count(*) as "total"
from "attune"."webhook_delivery"
where "attune"."webhook_delivery"."trigger" = $1 and "attune"."webhook_delivery"."status_code" >= 400;
