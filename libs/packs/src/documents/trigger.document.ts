import { z } from 'zod';

import { componentKeys, parameterSchema } from './component.document.js';

const headerName = z.string().regex(/^[A-Za-z0-9-]+$/, { error: 'must be a header name' });

const webhook = z
  .strictObject({
    preset: z.enum(['github', 'hmac', 'bearer', 'none']),
    methods: z
      .array(z.enum(['POST', 'PUT', 'GET']))
      .min(1)
      .default(['POST']),
    dedupe_header: headerName.optional(),
    header: headerName.optional().describe('Where the signature is, for hmac'),
    algorithm: z.enum(['sha256', 'sha512']).optional(),
    encoding: z.enum(['hex', 'base64']).optional(),
    prefix: z.string().max(50).optional().describe('Text before the signature'),
  })
  .refine(({ preset, header }) => (preset === 'hmac') === (header !== undefined), {
    error: 'preset hmac, and no other, needs the header of the signature',
    path: ['preset'],
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
