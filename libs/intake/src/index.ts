export { announceEvents } from './announce.js';
export type { IncomingEvent } from './incoming-event.js';
export type { IntakeContext } from './intake-context.js';
export { recordEvents } from './record-events.js';
export type { RecordedEvent } from './record-events.js';
export { requestExecutions } from './request-executions.js';
export type { ExecutionRequest, RequestedExecution } from './request-executions.js';
export { storeEvents } from './store-events.js';
export type { StoredEvent } from './store-events.js';
