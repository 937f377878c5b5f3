import {
  componentRefSchema,
  outputFormats,
  packRefSchema,
  retryBackoffs,
  retryOutcomes,
} from '@attune/domain';
import { z } from 'zod';
import {
  instantSchema,
  jsonObjectSchema,
  pageQuery,
  refFilter,
  refParams,
  searchFilter,
} from '../route/fields.js';
import { defineRoute, list, one } from '../route/route.js';

/** An inline script is a definition, not a file store. */
const maxEntrypointLength = 65_536;

export const retrySchema = z
  .object({
    count: z.int().min(0).max(1000),
    delay: z.number().min(0).optional().describe('Seconds'),
    backoff: z.enum(retryBackoffs).optional(),
    max_delay: z.number().min(0).optional().describe('Seconds'),
    jitter: z.number().min(0).max(1).optional(),
    on: z.array(z.enum(retryOutcomes)).optional(),
  })
  .meta({ id: 'Retry' });

export const actionSchema = z
  .object({
    id: z.int(),
    ref: z.string(),
    pack_ref: z.string(),
    label: z.string(),
    description: z.string().nullable(),
    runtime_ref: z.string().nullable(),
    entrypoint: z.string(),
    param_schema: jsonObjectSchema.nullable(),
    out_schema: jsonObjectSchema.nullable(),
    output_format: z.string(),
    timeout_seconds: z.number().nullable(),
    retry: retrySchema.nullable(),
    enabled: z.boolean(),
    is_adhoc: z.boolean(),
    created: instantSchema,
    updated: instantSchema,
  })
  .meta({ id: 'Action' });

export const createActionBody = z.object({
  ref: componentRefSchema,
  pack_ref: packRefSchema.optional().describe('Must equal the first segment of ref'),
  label: z.string().min(1).max(255),
  description: z.string().max(10_000).nullable().optional(),
  runtime_ref: componentRefSchema.describe('core.shell, core.python, core.nodejs, …'),
  entrypoint: z
    .string()
    .max(maxEntrypointLength)
    .default('')
    .describe('For shell, python and nodejs: the script itself'),
  param_schema: jsonObjectSchema.nullable().optional(),
  out_schema: jsonObjectSchema.nullable().optional(),
  output_format: z.enum(outputFormats).default('text'),
  timeout_seconds: z.number().positive().max(31_536_000).nullable().optional(),
  retry: retrySchema.nullable().optional(),
});

export const actionRoutes = {
  list: defineRoute({
    method: 'GET',
    path: '/api/v1/actions',
    summary: 'List actions',
    permission: 'actions:read',
    query: pageQuery.extend({
      pack_ref: refFilter.optional(),
      runtime_ref: refFilter.optional(),
      search: searchFilter.optional(),
    }),
    response: list(actionSchema.omit({ entrypoint: true })),
  }),
  get: defineRoute({
    method: 'GET',
    path: '/api/v1/actions/{ref}',
    summary: 'Show an action',
    permission: 'actions:read',
    params: refParams,
    response: one(actionSchema),
    versioned: true,
  }),
  create: defineRoute({
    method: 'POST',
    path: '/api/v1/actions',
    summary: 'Create an action',
    description: 'For a runtime with inline execution the entry point is the script.',
    permission: 'actions:create',
    body: createActionBody,
    response: one(actionSchema),
    versioned: true,
    status: 201,
    errors: ['CONFLICT'],
  }),
};
