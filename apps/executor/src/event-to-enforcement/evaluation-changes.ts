import type { CreatedEnforcement, EventRow, RuleForEvaluation } from '@attune/db';
import { executionChange } from '@attune/mq';
import type { NoticeChange } from '@attune/mq';

import { identityOf, packOf } from '../notice.js';
import type { EvaluatedEvents } from './evaluate-events.js';

/** What subscribers are told of an evaluated batch: its events, enforcements and executions. */
export function changesOf({ events, matches, created }: EvaluatedEvents): NoticeChange[] {
  const rules = new Map(matches.map(({ rule }) => [rule.id, rule]));
  return [
    ...events.map(eventChange),
    ...created.flatMap((row) => {
      const rule = rules.get(row.rule_id);
      return rule === undefined ? [] : enforcementChanges(row, rule);
    }),
  ];
}

function eventChange({ id, trigger_ref }: EventRow): NoticeChange {
  return {
    entityType: 'event',
    entityId: id,
    change: 'updated',
    ref: trigger_ref,
    packRef: packOf(trigger_ref),
    status: 'evaluated',
  };
}

function enforcementChanges(
  { enforcement_id, execution_id, status }: CreatedEnforcement,
  rule: RuleForEvaluation,
): NoticeChange[] {
  const enforcement: NoticeChange = {
    entityType: 'enforcement',
    entityId: enforcement_id,
    change: 'created',
    ref: rule.ref,
    packRef: rule.pack_ref,
    status,
    ...identityOf(rule.owner_identity),
  };
  if (execution_id === null) return [enforcement];
  const execution = {
    id: execution_id,
    root: execution_id,
    action_ref: rule.action_ref,
    executor: rule.owner_identity,
  };
  return [enforcement, executionChange(execution, { change: 'created', status: 'requested' })];
}
