import { componentRefSchema, policyMethods } from '@attune/domain';
import { z } from 'zod';
import { defineDefinition, definitionRoutes, listUnder, switchRoutes } from '../route/definition-routes.js';
import { flagSchema, pageQuery, refFilter, searchFilter } from '../route/fields.js';
import { versionRoutes } from '../route/version-routes.js';
import {
  descriptionSchema,
  identityFields,
  labelSchema,
  newComponentFields,
  stampFields,
  tagsSchema,
} from './component-fields.js';

const maxInteger = 2_147_483_647;

const fields = {
  name: labelSchema,
  description: descriptionSchema,
  action_ref: componentRefSchema.nullable().describe('The action it limits; null: see pack_wide'),
  rule_ref: componentRefSchema
    .nullable()
    .describe('The rule it limits: what it starts, of whatever action; not together with action_ref'),
  pack_wide: z
    .boolean()
    .describe('Without an action and a rule. True: all actions of its pack together; false: all there are'),
  method: z.enum(policyMethods).describe('What happens beyond the limit'),
  threshold: z.int().min(1).max(maxInteger),
  window_seconds: z
    .int()
    .min(1)
    .max(maxInteger)
    .nullable()
    .describe('Null: so many at once; otherwise so many starts in this time'),
  parameters: z.array(z.string().min(1).max(255)).max(20).describe('Parameters whose values form the group'),
  key: z
    .string()
    .min(1)
    .max(1_000)
    .nullable()
    .describe('Expression over `parameters` whose value forms the group too'),
  tags: tagsSchema,
  enabled: z.boolean(),
};

export const policySchema = z
  .object({
    ...identityFields,
    ...fields,
    name: z.string(),
    action: z.int().nullable(),
    action_ref: z.string().nullable(),
    rule: z.int().nullable(),
    rule_ref: z.string().nullable(),
    ...stampFields,
  })
  .meta({ id: 'Policy' });

export const updatePolicyBody = z.object(fields).partial();

export const createPolicyBody = z.object({
  ...newComponentFields,
  ...updatePolicyBody.shape,
  name: labelSchema,
  threshold: fields.threshold,
});

const policy = defineDefinition({
  resource: 'policies',
  name: 'a policy',
  whole: policySchema,
  item: policySchema,
  query: pageQuery.extend({
    ref: refFilter.optional(),
    pack_ref: refFilter.optional(),
    action_ref: refFilter.optional(),
    rule_ref: refFilter.optional(),
    enabled: flagSchema.optional(),
    tag: z.string().min(1).max(100).optional(),
    search: searchFilter.optional(),
  }),
  create: createPolicyBody,
  update: updatePolicyBody,
  needs: 'The permission must hold for what it limits too: its action, its rule, its pack, or everything.',
});

export const policyRoutes = {
  ...definitionRoutes(policy),
  ...switchRoutes(policy),
  ...versionRoutes(policy),
  listByPack: listUnder(policy, 'pack'),
};
