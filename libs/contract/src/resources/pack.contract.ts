import { packRefSchema } from '@attune/domain';
import { z } from 'zod';
import { instantSchema, jsonObjectSchema, pageQuery, refParams, searchFilter } from '../route/fields.js';
import { defineRoute, list, one } from '../route/route.js';

export const packSchema = z
  .object({
    id: z.int(),
    ref: z.string(),
    label: z.string(),
    description: z.string().nullable(),
    version: z.string(),
    conf_schema: jsonObjectSchema,
    config: jsonObjectSchema.describe('Values that conf_schema marks `secret` are null'),
    meta: jsonObjectSchema,
    tags: z.array(z.string()),
    runtime_deps: z.array(z.string()),
    dependencies: z.array(z.unknown()),
    is_standard: z.boolean(),
    created: instantSchema,
    updated: instantSchema,
  })
  .meta({ id: 'Pack' });

export const packSummarySchema = packSchema
  .pick({ id: true, ref: true, label: true, description: true, version: true, tags: true })
  .extend({ is_standard: z.boolean(), created: instantSchema, updated: instantSchema })
  .meta({ id: 'PackSummary' });

export const createPackBody = z.object({
  ref: packRefSchema,
  label: z.string().min(1).max(255),
  version: z.string().min(1).max(50),
  description: z.string().max(10_000).nullable().optional(),
  conf_schema: jsonObjectSchema.optional(),
  config: jsonObjectSchema.optional(),
  meta: jsonObjectSchema.optional(),
  tags: z.array(z.string().min(1).max(100)).max(100).optional(),
});

export const packRoutes = {
  list: defineRoute({
    method: 'GET',
    path: '/api/v1/packs',
    summary: 'List packs',
    permission: 'packs:read',
    query: pageQuery.extend({
      search: searchFilter.optional(),
      tag: z.string().min(1).max(100).optional(),
    }),
    response: list(packSummarySchema),
  }),
  get: defineRoute({
    method: 'GET',
    path: '/api/v1/packs/{ref}',
    summary: 'Show a pack',
    permission: 'packs:read',
    params: refParams,
    response: one(packSchema),
    versioned: true,
  }),
  create: defineRoute({
    method: 'POST',
    path: '/api/v1/packs',
    summary: 'Create an empty pack for components made through the API',
    permission: 'packs:create',
    body: createPackBody,
    response: one(packSchema),
    versioned: true,
    status: 201,
    errors: ['CONFLICT'],
  }),
};
