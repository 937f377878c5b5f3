import type { Handlers } from '../http/call.js';
import { authHandlers } from './auth.route.js';
import { definitionGroupHandlers } from './definition-groups.js';
import { enforcementHandlers } from './enforcement.route.js';
import { eventHandlers } from './event.route.js';
import { executionHandlers } from './execution.route.js';
import { systemHandlers } from './system.route.js';
import type { ReportHealth } from './system.route.js';
import { webhookHandlers } from './webhook.route.js';

/** A handler for every route of the contract, and for no other. */
export function createHandlers(report: ReportHealth): Handlers {
  return {
    auth: authHandlers,
    ...definitionGroupHandlers,
    events: eventHandlers,
    enforcements: enforcementHandlers,
    executions: executionHandlers,
    webhooks: webhookHandlers,
    system: systemHandlers(report),
  };
}
