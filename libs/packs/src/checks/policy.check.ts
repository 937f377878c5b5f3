import { checkPolicySettings } from '@attune/domain';
import type { ErrorDetail } from '@attune/domain';
import type { PolicyDocument } from '../documents/policy.document.js';
import type { PackContents, Sourced } from '../pack-contents.js';
import type { PackProblem } from '../pack-problem.js';
import { placeIssues } from './domain-issues.js';
import { checkReference } from './reference.check.js';

export function checkPolicy(contents: PackContents, policy: Sourced<PolicyDocument>): PackProblem[] {
  const { source, document } = policy;
  const { action_ref: action, rule_ref: rule } = document;
  return [
    ...(action === undefined
      ? []
      : checkReference(contents, source, { path: ['action_ref'], ref: action, folder: 'actions' })),
    ...(rule === undefined
      ? []
      : checkReference(contents, source, { path: ['rule_ref'], ref: rule, folder: 'rules' })),
    ...placeIssues(source, checkPolicySettings(document)),
    ...placeIssues(source, scopeIssues(document)),
  ];
}

function scopeIssues({ action_ref, rule_ref, scope }: PolicyDocument): ErrorDetail[] {
  if (scope === undefined || (action_ref === undefined && rule_ref === undefined)) return [];
  return [{ path: 'scope', message: 'is for policies without an action and a rule', hint: 'leave it out' }];
}
