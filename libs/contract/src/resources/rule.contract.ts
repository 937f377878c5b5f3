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

export const conditionsSchema = z
  .unknown()
  .describe('None or {} (always), an expression, [{field, operator, value}], or all/any/not of these');

export const ruleSchema = z
  .object({
    id: z.int(),
    ref: z.string(),
    pack_ref: z.string(),
    label: z.string(),
    description: z.string().nullable(),
    trigger_ref: z.string(),
    trigger_params: jsonObjectSchema,
    conditions: conditionsSchema,
    action_ref: z.string(),
    action_params: jsonObjectSchema,
    enabled: z.boolean(),
    is_adhoc: z.boolean(),
    owner_identity: z.int().nullable(),
    created: instantSchema,
    updated: instantSchema,
  })
  .meta({ id: 'Rule' });

export const createRuleBody = z
  .object({
    ref: componentRefSchema,
    pack_ref: packRefSchema.optional().describe('Must equal the first segment of ref'),
    label: z.string().min(1).max(255),
    description: z.string().max(10_000).nullable().optional(),
    trigger_ref: componentRefSchema,
    trigger_params: jsonObjectSchema.default({}),
    conditions: conditionsSchema.optional(),
    action_ref: componentRefSchema,
    action_params: jsonObjectSchema.default({}).describe('Values may be templates: {{ event.payload.host }}'),
    enabled: z.boolean().default(true),
  })
  .meta({
    examples: [
      {
        ref: 'ops.disk_full',
        label: 'Tell about full disks',
        trigger_ref: 'ops.disk_usage',
        conditions: 'event.payload.percent > 90',
        action_ref: 'core.echo',
        action_params: { message: '{{ event.payload.host }} is full' },
      },
    ],
  });

/** Absent keeps, null clears. The ref cannot change. */
export const updateRuleBody = z.object({
  label: z.string().min(1).max(255).optional(),
  description: z.string().max(10_000).nullable().optional(),
  trigger_ref: componentRefSchema.optional(),
  trigger_params: jsonObjectSchema.optional(),
  conditions: conditionsSchema.optional(),
  action_ref: componentRefSchema.optional(),
  action_params: jsonObjectSchema.optional(),
  enabled: z.boolean().optional(),
});

export const clauseSchema = z
  .object({
    path: z.string().describe('Where in the conditions'),
    operator: z.string(),
    expected: z.unknown(),
    actual: z.unknown(),
    ok: z.boolean(),
    note: z.string().optional().describe('A near miss: other type, other case, path that exists elsewhere'),
    explanation: z.string().describe('The clause in one plain line'),
  })
  .meta({ id: 'Clause' });

export const explanationSchema = z
  .object({
    rule_ref: z.string(),
    event: z.int(),
    rule_version: z.int().nullable().describe('Number of the version in force when the event came'),
    matched: z.boolean(),
    clauses: z.array(clauseSchema),
    error: z.string().nullable(),
    reasons: z.array(z.string()).describe('What else decided: disabled, addressed to another rule, …'),
    enforcement: z.int().nullable(),
  })
  .meta({ id: 'Explanation' });

export const ruleRoutes = {
  list: defineRoute({
    method: 'GET',
    path: '/api/v1/rules',
    summary: 'List rules',
    permission: 'rules:read',
    query: pageQuery.extend({
      pack_ref: refFilter.optional(),
      trigger_ref: refFilter.optional(),
      action_ref: refFilter.optional(),
      enabled: flagSchema.optional(),
    }),
    response: list(ruleSchema),
  }),
  get: defineRoute({
    method: 'GET',
    path: '/api/v1/rules/{ref}',
    summary: 'Show a rule',
    permission: 'rules:read',
    params: refParams,
    response: one(ruleSchema),
    versioned: true,
  }),
  create: defineRoute({
    method: 'POST',
    path: '/api/v1/rules',
    summary: 'Create a rule',
    description: 'Needs actions:execute on its action as well.',
    permission: 'rules:create',
    body: createRuleBody,
    response: one(ruleSchema),
    versioned: true,
    status: 201,
    errors: ['CONFLICT'],
  }),
  update: defineRoute({
    method: 'PATCH',
    path: '/api/v1/rules/{ref}',
    summary: 'Change a rule',
    permission: 'rules:update',
    params: refParams,
    body: updateRuleBody,
    response: one(ruleSchema),
    versioned: true,
  }),
  explain: defineRoute({
    method: 'GET',
    path: '/api/v1/rules/{ref}/explain',
    summary: 'Why a rule matched an event, or did not',
    description:
      'The same function as the live path, on the version in force when the event came. Needs events:read as well.',
    permission: 'rules:read',
    params: refParams,
    query: z.object({ event: z.coerce.number().int().positive() }),
    response: one(explanationSchema),
  }),
  enable: defineRoute({
    method: 'POST',
    path: '/api/v1/rules/{ref}/enable',
    summary: 'Enable a rule',
    permission: 'rules:update',
    params: refParams,
    response: one(ruleSchema),
    versioned: true,
  }),
  disable: defineRoute({
    method: 'POST',
    path: '/api/v1/rules/{ref}/disable',
    summary: 'Disable a rule',
    permission: 'rules:update',
    params: refParams,
    response: one(ruleSchema),
    versioned: true,
  }),
};
