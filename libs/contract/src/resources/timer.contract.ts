import { timerTriggers } from '@attune/domain';
import { z } from 'zod';
import {
  flagSchema,
  idParams,
  instantSchema,
  jsonObjectSchema,
  pageQuery,
  refFilter,
} from '../route/fields.js';
import { defineRoute, list, one } from '../route/route.js';

export const timerSchema = z
  .object({
    id: z.int(),
    rule: z.int(),
    rule_ref: z.string(),
    trigger_ref: z.string(),
    params: jsonObjectSchema,
    next_fire_at: instantSchema.nullable().describe('null: it will not fire again'),
    last_fire_at: instantSchema.nullable(),
    fire_count: z.int(),
    created: instantSchema,
    updated: instantSchema,
  })
  .meta({ id: 'Timer' });

export const timerRoutes = {
  list: defineRoute({
    method: 'GET',
    path: '/api/v1/timers',
    summary: 'List the clocks of rules, by rule',
    permission: 'timers:read',
    query: pageQuery.extend({
      rule_ref: refFilter.optional(),
      trigger_ref: refFilter.optional(),
      armed: flagSchema.optional().describe('Whether it will fire again'),
      due_before: instantSchema.optional(),
    }),
    response: list(timerSchema),
  }),
  get: defineRoute({
    method: 'GET',
    path: '/api/v1/timers/{id}',
    summary: 'Show the clock of a rule',
    permission: 'timers:read',
    params: idParams,
    response: one(timerSchema),
  }),
  preview: defineRoute({
    method: 'POST',
    path: '/api/v1/timers/preview',
    summary: 'When a timer with these parameters would fire',
    permission: 'timers:read',
    body: z.object({
      trigger_ref: z.enum(timerTriggers),
      trigger_params: jsonObjectSchema,
      count: z.int().min(1).max(100).default(10),
      after: instantSchema.optional().describe('Default now'),
    }),
    response: one(z.object({ instants: z.array(instantSchema) })),
  }),
};
