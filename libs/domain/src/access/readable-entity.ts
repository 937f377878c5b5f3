import type { Permission } from './permissions.js';

/** Every kind of row whose changes are told, and what reading it takes. Of others nobody is told. */
const readPermissions = {
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
} as const satisfies Readonly<Record<string, Permission>>;

export type ReadableEntity = keyof typeof readPermissions;

export const readableEntities = Object.keys(readPermissions) as ReadableEntity[];

/** Undefined for a kind of row that is nobody's to read by its changes. */
export function readPermission(entityType: string): Permission | undefined {
  return Object.hasOwn(readPermissions, entityType)
    ? readPermissions[entityType as ReadableEntity]
    : undefined;
}
