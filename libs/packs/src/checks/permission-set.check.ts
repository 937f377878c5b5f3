import { didYouMean, resourceActions } from '@attune/domain';

import type { PermissionSetDocument } from '../documents/permission-set.document.js';
import type { Sourced } from '../pack-contents.js';
import type { PackProblem } from '../pack-problem.js';

/** Each action must be one that its resource knows. */
export function checkPermissionSet({ source, document }: Sourced<PermissionSetDocument>): PackProblem[] {
  return document.grants.flatMap(({ resource, actions }, grantIndex) => {
    const known: readonly string[] = resourceActions[resource];
    return actions.flatMap((action, index) => {
      if (known.includes(action)) return [];
      const hint = didYouMean(action, known) ?? `known: ${known.join(', ')}`;
      const path = ['grants', grantIndex, 'actions', index];
      return [source.problemAt(path, `'${resource}' has no action '${action}'`, hint)];
    });
  });
}
