import type { CreatedEnforcement, EventRow } from '@attune/db';
import type { RuleForEvaluation } from '@attune/domain';
import { executionChange } from '@attune/mq';
import type { NoticeChange } from '@attune/mq';

import { identityOf, packOf } from '../notice.js';
import type { EvaluatedEvents } from './evaluate-events.js';

/** What subscribers are told of an evaluated batch: its events, enforcements and executions. */
export function changesOf({ events, matches, created }: EvaluatedEvents): NoticeChange[] {
  const rules = new Map(matches.map(({ rule }) => [rule.id, rule]));
  return [...events.map(eventChange), ...enforcementsOf(created, rules, 'created')];
}

/** And of matches that have waited for their decision. */
export function decisionChanges(
  decided: readonly CreatedEnforcement[],
  rules: ReadonlyMap<number, RuleForEvaluation>,
): NoticeChange[] {
  return enforcementsOf(decided, rules, 'updated');
}

/** Without those whose rule is gone: nobody knows any more who may be told. */
function enforcementsOf(
  rows: readonly CreatedEnforcement[],
  rules: ReadonlyMap<number, RuleForEvaluation>,
  change: 'created' | 'updated',
): NoticeChange[] {
  return rows.flatMap((row) => {
    const rule = rules.get(row.rule_id);
    return rule === undefined ? [] : enforcementChanges(row, rule, change);
  });
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
  change: 'created' | 'updated',
): NoticeChange[] {
  const enforcement: NoticeChange = {
    entityType: 'enforcement',
    entityId: enforcement_id,
    change,
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
