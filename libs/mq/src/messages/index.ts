import type { MessageContract } from '../define-message.js';
import { definitionChanged } from './definition-changed.message.js';
import { eventCreated } from './event-created.message.js';
import { executionCancelRequested } from './execution-cancel-requested.message.js';
import { executionFinished } from './execution-finished.message.js';
import { executionRequested } from './execution-requested.message.js';
import { executionScheduled } from './execution-scheduled.message.js';
import { inquiryResponded } from './inquiry-responded.message.js';
import { notice } from './notice.message.js';

export * from './definition-changed.message.js';
export * from './event-created.message.js';
export * from './execution-cancel-requested.message.js';
export * from './execution-finished.message.js';
export * from './execution-requested.message.js';
export * from './execution-scheduled.message.js';
export { cancelMessages, executionChange, noticeOf } from './changes.js';
export { executionSubject } from './execution-subject.js';
export type { ExecutionSubject, ToldExecution } from './execution-subject.js';
export * from './inquiry-responded.message.js';
export * from './notice.message.js';

/** Every message there is, in the order of an event's journey. */
export const contracts: readonly MessageContract<unknown>[] = [
  eventCreated,
  executionRequested,
  executionScheduled,
  executionFinished,
  executionCancelRequested,
  inquiryResponded,
  definitionChanged,
  notice,
];
