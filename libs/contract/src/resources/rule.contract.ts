import { componentRefSchema, debounceSchema, dedupeSchema, throttleSchema } from '@attune/domain';
import { z } from 'zod';
import { defineDefinition, definitionRoutes, listUnder, switchRoutes } from '../route/definition-routes.js';
import {
  flagSchema,
  instantSchema,
  jsonObjectSchema,
  pageQuery,
  refFilter,
  searchFilter,
} from '../route/fields.js';
import { versionRoutes } from '../route/version-routes.js';
import { retrySchema } from './action.contract.js';
import {
  descriptionSchema,
  identityFields,
  labelSchema,
  newComponentFields,
  permissionSetRefsSchema,
  priorityField,
  stampFields,
  timeoutSchema,
} from './component-fields.js';

export const conditionsSchema = z
  .unknown()
  .describe('None or {} (always), an expression, [{field, operator, value}], or all/any/not of these');

const fields = {
  label: labelSchema,
  description: descriptionSchema,
  trigger_ref: componentRefSchema,
  trigger_params: jsonObjectSchema,
  conditions: conditionsSchema,
  action_ref: componentRefSchema,
  action_params: jsonObjectSchema.describe('Values may be templates: {{ event.payload.host }}'),
  permission_set_refs: permissionSetRefsSchema
    .nullable()
    .describe(
      "What its runs may do; null: as the action's default says. Naming a set needs all that it grants",
    ),
  timeout_seconds: timeoutSchema.nullable().describe("Replaces the action's"),
  start_timeout_seconds: timeoutSchema.nullable().describe("Replaces the action's"),
  total_timeout_seconds: timeoutSchema.nullable().describe("Replaces the action's"),
  retry: retrySchema.nullable().describe("Replaces the action's"),
  priority: priorityField.nullable().describe("Replaces the action's"),
  dedupe: dedupeSchema
    .nullable()
    .describe('One match per key and window: the others are disabled as duplicates'),
  throttle: throttleSchema
    .nullable()
    .describe('So many matches per key in any such window: the others are disabled as throttled'),
  debounce: debounceSchema
    .nullable()
    .describe('Acts on the last match of a key, once it has been quiet for so long; not with the two above'),
  enabled: z.boolean(),
};

export const ruleSchema = z
  .object({
    ...identityFields,
    ...fields,
    trigger: z.int().nullable().describe('Null: there is no such trigger any more'),
    trigger_ref: z.string(),
    action: z.int().nullable().describe('Null: there is no such action any more'),
    action_ref: z.string(),
    permission_set_refs: z.array(z.string()).nullable(),
    is_adhoc: z.boolean().describe('Made through the API, not by files of its pack'),
    owner_identity: z.int().nullable(),
    error_count: z.int().describe('How often it could not be evaluated'),
    last_error: z.string().nullable(),
    last_error_at: instantSchema.nullable(),
    ...stampFields,
  })
  .meta({ id: 'Rule' });

export const updateRuleBody = z.object(fields).partial();

export const createRuleBody = z
  .object({
    ...newComponentFields,
    ...updateRuleBody.shape,
    label: labelSchema,
    trigger_ref: componentRefSchema,
    trigger_params: jsonObjectSchema.default({}),
    action_ref: componentRefSchema,
    action_params: fields.action_params.default({}),
    enabled: z.boolean().default(true),
  })
  .meta({
    examples: [
      {
        ref: 'ops.disk_full',
        label: 'Tell about full disks',
        trigger_ref: 'ops.disk_usage',
        conditions: 'event.payload.percent > 90',
        action_ref: 'core.echo',
        action_params: { message: '{{ event.payload.host }} is full' },
      },
    ],
  });

const rule = defineDefinition({
  resource: 'rules',
  name: 'a rule',
  whole: ruleSchema,
  item: ruleSchema,
  query: pageQuery.extend({
    ref: refFilter.optional(),
    pack_ref: refFilter.optional(),
    trigger_ref: refFilter.optional(),
    action_ref: refFilter.optional(),
    enabled: flagSchema.optional(),
    owner_identity: z.coerce.number().int().positive().optional(),
    is_adhoc: flagSchema.optional(),
    search: searchFilter.optional(),
  }),
  create: createRuleBody,
  update: updateRuleBody,
  needs: 'Whatever decides what it runs needs actions:execute on its action as well.',
});

export const ruleRoutes = {
  ...definitionRoutes(rule),
  ...switchRoutes(rule),
  ...versionRoutes(rule),
  listByPack: listUnder(rule, 'pack'),
  listByAction: listUnder(rule, 'action'),
  listByTrigger: listUnder(rule, 'trigger'),
};
