import { componentRefSchema, packRefSchema } from '@attune/domain';
import { z } from 'zod';
import {
  flagSchema,
  instantSchema,
  jsonObjectSchema,
  pageQuery,
  refFilter,
  refParams,
} from '../route/fields.js';
import { defineRoute, list, one } from '../route/route.js';

export const triggerSchema = z
  .object({
    id: z.int(),
    ref: z.string(),
    pack_ref: z.string().nullable(),
    label: z.string(),
    description: z.string().nullable(),
    enabled: z.boolean(),
    param_schema: jsonObjectSchema.nullable().describe('Parameters of one use of it, by a rule'),
    out_schema: jsonObjectSchema.nullable().describe('Payload of its events'),
    webhook_enabled: z.boolean(),
    is_adhoc: z.boolean(),
    created: instantSchema,
    updated: instantSchema,
  })
  .meta({ id: 'Trigger' });

export const createTriggerBody = z.object({
  ref: componentRefSchema,
  pack_ref: packRefSchema.optional().describe('Must equal the first segment of ref'),
  label: z.string().min(1).max(255),
  description: z.string().max(10_000).nullable().optional(),
  param_schema: jsonObjectSchema.nullable().optional(),
  out_schema: jsonObjectSchema.nullable().optional(),
  enabled: z.boolean().default(true),
});

export const triggerRoutes = {
  list: defineRoute({
    method: 'GET',
    path: '/api/v1/triggers',
    summary: 'List triggers',
    permission: 'triggers:read',
    query: pageQuery.extend({
      pack_ref: refFilter.optional(),
      enabled: flagSchema.optional(),
    }),
    response: list(triggerSchema),
  }),
  get: defineRoute({
    method: 'GET',
    path: '/api/v1/triggers/{ref}',
    summary: 'Show a trigger',
    permission: 'triggers:read',
    params: refParams,
    response: one(triggerSchema),
    versioned: true,
  }),
  create: defineRoute({
    method: 'POST',
    path: '/api/v1/triggers',
    summary: 'Create a trigger',
    permission: 'triggers:create',
    body: createTriggerBody,
    response: one(triggerSchema),
    versioned: true,
    status: 201,
    errors: ['CONFLICT'],
  }),
};
