import type { CreatedEnforcement, EventRow, RuleForEvaluation } from '@attune/db';
import type { NoticeChange } from '@attune/mq';

import { packOf } from '../notice.js';
import type { EvaluatedEvents } from './evaluate-events.js';

/** What subscribers are told of an evaluated batch: its events, enforcements and executions. */
export function changesOf(
  { created, matches }: EvaluatedEvents,
  events: readonly EventRow[],
): NoticeChange[] {
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

function enforcementChanges(row: CreatedEnforcement, rule: RuleForEvaluation): NoticeChange[] {
  const owner = rule.owner_identity === null ? {} : { identityId: rule.owner_identity };
  const enforcement: NoticeChange = {
    entityType: 'enforcement',
    entityId: row.enforcement_id,
    change: 'created',
    ref: rule.ref,
    packRef: rule.pack_ref,
    ...owner,
    status: row.execution_id === null ? 'disabled' : 'processed',
  };
  if (row.execution_id === null) return [enforcement];
  const execution: NoticeChange = {
    entityType: 'execution',
    entityId: row.execution_id,
    change: 'created',
    ref: rule.action_ref,
    packRef: packOf(rule.action_ref),
    root: row.execution_id,
    ...owner,
    status: 'requested',
  };
  return [enforcement, execution];
}
