import { checkConditions, checkTemplate, checkTimer, resolveParameters, timerTriggers } from '@attune/domain';
import type { ErrorDetail } from '@attune/domain';

import type { RuleDocument } from '../documents/rule.document.js';
import type { PackContents, Sourced } from '../pack-contents.js';
import type { PackProblem } from '../pack-problem.js';
import { parsePath } from '../source/yaml-source.js';
import { placeIssues } from './domain-issues.js';
import { checkReference } from './reference.check.js';

/** What action parameters may be written from. */
const templateNamespaces = ['event', 'rule', 'pack.config', 'system'];

export function checkRule(contents: PackContents, rule: Sourced<RuleDocument>): PackProblem[] {
  const { source, document } = rule;
  const { trigger_ref: triggerRef, action_ref: actionRef } = document;
  const templates = { path: 'action_params', namespaces: templateNamespaces };
  return [
    ...checkReference(contents, source, { path: ['trigger_ref'], ref: triggerRef, folder: 'triggers' }),
    ...checkReference(contents, source, { path: ['action_ref'], ref: actionRef, folder: 'actions' }),
    ...placeIssues(source, triggerIssues(contents, document)),
    ...placeIssues(source, checkConditions(document.conditions ?? null, 'conditions')),
    ...placeIssues(source, checkTemplate(document.action_params, templates)),
    ...placeIssues(source, actionIssues(contents, document)),
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

/** Parameters that are written out are checked now, those from templates when the rule fires. */
function actionIssues(contents: PackContents, rule: RuleDocument): ErrorDetail[] {
  const action = contents.components.actions.find(({ document }) => document.ref === rule.action_ref);
  if (action === undefined) return [];
  const { issues } = resolveParameters(action.document.parameters, rule.action_params, 'action_params');
  return issues.filter(({ path }) => !comesFromTemplate(rule, path));
}

function comesFromTemplate(rule: RuleDocument, path: string): boolean {
  let value: unknown = rule;
  for (const segment of parsePath(path)) {
    value = (value as Record<string | number, unknown> | null | undefined)?.[segment];
    if (typeof value === 'string' && value.includes('{{')) return true;
  }
  return false;
}
