-- Generated from the repositories (libs/db/src/generate/main.ts). Do not edit.

-- loadRuleSurroundings
with version as materialized (
  select distinct on (v.entity_type) v.entity_type, v.entity, v.id, v.content as c
  from attune.definition_version v
  where (v.entity_type, v.entity_ref) in (('trigger', $1), ('action', $2), ('pack', $3))
    and v.created <= coalesce($5::timestamptz, 'infinity')
  order by v.entity_type, v.version desc
)
select
  (select jsonb_build_object('id', v.entity, 'enabled', c -> 'enabled',
    'is_gone', not exists (select from attune.trigger t where t.id = v.entity))
  from version v where v.entity_type = 'trigger') as trigger,
  (select jsonb_build_object('id', v.entity, 'ref', c -> 'ref', 'version', v.id, 'enabled', c -> 'enabled',
    'param_schema', c -> 'param_schema', 'runtime_ref', c -> 'runtime_ref',
    'is_workflow', coalesce(jsonb_typeof(c -> 'workflow') <> 'null', false),
    'timeout_seconds', c -> 'timeout_seconds', 'retry', c -> 'retry', 'priority', c -> 'priority',
    'default_execution_permission_set_refs', c -> 'default_execution_permission_set_refs',
    'is_gone', not exists (select from attune.action a where a.id = v.entity))
  from version v where v.entity_type = 'action') as action,
  coalesce(
    (select jsonb_build_object('config', c -> 'config', 'conf_schema', c -> 'conf_schema')
    from version v where v.entity_type = 'pack'),
    '{"config": {}, "conf_schema": {}}') as pack,
  (select jsonb_build_object(
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
  ) from attune.identity owning where owning.id = $4::bigint) as owner;
