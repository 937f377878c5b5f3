import { readSecrets } from '@attune/domain';
import type { Debounce, Dedupe, Grant, Retry, Throttle } from '@attune/domain';
import type { Db } from '../database.js';
import { heldSets } from '../held-sets.js';
import { statement } from '../statement.js';

/** What is needed of a rule's action to make executions of it. */
export interface RuleAction {
  id: number;
  ref: string;
  /** Id of its present definition_version. */
  version: number;
  enabled: boolean;
  param_schema: Record<string, unknown> | null;
  runtime_ref: string | null;
  is_workflow: boolean;
  timeout_seconds: number | null;
  retry: Retry | null;
  priority: number;
  default_execution_permission_set_refs: string[];
}

/** On whose behalf a rule runs, and which actions that lets it execute. */
export interface RuleOwner {
  login: string;
  frozen: boolean;
  attributes: Record<string, unknown>;
  /** Those of its grants that name actions:execute. */
  grants: Grant[];
}

/** An enabled rule of an enabled trigger, with everything its evaluation needs. */
export interface RuleForEvaluation {
  id: number;
  ref: string;
  /** Id of its present definition_version. */
  version: number;
  trigger: number;
  trigger_ref: string;
  pack_ref: string;
  /** Its secrets as SecretValue, to be passed on unopened. */
  pack_config: Record<string, unknown>;
  conditions: unknown;
  action_ref: string;
  action_params: Record<string, unknown>;
  /** null = there is none of this ref (any more). */
  action: RuleAction | null;
  permission_set_refs: string[] | null;
  owner_identity: number | null;
  /** null = there is none (any more). */
  owner: RuleOwner | null;
  priority: number | null;
  timeout_seconds: number | null;
  retry: Retry | null;
  dedupe: Dedupe | null;
  throttle: Throttle | null;
  debounce: Debounce | null;
}

export interface RuleSet {
  epoch: number;
  /** In order of trigger and rule ref. */
  rules: RuleForEvaluation[];
}

const ruleSetStatement = statement<{ epoch: number; rule: RuleForEvaluation | null }>(
  'load_rule_set',
  `with latest as materialized (
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
      ${heldSets('owning.id')}
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
order by x.trigger, x.ref`,
);

const wantedStatement = statement<{ epoch: number; wanted: boolean }>(
  'is_trigger_wanted',
  `select e.epoch, exists (
  select from attune.rule r join attune.trigger t on t.id = r.trigger and t.enabled
  where t.ref = $1::text and r.enabled
) as wanted
from attune.definition_epoch e`,
);

/** Whether any enabled rule waits for events of a trigger, and the epoch that belongs to. */
export async function isTriggerWanted(db: Db, ref: string): Promise<{ epoch: number; wanted: boolean }> {
  const [row] = await wantedStatement.run(db, [ref]);
  return row ?? { epoch: 0, wanted: false };
}

/** Rules of the given triggers, what their owners may do, and the epoch all that belongs to, in one statement and so in one snapshot. */
export async function loadRuleSet(db: Db, triggerIds: readonly number[]): Promise<RuleSet> {
  const rows = await ruleSetStatement.run(db, [[...triggerIds]]);
  const rules = rows.flatMap(({ rule }) =>
    rule === null ? [] : [{ ...rule, pack_config: readSecrets(rule.pack_config) }],
  );
  return { epoch: rows[0]?.epoch ?? 0, rules };
}
