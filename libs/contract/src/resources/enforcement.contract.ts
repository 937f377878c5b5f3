import { enforcementStatuses } from '@attune/domain';
import { z } from 'zod';
import {
  idParams,
  instantSchema,
  jsonObjectSchema,
  pageQuery,
  refFilter,
  secretsQuery,
} from '../route/fields.js';
import { defineRoute, list, one } from '../route/route.js';

export const enforcementStatusSchema = z.enum(enforcementStatuses);

export const enforcementSchema = z
  .object({
    id: z.int(),
    rule_ref: z.string(),
    trigger_ref: z.string(),
    event: z.int(),
    status: enforcementStatusSchema,
    reason: z
      .object({ code: z.string(), detail: z.string().nullable() })
      .nullable()
      .describe('Why it is disabled'),
    config: jsonObjectSchema
      .nullable()
      .describe('Parameters of one that got no execution; values declared `secret` are null'),
    payload: z.unknown().describe('Of its event'),
    conditions: z.unknown().describe('Of its rule as it was then'),
    execution: z.int().nullable(),
    created: instantSchema,
    resolved_at: instantSchema.nullable(),
  })
  .meta({ id: 'Enforcement' });

export const enforcementRoutes = {
  list: defineRoute({
    method: 'GET',
    path: '/api/v1/enforcements',
    summary: 'List enforcements, newest first',
    permission: 'enforcements:read',
    query: pageQuery.extend({
      rule_ref: refFilter.optional(),
      trigger_ref: refFilter.optional(),
      event: z.coerce.number().int().positive().optional(),
      status: enforcementStatusSchema.optional(),
    }),
    response: list(enforcementSchema.omit({ config: true, payload: true, conditions: true })),
  }),
  get: defineRoute({
    method: 'GET',
    path: '/api/v1/enforcements/{id}',
    summary: 'Show an enforcement',
    permission: 'enforcements:read',
    description: 'include_secret_values=true needs enforcements:decrypt and is audited.',
    params: idParams,
    query: secretsQuery,
    response: one(enforcementSchema),
  }),
};
