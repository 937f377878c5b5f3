import {
  eventCreated,
  executionCancelRequested,
  executionFinished,
  executionRequested,
  executionScheduled,
  notice,
  stage,
} from '@attune/mq';
import type { Stage } from '@attune/mq';

import type { ExecutorConfig } from './config.js';
import type { ExecutorContext } from './context.js';
import { handleEventCreated } from './event-to-enforcement/event-created.handler.js';
import { handleExecutionRequested } from './execution-to-worker/execution-requested.handler.js';
import { handleExecutionFinished } from './worker-to-execution/execution-finished.handler.js';

/** The executor's table of contents: message in → handler → messages out. */
export const stages: readonly Stage<ExecutorContext>[] = [
  stage({
    consumes: eventCreated,
    queue: 'executor.events',
    handler: handleEventCreated,
    emits: [executionRequested, notice],
  }),
  stage({
    consumes: executionRequested,
    queue: 'executor.requests',
    handler: handleExecutionRequested,
    emits: [executionScheduled, executionRequested, executionFinished, executionCancelRequested, notice],
  }),
  stage({
    consumes: executionFinished,
    queue: 'executor.finished',
    handler: handleExecutionFinished,
    emits: [executionRequested, executionFinished, executionCancelRequested, eventCreated, notice],
  }),
];

/** The stages at the pace of this installation. */
export function pacedStages(config: ExecutorConfig['executor']): readonly Stage<ExecutorContext>[] {
  const settings = {
    batchSize: config.batch_size,
    prefetch: config.prefetch,
    concurrency: config.concurrency,
  };
  return stages.map((each) => ({ ...each, settings }));
}
