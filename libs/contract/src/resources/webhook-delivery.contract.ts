import { z } from 'zod';
import { idParams, instantSchema, jsonObjectSchema, pageQuery, refParams } from '../route/fields.js';
import { defineRoute, list, one } from '../route/route.js';

/** What became of the executions that an event started, for senders that wait. */
const startedExecutionSchema = z.object({
  id: z.int(),
  action_ref: z.string(),
  status: z.string(),
  result: jsonObjectSchema.nullable(),
});

export const webhookAcceptedSchema = z.object({
  event_id: z.int().nullable().describe("Null for a handshake, such as GitHub's ping"),
  trigger_ref: z.string(),
  duplicate: z.boolean().describe('It is known already; `event_id` is the event it became'),
  received_at: instantSchema,
  executions: z
    .array(startedExecutionSchema)
    .optional()
    .describe('Of a webhook that responds with results, once all are finished'),
});

export const webhookDeliverySchema = z
  .object({
    id: z.int(),
    created: instantSchema,
    method: z.string().nullable(),
    status_code: z.int().describe('What the sender was answered'),
    error: z.string().nullable().describe('Why it was refused'),
    verified: z.boolean().nullable().describe('Null when it was refused before it was looked at'),
    duplicate: z.boolean(),
    event: z.int().nullable(),
    source_ip: z.string().nullable(),
    user_agent: z.string().nullable(),
    headers: jsonObjectSchema.nullable(),
    payload_size_bytes: z.int().nullable(),
    processing_time_ms: z.int().nullable(),
    rate_limited: z.boolean(),
    omitted: z.int().describe('Refusals like this one before it that were too many to be written down'),
  })
  .meta({ id: 'WebhookDelivery' });

const deliveryParams = refParams.extend(idParams.shape);

function receive<const M extends 'POST' | 'PUT' | 'GET'>(method: M) {
  return defineRoute({
    method,
    path: '/api/v1/webhooks/{key}',
    summary: 'Deliver to a webhook',
    description:
      'Any body. Answered after the commit of the event: 202, or 200 with the results of the executions where the webhook waits for them. Handshakes are answered in the form of their sender.',
    permission: 'public',
    params: z.object({ key: z.string().min(1).max(128) }),
    rawBody: true,
    response: one(webhookAcceptedSchema),
    status: 202,
    errors: [
      'UNAUTHORIZED',
      'FORBIDDEN',
      'NOT_FOUND',
      'METHOD_NOT_ALLOWED',
      'CONFLICT',
      'PAYLOAD_TOO_LARGE',
      'VALIDATION_ERROR',
      'TOO_MANY_REQUESTS',
    ],
  });
}

export const webhookDeliveryRoutes = {
  receivePost: receive('POST'),
  receivePut: receive('PUT'),
  receiveGet: receive('GET'),
  deliveries: defineRoute({
    method: 'GET',
    path: '/api/v1/triggers/{ref}/webhooks/deliveries',
    summary: 'What was delivered to the webhook of a trigger, newest first, with reasons of refusals',
    permission: 'webhooks:read',
    params: refParams,
    query: pageQuery.extend({
      status: z.enum(['accepted', 'rejected']).optional(),
      since: instantSchema.optional().describe('Delivered then or later'),
    }),
    response: list(webhookDeliverySchema),
  }),
  delivery: defineRoute({
    method: 'GET',
    path: '/api/v1/triggers/{ref}/webhooks/deliveries/{id}',
    summary: 'Show a delivery',
    permission: 'webhooks:read',
    params: deliveryParams,
    response: one(webhookDeliverySchema),
  }),
  redeliver: defineRoute({
    method: 'POST',
    path: '/api/v1/triggers/{ref}/webhooks/deliveries/{id}/redeliver',
    summary: 'Record the event of an accepted delivery again, as a new event',
    description:
      'The new event says in `config.redelivery_of` which delivery it repeats. Needs events:create on the trigger too. Of a refused delivery no body is kept: a conflict.',
    permission: 'webhooks:manage',
    params: deliveryParams,
    idempotent: true,
    response: one(
      z.object({
        event_id: z.int(),
        trigger_ref: z.string(),
        duplicate: z.boolean(),
        redelivery_of: z.int().describe('Id of the delivery'),
      }),
    ),
    status: 202,
    errors: ['CONFLICT', 'VALIDATION_ERROR'],
  }),
};
