import { webhookSettingsSchema } from '@attune/domain';
import { z } from 'zod';

import { componentKeys, parameterSchema } from './component.document.js';

/** `triggers/*.yaml`. */
export const triggerDocument = z.strictObject({
  ...componentKeys,
  enabled: z.boolean().default(true),
  parameters: parameterSchema.optional().describe('Parameters of one use of the trigger by a rule'),
  output: parameterSchema.optional().describe('Payload of its events'),
  webhook: webhookSettingsSchema
    .optional()
    .describe('How deliveries prove themselves; the secret is set when it is enabled'),
});

export type TriggerDocument = z.output<typeof triggerDocument>;
