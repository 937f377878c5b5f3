import { instanceRoutes } from './instance-routes.js';
import { accountRoutes } from './resources/account.contract.js';
import { actionRoutes } from './resources/action.contract.js';
import { authRoutes } from './resources/auth.contract.js';
import { daemonTokenRoutes } from './resources/daemon-token.contract.js';
import { identityRoutes } from './resources/identity.contract.js';
import { packRoutes } from './resources/pack.contract.js';
import { permissionAssignmentRoutes } from './resources/permission-assignment.contract.js';
import { permissionSetRoutes } from './resources/permission-set.contract.js';
import { ruleRoutes } from './resources/rule.contract.js';
import { sessionRoutes } from './resources/session.contract.js';
import { signingKeyRoutes } from './resources/signing-key.contract.js';
import { systemRoutes } from './resources/system.contract.js';
import { tokenRoutes } from './resources/token.contract.js';
import { triggerRoutes } from './resources/trigger.contract.js';
import { webhookRoutes } from './resources/webhook.contract.js';
import type { RouteSpec } from './route/route.js';

/** The REST API. A route that is not here does not exist. */
export const routes = {
  auth: authRoutes,
  identities: identityRoutes,
  permissionSets: permissionSetRoutes,
  permissionAssignments: permissionAssignmentRoutes,
  account: accountRoutes,
  tokens: tokenRoutes,
  sessions: sessionRoutes,
  daemonTokens: daemonTokenRoutes,
  signingKeys: signingKeyRoutes,
  packs: packRoutes,
  triggers: triggerRoutes,
  actions: actionRoutes,
  rules: ruleRoutes,
  ...instanceRoutes,
  webhooks: webhookRoutes,
  system: systemRoutes,
} as const satisfies Readonly<Record<string, Readonly<Record<string, RouteSpec>>>>;

export type Routes = typeof routes;

/** Every route with its name: `rules.create`. */
export function listRoutes(): { name: string; route: RouteSpec }[] {
  return Object.entries(routes).flatMap(([resource, group]) =>
    Object.entries(group).map(([name, route]) => ({ name: `${resource}.${name}`, route })),
  );
}
