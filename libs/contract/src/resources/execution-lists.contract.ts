import { z } from 'zod';
import { idParams, pageQuery } from '../route/fields.js';
import { defineRoute, list, one } from '../route/route.js';
import { executionStatusSchema } from './execution-records.contract.js';
import { executionSummarySchema } from './execution.contract.js';

export const executionStatsSchema = z
  .object({
    total: z.int(),
    completed: z.int(),
    failed: z.int(),
    running: z.int().describe('Also those being cancelled'),
    pending: z.int().describe('requested or scheduled'),
    cancelled: z.int(),
    timeout: z.int(),
    abandoned: z.int(),
    newest: z.int().describe('Only so many of the newest executions are counted, however many there are'),
  })
  .meta({ id: 'ExecutionStats' });

const summaries = { query: pageQuery, response: list(executionSummarySchema) } as const;

/** Executions by what they belong to, and how many there are. */
export const executionListRoutes = {
  byStatus: defineRoute({
    method: 'GET',
    path: '/api/v1/executions/status/{status}',
    summary: 'List executions in one state, newest first',
    permission: 'executions:read',
    params: z.object({ status: executionStatusSchema }),
    ...summaries,
  }),
  ofEnforcement: defineRoute({
    method: 'GET',
    path: '/api/v1/enforcements/{id}/executions',
    summary: 'List the executions of an enforcement',
    permission: 'enforcements:read',
    params: idParams,
    ...summaries,
  }),
  children: defineRoute({
    method: 'GET',
    path: '/api/v1/executions/{id}/children',
    summary: 'List the executions that an execution has started, oldest first',
    permission: 'executions:read',
    params: idParams,
    ...summaries,
  }),
  stats: defineRoute({
    method: 'GET',
    path: '/api/v1/executions/stats',
    summary: 'Count the newest executions by state',
    permission: 'executions:read',
    response: one(executionStatsSchema),
  }),
};
