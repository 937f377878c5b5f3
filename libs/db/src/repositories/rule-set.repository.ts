import { readSecrets } from '@attune/domain';
import type { RuleForEvaluation } from '@attune/domain';
import type { Db } from '../database.js';
import { statement } from '../statement.js';
import { ruleOwner } from './rule-owner.js';

export interface RuleSet {
  epoch: number;
  /** The enabled rules of enabled triggers, in order of trigger and rule ref. */
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
  select owning.id, ${ruleOwner('owning')} as value
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
