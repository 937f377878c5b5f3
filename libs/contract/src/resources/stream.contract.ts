import { readableEntities } from '@attune/domain';
import { z } from 'zod';
import { flagSchema, instantSchema } from '../route/fields.js';
import { defineRoute, eventsOnly } from '../route/route.js';

const position = z.string().max(100);

export const changeSchema = z
  .object({
    id: position.describe('Where it stands in the order of all changes; grows, the same on every server'),
    at: instantSchema,
    entity_type: z.enum(readableEntities),
    entity_id: z.int(),
    change: z.enum(['created', 'updated', 'deleted']),
    ref: z.string().optional().describe('Ref of the row, or of the definition it came from'),
    pack_ref: z.string().optional(),
    root: z.int().optional().describe('Execution at the top of its tree'),
    status: z.string().optional().describe('Status after the change'),
  })
  .meta({ id: 'Change' });

const streamEnd = z
  .object({ code: z.string().describe('An error code'), message: z.string() })
  .meta({ id: 'StreamEnd' });

/** `a,b` and `entity_type=a&entity_type=b` are the same. */
const entityTypes = z.preprocess(
  (value) => (typeof value === 'string' ? value.split(',') : value),
  z.array(z.enum(readableEntities)).min(1),
);

export const changeFilter = z.object({
  entity_type: entityTypes.optional().describe('Kinds of rows, separated by commas'),
  entity_id: z.coerce.number().int().positive().optional().describe('One row'),
  root: z.coerce.number().int().positive().optional().describe('An execution and everything below it'),
  ref: z
    .string()
    .max(1024)
    .regex(/^[^*]+\*?$/, 'may have a * at its end only')
    .optional()
    .describe('Ref of the row, or of the definition it came from; a trailing * stands for the rest'),
  mine: flagSchema.optional().describe('Only what belongs to the caller or waits for it'),
  after: position.optional().describe('As Last-Event-ID, for a first request'),
});

export const streamRoutes = {
  changes: defineRoute({
    method: 'GET',
    path: '/api/v1/stream',
    summary: 'Follow changes of everything the caller may read',
    description:
      'All given filters must hold. `change`: a row changed; look at it. `alive`: nothing else happened; its id is ' +
      'where the stream stands. `reset`: changes were missed; read again what you show. `end`: the stream ends, ' +
      'and why. Last-Event-ID resumes after a change, on any server.',
    permission: 'authenticated',
    query: changeFilter,
    response: eventsOnly,
    stream: { change: changeSchema, alive: z.object({}), reset: z.object({}), end: streamEnd },
    errors: ['TOO_MANY_REQUESTS'],
  }),
};
