import { z } from 'zod';
import { defineMessage } from '../define-message.js';
import type { BodyOf } from '../define-message.js';
import { attemptNumber, rowId } from './body-fields.js';

/** Reaches every worker; the one that runs the attempt ends it. Losing it delays the end until the worker next reads the row. */
export const executionCancelRequested = defineMessage({
  type: 'execution.cancel_requested',
  version: 1,
  exchange: 'control',
  description: 'A running execution shall be cancelled.',
  schema: z.object({ executionId: rowId('execution'), attempt: attemptNumber() }),
});

export type ExecutionCancelRequested = BodyOf<typeof executionCancelRequested>;
