import { coveredBy, permissions, requireCovered } from '@attune/domain';
import type { Grant, Principal, Resource } from '@attune/domain';
import type { Session } from '@attune/access';

const everything: readonly Grant[] = permissions.map((permission) => {
  const [resource, action] = permission.split(':') as [Resource, string];
  return { resource, actions: [action] };
});

/**
 * What a new API token is limited to; null: to whatever its identity may at any time. Whoever makes it for another
 * identity will hold it: it has to lie within what the maker may do, also with rows that are the other one's own.
 * Throws PermissionDeniedError naming what does not.
 */
export function scopeOfNewToken(
  { principal, sessionId, apiTokenId }: Session,
  wanted: readonly Grant[] | null,
  owner: { identityId: number; grants: readonly Grant[] },
): readonly Grant[] | null {
  if (owner.identityId === principal.identityId) {
    if (wanted !== null) requireCovered(principal, wanted, 'scope');
    const isLimited = sessionId === undefined || apiTokenId !== undefined;
    return wanted ?? (isLimited ? principal.grants : null);
  }
  const maker = withoutOwn(principal);
  if (wanted === null && everything.every((grant) => coveredBy(grant, maker))) return null;
  const scope = wanted ?? owner.grants;
  requireCovered(maker, scope, 'scope');
  return scope;
}

/** What is limited to the maker's own rows allows nothing with those of another. */
function withoutOwn(principal: Principal): Principal {
  const grants = principal.grants.filter(({ constraints: { owner, execution_scope: scope } = {} }) => {
    return owner !== 'self' && (scope === undefined || scope === 'any');
  });
  return { ...principal, grants };
}
