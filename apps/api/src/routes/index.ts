import type { ArtifactStore } from '../artifacts/artifact-store.js';
import type { Handlers } from '../http/call.js';
import type { Receiver } from '../webhooks/receiver.js';
import { accountHandlers } from './account.route.js';
import { actionHandlers } from './action.route.js';
import { authHandlers } from './auth.route.js';
import { daemonTokenHandlers } from './daemon-token.route.js';
import { identityHandlers } from './identity.route.js';
import { instanceHandlers } from './instances.js';
import { packHandlers } from './pack.route.js';
import { permissionAssignmentHandlers } from './permission-assignment.route.js';
import { permissionSetHandlers } from './permission-set.route.js';
import { ruleHandlers } from './rule.route.js';
import { sessionHandlers } from './session.route.js';
import { signingKeyHandlers } from './signing-key.route.js';
import { systemHandlers } from './system.route.js';
import type { ReportHealth } from './system.route.js';
import { tokenHandlers } from './token.route.js';
import { triggerHandlers } from './trigger.route.js';
import { webhookHandlers } from './webhook.route.js';

/** What only some resources work with. */
export interface HandlerParts {
  readonly report: ReportHealth;
  readonly artifacts: ArtifactStore;
  readonly receiver: Receiver;
}

/** A handler for every route of the contract, and for no other. */
export function createHandlers({ report, artifacts, receiver }: HandlerParts): Handlers {
  return {
    auth: authHandlers,
    identities: identityHandlers,
    permissionSets: permissionSetHandlers,
    permissionAssignments: permissionAssignmentHandlers,
    account: accountHandlers,
    tokens: tokenHandlers,
    sessions: sessionHandlers,
    daemonTokens: daemonTokenHandlers,
    signingKeys: signingKeyHandlers,
    packs: packHandlers,
    triggers: triggerHandlers,
    actions: actionHandlers,
    rules: ruleHandlers,
    ...instanceHandlers(artifacts),
    webhooks: webhookHandlers(receiver),
    system: systemHandlers(report),
  };
}
