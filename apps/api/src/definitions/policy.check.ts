import type { NewPolicy, PolicyRow } from '@attune/db';
import { checkPolicySettings } from '@attune/domain';
import type { ErrorDetail } from '@attune/domain';
import { componentResource } from '../access/resource.js';
import type { Asker, Draft } from './definition-kind.js';
import { checkReference } from './reference.check.js';

/** What is limited must be within the permission, and not only the policy: one that names nothing limits others' too. */
export async function checkPolicy(asker: Asker, draft: Draft<PolicyRow, NewPolicy>): Promise<ErrorDetail[]> {
  const { before, after } = draft;
  const permission = before === undefined ? 'policies:create' : 'policies:update';
  if (before !== undefined) asker.access.requireAlso(permission, limitedBy(before));
  asker.access.requireAlso(permission, limitedBy(after));
  return [
    ...checkPolicySettings(after),
    ...(await checkLimited(asker, 'action', after.action_ref)),
    ...(await checkLimited(asker, 'rule', after.rule_ref)),
  ];
}

async function checkLimited(
  asker: Asker,
  entity: 'action' | 'rule',
  ref: string | null | undefined,
): Promise<ErrorDetail[]> {
  return ref === null || ref === undefined
    ? []
    : checkReference(asker, { path: `${entity}_ref`, entity, ref });
}

/** Nothing in particular: only grants without limits hold there. */
function limitedBy({ ref, action_ref, rule_ref, pack_wide }: NewPolicy) {
  const component = action_ref ?? rule_ref ?? null;
  if (component !== null) return { ...componentResource(component), ref };
  return pack_wide === true ? componentResource(ref) : {};
}
