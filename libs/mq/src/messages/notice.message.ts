import { artifactVisibilities, ownerTypes } from '@attune/domain';
import { z } from 'zod';
import { defineMessage } from '../define-message.js';
import type { BodyOf } from '../define-message.js';
import { changeKinds, rowId } from './body-fields.js';

/** Changes are numbered within their notice, in 16 bits. */
export const changesPerNotice = 65_536;

const change = z.object({
  entityType: z.string().min(1).describe('kind of row, e.g. execution'),
  entityId: rowId('changed'),
  change: z.enum(changeKinds).describe('what happened'),
  ref: z.string().optional().describe('ref of the row, or of the definition it came from'),
  packRef: z.string().optional().describe('pack it belongs to'),
  root: z.int().positive().optional().describe('execution at the top of its tree'),
  parent: z.int().positive().optional().describe('execution above it'),
  execution: z.int().positive().optional().describe('execution it belongs to, of other rows than executions'),
  identityId: z.int().positive().optional().describe('identity it belongs to or waits for'),
  ownerType: z.enum(ownerTypes).optional().describe('kind of owner, of keys and artifacts'),
  ownerRef: z.string().optional().describe('owner, of keys and artifacts'),
  visibility: z.enum(artifactVisibilities).optional().describe('of artifacts'),
  encrypted: z.boolean().optional().describe('of keys'),
  status: z.string().optional().describe('status after the change'),
});

/**
 * One per committed batch. It says of each row all that grants may be limited by: what it leaves out is told only
 * to those whose grants have no such limit.
 */
export const notice = defineMessage({
  type: 'notice',
  version: 1,
  exchange: 'notices',
  description:
    'Rows changed; subscribers who may read them are told. Kept for a while, for those who come back.',
  schema: z.object({
    changes: z
      .array(change)
      .max(changesPerNotice)
      .describe('the changes of one batch, in order; none: a mark that shows a reader how far it has come'),
  }),
});

export type Notice = BodyOf<typeof notice>;
export type NoticeChange = Notice['changes'][number];
