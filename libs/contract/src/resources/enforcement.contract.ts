import { enforcementStatuses, enforcementWaits } from '@attune/domain';
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
    waiting: z
      .object({
        for: z.enum(enforcementWaits),
        detail: z.string().nullable(),
        until: instantSchema.nullable(),
      })
      .nullable()
      .describe(
        'What one that is not decided waits for: whether another match comes (quiet), or that somebody lets it go on (release)',
      ),
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

/** What the verbs on matches that wait answer: parameters and payload are not part of it. */
const heldSchema = enforcementSchema.omit({ config: true, payload: true, conditions: true });

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
    response: list(heldSchema),
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
  release: defineRoute({
    method: 'POST',
    path: '/api/v1/enforcements/{id}/release',
    summary: 'Let a held match go on',
    description:
      'It was held because a chain of executions and events led to it that feeds itself or grows too fast. It is decided by its rule as that is now.',
    permission: 'enforcements:release',
    params: idParams,
    response: one(heldSchema),
    errors: ['CONFLICT'],
  }),
  drop: defineRoute({
    method: 'POST',
    path: '/api/v1/enforcements/{id}/drop',
    summary: 'Drop a match that waits',
    permission: 'enforcements:release',
    params: idParams,
    response: one(heldSchema),
    errors: ['CONFLICT'],
  }),
};
