import { z } from 'zod';
import { instantSchema, pageQuery } from '../route/fields.js';
import { bare, defineRoute, list, one } from '../route/route.js';
import { successSchema } from '../route/envelope.js';

export const deadLetterSchema = z
  .object({
    id: z.string().describe('Of the message; copies of one message share it'),
    type: z.string(),
    version: z.int(),
    body: z.unknown().describe('As it was sent: ids. Text where it is no JSON'),
    reason: z.string().describe('Why it could not be handled'),
    queue: z.string().describe('Where it died, and where it is sent to again'),
    handler: z.string().describe('What gave it up; `broker` when it was handed out too often'),
    attempts: z.int(),
    correlation_id: z.string(),
    died_at: instantSchema,
  })
  .meta({ id: 'DeadLetter' });

const addressed = { params: z.object({ id: z.string().min(1).max(255) }) } as const;

/** Messages that nobody could handle. They stay in the broker until they are sent again or dropped. */
export const deadLetterRoutes = {
  list: defineRoute({
    method: 'GET',
    path: '/api/v1/dead-letters',
    summary: 'List messages that could not be handled, oldest first',
    permission: 'system:read',
    query: pageQuery.pick({ page: true, page_size: true }),
    response: list(deadLetterSchema),
    errors: ['SERVICE_UNAVAILABLE'],
  }),
  get: defineRoute({
    method: 'GET',
    path: '/api/v1/dead-letters/{id}',
    summary: 'Show a message that could not be handled',
    permission: 'system:read',
    ...addressed,
    response: one(deadLetterSchema),
    errors: ['SERVICE_UNAVAILABLE'],
  }),
  requeue: defineRoute({
    method: 'POST',
    path: '/api/v1/dead-letters/{id}/requeue',
    summary: 'Send it to its queue again',
    description: 'Its attempts begin anew. Handling a message twice changes nothing more.',
    permission: 'system:manage',
    ...addressed,
    response: one(deadLetterSchema),
    errors: ['SERVICE_UNAVAILABLE'],
  }),
  drop: defineRoute({
    method: 'DELETE',
    path: '/api/v1/dead-letters/{id}',
    summary: 'Forget it for good',
    description: 'The row it names stays, and is announced again by a sweep while its step is due.',
    permission: 'system:manage',
    ...addressed,
    response: bare(successSchema),
    errors: ['SERVICE_UNAVAILABLE'],
  }),
};
