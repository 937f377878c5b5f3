import { componentRefSchema } from '@attune/domain';
import { z } from 'zod';

import { componentKeys, jsonObject } from './component.document.js';

/** `rules/*.yaml`. */
export const ruleDocument = z.strictObject({
  ...componentKeys,
  enabled: z.boolean().default(true),
  trigger_ref: componentRefSchema,
  trigger_params: jsonObject.default({}),
  conditions: z.unknown().optional(),
  action_ref: componentRefSchema,
  action_params: jsonObject.default({}),
  permission_set_refs: z.array(componentRefSchema).optional(),
});

export type RuleDocument = z.output<typeof ruleDocument>;
