import { findActionByRef, findTriggerByRef, listActions, listTriggers } from '@attune/db';
import type { Db } from '@attune/db';
import {
  checkConditions,
  checkTemplatedParameters,
  checkTimer,
  resolveParameters,
  ruleTemplateNamespaces,
  timerTriggers,
} from '@attune/domain';
import type { ErrorDetail } from '@attune/domain';
import { missingDefinition } from './missing-definition.js';

export interface RuleDraft {
  trigger_ref: string;
  trigger_params: Record<string, unknown>;
  conditions?: unknown;
  action_ref: string;
  action_params: Record<string, unknown>;
}

/** Everything that would keep the rule from working, at once: a rule that is saved can be evaluated. */
export async function checkRule(db: Db, draft: RuleDraft): Promise<ErrorDetail[]> {
  return [
    ...(await checkTrigger(db, draft)),
    ...checkConditions(draft.conditions, 'conditions'),
    ...(await checkAction(db, draft)),
  ];
}

async function checkTrigger(db: Db, { trigger_ref: ref, trigger_params: params }: RuleDraft) {
  const trigger = await findTriggerByRef(db, ref);
  if (trigger === undefined) {
    return [await missingDefinition('trigger_ref', 'trigger', ref, (page) => listTriggers(db, {}, page))];
  }
  const isTimer = (timerTriggers as readonly string[]).includes(ref);
  if (isTimer) return checkTimer(ref, params, 'trigger_params');
  return resolveParameters(trigger.param_schema, params, 'trigger_params').issues;
}

async function checkAction(
  db: Db,
  { action_ref: ref, action_params: params }: RuleDraft,
): Promise<ErrorDetail[]> {
  const action = await findActionByRef(db, ref);
  if (action === undefined) {
    return [await missingDefinition('action_ref', 'action', ref, (page) => listActions(db, {}, page))];
  }
  return checkTemplatedParameters(action.param_schema, params, {
    path: 'action_params',
    namespaces: ruleTemplateNamespaces,
  });
}
