import { enums } from '@attune/domain';
import { z } from 'zod';
import { idParams, instantSchema, pageQuery } from '../route/fields.js';
import { defineRoute, list, one } from '../route/route.js';

const text = z.string().min(1).max(255);
const stateSchema = z.enum(enums.notification_status_enum);

export const notificationSchema = z
  .object({
    id: z.int(),
    channel: z.string(),
    entity_type: z.string(),
    entity: z.string(),
    activity: z.string(),
    state: stateSchema,
    content: z.unknown().optional(),
    created: instantSchema,
    updated: instantSchema,
  })
  .meta({ id: 'Notification' });

export const notificationRoutes = {
  list: defineRoute({
    method: 'GET',
    path: '/api/v1/notifications',
    summary: 'List notifications, newest first',
    permission: 'notifications:read',
    query: pageQuery.extend({
      channel: text.optional(),
      entity_type: text.optional(),
      entity: text.optional(),
      state: stateSchema.optional(),
    }),
    response: list(notificationSchema),
  }),
  get: defineRoute({
    method: 'GET',
    path: '/api/v1/notifications/{id}',
    summary: 'Show a notification',
    permission: 'notifications:read',
    params: idParams,
    response: one(notificationSchema),
  }),
  update: defineRoute({
    method: 'PATCH',
    path: '/api/v1/notifications/{id}',
    summary: 'Change the state of a notification',
    permission: 'notifications:manage',
    params: idParams,
    body: z.object({ state: stateSchema }),
    response: one(notificationSchema),
  }),
};
