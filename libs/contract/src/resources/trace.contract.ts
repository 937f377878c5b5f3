import { z } from 'zod';
import { idParams, instantSchema } from '../route/fields.js';
import { defineRoute, one } from '../route/route.js';
import { clauseSchema } from './rule-trial.contract.js';

export const traceNodeSchema = z
  .object({
    node: z.int().describe('Number of the node in this answer'),
    cause: z
      .int()
      .nullable()
      .describe('Number of the node that led to it; null: the first cause that is known'),
    place: z
      .enum(['above', 'here', 'below'])
      .describe('Led to what was asked for, is it, or follows from it'),
    kind: z.enum(['event', 'enforcement', 'execution']),
    hidden: z.boolean().describe('There is one, but the caller may not read it, or it has been removed'),
    id: z.int().nullable(),
    ref: z.string().nullable().describe('Of the trigger, the rule, or the action'),
    status: z.string().nullable(),
    source: z
      .object({
        kind: z.enum(['sensor', 'webhook', 'timer', 'execution', 'api']),
        ref: z.string().nullable().describe('Of the sensor, or of the rule whose timer it is'),
        delivery: z.int().nullable().describe('Of the webhook'),
      })
      .nullable()
      .describe('Of an event: where it comes from'),
    reason: z
      .object({ code: z.string(), detail: z.string().nullable() })
      .nullable()
      .describe('Of an enforcement that led to no execution'),
    clauses: z
      .array(clauseSchema)
      .nullable()
      .describe('Of the enforcement that led to what was asked for, when the caller may read the rule'),
    attempt: z.int().nullable(),
    workflow_task: z.string().nullable(),
    original_execution: z.int().nullable().describe('The one that it repeats'),
    created: instantSchema.nullable(),
    decided_at: instantSchema.nullable().describe('Of an event evaluated, of an enforcement resolved'),
    scheduled_at: instantSchema.nullable(),
    started_at: instantSchema.nullable(),
    finished_at: instantSchema.nullable(),
  })
  .meta({ id: 'TraceNode' });

export const traceSchema = z
  .object({
    nodes: z.array(traceNodeSchema).describe('Each after the node that led to it'),
    complete: z.boolean().describe('False: there is more above or below than is shown'),
  })
  .meta({ id: 'Trace' });

const bounds = z.object({
  depth: z.coerce.number().int().min(1).max(200).optional().describe('Steps above and below; default 50'),
  limit: z.coerce.number().int().min(1).max(1000).optional().describe('Nodes below; default 200'),
});

export const traceRoutes = {
  ofExecution: defineRoute({
    method: 'GET',
    path: '/api/v1/executions/{id}/trace',
    summary: 'What led to an execution, from the source on, and what it led to',
    description: 'Rows that the caller may not read are nodes without content.',
    permission: 'executions:read',
    params: idParams,
    query: bounds,
    response: one(traceSchema),
  }),
  ofEvent: defineRoute({
    method: 'GET',
    path: '/api/v1/events/{id}/trace',
    summary: 'What led to an event, from the source on, and what it led to',
    description: 'Rows that the caller may not read are nodes without content.',
    permission: 'events:read',
    params: idParams,
    query: bounds,
    response: one(traceSchema),
  }),
};
