-- Generated from the repositories (libs/db/src/generate/main.ts). Do not edit.

-- loadRuleSet
with latest as materialized (
  select distinct on (entity_type, entity_ref) entity_type, entity_ref, id
  from attune.definition_version
  where (entity_type, entity_ref) in (
    select 'rule', r.ref from attune.rule r where r.trigger = any($1::bigint[])
    union
    select 'action', r.action_ref from attune.rule r where r.trigger = any($1::bigint[])
  )
  order by entity_type, entity_ref, version desc
), owner as materialized (
  select owning.id, jsonb_build_object(
    'login', owning.login, 'frozen', owning.frozen, 'attributes', owning.attributes, 'grants', coalesce((
      select jsonb_agg(g.value order by s.ref)
      from attune.permission_set s cross join jsonb_array_elements(s.grants) g
      where g.value @> '{"resource": "actions", "actions": ["execute"]}' and s.id in (
      select permset from attune.permission_assignment where identity = owning.id
      union
      select s.permset from attune.permission_set_role s
      join attune.identity_role i on i.role = s.role where i.identity = owning.id
      )
    ), '[]')
  ) as value
  from attune.identity owning
  where owning.id in (select r.owner_identity from attune.rule r where r.trigger = any($1::bigint[]))
)
select e.epoch, x.rule from attune.definition_epoch e
left join (
  select r.ref, r.trigger, jsonb_build_object(
    'id', r.id, 'ref', r.ref, 'version', rv.id, 'trigger', r.trigger, 'trigger_ref', r.trigger_ref,
    'pack_ref', r.pack_ref, 'pack_config', p.config, 'conditions', r.conditions, 'action_ref', r.action_ref,
    'action_params', r.action_params, 'permission_set_refs', r.permission_set_refs,
    'owner_identity', r.owner_identity, 'owner', o.value, 'priority', r.priority, 'timeout_seconds', r.timeout_seconds,
    'retry', r.retry, 'dedupe', r.dedupe, 'throttle', r.throttle,
    'debounce', r.debounce,
    'action', case when a.id is not null then jsonb_build_object(
      'id', a.id, 'ref', a.ref, 'version', av.id, 'enabled', a.enabled, 'param_schema', a.param_schema,
      'runtime_ref', a.runtime_ref, 'is_workflow', a.workflow is not null,
      'timeout_seconds', a.timeout_seconds, 'retry', a.retry, 'priority', a.priority,
      'default_execution_permission_set_refs', a.default_execution_permission_set_refs
    ) end
  ) as rule
  from attune.rule r
  join attune.trigger t on t.id = r.trigger and t.enabled
  join attune.pack p on p.id = r.pack
  join latest rv on rv.entity_type = 'rule' and rv.entity_ref = r.ref
  left join owner o on o.id = r.owner_identity
  left join attune.action a on a.ref = r.action_ref
  left join latest av on av.entity_type = 'action' and av.entity_ref = a.ref
  where r.enabled and r.trigger = any($1::bigint[])
) x on true
order by x.trigger, x.ref;

-- isTriggerWanted
select e.epoch, exists (
  select from attune.rule r join attune.trigger t on t.id = r.trigger and t.enabled
  where t.ref = $1::text and r.enabled
) as wanted
from attune.definition_epoch e;
