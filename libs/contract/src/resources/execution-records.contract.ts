import { executionStatuses, logStreams } from '@attune/domain';
import { z } from 'zod';
import { instantSchema } from '../route/fields.js';

export const executionStatusSchema = z.enum(executionStatuses);

export const logChunkSchema = z
  .object({
    position: z.string().describe('`1.17` is chunk 17 of attempt 1; give it as `after` to go on'),
    attempt: z.int(),
    stream: z.enum([...logStreams, 'system']),
    content: z.string(),
    truncated: z.boolean().describe('Output was cut off after this chunk'),
    created: instantSchema,
  })
  .meta({ id: 'LogChunk' });

export const historyEntrySchema = z
  .object({
    status: executionStatusSchema,
    previous_status: executionStatusSchema.nullable(),
    attempt: z.int(),
    worker: z.int().nullable(),
    detail: z.string().nullable(),
    created: instantSchema,
  })
  .meta({ id: 'ExecutionHistoryEntry' });
