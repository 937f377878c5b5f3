import { z } from 'zod';
import { instantSchema, jsonObjectSchema, pageQuery, refParams } from '../route/fields.js';
import { defineRoute, list, one } from '../route/route.js';

const secretSchema = z.string().min(8).max(512).describe('Stored encrypted; never shown again');

export const webhookMethodSchema = z.enum(['POST', 'PUT', 'GET']);

/** How a delivery proves where it comes from. There is no default. */
export const webhookVerificationSchema = z.discriminatedUnion('preset', [
  z.object({ preset: z.literal('github'), secret: secretSchema }),
  z.object({
    preset: z.literal('hmac'),
    secret: secretSchema,
    header: z
      .string()
      .regex(/^[A-Za-z0-9-]+$/)
      .max(100),
    algorithm: z.enum(['sha256', 'sha512']).default('sha256'),
    encoding: z.enum(['hex', 'base64']).default('hex'),
    prefix: z.string().max(50).default('').describe('Text before the signature, such as `sha256=`'),
  }),
  z.object({ preset: z.literal('bearer'), secret: secretSchema }),
  z.object({ preset: z.literal('none') }),
]);

export const webhookSchema = z
  .object({
    trigger_ref: z.string(),
    enabled: z.boolean(),
    key: z.string().nullable().describe('Part of the address; treat it as a password'),
    path: z.string().nullable(),
    preset: z.enum(['github', 'hmac', 'bearer', 'none']).nullable(),
    has_secret: z.boolean(),
    methods: z.array(webhookMethodSchema),
    dedupe_header: z.string().nullable(),
  })
  .meta({ id: 'Webhook' });

export const webhookAcceptedSchema = z.object({
  event_id: z.int().nullable().describe("Null for a handshake, such as GitHub's ping"),
  trigger_ref: z.string(),
  duplicate: z.boolean(),
  received_at: instantSchema,
});

export const webhookDeliverySchema = z
  .object({
    id: z.int(),
    created: instantSchema,
    status_code: z.int().describe('What the sender was answered'),
    error: z.string().nullable().describe('Why it was refused'),
    verified: z.boolean().nullable(),
    duplicate: z.boolean(),
    event: z.int().nullable(),
    source_ip: z.string().nullable(),
    user_agent: z.string().nullable(),
    headers: jsonObjectSchema.nullable(),
    payload_size_bytes: z.int().nullable(),
    processing_time_ms: z.int().nullable(),
  })
  .meta({ id: 'WebhookDelivery' });

const keyParams = z.object({ key: z.string().min(1).max(128) });

function receive<const M extends 'POST' | 'PUT' | 'GET'>(method: M) {
  return defineRoute({
    method,
    path: '/api/v1/webhooks/{key}',
    summary: 'Deliver to a webhook',
    description: 'Any body. Answered after the commit of the event; the sender proves itself as configured.',
    permission: 'public',
    params: keyParams,
    rawBody: true,
    response: one(webhookAcceptedSchema),
    status: 202,
    errors: ['UNAUTHORIZED', 'NOT_FOUND', 'METHOD_NOT_ALLOWED', 'PAYLOAD_TOO_LARGE', 'VALIDATION_ERROR'],
  });
}

export const webhookRoutes = {
  receivePost: receive('POST'),
  receivePut: receive('PUT'),
  receiveGet: receive('GET'),
  show: defineRoute({
    method: 'GET',
    path: '/api/v1/triggers/{ref}/webhooks',
    summary: 'Show the webhook of a trigger',
    permission: 'webhooks:manage',
    params: refParams,
    response: one(webhookSchema),
  }),
  enable: defineRoute({
    method: 'POST',
    path: '/api/v1/triggers/{ref}/webhooks/enable',
    summary: 'Enable the webhook of a trigger, or change how deliveries are verified',
    permission: 'webhooks:manage',
    params: refParams,
    body: z.object({
      verification: webhookVerificationSchema,
      methods: z.array(webhookMethodSchema).min(1).max(3).default(['POST']),
      dedupe_header: z
        .string()
        .regex(/^[A-Za-z0-9-]+$/)
        .max(100)
        .nullable()
        .optional(),
    }),
    response: one(webhookSchema),
  }),
  rotate: defineRoute({
    method: 'POST',
    path: '/api/v1/triggers/{ref}/webhooks/rotate',
    summary: 'Give the webhook of a trigger a new key; the old one ends after the overlap',
    permission: 'webhooks:manage',
    params: refParams,
    body: z.object({ overlap_seconds: z.int().min(0).max(604_800).default(0) }),
    response: one(webhookSchema),
    errors: ['CONFLICT'],
  }),
  deliveries: defineRoute({
    method: 'GET',
    path: '/api/v1/triggers/{ref}/webhooks/deliveries',
    summary: 'What was delivered to the webhook of a trigger, newest first, with reasons of refusals',
    permission: 'webhooks:read',
    params: refParams,
    query: pageQuery,
    response: list(webhookDeliverySchema),
  }),
  disable: defineRoute({
    method: 'POST',
    path: '/api/v1/triggers/{ref}/webhooks/disable',
    summary: 'Disable the webhook of a trigger; its key ends',
    permission: 'webhooks:manage',
    params: refParams,
    response: one(webhookSchema),
  }),
};
