import { z } from 'zod';
import { refParams } from '../route/fields.js';
import { defineRoute, one } from '../route/route.js';
import { webhookDeliveryRoutes } from './webhook-delivery.contract.js';
import { webhookSchema, webhookSecretSchema, webhookSettingsBody } from './webhook-settings.contract.js';

const overlap_seconds = z
  .int()
  .min(0)
  .max(604_800)
  .default(0)
  .describe('How long the one before is still accepted');

export const webhookRoutes = {
  ...webhookDeliveryRoutes,
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
    summary: 'Enable the webhook of a trigger, or change its settings: absent keeps, null clears',
    description:
      'A webhook that is on keeps its key. `respond: wait` needs executions:read on everything: it hands results to the sender.',
    permission: 'webhooks:manage',
    params: refParams,
    body: webhookSettingsBody,
    response: one(webhookSchema),
    errors: ['VALIDATION_ERROR'],
  }),
  rotate: defineRoute({
    method: 'POST',
    path: '/api/v1/triggers/{ref}/webhooks/rotate',
    summary: 'Give the webhook of a trigger a new key; the old one ends after the overlap',
    permission: 'webhooks:manage',
    params: refParams,
    body: z.object({ overlap_seconds }),
    response: one(webhookSchema),
    errors: ['CONFLICT'],
  }),
  rotateSecret: defineRoute({
    method: 'POST',
    path: '/api/v1/triggers/{ref}/webhooks/rotate-secret',
    summary: 'Give the webhook of a trigger a new secret; the old one is accepted until the overlap ends',
    permission: 'webhooks:manage',
    params: refParams,
    body: z.object({ secret: webhookSecretSchema, overlap_seconds }),
    response: one(webhookSchema),
    errors: ['CONFLICT'],
  }),
  disable: defineRoute({
    method: 'POST',
    path: '/api/v1/triggers/{ref}/webhooks/disable',
    summary: 'Disable the webhook of a trigger: its key ends, its settings stay',
    permission: 'webhooks:manage',
    params: refParams,
    response: one(webhookSchema),
  }),
};
