import {
  checkConditions,
  checkFlow,
  checkTemplatedParameters,
  checkTimer,
  resolveParameters,
  ruleTemplateNamespaces,
  timerTriggers,
} from '@attune/domain';
import type { ErrorDetail } from '@attune/domain';

import type { RuleDocument } from '../documents/rule.document.js';
import type { PackContents, Sourced } from '../pack-contents.js';
import type { PackProblem } from '../pack-problem.js';
import { placeIssues } from './domain-issues.js';
import { checkReference } from './reference.check.js';

export function checkRule(contents: PackContents, rule: Sourced<RuleDocument>): PackProblem[] {
  const { source, document } = rule;
  const { trigger_ref: triggerRef, action_ref: actionRef } = document;
  return [
    ...checkReference(contents, source, { path: ['trigger_ref'], ref: triggerRef, folder: 'triggers' }),
    ...checkReference(contents, source, { path: ['action_ref'], ref: actionRef, folder: 'actions' }),
    ...placeIssues(source, triggerIssues(contents, document)),
    ...placeIssues(source, checkConditions(document.conditions ?? null, 'conditions')),
    ...placeIssues(source, checkFlow(document)),
    ...placeIssues(source, parameterIssues(contents, document)),
  ];
}

function triggerIssues(contents: PackContents, rule: RuleDocument): ErrorDetail[] {
  const { trigger_ref: ref, trigger_params: params } = rule;
  if ((timerTriggers as readonly string[]).includes(ref)) return checkTimer(ref, params, 'trigger_params');
  const trigger = contents.components.triggers.find(({ document }) => document.ref === ref);
  return trigger === undefined
    ? []
    : resolveParameters(trigger.document.parameters, params, 'trigger_params').issues;
}

/** Of an action in another pack only the templates can be checked here. */
function parameterIssues(contents: PackContents, rule: RuleDocument): ErrorDetail[] {
  const action = contents.components.actions.find(({ document }) => document.ref === rule.action_ref);
  return checkTemplatedParameters(action?.document.parameters, rule.action_params, {
    path: 'action_params',
    namespaces: ruleTemplateNamespaces,
    confSchema: contents.manifest?.document.conf_schema,
  });
}
