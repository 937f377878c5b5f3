import { componentRefSchema, policyMethods } from '@attune/domain';
import { z } from 'zod';

/** `policies/*.yaml`. */
export const policyDocument = z.strictObject({
  ref: componentRefSchema,
  name: z.string().min(1).max(255),
  description: z.string().optional(),
  action_ref: componentRefSchema.optional().describe('The action it limits'),
  rule_ref: componentRefSchema.optional().describe('The rule it limits: what it starts, of whatever action'),
  scope: z
    .enum(['pack', 'global'])
    .optional()
    .describe('Without an action and a rule: every action of the pack (the default), or all there are'),
  parameters: z.array(z.string()).default([]).describe('Parameters whose values form the group'),
  key: z.string().min(1).optional().describe('Expression over `parameters` whose value forms the group too'),
  method: z.enum(policyMethods).default('enqueue'),
  threshold: z.int().min(1),
  window_seconds: z
    .int()
    .min(1)
    .optional()
    .describe('Absent: so many at once; otherwise so many starts in this time'),
  tags: z.array(z.string()).default([]),
});

export type PolicyDocument = z.output<typeof policyDocument>;
