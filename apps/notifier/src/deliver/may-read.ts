import { authorize } from '@attune/domain';
import type { AccessedResource, Permission, Principal } from '@attune/domain';
import type { NoticeChange } from '@attune/mq';

/** What reading each kind of row takes. Of kinds that are not here nobody is told. */
const permissions: Readonly<Record<string, Permission>> = {
  action: 'actions:read',
  artifact: 'artifacts:read',
  enforcement: 'enforcements:read',
  event: 'events:read',
  execution: 'executions:read',
  execution_log: 'executions:read',
  identity: 'identities:read',
  inquiry: 'inquiries:read',
  key: 'keys:read',
  pack: 'packs:read',
  permission_set: 'permissions:read',
  policy: 'policies:read',
  rule: 'rules:read',
  runtime: 'runtimes:read',
  sensor: 'sensors:read',
  trigger: 'triggers:read',
  worker: 'workers:read',
};

export const readableEntityTypes: readonly string[] = Object.keys(permissions);

/** Decided on what the notice says: a grant limited by something it does not say lets nothing through. */
export function mayRead(principal: Principal, change: NoticeChange): boolean {
  const permission = permissions[change.entityType];
  return permission !== undefined && authorize(principal, permission, resourceOf(change)).allowed;
}

function resourceOf({
  entityType,
  entityId,
  ref,
  packRef,
  root,
  identityId,
}: NoticeChange): AccessedResource {
  const isExecution = entityType === 'execution' || entityType === 'execution_log';
  return {
    id: entityId,
    ...(ref === undefined ? {} : { ref }),
    ...(packRef === undefined ? {} : { packRef }),
    ...(identityId === undefined ? {} : { ownerIdentityId: identityId }),
    ...(isExecution ? { executionId: entityId } : {}),
    ...(root === undefined ? {} : { executionAncestors: [root] }),
  };
}
