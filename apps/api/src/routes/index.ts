import type { ArtifactStore } from '../artifacts/artifact-store.js';
import type { Handlers } from '../http/call.js';
import type { Receiver } from '../webhooks/receiver.js';
import { accountHandlers } from './account.route.js';
import { authHandlers } from './auth.route.js';
import { daemonTokenHandlers } from './daemon-token.route.js';
import { definitionGroupHandlers } from './definition-groups.js';
import { identityHandlers } from './identity.route.js';
import { instanceHandlers } from './instances.js';
import { operationHandlers } from './operations.js';
import { permissionAssignmentHandlers } from './permission-assignment.route.js';
import { permissionSetHandlers } from './permission-set.route.js';
import { sessionHandlers } from './session.route.js';
import { signingKeyHandlers } from './signing-key.route.js';
import { signInHandlers } from './sign-in.route.js';
import { streamHandlers } from './stream.route.js';
import { systemHandlers } from './system.route.js';
import type { ReportHealth } from './system.route.js';
import { tokenHandlers } from './token.route.js';
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
    signIn: signInHandlers,
    identities: identityHandlers,
    permissionSets: permissionSetHandlers,
    permissionAssignments: permissionAssignmentHandlers,
    account: accountHandlers,
    tokens: tokenHandlers,
    sessions: sessionHandlers,
    daemonTokens: daemonTokenHandlers,
    signingKeys: signingKeyHandlers,
    ...definitionGroupHandlers,
    ...instanceHandlers(artifacts),
    ...operationHandlers,
    webhooks: webhookHandlers(receiver),
    streams: streamHandlers,
    system: systemHandlers(report),
  };
}
