import { z } from 'zod';
import { defineMessage } from '../define-message.js';
import type { BodyOf } from '../define-message.js';
import { rowId } from './body-fields.js';

/** The answer is in the row. May arrive more than once; the execution goes on once. */
export const inquiryResponded = defineMessage({
  type: 'inquiry.responded',
  version: 1,
  exchange: 'executions',
  description: 'An inquiry was answered and its execution may go on.',
  schema: z.object({ inquiryId: rowId('inquiry') }),
});

export type InquiryResponded = BodyOf<typeof inquiryResponded>;
