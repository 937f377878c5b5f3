import type { NewPolicy, PolicyRow } from '@attune/db';
import type { ErrorDetail } from '@attune/domain';
import { componentResource } from '../access/resource.js';
import type { Asker, Draft } from './definition-kind.js';
import { checkReference } from './reference.check.js';

/** What is limited must be within the permission, and not only the policy: one without an action limits others' too. */
export async function checkPolicy(asker: Asker, draft: Draft<PolicyRow, NewPolicy>): Promise<ErrorDetail[]> {
  const { before, after } = draft;
  const permission = before === undefined ? 'policies:create' : 'policies:update';
  if (before !== undefined) asker.access.requireAlso(permission, limitedBy(before));
  asker.access.requireAlso(permission, limitedBy(after));
  const ref = after.action_ref ?? null;
  if (ref === null) return [];
  const packWide =
    after.pack_wide === true
      ? [{ path: 'pack_wide', message: 'is for policies without an action', hint: 'leave one of both out' }]
      : [];
  return [...packWide, ...(await checkReference(asker, { path: 'action_ref', entity: 'action', ref }))];
}

/** Nothing in particular: only grants without limits hold there. */
function limitedBy({ ref, action_ref: actionRef, pack_wide: packWide }: NewPolicy) {
  if (actionRef !== null && actionRef !== undefined) return { ...componentResource(actionRef), ref };
  return packWide === true ? componentResource(ref) : {};
}
