import { z } from 'zod';
import { instantSchema, jsonObjectSchema } from '../route/fields.js';
import { bare, defineRoute, file, one } from '../route/route.js';

export const healthSchema = z.looseObject({ status: z.enum(['ok', 'error']) }).meta({ id: 'Health' });

export const ledgerSchema = z
  .object({
    since: instantSchema
      .nullable()
      .describe('Later than asked for where retention may have removed what is older'),
    at: instantSchema,
    balanced: z.boolean(),
    counts: z.record(z.string(), z.int()),
    disabled_by_reason: z.record(z.string(), z.int()),
    imbalances: z.array(
      z.object({
        check: z.string().describe('The equation that does not hold'),
        message: z.string(),
        ids: z.array(z.int()).describe('The first 100 rows concerned'),
      }),
    ),
  })
  .meta({ id: 'Ledger' });

export const systemRoutes = {
  ledger: defineRoute({
    method: 'GET',
    path: '/api/v1/ledger',
    summary: 'Whether everything accepted has an outcome',
    permission: 'system:read',
    query: z.object({ since: instantSchema.optional() }),
    response: one(ledgerSchema),
  }),
  health: defineRoute({
    method: 'GET',
    path: '/health',
    summary: 'Whether the process answers',
    permission: 'public',
    response: bare(healthSchema),
  }),
  detailed: defineRoute({
    method: 'GET',
    path: '/health/detailed',
    summary: 'What the process says of its parts',
    permission: 'system:read',
    response: bare(healthSchema),
    errors: ['SERVICE_UNAVAILABLE'],
  }),
  metrics: defineRoute({
    method: 'GET',
    path: '/metrics',
    summary: 'The metrics of this process, as Prometheus reads them',
    permission: 'system:read',
    response: file('text/plain'),
  }),
  live: defineRoute({
    method: 'GET',
    path: '/health/live',
    summary: 'Whether the process moves',
    permission: 'public',
    response: bare(healthSchema),
    errors: ['SERVICE_UNAVAILABLE'],
  }),
  ready: defineRoute({
    method: 'GET',
    path: '/health/ready',
    summary: 'Whether schema, database and broker are there',
    permission: 'public',
    response: bare(healthSchema),
    errors: ['SERVICE_UNAVAILABLE'],
  }),
  openapi: defineRoute({
    method: 'GET',
    path: '/openapi.json',
    summary: 'This document',
    permission: 'public',
    response: bare(jsonObjectSchema),
  }),
};
