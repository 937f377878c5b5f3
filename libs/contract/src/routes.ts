import { instanceRoutes } from './instance-routes.js';
import { operationRoutes } from './operation-routes.js';
import { accountRoutes } from './resources/account.contract.js';
import { authRoutes } from './resources/auth.contract.js';
import { daemonTokenRoutes } from './resources/daemon-token.contract.js';
import { definitionGroups } from './resources/definitions.contract.js';
import { identityRoutes } from './resources/identity.contract.js';
import { permissionAssignmentRoutes } from './resources/permission-assignment.contract.js';
import { permissionSetRoutes } from './resources/permission-set.contract.js';
import { sessionRoutes } from './resources/session.contract.js';
import { signingKeyRoutes } from './resources/signing-key.contract.js';
import { signInRoutes } from './resources/sign-in.contract.js';
import { streamRoutes } from './resources/stream.contract.js';
import { systemRoutes } from './resources/system.contract.js';
import { tokenRoutes } from './resources/token.contract.js';
import { webhookRoutes } from './resources/webhook.contract.js';
import type { RouteSpec } from './route/route.js';

/** The REST API. A route that is not here does not exist. */
export const routes = {
  auth: authRoutes,
  signIn: signInRoutes,
  identities: identityRoutes,
  permissionSets: permissionSetRoutes,
  permissionAssignments: permissionAssignmentRoutes,
  account: accountRoutes,
  tokens: tokenRoutes,
  sessions: sessionRoutes,
  daemonTokens: daemonTokenRoutes,
  signingKeys: signingKeyRoutes,
  ...definitionGroups,
  ...instanceRoutes,
  ...operationRoutes,
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
