-- Generated from the repositories (libs/db/src/generate/main.ts). Do not edit.

-- findTimer
select *
from "attune"."timer"
where "id" = $1;

-- findTimerByRule
select *
from "attune"."timer"
where "rule" = $1;

-- getTimer
select *
from "attune"."timer"
where "id" = $1;

-- listTimers
select *, array["attune"."timer"."rule_ref"::text, "attune"."timer"."id"::text] as "page_key"
from "attune"."timer"
where "attune"."timer"."rule_ref" like $1 and "attune"."timer"."trigger_ref" = $2 and "attune"."timer"."next_fire_at" is not null and "attune"."timer"."next_fire_at" < $3
order by "attune"."timer"."rule_ref" asc, "attune"."timer"."id" asc
limit $4;

select count(*) as "total"
from "attune"."timer"
where "attune"."timer"."rule_ref" like $1 and "attune"."timer"."trigger_ref" = $2 and "attune"."timer"."next_fire_at" is not null and "attune"."timer"."next_fire_at" < $3;

-- listTimerRules
select r.id as of_rule, r.ref as of_ref, r.trigger_ref as of_trigger, r.trigger_params as of_params,
  r.created as of_created, t.*
from attune.rule r
join attune.trigger g on g.id = r.trigger and g.enabled
left join attune.timer t on t.rule = r.id
where r.enabled and r.trigger_ref = any($1::text[])
order by r.id;

-- ensureTimers
insert into attune.timer as t (rule, rule_ref, trigger_ref, params, next_fire_at)
select r.id, r.ref, r.trigger_ref, i.params, i.next_fire_at
from jsonb_to_recordset($1::jsonb) as i(rule bigint, params jsonb, next_fire_at timestamptz)
join attune.rule r on r.id = i.rule
order by r.id
on conflict (rule) do update set params = excluded.params, next_fire_at = excluded.next_fire_at,
  rule_ref = excluded.rule_ref, trigger_ref = excluded.trigger_ref, updated = now()
returning t.*;

-- restTimers
update attune.timer t set next_fire_at = null, updated = now()
from attune.rule r left join attune.trigger g on g.id = r.trigger
where r.id = t.rule and t.next_fire_at is not null and not (r.enabled and coalesce(g.enabled, false))
returning t.id;

-- lockDueTimers
select t.*, clock_timestamp() as now
from attune.timer t
join attune.rule r on r.id = t.rule and r.enabled
join attune.trigger g on g.id = r.trigger and g.enabled
where t.next_fire_at <= clock_timestamp()
order by t.next_fire_at, t.id limit $1::bigint for update of t skip locked;

-- advanceTimers
update attune.timer t set next_fire_at = i.next_fire_at, last_fire_at = i.last_fire_at,
  fire_count = t.fire_count + i.fires, updated = now()
from jsonb_to_recordset($1::jsonb) as i(
  id bigint, next_fire_at timestamptz, last_fire_at timestamptz, fires integer
)
where t.id = i.id;

-- nextTimerDue
select clock_timestamp() as now, (
  select t.next_fire_at
  from attune.timer t
  join attune.rule r on r.id = t.rule and r.enabled
  join attune.trigger g on g.id = r.trigger and g.enabled
  where t.next_fire_at is not null
  order by t.next_fire_at limit 1
) as next_fire_at;
