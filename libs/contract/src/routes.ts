import { actionRoutes } from './resources/action.contract.js';
import { authRoutes } from './resources/auth.contract.js';
import { enforcementRoutes } from './resources/enforcement.contract.js';
import { eventRoutes } from './resources/event.contract.js';
import { executionRoutes } from './resources/execution.contract.js';
import { identityRoutes } from './resources/identity.contract.js';
import { packRoutes } from './resources/pack.contract.js';
import { permissionAssignmentRoutes } from './resources/permission-assignment.contract.js';
import { permissionSetRoutes } from './resources/permission-set.contract.js';
import { ruleRoutes } from './resources/rule.contract.js';
import { streamRoutes } from './resources/stream.contract.js';
import { systemRoutes } from './resources/system.contract.js';
import { triggerRoutes } from './resources/trigger.contract.js';
import { webhookRoutes } from './resources/webhook.contract.js';
import type { RouteSpec } from './route/route.js';

/** The REST API. A route that is not here does not exist. */
export const routes = {
  auth: authRoutes,
  identities: identityRoutes,
  permissionSets: permissionSetRoutes,
  permissionAssignments: permissionAssignmentRoutes,
  packs: packRoutes,
  triggers: triggerRoutes,
  actions: actionRoutes,
  rules: ruleRoutes,
  events: eventRoutes,
  enforcements: enforcementRoutes,
  executions: executionRoutes,
  webhooks: webhookRoutes,
  streams: streamRoutes,
  system: systemRoutes,
} as const satisfies Readonly<Record<string, Readonly<Record<string, RouteSpec>>>>;

export type Routes = typeof routes;

/** Every route with its name: `rules.create`. */
export function listRoutes(): { name: string; route: RouteSpec }[] {
  return Object.entries(routes).flatMap(([resource, group]) =>
    Object.entries(group).map(([name, route]) => ({ name: `${resource}.${name}`, route })),
  );
}
