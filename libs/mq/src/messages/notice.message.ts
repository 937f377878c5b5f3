import { z } from 'zod';
import { defineMessage } from '../define-message.js';
import type { BodyOf } from '../define-message.js';
import { changeKinds, rowId } from './body-fields.js';

const change = z.object({
  entityType: z.string().min(1).describe('kind of row, e.g. execution'),
  entityId: rowId('changed'),
  change: z.enum(changeKinds).describe('what happened'),
  ref: z.string().optional().describe('ref of the row, or of the definition it came from'),
  packRef: z.string().optional().describe('pack it belongs to'),
  root: z.int().positive().optional().describe('execution at the top of its tree'),
  identityId: z.int().positive().optional().describe('identity it belongs to or waits for'),
  status: z.string().optional().describe('status after the change'),
});

/** One per committed batch. Reaches every notifier; losing one costs subscribers a refetch. */
export const notice = defineMessage({
  type: 'notice',
  version: 1,
  exchange: 'notices',
  description: 'Rows changed; subscribers who may read them are told.',
  schema: z.object({ changes: z.array(change).min(1).describe('the changes of one batch, in order') }),
});

export type Notice = BodyOf<typeof notice>;
export type NoticeChange = Notice['changes'][number];
