import type { PolicyDocument } from '../documents/policy.document.js';
import type { PackContents, Sourced } from '../pack-contents.js';
import type { PackProblem } from '../pack-problem.js';
import { checkReference } from './reference.check.js';

export function checkPolicy(contents: PackContents, policy: Sourced<PolicyDocument>): PackProblem[] {
  const { source, document } = policy;
  if (document.action_ref === undefined) return [];
  return checkReference(contents, source, {
    path: ['action_ref'],
    ref: document.action_ref,
    folder: 'actions',
  });
}
