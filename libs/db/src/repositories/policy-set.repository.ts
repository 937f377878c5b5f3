import type { Db } from '../database.js';
import type { PolicyRow } from '../schema/index.js';
import { statement } from '../statement.js';

/** An enabled policy, with what is needed to apply it. */
export type PolicyInForce = Pick<
  PolicyRow,
  | 'id'
  | 'ref'
  | 'pack_ref'
  | 'action_ref'
  | 'rule'
  | 'pack_wide'
  | 'threshold'
  | 'window_seconds'
  | 'parameters'
  | 'key'
> & { method: PolicyRow['method'] };

export interface PolicySet {
  epoch: number;
  /** Limits at once before limits of starts, each in order of id: the order in which slots are taken. */
  policies: PolicyInForce[];
}

const policySetStatement = statement<{ epoch: number; policy: PolicyInForce | null }>(
  'load_policy_set',
  `select e.epoch, case when p.id is not null then jsonb_build_object(
  'id', p.id, 'ref', p.ref, 'pack_ref', p.pack_ref, 'action_ref', p.action_ref, 'rule', p.rule,
  'pack_wide', p.pack_wide, 'threshold', p.threshold, 'window_seconds', p.window_seconds,
  'parameters', p.parameters, 'key', p.key, 'method', p.method
) end as policy
from attune.definition_epoch e
left join attune.policy p on p.enabled
order by p.window_seconds is not null, p.id`,
);

const rulesStatement = statement<{ execution: number; rule: number }>(
  'find_rules_of_executions',
  `select e.id as execution, f.rule
from unnest($1::bigint[]) as i(id)
join attune.execution e on e.id = i.id
join attune.enforcement f on f.id = e.enforcement
where f.rule is not null`,
);

/** All that are enabled, and the epoch they belong to, in one statement and so in one snapshot. */
export async function loadPolicySet(db: Db): Promise<PolicySet> {
  const rows = await policySetStatement.run(db, []);
  return {
    epoch: rows[0]?.epoch ?? 0,
    policies: rows.flatMap(({ policy }) => (policy === null ? [] : [policy])),
  };
}

/** Ids of the rules that started these executions, by execution; those that no rule started are absent. */
export async function findRulesOfExecutions(db: Db, ids: readonly number[]): Promise<Map<number, number>> {
  if (ids.length === 0) return new Map();
  const rows = await rulesStatement.run(db, [[...ids]]);
  return new Map(rows.map(({ execution, rule }) => [execution, rule]));
}
