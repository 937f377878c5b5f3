import type { RuleTest } from '@attune/contract';
import { findTriggerByRef } from '@attune/db';
import type { Db, RuleRow } from '@attune/db';
import { checkPayload, decideRule } from '@attune/domain';
import { showOutcome } from './outcome-view.js';
import { ruleInForce } from './rule-in-force.js';

export interface MadeUpEvent {
  payload: unknown;
  created: Date;
}

/** What a rule, as it is now, would make of an event that never happened. */
export async function testRule(db: Db, row: RuleRow, { payload, created }: MadeUpEvent): Promise<RuleTest> {
  const { rule } = await ruleInForce(db, { ...row, version: 0 });
  const trigger = await findTriggerByRef(db, row.trigger_ref);
  const outcome = decideRule(rule, { id: 0, trigger: row.trigger_ref, payload, created });
  return {
    rule_ref: row.ref,
    ...showOutcome(rule, outcome),
    payload_issues: checkPayload(trigger?.out_schema, payload, 'payload').map(({ path, message }) => ({
      path,
      message,
    })),
  };
}
