import { findActionByRef, findPackByRef, findTriggerByRef, listKeysOfRefs } from '@attune/db';
import type { NewRule, Patch, RuleRow } from '@attune/db';
import {
  checkConditions,
  checkFlow,
  checkTemplatedParameters,
  checkTimer,
  namedKeys,
  resolveParameters,
  ruleTemplateNamespaces,
  splitRef,
  timerTriggers,
} from '@attune/domain';
import type { ErrorDetail, Principal } from '@attune/domain';
import { componentResource } from '../access/resource.js';
import { keyResource } from '../keys/key-view.js';
import type { Asker, Draft } from './definition-kind.js';
import { checkDelegation } from './delegation.check.js';
import { missingReference } from './reference.check.js';

type RuleText = Pick<
  NewRule,
  | 'ref'
  | 'trigger_ref'
  | 'trigger_params'
  | 'conditions'
  | 'action_ref'
  | 'action_params'
  | 'dedupe'
  | 'throttle'
  | 'debounce'
>;

/** What says nothing about what runs. */
const texts: ReadonlySet<string> = new Set(['label', 'description']);

/**
 * Everything that would keep the rule from working, at once: a rule that is saved can be evaluated. A rule runs its
 * action: who decides that it does must be allowed to run it, and with the permission sets it names.
 */
export async function checkRule(asker: Asker, draft: Draft<RuleRow, NewRule>): Promise<ErrorDetail[]> {
  if (!changesWhatRuns(draft)) return [];
  const rule = draft.after;
  asker.access.requireAlso('actions:execute', componentResource(rule.action_ref));
  if (isSwitch(draft)) return [];
  return [
    ...(await checkRuleText(asker, rule)),
    ...(await checkDelegation(asker, 'permission_set_refs', rule.permission_set_refs ?? [])),
  ];
}

/** What would keep it from being evaluated, whoever may run it. */
export async function checkRuleText(asker: Asker, rule: RuleText): Promise<ErrorDetail[]> {
  return [
    ...(await checkTrigger(asker, rule)),
    ...checkConditions(rule.conditions, 'conditions'),
    ...checkFlow(rule),
    ...(await checkAction(asker, rule)),
  ];
}

/**
 * A rule runs with the permissions of its owner, so whoever changes what it runs becomes that: nobody runs anything
 * with the permissions of somebody else.
 */
export function ownerAfter(draft: Draft<RuleRow, NewRule>, { identityId }: Principal): Patch<NewRule> {
  return changesWhatRuns(draft) && !isSwitch(draft) ? { owner_identity: identityId } : {};
}

/** Everything but its texts and switching it off. */
function changesWhatRuns({ changed, after }: Draft<RuleRow, NewRule>): boolean {
  return [...changed].some((name) => !texts.has(name) && !(name === 'enabled' && after.enabled === false));
}

/** What a rule that is only switched on says, somebody else was allowed to say. */
function isSwitch({ before, changed }: Draft<RuleRow, NewRule>): boolean {
  return before !== undefined && changed.size === 1 && changed.has('enabled');
}

async function checkTrigger(asker: Asker, { trigger_ref: ref, trigger_params: params = {} }: RuleText) {
  const trigger = await findTriggerByRef(asker.db, ref);
  if (trigger === undefined) {
    return [await missingReference(asker, { path: 'trigger_ref', entity: 'trigger', ref })];
  }
  const isTimer = (timerTriggers as readonly string[]).includes(ref);
  if (isTimer) return checkTimer(ref, params, 'trigger_params');
  return resolveParameters(trigger.param_schema, params, 'trigger_params').issues;
}

async function checkAction(asker: Asker, rule: RuleText): Promise<ErrorDetail[]> {
  const { action_ref: ref, action_params: params = {} } = rule;
  const action = await findActionByRef(asker.db, ref);
  if (action === undefined) {
    return [await missingReference(asker, { path: 'action_ref', entity: 'action', ref })];
  }
  const pack = await findPackByRef(asker.db, splitRef(rule.ref).pack);
  const issues = checkTemplatedParameters(action.param_schema, params, {
    path: 'action_params',
    namespaces: ruleTemplateNamespaces,
    confSchema: pack?.conf_schema,
  });
  return issues.length > 0 ? issues : checkKeys(asker, namedKeys(params, 'action_params'));
}

/** A rule reads keys with the permissions of its owner, who is whoever saves it: what they may not read is not there. */
async function checkKeys(
  { db, access }: Asker,
  named: readonly { path: string; ref: string }[],
): Promise<ErrorDetail[]> {
  const keys = await listKeysOfRefs(db, [...new Set(named.map(({ ref }) => ref))]);
  const seen = keys.filter((key) => access.allows('keys:read', keyResource(key)));
  for (const key of seen) if (key.encrypted) access.requireAlso('keys:decrypt', keyResource(key));
  return named
    .filter(({ ref }) => !seen.some((key) => key.ref === ref))
    .map(({ path, ref }) => ({ path, message: `no key is called '${ref}'` }));
}
