import { z } from 'zod';
import { defineMessage } from '../define-message.js';
import type { BodyOf } from '../define-message.js';
import { rowId } from './body-fields.js';

/** From whatever creates executions, and from the sweep of those nobody has scheduled. May arrive more than once. */
export const executionRequested = defineMessage({
  type: 'execution.requested',
  version: 1,
  exchange: 'executions',
  description: 'An execution was created, or its next attempt is due, and waits to be scheduled.',
  schema: z.object({ executionId: rowId('execution') }),
});

export type ExecutionRequested = BodyOf<typeof executionRequested>;
