import type { ArtifactStore } from '../artifacts/artifact-store.js';
import type { Handlers } from '../http/call.js';
import { actionHandlers } from './action.route.js';
import { authHandlers } from './auth.route.js';
import { instanceHandlers } from './instances.js';
import { operationHandlers } from './operations.js';
import { packHandlers } from './pack.route.js';
import { ruleHandlers } from './rule.route.js';
import { systemHandlers } from './system.route.js';
import type { ReportHealth } from './system.route.js';
import { triggerHandlers } from './trigger.route.js';
import { webhookHandlers } from './webhook.route.js';

/** What only some resources work with. */
export interface HandlerParts {
  readonly report: ReportHealth;
  readonly artifacts: ArtifactStore;
}

/** A handler for every route of the contract, and for no other. */
export function createHandlers({ report, artifacts }: HandlerParts): Handlers {
  return {
    auth: authHandlers,
    packs: packHandlers,
    triggers: triggerHandlers,
    actions: actionHandlers,
    rules: ruleHandlers,
    ...instanceHandlers(artifacts),
    ...operationHandlers,
    webhooks: webhookHandlers,
    system: systemHandlers(report),
  };
}
