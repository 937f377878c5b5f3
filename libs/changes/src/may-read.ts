import { authorize, readPermission } from '@attune/domain';
import type { AccessedResource, Principal } from '@attune/domain';
import type { NoticeChange } from '@attune/mq';

/** Decided on what the notice says: a grant limited by something it does not say lets nothing through. */
export function mayRead(principal: Principal, change: NoticeChange): boolean {
  const permission = readPermission(change.entityType);
  return permission !== undefined && authorize(principal, permission, resourceOf(change)).allowed;
}

function resourceOf(change: NoticeChange): AccessedResource {
  const { entityId: id, ref, packRef, identityId, ownerType, ownerRef, visibility, encrypted } = change;
  const executionId = executionOf(change);
  const above = [change.parent, change.root].filter((ancestor) => ancestor !== undefined);
  return {
    id,
    executionAncestors: above,
    ...(ref === undefined ? {} : { ref }),
    ...(packRef === undefined ? {} : { packRef }),
    ...(identityId === undefined ? {} : { ownerIdentityId: identityId }),
    ...(ownerType === undefined ? {} : { ownerType }),
    ...(ownerRef === undefined ? {} : { ownerRef }),
    ...(visibility === undefined ? {} : { visibility }),
    ...(encrypted === undefined ? {} : { encrypted }),
    ...(executionId === undefined ? {} : { executionId }),
  };
}

function executionOf({ entityType, entityId, execution }: NoticeChange): number | undefined {
  return entityType === 'execution' || entityType === 'execution_log' ? entityId : execution;
}
