import { componentRefSchema } from '@attune/domain';
import { z } from 'zod';

import { componentKeys, jsonObject, parameterSchema } from './component.document.js';

/** `sensors/*.yaml`; programs stand beside it. */
export const sensorDocument = z.strictObject({
  ...componentKeys,
  enabled: z.boolean().default(true),
  runner_type: z
    .string()
    .min(1)
    .default('native')
    .describe('Short name of a built-in runtime, or a runtime ref'),
  entry_point: z.string().min(1).describe('Program, relative to sensors/'),
  trigger_types: z.array(componentRefSchema).min(1),
  parameters: parameterSchema.optional(),
  config: jsonObject.optional(),
});

export type SensorDocument = z.output<typeof sensorDocument>;
