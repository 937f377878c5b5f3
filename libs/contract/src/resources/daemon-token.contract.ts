import { z } from 'zod';
import { instantSchema } from '../route/fields.js';
import { defineRoute, one } from '../route/route.js';

const signed = { token: z.string(), expires_at: instantSchema };
const id = z.int().positive();
const ref = z.string().min(1).max(255);

/** What the API gives to sensors, workers and executions: tokens that it signs, and secrets that it opens. */
export const daemonTokenRoutes = {
  sensor: defineRoute({
    method: 'POST',
    path: '/auth/sensor-token',
    summary: 'Mint a token for a sensor: it may make events of its triggers, and nothing else',
    permission: 'tokens:mint_sensor',
    body: z.object({
      sensor_ref: ref,
      trigger_types: z.array(ref).min(1).max(100).describe('Refs of its triggers'),
      ttl_seconds: z.int().min(3600).max(259_200).default(86_400),
    }),
    response: one(
      z
        .object({
          ...signed,
          identity_id: z.int(),
          sensor_ref: z.string(),
          trigger_types: z.array(z.string()),
        })
        .meta({ id: 'SensorToken' }),
    ),
    status: 201,
  }),
  worker: defineRoute({
    method: 'POST',
    path: '/auth/worker-token',
    summary: 'Mint a token for a worker: it may ask for tokens and secrets of the executions that it runs',
    permission: 'tokens:mint_worker',
    body: z.object({
      worker_id: id,
      incarnation: id.describe('Of this start of the worker, as it is registered'),
    }),
    response: one(z.object({ ...signed, worker_id: z.int() }).meta({ id: 'WorkerToken' })),
    status: 201,
    errors: ['CONFLICT'],
  }),
  execution: defineRoute({
    method: 'POST',
    path: '/auth/execution-token',
    summary: 'Mint a token for an execution that the calling worker runs right now',
    description: 'It carries what the execution is given by its permission sets, and ends with the attempt.',
    permission: 'tokens:mint_execution',
    body: z.object({ execution_id: id, attempt: id }),
    response: one(z.object({ ...signed, execution_id: z.int() }).meta({ id: 'ExecutionToken' })),
    status: 201,
    errors: ['CONFLICT'],
  }),
  parameters: defineRoute({
    method: 'POST',
    path: '/auth/execution-parameters',
    summary: 'Open the parameters of an execution that the calling worker runs right now',
    description:
      'Keys that they name are read with the permissions of whom the execution runs for, and their reading is audited.',
    permission: 'tokens:mint_execution',
    body: z.object({ execution_id: id, attempt: id }),
    response: one(
      z
        .object({
          execution_id: z.int(),
          parameters: z.record(z.string(), z.unknown()),
          secrets: z
            .array(z.unknown())
            .describe(
              'What was opened, also where it is only a part of a parameter: to be hidden in the output',
            ),
        })
        .meta({ id: 'ExecutionParameters' }),
    ),
    errors: ['CONFLICT', 'FORBIDDEN', 'NOT_FOUND'],
  }),
  renew: defineRoute({
    method: 'POST',
    path: '/auth/renew',
    summary: 'Exchange the token of a sensor, worker or execution for one that ends later',
    permission: 'authenticated',
    response: one(z.object(signed).meta({ id: 'RenewedToken' })),
    errors: ['FORBIDDEN'],
  }),
};
