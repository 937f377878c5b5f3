import { z } from 'zod';
import { defineMessage } from '../define-message.js';
import type { BodyOf } from '../define-message.js';
import { attemptNumber, rowId } from './body-fields.js';

/** Published to one dispatch queue; the worker that takes it must still win the claim of this attempt. */
export const executionScheduled = defineMessage({
  type: 'execution.scheduled',
  version: 1,
  exchange: 'executions',
  description: 'An attempt of an execution may be claimed by a worker of its dispatch queue.',
  schema: z.object({ executionId: rowId('execution'), attempt: attemptNumber() }),
});

export type ExecutionScheduled = BodyOf<typeof executionScheduled>;
