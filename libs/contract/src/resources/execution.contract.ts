import { componentRefSchema } from '@attune/domain';
import { z } from 'zod';
import { successSchema } from '../route/envelope.js';
import {
  createdFilter,
  flagSchema,
  idParams,
  instantSchema,
  jsonObjectSchema,
  pageQuery,
  refFilter,
  secretsQuery,
} from '../route/fields.js';
import { bare, defineRoute, list, one } from '../route/route.js';
import { retrySchema } from './action.contract.js';
import { executionStatusSchema, historyEntrySchema, logChunkSchema } from './execution-records.contract.js';
import { placementFields } from './placement.contract.js';

export const executionResultSchema = z
  .looseObject({
    exit_code: z.int().nullable().optional(),
    duration_ms: z.number().optional(),
    succeeded: z.boolean().optional(),
    data: z.unknown().optional(),
    stdout: z.string().optional(),
    stderr: z.string().optional(),
    error: z.unknown().optional(),
    truncated: z.unknown().optional(),
  })
  .meta({ id: 'ExecutionResult' });

export const executionSchema = z
  .object({
    id: z.int(),
    action_ref: z.string(),
    status: executionStatusSchema,
    attempt: z.int(),
    config: jsonObjectSchema.describe('Parameters; values declared `secret` are null'),
    env_vars: z.record(z.string(), z.string()).optional().describe('Only with include_secret_values=true'),
    result: executionResultSchema.nullable(),
    error: z.string().nullable(),
    waiting_for: z
      .object({ kind: z.string(), detail: z.string().nullable(), since: instantSchema.nullable() })
      .nullable()
      .describe('Why it does not move'),
    rule_ref: z.string().nullable(),
    trigger_ref: z.string().nullable(),
    enforcement: z.int().nullable(),
    cause_event: z.int().nullable(),
    parent: z.int().nullable(),
    root: z.int().nullable(),
    workflow_task: jsonObjectSchema.nullable(),
    original_execution: z.int().nullable().describe('The one that it repeats'),
    permission_set_refs: z.array(z.string()).describe('What its token may do'),
    priority: z.int(),
    worker_selector: jsonObjectSchema.nullable(),
    worker_tolerations: z.array(z.unknown()).nullable(),
    worker_affinity: jsonObjectSchema.nullable(),
    not_before: instantSchema.nullable(),
    executor: z.int().nullable().describe('Identity it was requested by'),
    worker: z.int().nullable(),
    timeout_seconds: z.number().nullable(),
    start_deadline: instantSchema
      .nullable()
      .describe('It ends as timeout when it has not started until then'),
    deadline: instantSchema.nullable().describe('It ends as timeout then, whatever its attempts'),
    created: instantSchema,
    updated: instantSchema,
    scheduled_at: instantSchema.nullable(),
    started_at: instantSchema.nullable(),
    finished_at: instantSchema.nullable(),
    settled_at: instantSchema.nullable(),
  })
  .meta({ id: 'Execution' });

export const executionSummarySchema = executionSchema
  .omit({ config: true, env_vars: true, result: true })
  .meta({ id: 'ExecutionSummary' });

export const executeBody = z
  .object({
    action_ref: componentRefSchema,
    parameters: jsonObjectSchema.default({}),
    env_vars: z.record(z.string(), z.string()).optional(),
    timeout_seconds: z.number().positive().max(31_536_000).optional().describe('Of one attempt'),
    start_timeout_seconds: z
      .number()
      .positive()
      .max(31_536_000)
      .optional()
      .describe('Until the first start, from when it is due'),
    total_timeout_seconds: z
      .number()
      .positive()
      .max(31_536_000)
      .optional()
      .describe('For all attempts and delays, from when it is due'),
    permission_set_refs: z
      .array(componentRefSchema)
      .max(50)
      .nullish()
      .describe("What its token may do, and you hold yourself; null: the action's default"),
    priority: z.int().min(-1000).max(1000).optional().describe('Larger comes first'),
    not_before: instantSchema.optional(),
    retry: retrySchema.nullish().describe("Replaces the action's"),
    ...placementFields,
  })
  .meta({ examples: [{ action_ref: 'core.echo', parameters: { message: 'hello' } }] });

