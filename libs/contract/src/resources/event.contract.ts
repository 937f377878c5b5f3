import { componentRefSchema, eventStatuses } from '@attune/domain';
import { z } from 'zod';
import { successSchema } from '../route/envelope.js';
import {
  createdFilter,
  idParams,
  instantSchema,
  jsonObjectSchema,
  pageQuery,
  refFilter,
} from '../route/fields.js';
import { bare, defineRoute, list, one } from '../route/route.js';

export const maxEventsPerRequest = 1000;

export const eventSchema = z
  .object({
    id: z.int(),
    trigger_ref: z.string(),
    payload: z.unknown(),
    config: jsonObjectSchema.nullable(),
    source_ref: z.string().nullable(),
    rule_ref: z.string().nullable().describe('The one rule it is addressed to (timers)'),
    cause_execution: z.int().nullable().describe('The execution that led to it'),
    cause_depth: z.int().describe('How many executions in a row led to it; 0: it came from outside'),
    status: z.enum(eventStatuses),
    matched: z.int().nullable().describe('Rules that matched; null while pending'),
    created: instantSchema,
    evaluated_at: instantSchema.nullable(),
  })
  .meta({ id: 'Event' });

export const newEventSchema = z
  .object({
    trigger_ref: componentRefSchema,
    payload: z.unknown().optional().describe("Must satisfy the trigger's out_schema"),
    config: jsonObjectSchema.optional(),
    dedupe_key: z.string().min(1).max(512).optional().describe('One event per trigger and key'),
  })
  .meta({
    id: 'NewEvent',
    examples: [
      { trigger_ref: 'ops.disk_usage', payload: { host: 'db1', percent: 93 }, dedupe_key: 'db1-93' },
    ],
  });

export const recordedEventSchema = z
  .object({
    id: z.int(),
    trigger_ref: z.string(),
    duplicate: z.boolean().describe('The dedupe_key was known; id is that of the first event'),
  })
  .meta({ id: 'RecordedEvent' });

export const eventRoutes = {
  record: defineRoute({
    method: 'POST',
    path: '/api/v1/events',
    summary: 'Record one event, or up to 1,000 at once',
    description: 'Answered after the commit: accepted means kept. A batch is recorded whole or not at all.',
    permission: 'events:create',
    body: z.union([
      newEventSchema,
      z.object({ events: z.array(newEventSchema).min(1).max(maxEventsPerRequest) }),
    ]),
    response: one(z.union([recordedEventSchema, z.object({ events: z.array(recordedEventSchema) })])),
    status: 201,
    idempotent: true,
    errors: ['PAYLOAD_TOO_LARGE'],
  }),
  list: defineRoute({
    method: 'GET',
    path: '/api/v1/events',
    summary: 'List events, newest first, without payloads',
    permission: 'events:read',
    query: pageQuery.extend({
      trigger_ref: refFilter.optional(),
      source_ref: refFilter.optional(),
      rule_ref: refFilter.optional(),
      status: z.enum(eventStatuses).optional(),
      ...createdFilter,
    }),
    response: list(eventSchema.omit({ payload: true, config: true })),
  }),
  delete: defineRoute({
    method: 'DELETE',
    path: '/api/v1/events/{id}',
    summary: 'Delete an event with all that followed from it, when that is over',
    permission: 'events:manage',
    params: idParams,
    response: bare(successSchema),
    errors: ['CONFLICT'],
  }),
  get: defineRoute({
    method: 'GET',
    path: '/api/v1/events/{id}',
    summary: 'Show an event',
    permission: 'events:read',
    params: idParams,
    response: one(eventSchema),
  }),
};
