import { z } from 'zod';

import { componentKeys, parameterSchema } from './component.document.js';

const webhook = z.strictObject({
  preset: z.enum(['github', 'hmac', 'bearer', 'none']),
  methods: z
    .array(z.enum(['POST', 'PUT', 'GET']))
    .min(1)
    .default(['POST']),
  dedupe_header: z
    .string()
    .regex(/^[A-Za-z0-9-]+$/, { error: 'must be a header name' })
    .optional(),
});

/** `triggers/*.yaml`. */
export const triggerDocument = z.strictObject({
  ...componentKeys,
  enabled: z.boolean().default(true),
  parameters: parameterSchema.optional().describe('Parameters of one use of the trigger by a rule'),
  output: parameterSchema.optional().describe('Payload of its events'),
  webhook: webhook
    .optional()
    .describe('How deliveries prove themselves; the secret is set when it is enabled'),
});

export type TriggerDocument = z.output<typeof triggerDocument>;
