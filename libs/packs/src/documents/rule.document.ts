import {
  componentRefSchema,
  debounceSchema,
  dedupeSchema,
  retrySchema,
  throttleSchema,
} from '@attune/domain';
import { z } from 'zod';

import { componentKeys, jsonObject, seconds } from './component.document.js';

/** `rules/*.yaml`. */
export const ruleDocument = z.strictObject({
  ...componentKeys,
  enabled: z.boolean().default(true),
  trigger_ref: componentRefSchema,
  trigger_params: jsonObject.default({}),
  conditions: z.unknown().optional(),
  action_ref: componentRefSchema,
  action_params: jsonObject.default({}),
  permission_set_refs: z.array(componentRefSchema).optional().describe("Absent: the action's default"),
  timeout: seconds.optional().describe("Replaces the action's"),
  start_timeout: seconds.optional().describe("Replaces the action's"),
  total_timeout: seconds.optional().describe("Replaces the action's"),
  retry: retrySchema.optional().describe("Replaces the action's"),
  priority: z.int().min(-1000).max(1000).optional(),
  dedupe: dedupeSchema.optional(),
  throttle: throttleSchema.optional(),
  debounce: debounceSchema.optional(),
});

export type RuleDocument = z.output<typeof ruleDocument>;
