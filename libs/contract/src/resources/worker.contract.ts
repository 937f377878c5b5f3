import { workerRoles, workerStatuses, workerTypes } from '@attune/domain';
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

const workerHealthStates = ['active', 'busy', 'cordoned', 'offline', 'error', 'inactive'] as const;
export type WorkerHealthState = (typeof workerHealthStates)[number];

export const workerSchema = z
  .object({
    id: z.int(),
    name: z.string(),
    worker_type: z.enum(workerTypes),
    worker_role: z.enum(workerRoles),
    host: z.string().nullable(),
    port: z.int().nullable(),
    status: z.enum(workerStatuses),
    health_state: z.enum(workerHealthStates).describe('offline: its lease ran out; inactive: it has left'),
    last_heartbeat: instantSchema.nullable(),
    heartbeat_age_seconds: z.number().nullable(),
    heartbeat_stale: z.boolean(),
    cordoned: z.boolean(),
    cordon_reason: z.string().nullable(),
    cordoned_by: z.int().nullable(),
    cordoned_at: instantSchema.nullable(),
    capabilities: jsonObjectSchema.describe('Runtimes and versions, labels, taints'),
    load: z.object({
      scheduled: z.int(),
      running: z.int(),
      canceling: z.int(),
      total_active: z.int(),
      max_concurrent_executions: z.int(),
      utilization_percent: z.number(),
    }),
    created: instantSchema,
    updated: instantSchema,
  })
  .meta({ id: 'Worker' });

const steered = { permission: 'workers:manage', params: idParams, response: one(workerSchema) } as const;

export const workerRoutes = {
  list: defineRoute({
    method: 'GET',
    path: '/api/v1/workers',
    summary: 'List workers with what they have in hand',
    permission: 'workers:read',
    query: pageQuery.extend({
      name: refFilter.optional(),
      role: z.enum(workerRoles).optional(),
      status: z.enum(workerStatuses).optional(),
      cordoned: flagSchema.optional(),
      alive: flagSchema.optional().describe('Whether its lease is running'),
    }),
    response: list(workerSchema),
  }),
  get: defineRoute({
    method: 'GET',
    path: '/api/v1/workers/{id}',
    summary: 'Show a worker',
    permission: 'workers:read',
    params: idParams,
    response: one(workerSchema),
  }),
  cordon: defineRoute({
    method: 'POST',
    path: '/api/v1/workers/{id}/cordon',
    summary: 'Give a worker nothing new; what it has in hand it finishes',
    ...steered,
    body: z.object({ reason: z.string().max(1000).optional() }).optional(),
  }),
  uncordon: defineRoute({
    method: 'POST',
    path: '/api/v1/workers/{id}/uncordon',
    summary: 'Give a worker new executions again',
    ...steered,
  }),
};
