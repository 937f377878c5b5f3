export type { IntakeContext } from './intake-context.js';
export { recordEvents } from './record-events.js';
export type { IncomingEvent, RecordedEvent } from './record-events.js';
export { requestExecutions } from './request-executions.js';
export type { ExecutionRequest, RequestedExecution } from './request-executions.js';