export const executionRoutes = {
  execute: defineRoute({
    method: 'POST',
    path: '/api/v1/executions/execute',
    summary: 'Run an action',
    description: "Parameters are checked against the action's schema first: 422 with the path.",
    permission: 'actions:execute',
    body: executeBody,
    response: one(executionSchema),
    status: 201,
    idempotent: true,
    errors: ['NOT_FOUND', 'UNPROCESSABLE_ENTITY'],
  }),
  list: defineRoute({
    method: 'GET',
    path: '/api/v1/executions',
    summary: 'List executions, newest first, without parameters and results',
    permission: 'executions:read',
    query: pageQuery.extend({
      status: executionStatusSchema.optional(),
      action_ref: refFilter.optional(),
      pack_name: z.string().min(1).max(255).optional(),
      rule_ref: refFilter.optional(),
      trigger_ref: refFilter.optional(),
      enforcement: z.coerce.number().int().positive().optional(),
      parent: z.coerce.number().int().positive().optional(),
      root: z.coerce.number().int().positive().optional(),
      executor: z.coerce.number().int().positive().optional(),
      ...createdFilter,
      top_level_only: flagSchema.optional(),
    }),
    response: list(executionSummarySchema),
  }),
  get: defineRoute({
    method: 'GET',
    path: '/api/v1/executions/{id}',
    summary: 'Show an execution',
    description: 'include_secret_values=true needs executions:decrypt and is audited.',
    permission: 'executions:read',
    params: idParams,
    query: secretsQuery,
    response: one(executionSchema),
  }),
  rerun: defineRoute({
    method: 'POST',
    path: '/api/v1/executions/{id}/rerun',
    summary: 'Run an action again with the parameters of an execution',
    description: 'Needs actions:execute. Secret parameters are carried over unseen.',
    permission: 'executions:read',
    params: idParams,
    response: one(executionSchema),
    status: 201,
    idempotent: true,
    errors: ['CONFLICT'],
  }),
  delete: defineRoute({
    method: 'DELETE',
    path: '/api/v1/executions/{id}',
    summary: 'Delete an execution that is over, with all below it',
    permission: 'executions:update',
    params: idParams,
    response: bare(successSchema),
    errors: ['CONFLICT'],
  }),
  cancel: defineRoute({
    method: 'POST',
    path: '/api/v1/executions/{id}/cancel',
    summary: 'Cancel an execution',
    description: 'Not started: cancelled at once. Running: its worker is told, and it ends as cancelled.',
    permission: 'executions:cancel',
    params: idParams,
    response: one(executionSchema),
    errors: ['CONFLICT'],
  }),
  pause: defineRoute({
    method: 'POST',
    path: '/api/v1/executions/{id}/pause',
    summary: 'Keep an execution that has not started from starting',
    description: 'It waits in no queue meanwhile; a delay goes on. What runs is not paused: 409.',
    permission: 'executions:update',
    params: idParams,
    response: one(executionSchema),
    errors: ['CONFLICT'],
  }),
  resume: defineRoute({
    method: 'POST',
    path: '/api/v1/executions/{id}/resume',
    summary: 'Let a paused execution go on',
    permission: 'executions:update',
    params: idParams,
    response: one(executionSchema),
    errors: ['CONFLICT'],
  }),
  log: defineRoute({
    method: 'GET',
    path: '/api/v1/executions/{id}/log',
    summary: 'Read or follow the output of an execution',
    description:
      'With follow=true a text/event-stream: what there is, then what comes, until the execution is final. ' +
      'The id of an event is the position of its chunk; Last-Event-ID resumes after it.',
    permission: 'executions:read',
    params: idParams,
    query: z.object({
      after: z.string().max(40).optional().describe('Only chunks after this position'),
      limit: z.coerce.number().int().min(1).optional().describe('Default 50, clamped to 1000'),
      follow: flagSchema.optional(),
    }),
    response: list(logChunkSchema),
    stream: { chunk: logChunkSchema, end: z.object({ status: executionStatusSchema }) },
  }),
  history: defineRoute({
    method: 'GET',
    path: '/api/v1/executions/{id}/history',
    summary: 'Every change of state of an execution, oldest first',
    permission: 'executions:read',
    params: idParams,
    response: list(historyEntrySchema),
  }),
};
