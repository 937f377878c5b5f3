import type { FlowKind, FlowState } from '@attune/domain';
import type { Trx } from '../database.js';
import { toJson } from '../json.js';
import { statement } from '../statement.js';

export interface RuleFlowKey {
  rule: number;
  kind: FlowKind;
  key: string;
}

export interface KnownFlow extends RuleFlowKey {
  /** null: nothing is remembered. */
  state: FlowState | null;
}

export interface NewFlow extends RuleFlowKey {
  state: FlowState;
  expires_at: Date;
}

const keyColumns = 'rule bigint, kind text, key text';

const ensureStatement = statement<never>(
  'ensure_rule_flows',
  `insert into attune.rule_flow (rule, kind, key)
select distinct rule, kind, key from jsonb_to_recordset($1::jsonb) as i(${keyColumns})
order by rule, kind, key
on conflict do nothing`,
);

const lockStatement = statement<KnownFlow>(
  'lock_rule_flows',
  `select f.rule, f.kind, f.key, f.state from attune.rule_flow f
where (f.rule, f.kind, f.key) in (select rule, kind, key from jsonb_to_recordset($1::jsonb) as i(${keyColumns}))
order by f.rule, f.kind, f.key for update`,
);

const saveStatement = statement<never>(
  'save_rule_flows',
  `update attune.rule_flow f set state = i.state, expires_at = i.expires_at
from jsonb_to_recordset($1::jsonb) as i(${keyColumns}, state jsonb, expires_at timestamptz)
where f.rule = i.rule and f.kind = i.kind and f.key = i.key`,
);

/**
 * What is remembered under these keys. Until the transaction ends nobody else reads or changes it: matches of one key
 * are decided one after the other.
 */
export async function lockRuleFlows(trx: Trx, keys: readonly RuleFlowKey[]): Promise<KnownFlow[]> {
  if (keys.length === 0) return [];
  const input = toJson(keys);
  await ensureStatement.run(trx, [input]);
  return lockStatement.run(trx, [input]);
}

/** Of keys that are locked. */
export async function saveRuleFlows(trx: Trx, flows: readonly NewFlow[]): Promise<void> {
  if (flows.length > 0) await saveStatement.run(trx, [toJson(flows)]);
}
