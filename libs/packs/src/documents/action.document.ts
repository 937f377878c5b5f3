import {
  isolations,
  keyRefSchema,
  outputFormats,
  parameterDeliveries,
  parameterFormats,
  retrySchema,
} from '@attune/domain';
import { z } from 'zod';

import { componentKeys, parameterSchema, seconds } from './component.document.js';

/** `actions/*.yaml`; programs stand beside it. */
export const actionDocument = z.strictObject({
  ...componentKeys,
  enabled: z.boolean().default(true),
  runner_type: z
    .string()
    .min(1)
    .default('shell')
    .describe('Short name of a built-in runtime, or a runtime ref'),
  entry_point: z.string().min(1).optional().describe('Program, relative to actions/'),
  parameters: parameterSchema.optional(),
  output: parameterSchema.optional(),
  parameter_delivery: z.enum(parameterDeliveries).default('stdin'),
  parameter_format: z.enum(parameterFormats).default('json'),
  output_format: z.enum(outputFormats).default('text'),
  timeout: seconds.optional().describe('Seconds one attempt may run'),
  start_timeout: seconds.optional().describe('Seconds until its first start, from when it is due'),
  total_timeout: seconds.optional().describe('Seconds for all attempts and delays, from when it is due'),
  retry: retrySchema.optional(),
  idempotent: z.boolean().default(false),
  isolation: z.enum(isolations).default('process'),
  secrets: z.array(keyRefSchema).default([]).describe('Keys the program may read'),
  priority: z.int().min(-1000).max(1000).default(0),
  tags: z.array(z.string()).default([]),
  dry_run: z.boolean().default(false),
  default_execution_permission_set_refs: z.array(z.string()).default([]),
});

export type ActionDocument = z.output<typeof actionDocument>;
