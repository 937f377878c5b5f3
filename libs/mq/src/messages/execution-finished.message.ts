import { z } from 'zod';
import { defineMessage } from '../define-message.js';
import type { BodyOf } from '../define-message.js';
import { attemptNumber, rowId } from './body-fields.js';

/** The result is in the row. May arrive more than once; settling happens once. */
export const executionFinished = defineMessage({
  type: 'execution.finished',
  version: 1,
  exchange: 'executions',
  description: 'An execution reached a final state and waits to be settled.',
  schema: z.object({ executionId: rowId('execution'), attempt: attemptNumber() }),
});

export type ExecutionFinished = BodyOf<typeof executionFinished>;
