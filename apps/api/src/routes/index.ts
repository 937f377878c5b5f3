import type { Handlers } from '../http/call.js';
import { actionHandlers } from './action.route.js';
import { authHandlers } from './auth.route.js';
import { enforcementHandlers } from './enforcement.route.js';
import { eventHandlers } from './event.route.js';
import { executionHandlers } from './execution.route.js';
import { identityHandlers } from './identity.route.js';
import { packHandlers } from './pack.route.js';
import { permissionAssignmentHandlers } from './permission-assignment.route.js';
import { permissionSetHandlers } from './permission-set.route.js';
import { ruleHandlers } from './rule.route.js';
import { streamHandlers } from './stream.route.js';
import { systemHandlers } from './system.route.js';
import type { ReportHealth } from './system.route.js';
import { triggerHandlers } from './trigger.route.js';
import { webhookHandlers } from './webhook.route.js';

/** A handler for every route of the contract, and for no other. */
export function createHandlers(report: ReportHealth): Handlers {
  return {
    auth: authHandlers,
    identities: identityHandlers,
    permissionSets: permissionSetHandlers,
    permissionAssignments: permissionAssignmentHandlers,
    packs: packHandlers,
    triggers: triggerHandlers,
    actions: actionHandlers,
    rules: ruleHandlers,
    events: eventHandlers,
    enforcements: enforcementHandlers,
    executions: executionHandlers,
    webhooks: webhookHandlers,
    streams: streamHandlers,
    system: systemHandlers(report),
  };
}
